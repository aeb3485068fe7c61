"""Jobs that fail are tried again, then held with what failed in plain words; one that kills its worker is held too."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from pgqueuer import PgQueuer
from pgqueuer.executors import EntrypointExecutorParameters
from pgqueuer.models import Context, Job

from app import config
from app.database import connection
from app.errors import Unavailable
from app.jobs import dead, executing, queue, tidying
from app.jobs.dead import NoSuchJob

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_job")]

PATIENCE = 30.0


async def _left(*notes: str) -> None:
    async with connection.transaction():
        for note in notes:
            await queue.enqueue(note)


async def _until(is_true: Callable[[], Awaitable[object]]) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not await is_true():
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.05)


async def _working(
    note: str, work: Callable[[], Awaitable[None]]
) -> tuple[PgQueuer, asyncio.Task[None]]:
    """A worker of this process that gives up at the first failure."""
    queuer = PgQueuer.from_asyncpg_pool(connection.engine().pool)
    executor = executing.executor(executing.Turns(), tries=0)

    @queuer.entrypoint(note, on_failure="hold", executor_factory=executor)
    async def run(_: Job) -> None:
        await work()

    return queuer, asyncio.create_task(queuer.run(dequeue_timeout=timedelta(seconds=0.2)))


async def test_a_job_held_says_what_failed_and_runs_again_when_asked() -> None:
    failures = [Unavailable(), None]

    async def work() -> None:
        if failure := failures.pop(0):
            raise failure

    await _left("essai")
    queuer, running = await _working("essai", work)
    await _until(dead.count)
    (held,) = await dead.dead()
    assert (held.note, held.tries, held.words) == ("essai", 1, dead.SILENT)
    assert held.detail.startswith("Unavailable: ")
    assert held.left_at <= held.held_at

    await dead.run_again(held.id)
    with pytest.raises(NoSuchJob):
        await dead.run_again(held.id)

    async def is_empty() -> bool:
        return await connection.rows("SELECT id FROM pgqueuer") == []

    await _until(is_empty)
    assert await dead.dead() == []
    queuer.shutdown.set()
    await running


async def test_a_mistake_of_the_program_is_told_without_its_words() -> None:
    async def work() -> None:
        raise ZeroDivisionError("division by zero")

    await _left("essai")
    queuer, running = await _working("essai", work)
    await _until(dead.count)
    (held,) = await dead.dead()
    assert (held.words, held.detail) == (dead.FAULT, "ZeroDivisionError: division by zero")
    queuer.shutdown.set()
    await running


async def test_a_job_that_does_not_exist_cannot_be_run_again() -> None:
    with pytest.raises(NoSuchJob):
        await dead.run_again(2**40)


async def test_a_job_that_kills_its_worker_is_held_and_the_others_are_done() -> None:
    """Real processes: each dies with the poison, and is started again as a supervisor would."""
    await _left("calm", "calm", "poison", "calm", "calm")
    await connection.execute("DELETE FROM heartbeat WHERE name LIKE 'calm %'")
    deaths = 0
    deadline = asyncio.get_running_loop().time() + 60
    process = None
    while await dead.count() == 0:
        assert asyncio.get_running_loop().time() < deadline, "the poison loops for ever"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.jobs.deadly_worker", cwd=config.ROOT, env=dict(os.environ),
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

        async def is_over(process: asyncio.subprocess.Process = process) -> bool:
            return process.returncode is not None or await dead.count() > 0

        await _until(is_over)
        deaths += process.returncode is not None

    async def all_calm() -> bool:
        done = await connection.rows("SELECT name FROM heartbeat WHERE name LIKE 'calm %'")
        return len(done) == 4

    await _until(all_calm)
    assert process is not None
    process.kill()
    await process.wait()
    assert deaths == executing.MAX_DEATHS
    (held,) = await dead.dead()
    assert (held.note, held.words) == ("poison", dead.KILLED)
    await dead.run_again(held.id)
    (again,) = await connection.rows(
        "SELECT headers, attempts FROM pgqueuer WHERE id = $1", held.id
    )
    assert (again["headers"], again["attempts"]) == (None, 0), "it gets all its tries again"


async def test_a_suspect_that_is_done_is_cleared_before_the_queue_writes_it_down() -> None:
    """The queue writes down late what is done: a death of the worker in between would count again."""
    await _left("essai")
    await connection.execute("""UPDATE pgqueuer SET headers = '{"starts": 2}'""")
    (found,) = await connection.rows("SELECT * FROM pgqueuer")

    async def work(_: Job) -> None: ...

    parameters = EntrypointExecutorParameters(func=work, concurrency_limit=0, on_failure="hold")
    executor = executing.executor(executing.Turns())(parameters)
    await executor.execute(Job.model_validate(dict(found)), Context(anyio.CancelScope()))
    (after,) = await connection.rows("SELECT headers FROM pgqueuer")
    assert after["headers"] == '{"starts": 0}'


async def test_a_suspect_runs_alone() -> None:
    turns = executing.Turns()
    inside: list[str] = []
    seen: list[tuple[str, ...]] = []

    async def run(name: str, *, alone: bool) -> None:
        async with turns.turn(alone=alone):
            inside.append(name)
            seen.append(tuple(inside))
            await asyncio.sleep(0.01)
            inside.remove(name)

    await asyncio.gather(
        *(run(f"calm{n}", alone=False) for n in range(3)),
        run("suspect1", alone=True),
        run("suspect2", alone=True),
        *(run(f"late{n}", alone=False) for n in range(3)),
    )
    assert [names for names in seen if any("suspect" in name for name in names)] == [
        ("suspect1",),
        ("suspect2",),
    ]
    assert max(len(names) for names in seen) == 3


async def test_a_suspect_that_stops_waiting_lets_the_others_go() -> None:
    turns = executing.Turns()
    async with turns.turn(alone=False):
        suspect = asyncio.create_task(_once(turns, alone=True))
        await asyncio.sleep(0.01)
        suspect.cancel()
        await asyncio.wait([suspect])
        await asyncio.wait_for(_once(turns, alone=False), 1)


async def _once(turns: executing.Turns, *, alone: bool) -> None:
    async with turns.turn(alone=alone):
        pass


async def test_old_lines_of_the_queue_are_dropped_but_those_of_a_job_still_held() -> None:
    await _left("essai", "autre")
    (first, _) = await connection.rows("SELECT id FROM pgqueuer ORDER BY id")
    await connection.execute("UPDATE pgqueuer SET status = 'failed' WHERE id = $1", first["id"])
    await connection.execute("DELETE FROM pgqueuer WHERE id <> $1", first["id"])
    now = datetime.now(UTC)
    assert await tidying.tidy(now) == 0
    later = now + tidying.KEPT + timedelta(days=1)
    assert await tidying.tidy(later) == 1
    assert await tidying.tidy(later) == 0
    kept = await connection.rows("SELECT job_id FROM pgqueuer_log")
    assert [row["job_id"] for row in kept] == [first["id"]]
