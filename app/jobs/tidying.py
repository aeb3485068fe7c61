"""The queue writes down every step of every job; nobody reads it after a month."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.database import connection

TIDY_QUEUE = "tidy_queue"
KEPT = timedelta(days=30)
"""A job still held keeps its own lines, which say why."""


async def tidy(now: datetime) -> int:
    """Delete the lines older than `KEPT`; answers how many. Done twice, it finds nothing the second time."""
    lines = await connection.number(
        "WITH gone AS (DELETE FROM pgqueuer_log l WHERE created < $1 AND NOT EXISTS"
        " (SELECT FROM pgqueuer j WHERE j.id = l.job_id) RETURNING 1) SELECT count(*) FROM gone",
        now - KEPT,
    )
    await connection.execute("DELETE FROM pgqueuer_statistics WHERE created < $1", now - KEPT)
    return lines
