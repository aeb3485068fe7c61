"""A worker of the tests: `poison` stops it dead, `calm` says that it ran, both started again and again.

Run as a program, with the database in its environment.
"""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta

from pgqueuer import PgQueuer
from pgqueuer.models import Job

from app.database import connection
from app.jobs import executing, queue


async def work() -> None:
    await connection.open_pool(4)
    queuer = PgQueuer.from_asyncpg_pool(connection.engine().pool)
    executor = executing.executor(executing.Turns())

    @queuer.entrypoint("poison", on_failure="hold", executor_factory=executor)
    async def poison(_: Job) -> None:
        await asyncio.sleep(0.1)
        os._exit(9)

    @queuer.entrypoint("calm", on_failure="hold", executor_factory=executor)
    async def calm(job: Job) -> None:
        await asyncio.sleep(0.3)
        await queue.beat(f"calm {job.id}", datetime.now(UTC))

    await queuer.run(dequeue_timeout=timedelta(seconds=0.3), heartbeat_timeout=timedelta(seconds=1))


if __name__ == "__main__":
    asyncio.run(work())
