"""The end of the log of mails (law § 2.9): their words go once accepted, their lines when their time is over."""

from __future__ import annotations

from datetime import datetime

from app.database import connection
from app.post.tables import MailState

_OLD = "FROM mail WHERE queued_at <= $1 AND state <> ALL ($2::text[])"
_UNDER_WAY = [MailState.QUEUED.value, MailState.HANDING.value]
"""A mail that may still leave by itself is never dropped under it."""


async def held_before(limit: datetime) -> int:
    """How many lines `purge` would drop."""
    return await connection.number(f"SELECT count(*) {_OLD}", limit, _UNDER_WAY)


async def purge(limit: datetime) -> int:
    """Drop the lines of mails written before `limit` (UTC); answers how many. Their evidence has its own retention."""
    gone = await connection.rows(f"DELETE {_OLD} RETURNING id", limit, _UNDER_WAY)
    return len(gone)
