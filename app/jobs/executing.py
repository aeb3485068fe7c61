"""How a job is run: tried again with growing delays, then held for the operator; one that kills its worker too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from pgqueuer.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.models import Context, Job

from app.database import connection

MAX_DEATHS = 3
"""A job during which the worker died so many times is held: it is likely to be what kills it."""
_STARTS = "starts"


class KilledItsWorker(Exception):
    """The worker died each time this job ran."""

    def __init__(self) -> None:
        super().__init__(f"the worker stopped dead {MAX_DEATHS} times during this job")


class Turns:
    """Jobs run together, except those under suspicion, which run alone: the innocent are never counted with them."""

    def __init__(self) -> None:
        self._running = 0
        self._is_alone = False
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def turn(self, *, alone: bool) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: not self._is_alone)
            if alone:
                self._is_alone = True
                try:
                    await self._changed.wait_for(lambda: not self._running)
                except BaseException:
                    self._is_alone = False
                    raise
            else:
                self._running += 1
        try:
            yield
        finally:
            async with self._changed:
                if alone:
                    self._is_alone = False
                else:
                    self._running -= 1
                self._changed.notify_all()


@dataclass
class Patient(DatabaseRetryEntrypointExecutor):
    """Tries again for about a day. The queue counts failures; deaths of the worker are counted here, in the headers."""

    turns: Turns = field(default_factory=Turns)

    async def execute(self, job: Job, context: Context) -> None:
        """Run `job`; raises `KilledItsWorker` instead when the worker has died too often during it."""
        deaths = _deaths(job)
        if deaths >= MAX_DEATHS:
            raise KilledItsWorker
        async with self.turns.turn(alone=deaths > 0):
            await _count(job, deaths + 1)
            try:
                await super().execute(job, context)
            except Exception:
                # It failed, and the worker lives.
                await _count(job, 0)
                raise
            if deaths:
                # The queue writes down what is done a little later: a death in between is not of this job.
                await _count(job, 0)


def executor(turns: Turns, *, tries: int = 20) -> Callable[[EntrypointExecutorParameters], Patient]:
    """What runs the jobs of one worker, which share its `turns`."""

    def made(parameters: EntrypointExecutorParameters) -> Patient:
        return Patient(
            parameters=parameters,
            max_attempts=tries,
            initial_delay=timedelta(seconds=1),
            max_delay=timedelta(hours=2),
            turns=turns,
        )

    return made


def _deaths(job: Job) -> int:
    found = (job.headers or {}).get(_STARTS, 0)
    return found if isinstance(found, int) else 0


async def _count(job: Job, starts: int) -> None:
    """Committed before the job begins, so that it outlives the worker."""
    await connection.execute(
        # A note without headers carries the null of JSON, not that of SQL.
        "UPDATE pgqueuer SET headers = CASE jsonb_typeof(headers) WHEN 'object' THEN headers ELSE '{}' END"
        " || jsonb_build_object('starts', $2::int) WHERE id = $1",
        job.id,
        starts,
    )
