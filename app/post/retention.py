"""The log of the mails, when it has been kept long enough (spec of the law, § 2.9)."""

from __future__ import annotations

from datetime import datetime

from app.database import connection


async def held_before(limit: datetime) -> int:
    """How many lines `purge` would delete."""
    found = await connection.row("SELECT count(*) AS n FROM mail WHERE queued_at < $1", limit)
    return int(found["n"]) if found else 0


async def purge(limit: datetime) -> int:
    """Delete the mails left before `limit` (UTC), whatever became of them; answers how many."""
    gone = await connection.rows("DELETE FROM mail WHERE queued_at < $1 RETURNING id", limit)
    return len(gone)
