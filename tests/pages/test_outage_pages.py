"""When a part does not answer: /sante says which, the pages that can go on do, the others say so (503)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from app.database import connection
from app.jobs import queue
from app.pages.health import SILENCE
from app.search.meilisearch_gateway import SearchGateway
from tests.factories import indexed, practitioner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

CLOSED_PORT = 9
"""« discard »: nothing listens there."""
DEAD_SERVER = f"postgresql://personne@127.0.0.1:{CLOSED_PORT}/rien"


@asynccontextmanager
async def database_down() -> AsyncIterator[None]:
    """The pool leads to a server that refuses, as after a crash."""
    engine = connection.engine()
    living, engine.pool = engine.pool, await asyncpg.create_pool(DEAD_SERVER, min_size=0)
    try:
        yield
    finally:
        engine.pool = living


@asynccontextmanager
async def database_frozen() -> AsyncIterator[None]:
    """The pool leads to a server that accepts and never says a word, as behind a lost network."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    engine = connection.engine()
    address = f"postgresql://personne@127.0.0.1:{port}/rien"
    living, engine.pool = engine.pool, await asyncpg.create_pool(address, min_size=0)
    try:
        yield
    finally:
        engine.pool = living
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def search_down(site: Any) -> AsyncIterator[None]:
    """The gateway leads to an engine that refuses."""
    finder = site.state.finder
    living = finder.gateway
    finder.gateway = SearchGateway(f"http://127.0.0.1:{CLOSED_PORT}", None, timeout_ms=300)
    try:
        yield
    finally:
        await finder.gateway.close()
        finder.gateway = living


async def health(visitor: Visitor) -> tuple[int, dict[str, Any]]:
    seen = await visitor.request("GET", "/sante")
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["cache-control"] == "no-store"
    return seen.status, json.loads(seen.html)


# ---- /sante -----------------------------------------------------------------------------------------


async def test_all_is_well_when_each_part_answers(visitor: Visitor) -> None:
    await queue.beat(queue.WORKER, datetime.now(UTC))
    status, said = await health(visitor)
    assert (status, said["status"]) == (200, "ok")
    assert said["database"] is said["search"] is said["worker"] is True
    assert datetime.fromisoformat(said["worker_seen_at"]).tzinfo is not None


async def test_a_silent_worker_is_a_degraded_site(visitor: Visitor) -> None:
    await queue.beat(queue.WORKER, datetime.now(UTC) - SILENCE - timedelta(seconds=5))
    status, said = await health(visitor)
    assert (status, said["status"]) == (200, "degraded")
    assert (said["database"], said["search"], said["worker"]) == (True, True, False)


async def test_a_worker_never_seen_is_a_degraded_site(visitor: Visitor) -> None:
    await connection.execute("DELETE FROM heartbeat")
    status, said = await health(visitor)
    assert (status, said["status"], said["worker_seen_at"]) == (200, "degraded", None)


async def test_a_dead_search_engine_is_a_degraded_site(visitor: Visitor, site: Any) -> None:
    await queue.beat(queue.WORKER, datetime.now(UTC))
    async with search_down(site):
        status, said = await health(visitor)
    assert (status, said["status"], said["search"]) == (200, "degraded", False)


async def test_a_dead_database_is_a_site_that_is_down(visitor: Visitor) -> None:
    async with database_down():
        status, said = await health(visitor)
    assert (status, said["status"]) == (503, "down")
    assert (said["database"], said["worker"], said["worker_seen_at"]) == (False, False, None)
    assert (await health(visitor))[1]["database"] is True


async def test_a_frozen_database_does_not_freeze_who_watches(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.pages.health.REPLY_SECONDS", 0.2)
    async with database_frozen():
        status, said = await asyncio.wait_for(health(visitor), timeout=3)
    assert (status, said["status"]) == (503, "down")
    assert (await health(visitor))[1]["database"] is True


async def test_health_says_nothing_of_the_inside(visitor: Visitor) -> None:
    async with database_down():
        _, said = await health(visitor)
    assert set(said) == {"status", "database", "search", "worker", "worker_seen_at"}


# ---- the database -----------------------------------------------------------------------------------

NEED_THE_DATABASE = ["/", "/praticiens", "/praticiens/x", "/thematiques", "/pratiques/reiki"]


@pytest.mark.parametrize("address", [*NEED_THE_DATABASE, "/sitemap.xml"])
async def test_a_page_without_database_says_to_come_back(visitor: Visitor, address: str) -> None:
    async with database_down():
        seen = await visitor.get(address)
        part = await visitor.get(address, htmx=True)
    assert seen.status == part.status == 503
    assert seen.headers["retry-after"] == "30"
    assert seen.text("h1") == "Service momentanément indisponible"
    assert "Réessayez dans un instant." in seen.text("main")
    assert "Réessayez dans un instant." in part.text("#erreur")
    assert "127.0.0.1" not in seen.text("body")
    assert (await visitor.get(address)).status in (200, 404), "and it comes back by itself"


async def test_the_texts_need_no_database(visitor: Visitor) -> None:
    async with database_down():
        for address in (
            "/precautions", "/mentions-legales", "/classement", "/licences", "/robots.txt",
        ):  # fmt: skip
            assert (await visitor.get(address)).status == 200, address


async def test_connections_cut_by_the_server_are_opened_again(visitor: Visitor) -> None:
    slug = await practitioner()
    assert (await visitor.get(f"/praticiens/{slug}")).status == 200
    pool = connection.engine().pool
    assert pool is not None
    assert pool.get_size() > 0
    await pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    statuses = [(await visitor.get(f"/praticiens/{slug}")).status for _ in range(8)]
    assert set(statuses) <= {200, 503}
    assert statuses[-1] == 200


# ---- the search engine --------------------------------------------------------------------------------


async def test_words_cannot_be_searched_but_everything_else_goes_on(
    visitor: Visitor, site: Any, index_gateway: Any
) -> None:
    slug = await practitioner("Anne", "Abeille")
    await indexed(index_gateway)
    async with search_down(site):
        seen = await visitor.get("/praticiens?q=sophrologie&lieu=Lyon")
        part = await visitor.get("/praticiens?q=sophrologie&lieu=Lyon", htmx=True)
        for address in ("/praticiens?lieu=Lyon", "/praticiens?theme=gestion-du-stress"):
            assert (await visitor.get(address)).slugs == [slug]
        for address in ("/", "/thematiques/gestion-du-stress", f"/praticiens/{slug}"):
            assert (await visitor.get(address)).status == 200
    assert seen.status == part.status == 503
    assert seen.headers["retry-after"] == "10"
    assert "La recherche par mot ne répond pas pour le moment." in seen.text("#resultats")
    assert "La recherche par mot ne répond pas pour le moment." in part.text("#resultats")
    steps = [node.attributes["href"] or "" for node in seen.all("#resultats .steps a")]
    for step in steps:
        assert (await visitor.get(step)).status == 200
    assert (await visitor.get("/praticiens?q=sophrologie")).slugs == [slug]


async def test_a_site_that_opens_with_nobody_answers_a_search_by_words(visitor: Visitor) -> None:
    seen = await visitor.get("/praticiens?q=sophrologie")
    assert seen.status == 200
    assert "Aucun praticien" in seen.text("#annonce")
