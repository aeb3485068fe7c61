"""Everything the product holds about one person, gathered from the rooms (RGPD art. 15 and 20; law § 2.5)."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts import archives, exporting
from app.accounts.archives import Archive
from app.database import connection
from app.evidence import exporting as evidence
from app.jobs import queue
from app.post import exporting as post
from app.rendering import filters
from app.rendering.moments import moment
from app.space import archive, proofs
from app.space.views import ExportShown

ARCHIVE_ASKED = "archive_asked"
"""The note of an archive to build; it carries the archive's id."""
ON_THE_SPOT = 2_000
"""Entries of evidence up to which the person waits for the answer (well under a second); beyond, the worker builds."""


async def ask(account: UUID, *, now: datetime) -> None:
    """Have the archive built: at once for a small account, by the worker for another."""
    entries = await proofs.count_of(account)
    async with connection.transaction():
        asked = await archives.ask(account, now=now)
        if entries > ON_THE_SPOT:
            await queue.enqueue(ARCHIVE_ASKED, asked)
    if entries <= ON_THE_SPOT:
        await build(asked, now=now)


async def build(asked: UUID, *, now: datetime) -> bool:
    """Build the archive and tell its owner; done twice, or for an account closed since, it does nothing more."""
    account = await archives.owner_of(asked)
    if account is None:
        return False
    data = await export_of(account)
    await archives.progressed(asked, 30)
    found = await evidence.entries_of(await proofs.subjects_of(account))
    await archives.progressed(asked, 60)
    files = {
        "preuves.json": evidence.as_json(found, now=now),
        "preuves.html": evidence.as_html(found, now=now),
    }
    content = await asyncio.to_thread(archive.zipped, data, files, now=now)
    await archives.progressed(asked, 90)
    return await archives.finish(asked, content, now=now)


async def export_of(account: UUID) -> dict[str, Any]:
    """What each room holds about `account`, by the name people read. Raises `NotFound`."""
    gathered: dict[str, Any] = {}
    for room in (exporting, post):
        gathered |= await room.export_of(account)
    return gathered


async def standing(account: UUID, now: datetime) -> ExportShown | None:
    """Where the latest archive stands; None when there is none to wait for or to take."""
    found = await archives.latest(account)
    if found is None or not (found.is_being_built(now) or found.is_ready(now)):
        return None
    return _shown(found)


def _shown(found: Archive) -> ExportShown:
    return ExportShown(
        state="ready" if found.ready_at else "building",
        progress=found.progress,
        until=moment(found.expires_at) if found.expires_at else "",
        size=_size(found.size_bytes),
        url=f"/mon-compte/telecharger/{found.id}",
    )


def _size(size_bytes: int) -> str:
    """« 12 ko », « 3,4 Mo »."""
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))}{filters.NARROW}ko"
    return f"{size_bytes / 1_000_000:.1f}{filters.NARROW}Mo".replace(".", ",")
