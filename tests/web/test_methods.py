"""Methods and addresses nobody asks in good faith: a normal page, never a failure."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from app.main import MAX_BODY_BYTES
from app.web.headers import Surroundings
from tests import factories
from tests.web.asking import ask

pytestmark = pytest.mark.anyio

NOT_UTF_8 = b"/praticiens/\xe9".decode("utf-8", "surrogateescape")
"""What some servers make of %E9; ours puts the replacement character instead."""
ODD = {
    NOT_UTF_8: 404,
    "/\x00": 404,
    "/praticiens/\x00": 404,
    "/praticiens/camille\x00martin": 404,
    "/praticiens/\ufffd": 404,
    "/praticiens/\r\nSet-Cookie: a=b": 404,
    "/praticiens/\u202ex": 404,
    "/praticiens/a/b": 404,
    "/pratiques/\ufffd": 404,
    "/pratiques/sophrologie/\x00": 404,
    "/pratiques/sophrologie/lyon-69/x": 404,
    "/thematiques/..": 404,
    "/thematiques/' OR 1=1 --": 404,
    "/thematiques/{{7*7}}": 404,
    "/../etc/passwd": 404,
    "/..": 404,
    "/.env": 404,
    "/.git/config": 404,
    "/*": 404,
    "/sitemaps/praticiens-0.xml": 404,
    "/sitemaps/praticiens--1.xml": 404,
    "/sitemaps/praticiens-\uff11.xml": 404,
    "/sitemaps/praticiens-99999999999999999999.xml": 404,
    "/sitemaps/../config": 404,
    "/" + "a" * 50_000: 404,
    "/praticiens/" + "a" * 50_000: 404,
    "/pratiques/sophrologie/" + "a" * 50_000: 404,
    "/" + "a/" * 5_000: 404,
    "//": 200,
    "//praticiens": 200,
    "/praticiens/": 200,
}


@pytest.mark.parametrize("path", ODD, ids=lambda path: ascii(path[:34]))
async def test_an_odd_address_gets_a_normal_answer(served: Surroundings, path: str) -> None:
    answer = await ask(served, path)
    assert answer.status == ODD[path]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="fr">' in answer.html
    assert not {"location", "set-cookie"} & set(answer.headers)


ODD_QUERIES = [
    b"q=\xff\xfe",
    b"q=%FF%FE",
    b"%",
    b"&&==&",
    b"q=%00%0d%0a",
    b"q=a;b&theme[]=1",
    b"page=%D9%A3",
    b"x=" + b"a" * 100_000,
    b"&".join(b"p%d=1" % number for number in range(5_000)),
]


async def test_an_odd_query_gets_a_page(
    served: Surroundings, empty: None, index_gateway: Any
) -> None:
    await factories.practitioner()
    await factories.indexed(index_gateway)
    for query in ODD_QUERIES:
        for path in (
            "/",
            "/praticiens",
            "/praticiens/suggestions",
            "/praticiens/lieux",
            "/cookies",
        ):
            answer = await ask(served, path, query=query)
            assert answer.status == 200, (path, query[:30])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "ESSAI"])
async def test_a_method_the_page_does_not_know_is_told_the_ones_it_knows(
    served: Surroundings, method: str
) -> None:
    for path in ("/", "/praticiens", "/praticiens/quelqu-un", "/robots.txt"):
        answer = await ask(served, path, method=method)
        assert answer.status == 405
        assert {"GET", "OPTIONS"} <= set(answer.headers["allow"].split(", "))
        assert "Action impossible ici" in answer.html


async def test_options_says_what_is_possible(served: Surroundings) -> None:
    answer = await ask(served, "/praticiens", method="OPTIONS")
    assert (answer.status, answer.body) == (204, b"")
    assert {"GET", "OPTIONS"} <= set(answer.headers["allow"].split(", "))
    assert not [name for name in answer.headers if name.startswith("access-control")]


WITHOUT_AN_ACCOUNT = {"/": 200, "/praticiens": 200, "/connexion": 200, "/nulle-part": 404}
BEHIND_A_GUARD = ("/mon-compte/", "/espace/", "/admin/")

# ---- HEAD -----------------------------------------------------------------------------------------


async def test_head_is_get_without_its_body_on_every_address(
    served: Surroundings, site: Any, empty: None
) -> None:
    slug = await factories.practitioner()
    examples = {
        "/praticiens/{slug:str}": f"/praticiens/{slug}",
        "/thematiques/{slug:str}": "/thematiques/gestion-du-stress",
        "/pratiques/{slug:str}": "/pratiques/sophrologie",
        "/pratiques/{slug:str}/{place:str}": "/pratiques/sophrologie/lyon-69",
        "/sitemaps/{name:str}": "/sitemaps/pages.xml",
        "/liens/{token:str}": "/liens/" + "a" * 43,
        "/desabonnement/{token:str}": "/desabonnement/" + "a" * 43,
        "/contestations/{token:str}": "/contestations/" + "a" * 43,
        "/portraits/{file_id:uuid}/{name:str}": f"/portraits/{UUID(int=1)}/400.webp",
        "/documents/{document:str}": "/documents/conditions-utilisation",
        "/documents/{document:str}/{number:int}": "/documents/conditions-utilisation/1",
        "/documents/{document:str}/{number:int}/telecharger": (
            "/documents/conditions-utilisation/1/telecharger"
        ),
        "/documents/{document:str}/{number:int}/differences": (
            "/documents/conditions-utilisation/1/differences"
        ),
        "/static/{path:path}": site.state.assets.url("js/app.js"),
    }
    addresses = [examples.get(route.path, route.path) for route in site.routes]
    # What is behind a guard sends to sign in, whatever the number asked.
    addresses = [
        re.sub(r"\{\w+:\w+\}", "1", each) if each.startswith(BEHIND_A_GUARD) else each
        for each in addresses
    ]
    assert not [address for address in addresses if "{" in address], "give it an example above"
    for address in [*addresses, "/nulle-part"]:
        read = await ask(served, address)
        head = await ask(served, address, method="HEAD")
        assert head.body == b""
        assert head.status == read.status == WITHOUT_AN_ACCOUNT.get(address, read.status), address
        for answer in (read, head):
            del answer.headers["x-request-id"]
            if 'name="jeton"' in read.html:  # the token of a form is masked anew each time
                answer.headers.pop("etag", None)
                answer.headers.pop("set-cookie", None)
        assert head.headers == read.headers, address


async def test_head_of_what_has_not_changed_is_304(served: Surroundings) -> None:
    etag = (await ask(served, "/precautions")).headers["etag"]
    known = {"If-None-Match": etag}
    assert (await ask(served, "/precautions", method="HEAD", headers=known)).status == 304


# ---- bodies -----------------------------------------------------------------------------------------


async def test_a_body_is_taken_up_to_the_limit(failing: Surroundings) -> None:
    answer = await ask(failing, "/essai/envoi", method="POST", body=[b"a" * MAX_BODY_BYTES])
    assert (answer.status, answer.body) == (200, str(MAX_BODY_BYTES).encode())


async def test_a_body_announced_too_heavy_is_refused_unread(failing: Surroundings) -> None:
    length = {"Content-Length": str(MAX_BODY_BYTES + 1)}
    answer = await ask(failing, "/essai/envoi", method="POST", headers=length, body=[b"a"])
    assert answer.status == 413
    assert "Envoi trop lourd" in answer.html


async def test_a_body_in_pieces_is_refused_once_too_heavy(failing: Surroundings) -> None:
    answer = await ask(failing, "/essai/envoi", method="POST", body=[b"a" * 60_000] * 2)
    assert answer.status == 413
    assert "Envoi trop lourd" in answer.html


async def test_a_heavy_body_sent_where_nothing_reads_it_changes_nothing(
    served: Surroundings,
) -> None:
    assert (await ask(served, "/praticiens", body=[b"a" * 60_000] * 5)).status == 200
    assert (await ask(served, "/praticiens", method="POST", body=[b"a" * 60_000] * 5)).status == 405
