"""The Jinja2 environment of the pages and of the mails: strict, escaped, with the macros of `templates/components`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    select_autoescape,
)
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from app import config
from app.rendering import filters, moments, portraits

TEMPLATES = config.ROOT / "templates"
COMPONENTS = (
    "signs",
    "page",
    "fields",
    "form",
    "space",
    "search",
    "card",
    "tiles",
    "profile",
    "editing",
    "practitioner",
    "dossier",
    "difference",
    "mail",
    "desk",
)
"""The files of macros the templates reach as `ui.<macro>`. No two of them may share a macro name."""

_SIGNS = "components/signs.html"
"""Its macros say the same thing each time they are given the same: they are drawn once."""
_NEEDED = re.compile(r'{%-?\s*(?:extends|include|from|import)\s+"([^"]+)"')


class FrenchSpaces(Extension):
    """Ties the double punctuation marks of the templates to their word, once, when a template is compiled.

    The sources keep ordinary spaces, which one can see and search for.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, token.type, filters.tied(token.value))
            else:
                yield token


class Components:
    """Every macro, under one name.

    A global, because what a template imports at its top is unknown to a block of it rendered alone.
    """

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._homes: dict[str, str] = {}

    def __getattr__(self, macro: str) -> Any:
        if not self._homes:
            self._homes = self._map()
        home = self._homes.get(macro)
        if home is None:
            raise AttributeError(f"no macro named {macro!r} in templates/components")
        found = getattr(self._env.get_template(home).module, macro)
        if not self._env.auto_reload:
            self.__dict__[macro] = found = lru_cache(1024)(found) if home == _SIGNS else found
        return found

    def _map(self) -> dict[str, str]:
        homes: dict[str, str] = {}
        for name in COMPONENTS:
            path = f"components/{name}.html"
            for macro in vars(self._env.get_template(path).module):
                if macro.startswith("_"):
                    continue
                if macro in homes:
                    raise ValueError(f"{macro!r} is both in {homes[macro]} and in {path}")
                homes[macro] = path
        return homes


def _theme_signs() -> frozenset[str]:
    drawn = (config.ROOT / "static/img/themes.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', drawn))


def environment(asset_url: Callable[[str], str], *, auto_reload: bool) -> Environment:
    """The environment of the site. `asset_url` maps a name under `static/` to the address it is served at."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        # The text of a mail is not HTML; everything else is.
        autoescape=select_autoescape(
            disabled_extensions=("txt",), default_for_string=True, default=True
        ),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=auto_reload,
        cache_size=-1,
    )
    env.add_extension(FrenchSpaces)
    signs = _theme_signs()
    env.filters.update(
        price=filters.price,
        duration=filters.duration,
        count=filters.count,
        day=moments.day,
        moment=moments.moment,
        stamp=moments.stamp,
        whole=filters.whole,
        plural=filters.plural,
        phone=filters.phone,
        dialled=filters.dialled,
        siret=filters.siret,
        tied=filters.tied,
        anchor=filters.anchor,
        data_block=filters.data_block,
        look=portraits.look,
        ground=portraits.ground,
        theme_sign=lambda slug: slug if slug in signs else "feuille",
        absolute=lambda path: config.current().public_url + path,
    )
    env.globals.update(asset=asset_url, ui=Components(env), fragment=False, me=None, flash="")
    return env


@cache
def without_files() -> Environment:
    """The environment of what is read without the site: mails, archives, exports. Raises `LookupError` where one of
    them shows a file of the site."""
    return environment(_no_file, auto_reload=config.current().environment == "development")


def _no_file(name: str) -> str:
    raise LookupError(f"read without the site, this shows no file of it: {name}")


def compile_all(env: Environment) -> list[str]:
    """Compile every template of the project and return their names, in order.

    Raises Jinja's own error, which names the file and the line, for the first one that does not compile;
    raises `TemplateNotFound` for one that extends or imports a file that does not exist.
    """
    names = env.list_templates()
    for name in names:
        env.get_template(name)
        source = (TEMPLATES / name).read_text(encoding="utf-8")
        for needed in _NEEDED.findall(source):
            if needed not in names:
                raise TemplateNotFound(needed, f"{name} needs {needed}, which does not exist")
    return names
