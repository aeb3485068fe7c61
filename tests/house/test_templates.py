"""The templates: all compile, all serve, none opens a door that the content policy or the escaping closes."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, meta
from selectolax.lexbor import LexborHTMLParser

from app import config
from app.rendering import environment as rendering
from tests.visitors import HTMX, Visitor

pytestmark = pytest.mark.anyio

TEMPLATES = config.ROOT / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
TEXTS = [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.txt")]
DATA_BLOCKS = {
    "pages/profile.html": "JSON-LD: `data_block` escapes what could close the element",
    "pages/landing.html": "JSON-LD: `data_block` escapes what could close the element",
}
"""The only templates that write something unescaped, and why it is safe."""
MARKUP = {
    "app/legal/rendering_text.py": "Markdown read with raw HTML and images put off",
    "app/rendering/filters.py": "data_block: JSON with < > & written as escapes",
    "app/rendering/stencils.py": "a hole in the HTML of a macro",
    "app/search/cards.py": "lines escaped by Markup.join",
    "app/search/lexicon.py": "words: every part is escaped before it is joined",
    "app/search/results.py": "the HTML of a macro, its holes filled with HTML",
}
"""The only files that say « this is HTML already », and why it is true."""
AWAY = {"layouts/_mail.html", "layouts/_archive.html"}
"""A mail and a file to keep carry their own style: their reader fetches no sheet, and no policy of ours applies."""
ACTIONS = {
    "components/dossier.html": "signed by `uploads.address`, from a path of ours",
    "backoffice/customers.html": "signed by app/web/uploads.py",
    "components/desk.html": "written in the templates of the back-office",
    "directory/portrait.html": "written by `uploads.address` from a path of ours",
    "errors/expired.html": "the page itself, told local by `going.asked`",
    "space/home.html": "written in app/space/parts.py",
}
"""The only templates whose form goes to an address they are given, and where it comes from."""
PARTS = {
    "errors/_error.html": "/nulle-part",
    "search/_suggestions.html": "/praticiens/suggestions?q=sophro",
    "search/_place_suggestions.html": "/praticiens/lieux?lieu=lyon",
    "accounts/_strength.html": "/mot-de-passe/force",
}
"""Each part answered alone to htmx, and an address that answers it."""
POSTED = {"accounts/_strength.html": "/inscription"}
"""The parts that answer a form, and the page it is on."""


@functools.cache
def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@functools.cache
def markup(name: str) -> str:
    """The source without the comments and the instructions of Jinja."""
    return re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source(name), flags=re.DOTALL)


@pytest.fixture(scope="module")
def env() -> Environment:
    return rendering.environment(lambda name: f"/static/{name}", auto_reload=False)


def test_every_template_compiles(env: Environment) -> None:
    assert rendering.compile_all(env) == sorted(NAMES + TEXTS)


def test_every_template_serves(env: Environment) -> None:
    """Extended, included or imported by another one, or named by a handler; for the mails, see `test_mails.py`."""
    code = "".join(path.read_text(encoding="utf-8") for path in (config.ROOT / "app").rglob("*.py"))
    needed = {
        name
        for other in NAMES
        for name in meta.find_referenced_templates(env.parse(source(other)))
        if name
    }
    components = {f"components/{name}.html" for name in rendering.COMPONENTS}
    pages = [name for name in NAMES if not name.startswith("mails/")]
    unused = [name for name in pages if name not in needed | components and f'"{name}"' not in code]
    assert unused == []


def test_every_macro_serves() -> None:
    defined = {
        macro: name for name in NAMES for macro in re.findall(r"{%-? macro (\w+)\(", source(name))
    }
    everything = "".join(source(name) for name in NAMES)
    calls = re.sub(r"{%-? macro \w+\(", "", everything)
    # Called, or given to what will draw it.
    unused = [
        f"{name}: {macro}"
        for macro, name in defined.items()
        if f"{macro}(" not in calls and f"drawn(ui.{macro}" not in calls
    ]
    assert unused == []


def test_every_filter_of_ours_serves(env: Environment) -> None:
    plain = Environment(autoescape=True)
    own = set(env.filters) - set(plain.filters)
    everything = "".join(source(name) for name in NAMES)
    unused = {name for name in own if not re.search(rf"\|\s*{name}\b", everything)}
    assert unused == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_a_template_imports_it_uses(name: str) -> None:
    for line, names in re.findall(r'({%-? from "[^"]+" import ([^%]+?) -?%})', source(name)):
        rest = source(name).replace(line, "")
        for imported in re.split(r",\s*", names):
            assert f"{imported}(" in rest, imported


@pytest.mark.parametrize("name", NAMES)
def test_the_browser_checks_first_what_a_refusal_would_empty(name: str) -> None:
    """A password never comes back in a page, nor a box ticked: what is missing is seen before anything is sent."""
    for form in re.findall(r"<form\b.*?</form>", source(name), flags=re.DOTALL):
        if "ui.password_field(" in form or "ui.box(" in form:
            assert "novalidate" not in form


@pytest.mark.parametrize("name", NAMES)
def test_a_template_writes_nothing_unescaped(name: str) -> None:
    text = source(name)
    assert not re.search(r"\|\s*safe\b|autoescape|Markup|\|\s*forceescape", text)
    blocks = text.count("|data_block")
    assert blocks == (1 if name in DATA_BLOCKS else 0)
    inside = re.findall(
        r'<script type="application/ld\+json">{{[^}]*\|data_block }}</script>', text
    )
    assert len(inside) == blocks


def test_the_code_says_this_is_html_only_where_it_is_true() -> None:
    found = {
        path.relative_to(config.ROOT).as_posix()
        for path in (config.ROOT / "app").rglob("*.py")
        if "Markup" in path.read_text(encoding="utf-8")
    }
    assert found == set(MARKUP)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_holds_no_style_and_no_script_of_its_own(name: str) -> None:
    """The content policy drops them: they would only seem to work."""
    text = markup(name)
    if name in AWAY:
        text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=|<style\b|javascript:", text, re.IGNORECASE)
    assert not re.search(r"<\w+[^>]*\son\w+\s*=", text, re.IGNORECASE)
    assert "hx-on" not in text
    for opening in re.findall(r"<script\b[^>]*>", source(name)):
        assert 'src="{{ asset(' in opening or 'type="application/ld+json"' in opening


@pytest.mark.parametrize("name", NAMES)
def test_a_template_loads_nothing_from_elsewhere(name: str) -> None:
    text = source(name)
    loaded = re.findall(
        r"""<(?:link|script|img|iframe|source|video|audio|embed|object|use|form|base)\b[^>]*?"""
        r"""\s(?:href|src|srcset|action|data|poster)\s*=\s*["']([^"']*)""",
        text,
    )
    for address in loaded:
        if name in ACTIONS and address in ("{{ address }}", "{{ action }}", "{{ each.url }}"):
            continue
        assert address.startswith(("/", "{{ asset(", "{{ canonical_url }}", "{{ sprite }}#")), (
            address
        )
    assert "//cdn" not in text
    assert not re.search(r"""=\s*["']//""", text)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if not re.match(r"pages/(texts/|ranking\.)", name)]
)
def test_a_template_speaks_of_practitioners_in_the_agreed_words(name: str) -> None:
    """EX-3.1-14: no « vérifié », « certifié », « agréé »; the long texts have tests of their own."""
    words = re.sub(r"\s+", " ", source(name)).lower()
    words = words.replace("non vérifiés par la plateforme", "")
    assert not re.search(r"vérifi|certifi|agréé|patient|thérapeut|consultation", words)


async def test_a_part_is_one_element_with_an_id(visitor: Visitor) -> None:
    alone = {
        name
        for name in NAMES
        if Path(name).name.startswith("_") and not name.startswith("layouts/")
    }
    assert alone == set(PARTS), "give the new part an address above"
    for name, address in PARTS.items():
        if form := POSTED.get(name):
            await visitor.get(form)
            part = await visitor.submit(address, {"mot_de_passe": "soleil"}, htmx=True)
        else:
            part = await visitor.request("GET", address, headers=HTMX)
        body = LexborHTMLParser(part.html).body
        assert body is not None
        children = [node for node in body.iter(include_text=True) if node.text().strip()]
        assert len(children) == 1, name
        assert children[0].attributes.get("id"), name


def test_a_page_extends_a_layout_and_a_part_does_not() -> None:
    for name in NAMES:
        first = re.search(r'{% extends "([^"]+)" %}', source(name))
        if name.startswith(("components/", "layouts/_")) or Path(name).name.startswith("_"):
            assert first is None, name
        else:
            assert first, name
            assert first[1].startswith("layouts/") or first[1] == "pages/text.html", name


def _files(*patterns: str) -> list[Any]:
    return sorted(
        path
        for pattern in patterns
        for path in (config.ROOT / "static").rglob(pattern)
        if not path.name.startswith("htmx-")
    )


@pytest.mark.parametrize("path", _files("*.css", "*.js", "*.svg"), ids=lambda path: path.name)
def test_a_static_file_calls_nobody(path: Path) -> None:
    text = re.sub(r"^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    text = text.replace("http://www.w3.org/1999/xlink", "")
    assert not re.search(r"https?://|@import|url\(\s*[\"']?//", text)
    assert not re.search(
        r"\beval\(|new Function|document\.write|document\.cookie|localStorage", text
    )


def test_the_vendored_script_calls_nobody_by_itself() -> None:
    text = (config.ROOT / "static/js/htmx-4.0.1.min.js").read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    assert hosts <= {"htmx.org", "www.w3.org", "four.htmx.org"}
