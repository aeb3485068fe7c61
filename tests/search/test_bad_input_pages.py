"""Whatever arrives in the address: a normal page with a clear message, nothing reflected unescaped, never a 500."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.search.words import MAX_QUERY
from tests.factories import empty_directory, indexed, practitioner
from tests.search.looking import answer_to, messages, search, total
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def one(site: Any, index_gateway: Any) -> str:
    """A directory with one practitioner, in Lyon; no test of this file changes it."""
    await empty_directory(index_gateway)
    slug = await practitioner()
    await indexed(index_gateway)
    return slug


@pytest.mark.parametrize(
    ("criteria", "sentence"),
    [
        ({"theme": "inconnue"}, "Cette thématique n’existe pas"),
        ({"theme": "gestion-du-stress'--"}, "Cette thématique n’existe pas"),
        ({"pratique": "chirurgie"}, "Cette pratique n’existe pas"),
        ({"lieu": "Atlantide"}, "Nous ne connaissons pas le lieu « Atlantide »"),
        ({"lieu": "Lyon", "rayon": "beaucoup"}, "Le rayon doit être un nombre de kilomètres"),
        ({"lieu": "Lyon", "rayon": "-5"}, "Le rayon doit être un nombre de kilomètres"),
        ({"lieu": "Lyon", "rayon": "1e3"}, "Le rayon doit être un nombre de kilomètres"),
        ({"lieu": "Lyon", "rayon": "99999999999999999999"}, "Le rayon doit être un nombre"),
        ({"lieu": "Lyon", "rayon": "10.5"}, "Le rayon doit être un nombre de kilomètres"),
        ({"lieu": "Lyon", "rayon": "²"}, "Le rayon doit être un nombre de kilomètres"),
        ({"page": "0"}, "Ce numéro de page n’existe pas"),
        ({"page": "-1"}, "Ce numéro de page n’existe pas"),
        ({"page": "1.5"}, "Ce numéro de page n’existe pas"),
        ({"page": "deux"}, "Ce numéro de page n’existe pas"),
        ({"page": "٣"}, "Ce numéro de page n’existe pas"),
        ({"page": "9" * 30}, "Ce numéro de page n’existe pas"),
        ({"page": "NaN"}, "Ce numéro de page n’existe pas"),
        ({"page": "2"}, "Cette page n’existe pas : voici la dernière."),
        ({"page": "999999"}, "Cette page n’existe pas : voici la dernière."),
    ],
    ids=lambda value: search(**value) if isinstance(value, dict) else "",
)
async def test_a_value_that_means_nothing_is_left_aside_and_said(
    guest: Visitor, one: str, criteria: dict[str, str], sentence: str
) -> None:
    seen = await guest.get(search(**criteria))
    assert seen.status == 200
    assert any(sentence in said for said in messages(seen))
    assert seen.slugs == [one]


async def test_a_page_too_far_in_an_empty_list_is_not_an_error(guest: Visitor, one: str) -> None:
    seen = await guest.get(search(page=7, pratique="reiki"))
    assert seen.status == 200
    assert total(seen) == 0


@pytest.mark.parametrize(
    ("asked", "clean"),
    [
        ("q=&lieu=", "/praticiens"),
        ("q=&lieu=&", "/praticiens"),
        ("q=yoga&lieu=", "/praticiens?q=yoga"),
        (
            "q=&lieu=Saint-%C3%89tienne&rayon=&visio=1",
            "/praticiens?lieu=Saint-%C3%89tienne&visio=1",
        ),
        (
            "q=bien+%C3%AAtre&theme=&x=%0d%0aset-cookie:a",
            "/praticiens?q=bien+%C3%AAtre&x=%0d%0aset-cookie:a",
        ),
    ],
)
async def test_empty_fields_leave_no_trace_in_the_address(
    guest: Visitor, one: str, asked: str, clean: str
) -> None:
    seen = await guest.get(f"/praticiens?{asked}")
    assert (seen.status, seen.headers["location"]) == (301, clean)
    assert (await guest.get(clean)).status == 200
    # A part of the page is answered at once: its address is said by the answer.
    assert (await guest.get(f"/praticiens?{asked}", htmx=True)).status == 200


@pytest.mark.parametrize("query", ["q==", "q=a=", "==&", "=", "q", "visio=1&x==&y"])
async def test_an_address_without_empty_fields_is_answered_where_it_is(
    guest: Visitor, one: str, query: str
) -> None:
    assert (await guest.get(f"/praticiens?{query}")).status == 200


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</title><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "{{ config }} ${7*7} #{7*7}",
    "'; DROP TABLE practitioner; --",
    "' OR '1'='1",
    "%00",
    "javascript:alert(1)",
    "&lt;b&gt;",
    '\\"; //',
    "id IN [1] OR 1=1",
    "-->",
]


@pytest.mark.parametrize("name", ["q", "lieu", "theme", "pratique", "rayon", "page", "visio"])
async def test_code_is_only_text(guest: Visitor, one: str, name: str) -> None:
    """SQL, HTML and template syntax: escaped where it is shown, and it does nothing."""
    plain = await guest.get("/praticiens")
    for payload in PAYLOADS:
        for htmx in (False, True):
            seen = await guest.get(search(**{name: payload}), htmx=htmx)
            assert seen.status == 200, payload
            assert "alert(1)</script>" not in seen.html, payload
            assert "<img src=x" not in seen.html, payload
            assert not seen.has("[autofocus], [onfocus], [onerror]"), payload
            assert "49" not in seen.text("#resultats"), payload
            assert not any("javascript:" in (a.attributes["href"] or "") for a in seen.all("a"))
            assert len(seen.all("script")) <= len(plain.all("script")), payload
            if name in ("q", "lieu") and not htmx:
                assert seen.attribute(f"#{name}", "value") == payload
    assert (await guest.get("/praticiens")).slugs == [one]


@pytest.mark.parametrize("path", ["/praticiens/suggestions?q=", "/praticiens/lieux?lieu="])
async def test_code_is_only_text_in_suggestions_too(guest: Visitor, one: str, path: str) -> None:
    for payload in PAYLOADS:
        seen = await guest.get(path + quote(payload), htmx=True)
        assert seen.status == 200
        assert not seen.has("script, img, [onerror], [onfocus]")


INVISIBLE = "\u202e\u202d\u2066\u2067\u200b\u200f\ufeff\x00\x07\x1b\x7f"


@pytest.mark.parametrize("name", ["q", "lieu", "theme", "pratique"])
async def test_control_and_direction_characters_are_taken_out(
    guest: Visitor, one: str, name: str
) -> None:
    for sign in INVISIBLE:
        seen = await guest.get(search(**{name: f"abc{sign}def"}))
        assert seen.status == 200
        assert sign not in seen.html, f"U+{ord(sign):04X}"
        fragment = await guest.get(search(**{name: f"abc{sign}def"}), htmx=True)
        assert quote(sign) not in fragment.headers["hx-push-url"], f"U+{ord(sign):04X}"


@pytest.mark.parametrize("q", ["😀", "?!…", "« »", "йога"])
async def test_a_query_without_a_word_says_so_and_heads_no_list(
    guest: Visitor, one: str, q: str
) -> None:
    title = "Praticiens du bien-être"
    for criteria, heading in (({}, title), ({"lieu": "Lyon"}, f"{title} · Lyon (69)")):
        seen = await guest.get(search(q=q, **criteria))
        assert seen.text("h1") == heading
        assert f"Nous ne comprenons aucun mot dans « {q} »" in seen.text("#resultats .note")
        assert "aucun mot" in seen.text("#annonce")
        assert seen.attribute("#q", "value") == q


async def test_line_breaks_make_one_line_and_no_header(guest: Visitor, one: str) -> None:
    fragment = await guest.get(search(q="a\r\nSet-Cookie: x=1\r\n\r\n<b>"), htmx=True)
    assert fragment.status == 200
    assert "set-cookie" not in fragment.headers
    assert fragment.headers["hx-push-url"].startswith("/praticiens?q=a+Set-Cookie")


async def test_a_text_too_long_is_cut(guest: Visitor, one: str) -> None:
    seen = await guest.get(search(q="yoga " * 500, lieu="x" * 3000))
    assert seen.status == 200
    assert len(seen.attribute("#q", "value")) <= MAX_QUERY
    assert len(seen.attribute("#lieu", "value")) <= MAX_QUERY


async def test_repeated_and_unknown_parameters_do_no_harm(guest: Visitor, one: str) -> None:
    seen = await guest.get(
        "/praticiens?q=sophrologie&q=martin&lieu=Lyon&lieu=Paris&utm_source=x&a[]=1&&="
    )
    assert seen.status == 200
    assert "utm_source" not in seen.html


@pytest.mark.parametrize("name", [b"q", b"lieu", b"theme", b"page", b"autre"])
@pytest.mark.parametrize("unit", [b"a", b"%C3%A9", b"+", b"%2B", b"a+"])
async def test_a_query_string_of_a_megabyte_is_an_ordinary_search(
    site: Any, one: str, name: bytes, unit: bytes
) -> None:
    """A server may refuse it before us (decision 23); if it comes, it costs little."""
    query = name + b"=" + unit * (1_000_000 // len(unit))
    status, html = await answer_to(site, "/praticiens", query)
    assert status == 200
    assert len(html) < 200_000


async def test_a_query_string_of_a_hundred_thousand_parameters_is_an_ordinary_search(
    site: Any, one: str
) -> None:
    status, _ = await answer_to(site, "/praticiens", b"q=a&" * 100_000)
    assert status == 200


NAMES = ["q", "theme", "pratique", "lieu", "rayon", "visio", "page"]
PATHS = [
    "/praticiens",
    "/praticiens",
    "/praticiens",
    "/praticiens/suggestions",
    "/praticiens/lieux",
]
queries = st.one_of(
    st.binary(max_size=60),
    st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.one_of(
                st.text(max_size=30),
                st.text(
                    st.characters(codec="utf-8", categories=("Cc", "Cf", "Co", "Mn", "Zs", "No"))
                ),
                st.integers().map(str),
                st.floats().map(str),
                st.sampled_from(
                    ["commune-69123", "region-84", "Saint-Denis", "69003", "cancer", "le"]
                ),
            ),
        ),
        max_size=5,
    ).map(
        lambda pairs: "&".join(f"{n}={quote_plus(v, errors='replace')}" for n, v in pairs).encode()
    ),
    st.lists(st.tuples(st.sampled_from(NAMES), st.binary(max_size=20)), min_size=1, max_size=3).map(
        lambda pairs: b"&".join(n.encode() + b"=" + v for n, v in pairs)
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(path=st.sampled_from(PATHS), query=queries)
@example(path="/praticiens", query=b"q=%")
@example(path="/praticiens", query=b"q=\xff\xfe")
@example(path="/praticiens", query=b"q=%ED%A0%80")
@example(path="/praticiens", query=b"lieu=%F0%9F%98%80&rayon=%E2%85%A7")
@example(path="/praticiens/lieux", query=b"lieu=%C2%B2%C2%B2")
@example(path="/praticiens/suggestions", query=b"q=%C3%9F%C3%9F")
async def test_no_query_string_whatsoever_breaks_the_page(
    site: Any, one: str, path: str, query: bytes
) -> None:
    status, html = await answer_to(site, path, query)
    if status == 301 and path == "/praticiens":
        # Empty parameters: the clean address is given, and holds.
        kept = b"&".join(pair for pair in query.split(b"&") if pair.partition(b"=")[2])
        assert len(kept) < len(query)
        status, html = await answer_to(site, path, kept)
    assert status == 200
    assert "</html>" in html or 'role="listbox"' in html
    assert "Une erreur est survenue" not in html


@pytest.mark.parametrize(
    "path",
    [
        "/praticiens/%00",
        "/praticiens/..%2f..",
        "/praticiens/%F0%9F%98%80",
        "/praticiens/" + "a" * 4000,
    ],
)
async def test_an_address_nobody_has_answers_404(guest: Visitor, one: str, path: str) -> None:
    seen = await guest.get(path)
    assert seen.status == 404
