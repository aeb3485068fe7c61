"""What is said once after a form: on the page that follows, to that person only, and once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Response, post

from app.sealing import signing
from app.web import flash
from app.web.going import go
from app.web.pages import AnyRequest
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

SAID = "C’est enregistré : « à bientôt »."


@post("/essai/dire", sync_to_thread=False)
def said(request: AnyRequest) -> Response[bytes]:
    return go(request, "/precautions", flash=SAID)


@pytest.fixture(scope="module")
def app(own_database: str) -> Any:
    from app import main

    made = main.create_app()
    made.register(said)
    return made


@pytest.fixture
async def somebody(app: Any) -> AsyncIterator[Visitor]:
    async with Visitor(app) as visitor:
        await visitor.get("/connexion")
        yield visitor


async def test_it_is_said_on_the_next_page_and_no_longer_after(somebody: Visitor) -> None:
    sent = await somebody.submit("/essai/dire")
    assert (sent.status, sent.headers["location"]) == (303, "/precautions")
    page = await somebody.follow(sent)
    assert page.text("main > [role=status]") == SAID
    assert page.headers["cache-control"] == "private, no-cache"
    again = await somebody.get("/precautions")
    assert not again.has("main > [role=status]")
    assert again.headers["cache-control"] == "no-cache"


async def test_htmx_is_told_where_to_go(somebody: Visitor) -> None:
    sent = await somebody.submit("/essai/dire", htmx=True)
    assert (sent.status, sent.headers["hx-redirect"]) == (204, "/precautions")
    assert (await somebody.follow(sent)).text("main > [role=status]") == SAID


async def test_nobody_has_the_site_say_what_they_want(somebody: Visitor) -> None:
    for forged in (
        "Bonjour",
        signing.sign("session", "Bonjour"),
        signing.sign(flash.COOKIE, "Bonjour")[:-2] + "AA",
        "a" * 5_000,
    ):
        somebody.carry(flash.COOKIE, forged)
        page = await somebody.get("/precautions")
        assert "Bonjour" not in page.html
        assert flash.COOKIE not in somebody.cookies


async def test_a_long_text_is_not_said_this_way(app: Any) -> None:
    with pytest.raises(ValueError, match="sentence"):
        flash.leave(None, "a" * 301)  # type: ignore[arg-type]
