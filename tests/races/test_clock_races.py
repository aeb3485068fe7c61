"""Several workers look at the clock at the same moment: the work starts once."""

from __future__ import annotations

import asyncio
import contextvars
from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest

from app.database import connection
from app.jobs import clock
from app.jobs.clock import Recurring

pytestmark = pytest.mark.anyio

WORKERS = 6
DAYS = 20


async def test_many_workers_start_a_work_once_a_day(pool: None) -> None:
    """Real transactions, each on a connection of its own."""
    await connection.execute("TRUNCATE clock_run, pgqueuer, pgqueuer_log")
    works = [Recurring("nuit", time(3, 0), "nuit"), Recurring("soir", time(19, 0), "soir")]
    started: Counter[str] = Counter()
    for day in range(DAYS):
        now = datetime(2026, 11, 1, 20, 0, tzinfo=UTC) + timedelta(days=day)
        looks = [
            asyncio.create_task(clock.tick(now, works), context=contextvars.Context())
            for _ in range(WORKERS)
        ]
        for look in looks:
            started.update(await look)
    assert started == {"nuit": DAYS, "soir": DAYS}
    (notes,) = await connection.rows("SELECT count(*) AS n FROM pgqueuer")
    assert notes["n"] == 2 * DAYS
    await connection.execute("TRUNCATE clock_run, pgqueuer, pgqueuer_log")
