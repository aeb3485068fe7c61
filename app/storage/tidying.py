"""The night's tidying: what was being received when the program stopped, and what was dropped since."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog
from asyncpg import ForeignKeyViolationError

from app.database import connection
from app.storage import pictures, places
from app.storage.store import Away
from app.storage.stored import Purpose

TIDY_FILES = "tidy_files"
ARRIVING = timedelta(days=1)
"""Nothing takes so long to arrive: what has not is no longer on its way."""
_log = structlog.get_logger("storage")


class Tidied(msgspec.Struct, frozen=True):
    """What was removed: files whose row did not count, and pieces left on this machine."""

    files: int
    pieces: int


async def tidy(now: datetime) -> Tidied:
    """Remove from the store, then from the database, the files that count no more. Done twice, it finds nothing.

    A file that cannot be removed now keeps its row, for the next night.
    """
    rows = await connection.rows(
        "SELECT id, purpose, place FROM stored_file WHERE arrived_at IS NULL AND sent_at < $1",
        now - ARRIVING,
    )
    removed = 0
    for row in rows:
        removed += await _forget(row["id"], _places_of(row["purpose"], row["place"]))
    return Tidied(removed, await asyncio.to_thread(_sweep))


def _places_of(purpose: str, place: str) -> list[str]:
    if purpose == Purpose.PORTRAIT:
        return [f"{place}/{name}" for name in pictures.NAMES]
    return [place]


async def _forget(file_id: UUID, kept_at: list[str]) -> bool:
    try:
        for place in kept_at:
            await asyncio.to_thread(places.store().drop, place)
    except Away:
        _log.warning("left to the next night", file=str(file_id))
        return False
    try:
        gone = await connection.rows(
            "DELETE FROM stored_file WHERE id = $1 AND arrived_at IS NULL RETURNING id", file_id
        )
    except ForeignKeyViolationError:
        return False  # what a dossier still names keeps its row, without a byte behind it
    return bool(gone)


def _sweep() -> int:
    """Remove the pieces of this machine that nobody has written for a day."""
    before = time.time() - ARRIVING.total_seconds()
    old = [path for path in places.arrivals().iterdir() if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
