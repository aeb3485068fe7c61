"""The worker reads the notes left in the queue: the index follows by itself, and tries again after a failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pgqueuer import PgQueuer

from app import worker
from app.database import connection
from app.jobs import queue
from app.search import engine
from app.search.meilisearch_gateway import IndexGateway, SearchUnavailable
from tests.factories import edited, practitioner
from tests.search.looking import search
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

PATIENCE = 8.0


class Failing(IndexGateway):
    """The real gateway, that fails `times` times first."""

    def __init__(self, times: int) -> None:
        super().__init__(*engine.address())
        self.times = times

    async def put(self, index: str, documents: list[dict[str, Any]]) -> None:
        if self.times:
            self.times -= 1
            raise SearchUnavailable
        await super().put(index, documents)


@asynccontextmanager
async def _working(gateway: IndexGateway) -> AsyncIterator[None]:
    """A worker at work in this process, as `python -m app.cli worker` runs it."""
    queuer = PgQueuer.from_asyncpg_pool(connection.engine().pool)
    worker.readers(queuer, gateway)
    running = asyncio.create_task(queuer.run(dequeue_timeout=timedelta(seconds=0.2)))
    try:
        yield
    finally:
        queuer.shutdown.set()
        await running


async def _until(is_true: Callable[[], Any]) -> None:
    """Wait until `is_true` answers so; fail after a while."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not await is_true():
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.05)


async def _notes() -> list[str]:
    return [row["status"] for row in await connection.rows("SELECT status::text FROM pgqueuer")]


async def test_a_change_reaches_the_search_by_the_worker_alone(
    visitor: Visitor, index_gateway: Any
) -> None:
    async with _working(index_gateway):
        person = await practitioner("Anne", "Abeille")

        async def is_found() -> bool:
            return (await visitor.get(search(q="abeille"))).slugs == [person]

        await _until(is_found)
        await edited(person, listing_state="delisted")

        async def is_idle() -> bool:
            return await _notes() == []

        await _until(is_idle)
        assert (await visitor.get(search(q="abeille"))).slugs == []


async def test_notes_left_while_nobody_worked_are_read_later(
    visitor: Visitor, index_gateway: Any
) -> None:
    people = [await practitioner("Anne", f"Nom{number}") for number in range(5)]
    assert await _notes() != []
    assert (await visitor.get(search(q="anne"))).slugs == []
    async with _working(index_gateway):

        async def is_found() -> bool:
            return (await visitor.get(search(q="anne"))).slugs == people

        await _until(is_found)


async def test_a_failure_of_the_engine_is_tried_again(visitor: Visitor) -> None:
    """Nobody has to do anything when Meilisearch comes back."""
    gateway = Failing(times=1)
    async with _working(gateway):
        person = await practitioner("Anne", "Abeille")

        async def is_found() -> bool:
            return (await visitor.get(search(q="abeille"))).slugs == [person]

        await _until(is_found)
    assert gateway.times == 0


async def test_the_last_sign_of_life_of_a_process_is_kept(empty: None) -> None:
    first = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    assert await queue.last_beat("test") is None
    await queue.beat("test", first)
    await queue.beat("test", first + timedelta(seconds=5))
    assert await queue.last_beat("test") == first + timedelta(seconds=5)
    assert await queue.last_beat("other") is None
    await connection.execute("DELETE FROM heartbeat WHERE name = 'test'")


async def test_the_health_page_says_when_the_worker_is_silent(visitor: Visitor) -> None:
    await connection.execute("DELETE FROM heartbeat")
    seen = (await visitor.request("GET", "/sante")).response.json()
    assert (seen["status"], seen["worker"]) == ("degraded", False)
    await queue.beat(queue.WORKER, datetime.now(UTC))
    seen = (await visitor.request("GET", "/sante")).response.json()
    assert (seen["status"], seen["worker"]) == ("ok", True)
    await queue.beat(queue.WORKER, datetime.now(UTC) - timedelta(minutes=1))
    seen = (await visitor.request("GET", "/sante")).response.json()
    assert (seen["status"], seen["worker"]) == ("degraded", False)
