"""The engine down or frozen: a clear message, browsing goes on from PostgreSQL, and it comes back by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app.search import engine, meilisearch_gateway
from app.search.meilisearch_gateway import OPEN_AFTER, SearchGateway
from tests.factories import indexed, practitioner
from tests.search.engines import Door, closed_port
from tests.search.looking import near, search
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

Plug = Callable[[str, int], SearchGateway]


@pytest.fixture
async def plug(site: Any) -> AsyncIterator[Plug]:
    """Points the site at another address of the engine, for the time of a test."""
    finder = site.state.finder
    own = finder.gateway
    made = []

    def plugged(url: str, timeout_ms: int) -> SearchGateway:
        finder.gateway = SearchGateway(url, engine.address()[1], timeout_ms=timeout_ms)
        made.append(finder.gateway)
        gateway: SearchGateway = finder.gateway
        return gateway

    yield plugged
    finder.gateway = own
    for gateway in made:
        await gateway.close()


async def test_with_the_engine_down_words_are_refused_clearly_and_browsing_goes_on(
    visitor: Visitor, index_gateway: Any, plug: Plug
) -> None:
    person = await practitioner()
    await indexed(index_gateway)
    plug(f"http://127.0.0.1:{closed_port()}", 800)
    for htmx in (False, True):
        seen = await visitor.get(search(q="sophrologie", lieu="Lyon", visio=1), htmx=htmx)
        assert seen.status == 503
        assert int(seen.headers["retry-after"]) > 0
        assert "La recherche par mot ne répond pas pour le moment." in seen.text("#resultats")
        assert "La recherche par mot ne répond pas" in seen.text("#annonce")
        assert seen.slugs == near(seen) == []
        ways = [a.attributes["href"] for a in seen.all("#resultats .steps a")]
        assert search(lieu="commune-69123", visio=1) in ways
        assert "/thematiques" in ways
    assert (await visitor.get(search(q="sophrologie"))).attribute("#q", "value") == "sophrologie"
    for url in (
        "/praticiens",
        search(theme="gestion-du-stress"),
        search(pratique="sophrologie"),
        search(lieu="Lyon"),
        search(lieu="Villeurbanne", rayon=20),
        search(theme="gestion-du-stress", lieu="69", pratique="sophrologie"),
    ):
        seen = await visitor.get(url)
        assert seen.status == 200
        assert seen.slugs == [person]
    for url in (
        "/",
        "/thematiques/gestion-du-stress",
        "/pratiques/sophrologie",
        f"/praticiens/{person}",
    ):
        assert (await visitor.get(url)).status == 200
    suggested = await visitor.get("/praticiens/suggestions?q=sophro", htmx=True)
    assert "Sophrologie" in suggested.text()


async def test_with_the_engine_down_the_help_of_a_sensitive_search_is_still_shown(
    visitor: Visitor, plug: Plug
) -> None:
    """Whoever types « suicide » must read 3114 even when nothing works."""
    plug(f"http://127.0.0.1:{closed_port()}", 800)
    seen = await visitor.get(search(q="suicide"))
    assert seen.status == 503
    assert seen.has('.help--emergency a[href="tel:3114"]')


async def test_the_health_page_says_when_the_engine_is_down(visitor: Visitor, plug: Plug) -> None:
    before = await visitor.request("GET", "/sante")
    assert before.response.json()["search"] is True
    plug(f"http://127.0.0.1:{closed_port()}", 800)
    after = await visitor.request("GET", "/sante")
    assert after.status == 200
    assert after.response.json()["search"] is False
    assert after.response.json()["status"] == "degraded"


async def test_the_health_page_says_what_visitors_see_while_the_engine_is_left_alone(
    visitor: Visitor, plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meilisearch_gateway, "OPEN_SECONDS", 60.0)
    async with Door(engine.address()[0]) as door:
        gateway = plug(door.url, 800)
        door.is_frozen = True
        for number in range(OPEN_AFTER):
            assert (await visitor.get(search(q=f"mot{number}"))).status == 503
        door.is_frozen = False
        assert (await visitor.get(search(q="sophrologie"))).status == 503
        assert (await visitor.request("GET", "/sante")).response.json()["search"] is False
        gateway._closed_until = 0.0
        assert (await visitor.request("GET", "/sante")).response.json()["search"] is True
        assert (await visitor.get(search(q="sophrologie"))).status == 200


async def test_an_engine_that_refuses_the_key_is_an_engine_that_is_down(
    visitor: Visitor, plug: Plug
) -> None:
    gateway = plug(engine.address()[0], 800)
    gateway._session.headers["Authorization"] = "Bearer wrong"
    assert (await visitor.get(search(q="sophrologie"))).status == 503


async def test_a_frozen_engine_is_given_up_then_left_alone(visitor: Visitor, plug: Plug) -> None:
    """After a few failures the requests no longer wait, nor even connect."""
    async with Door(engine.address()[0]) as door:
        door.is_frozen = True
        plug(door.url, 100)
        for number in range(OPEN_AFTER):
            assert (await visitor.get(search(q=f"mot{number}"))).status == 503
        before = door.connections
        for number in range(5):
            seen = await visitor.get(search(q=f"autre{number}"))
            assert seen.status == 503
            assert "ne répond pas" in seen.text("#resultats")
        assert door.connections == before
        assert (await visitor.get("/praticiens")).status == 200


async def test_a_crowd_before_a_frozen_engine_is_answered_as_one(
    visitor: Visitor, plug: Plug
) -> None:
    async with Door(engine.address()[0]) as door:
        door.is_frozen = True
        plug(door.url, 300)
        crowd = asyncio.gather(*(visitor.get(search(q=f"mot{n}")) for n in range(40)))
        assert {seen.status for seen in await crowd} == {503}


async def test_the_search_comes_back_by_itself(
    visitor: Visitor, index_gateway: Any, plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meilisearch_gateway, "OPEN_SECONDS", 1.0)
    person = await practitioner()
    await indexed(index_gateway)
    async with Door(engine.address()[0]) as door:
        plug(door.url, 150)
        door.is_frozen = True
        for number in range(OPEN_AFTER + 1):
            assert (await visitor.get(search(q=f"mot{number}"))).status == 503
        door.is_frozen = False
        assert (await visitor.get(search(q="sophrologie"))).status == 503
        await asyncio.sleep(1.05)
        seen = await visitor.get(search(q="sophrologie"))
        assert seen.status == 200
        assert seen.slugs == [person]


async def test_what_the_engine_answered_just_before_is_still_shown_when_it_stops(
    visitor: Visitor, index_gateway: Any, plug: Plug
) -> None:
    person = await practitioner()
    await indexed(index_gateway)
    assert (await visitor.get(search(q="sophrologie"))).slugs == [person]
    plug(f"http://127.0.0.1:{closed_port()}", 800)
    assert (await visitor.get(search(q="sophrologie", lieu="Lyon"))).slugs == [person]
