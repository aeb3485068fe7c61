"""Whether the parts the site rests on answer: for machines that watch it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import msgspec

from app.jobs import queue
from app.search.meilisearch_gateway import SearchGateway

SILENCE = timedelta(seconds=30)
"""Without a sign of life for so long, the worker is said to be absent."""
REPLY_SECONDS = 2.0
"""A database that takes longer is as good as down: whoever watches must not wait for it."""


class Health(msgspec.Struct, frozen=True):
    """`status` is "ok", "degraded" (pages are served, something is missing) or "down"."""

    status: str
    database: bool
    search: bool
    worker: bool
    worker_seen_at: datetime | None


async def look(gateway: SearchGateway, now: datetime) -> Health:
    """Ask each part; never raises."""
    seen = None
    try:
        async with asyncio.timeout(REPLY_SECONDS):
            seen = await queue.last_beat(queue.WORKER)
        database = True
    except Exception:  # noqa: BLE001  # whatever stops the database from answering is the answer
        database = False
    search = await gateway.is_healthy()
    worker = seen is not None and now - seen <= SILENCE
    status = "ok" if database and search and worker else "degraded" if database else "down"
    return Health(status, database, search, worker, seen)
