"""The back door: runs the notes left in the queue and the clock; says which room reads which note."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from datetime import UTC, datetime, timedelta

import structlog
from pgqueuer import PgQueuer
from pgqueuer.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.models import Job

from app import config, logs
from app.database import connection
from app.directory import changes
from app.jobs import queue
from app.search import engine, index
from app.search.meilisearch_gateway import IndexGateway

WORKER = "worker"
BEAT_SECONDS = 5
_log = structlog.get_logger("worker")


def _patient(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
    """Tries again for about a day before the job is held for the operator to see."""
    return DatabaseRetryEntrypointExecutor(
        parameters=parameters,
        max_attempts=20,
        initial_delay=timedelta(seconds=1),
        max_delay=timedelta(hours=2),
    )


def readers(queuer: PgQueuer, gateway: IndexGateway) -> None:
    """Which room reads which note."""

    # One at a time in the whole installation: the index follows the directory's changes in their order.
    @queuer.entrypoint(
        changes.DIRECTORY_CHANGED, concurrency_limit=1, on_failure="hold", executor_factory=_patient
    )
    async def directory_changed(_: Job) -> None:
        sent = await index.follow(gateway)
        if sent:
            _log.info("indexed", practitioners=sent)


async def _beat() -> None:
    while True:
        with contextlib.suppress(Exception):
            await queue.beat(WORKER, datetime.now(UTC))
        await asyncio.sleep(BEAT_SECONDS)


async def _work() -> None:
    settings = config.current()
    await connection.open_pool(max(4, settings.database_pool_size))
    queuer = PgQueuer.from_asyncpg_pool(connection.engine().pool)
    readers(queuer, IndexGateway(*engine.address()))
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, queuer.shutdown.set)
    beating = asyncio.create_task(_beat())
    try:
        await queuer.run(
            # The listener does not come back by itself after a cut: short polls bound the wait.
            dequeue_timeout=timedelta(seconds=2),
            heartbeat_timeout=timedelta(seconds=30),
        )
    finally:
        beating.cancel()
        await connection.close_pool()


def run() -> None:
    """Work until told to stop."""
    logs.configure()
    asyncio.run(_work())
