"""A form is taken from a page of this site, from the person it was shown to, and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from litestar import Response, get, post
from litestar._parsers import parse_url_encoded_form_data

from app.web import forms
from app.web.guards import signed_in
from app.web.headers import Surroundings
from app.web.pages import AnyRequest, page
from tests.visitors import HTMX, Visitor
from tests.web.asking import Answer, ask

pytestmark = pytest.mark.anyio

FORM = "/essai/formulaire"
HERE = {"sec-fetch-site": "same-origin"}
TYPE = {"content-type": "application/x-www-form-urlencoded"}


@get(FORM, sync_to_thread=False)
def shown(request: AnyRequest) -> Response[bytes]:
    return page(request, "accounts/link.html", title="Essai", email="", errors={})


@post(FORM, status_code=200)
async def taken(request: AnyRequest) -> Response[bytes]:
    return Response((await forms.read(request)).text("courriel").encode())


@post("/essai/chez-soi", status_code=200, guards=[signed_in])
async def at_home(request: AnyRequest) -> Response[bytes]:
    return Response(b"pris")


@pytest.fixture(scope="module")
def app(own_database: str) -> Any:
    from app import main

    made = main.create_app()
    for door in (shown, taken, at_home):
        made.register(door)
    return made


@pytest.fixture
async def somebody(app: Any) -> AsyncIterator[Visitor]:
    async with Visitor(app) as visitor:
        yield visitor


async def send(app: Any, cookie: str, token: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    fields = urlencode(
        {"courriel": "a<b>@exemple.fr", "mot_de_passe": "secret-4711", "jeton": token}
    )
    return await ask(
        Surroundings(app, is_production=False),
        FORM,
        method="POST",
        headers=TYPE | ({"cookie": f"formulaire={cookie}"} if cookie else {}) | named,
        body=[fields.encode()],
    )


async def read(app: Any) -> tuple[str, str]:
    """The cookie and the token of a page with a form."""
    answer = await ask(Surroundings(app, is_production=False), FORM)
    cookie = re.search(r"formulaire=([\w-]{43})", answer.headers["set-cookie"])
    token = re.search(r'name="jeton" value="([\w-]+)"', answer.html)
    assert cookie is not None
    assert token is not None
    return cookie[1], token[1]


async def test_the_form_of_a_page_is_taken_with_javascript_and_without(somebody: Visitor) -> None:
    await somebody.get(FORM)
    for htmx in (False, True):
        answer = await somebody.submit(FORM, {"courriel": "a@exemple.fr"}, htmx=htmx)
        assert (answer.status, answer.html) == (200, "a@exemple.fr")


async def test_two_tabs_and_a_page_gone_back_to_keep_working(somebody: Visitor) -> None:
    first = (await somebody.get(FORM)).attribute("input[name=jeton]", "value")
    second = (await somebody.get(FORM)).attribute("input[name=jeton]", "value")
    assert first != second, "masked anew, so that compression tells nothing of it"
    for token in (first, second, first):
        assert (await somebody.submit(FORM, {"jeton": token})).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "CROSS-SITE"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://evil.example/testserver"},
        {"origin": ""},
        {"origin": "http://["},
    ],
    ids=str,
)
async def test_another_site_sends_nothing_even_with_the_right_token(
    app: Any, headers: dict[str, str]
) -> None:
    cookie, token = await read(app)
    answer = await send(app, cookie, token, **headers)
    assert answer.status == 403
    assert "Renvoyer" not in answer.html
    part = await send(app, cookie, token, **headers, **HTMX)
    assert part.status == 403


@pytest.mark.parametrize(
    "headers",
    [HERE, {"sec-fetch-site": "none"}, {"origin": "http://testserver"}, {}],
    ids=str,
)
async def test_this_site_and_old_browsers_are_let_in_with_the_token(
    app: Any, headers: dict[str, str]
) -> None:
    cookie, token = await read(app)
    assert (await send(app, cookie, token, **headers)).status == 200


async def test_a_forwarded_host_does_not_make_another_site_ours(app: Any) -> None:
    cookie, token = await read(app)
    answer = await send(
        app,
        cookie,
        token,
        origin="https://evil.example",
        x_forwarded_host="evil.example",
        forwarded="host=evil.example",
    )
    assert answer.status == 403


async def test_a_wrong_token_keeps_what_was_typed_but_never_a_password(app: Any) -> None:
    cookie, token = await read(app)
    other_cookie, other_token = await read(app)
    for bad_cookie, bad_token in (
        (cookie, ""),
        (cookie, "x"),
        (cookie, "é"),
        (cookie, "A" * 43),
        (cookie, token[:-1]),
        (cookie, other_token),
        (other_cookie, token),
        ("", token),
        ("a" * 43, token),
        ("é", token),
    ):
        answer = await send(app, bad_cookie.encode().decode("latin-1"), bad_token, **HERE)
        assert answer.status == 403
        assert "Ce formulaire a expiré" in answer.html
        assert 'value="a&lt;b&gt;@exemple.fr"' in answer.html
        assert "secret-4711" not in answer.html
        assert answer.headers["cache-control"] == "private, no-cache"


async def test_an_expired_form_is_sent_again_in_one_click(somebody: Visitor) -> None:
    expired = await somebody.submit(FORM, {"courriel": "a@exemple.fr", "jeton": "x"})
    assert expired.status == 403
    assert expired.attribute("main form", "action") == FORM
    fields = {
        node.attributes["name"] or "": node.attributes["value"] or ""
        for node in expired.all("main form input")
    }
    again = await somebody.submit(FORM, fields)
    assert (again.status, again.html) == (200, "a@exemple.fr")


async def test_who_does_not_prove_to_come_from_here_is_shown_no_form_to_confirm(app: Any) -> None:
    """A page written by somebody else, in a browser too old to say so, must not be one click from being taken."""
    answer = await send(app, "", "x")
    assert answer.status == 403
    assert "<form" not in answer.html
    assert "exemple.fr" not in answer.html.split("<main")[1].split("</main")[0]


async def test_an_expired_form_in_a_part_of_a_page_leaves_the_page_as_it_is(app: Any) -> None:
    answer = await send(app, "", "x", **HERE, **HTMX)
    assert answer.status == 403
    assert 'id="erreur"' in answer.html
    assert "Ce formulaire a expiré" in answer.html


async def test_a_form_sent_after_the_session_ended_waits_for_a_new_one(somebody: Visitor) -> None:
    await somebody.get(FORM)
    answer = await somebody.submit("/essai/chez-soi", {"nom": "Anne"})
    assert answer.status == 403
    assert "Votre session est terminée" in answer.text("h1")
    assert answer.attribute("main input[name=nom]", "value") == "Anne"
    assert answer.has('main a[href="/connexion"]')


async def test_the_address_of_an_expired_form_stays_here(app: Any) -> None:
    served = Surroundings(app, is_production=False)
    answer = await ask(served, "/" + FORM, method="POST", headers=TYPE | HERE, body=[b"nom=a"])
    assert answer.status == 403
    assert 'action="//' not in answer.html


async def test_no_form_sent_stays_in_the_memory_of_the_framework(somebody: Visitor) -> None:
    """Its parser keeps the last thousand, passwords too: it is never called."""
    before = parse_url_encoded_form_data.cache_info()
    await somebody.get(FORM)
    await somebody.submit(FORM, {"courriel": "a@exemple.fr", "mot_de_passe": "secret-4711"})
    assert parse_url_encoded_form_data.cache_info() == before


@pytest.mark.parametrize("body", [b"jeton=%ff", b"\xff", b"{}"])
async def test_what_is_not_a_form_is_not_understood(app: Any, body: bytes) -> None:
    served = Surroundings(app, is_production=False)
    answer = await ask(served, FORM, method="POST", headers=TYPE | HERE, body=[body])
    assert answer.status == (403 if body == b"{}" else 400)
