"""Everything the product holds about one person, gathered from the rooms (RGPD art. 15 and 20; law § 2.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts import archives
from app.accounts import exporting as accounts
from app.accounts.archives import Archive
from app.calendar import exporting as calendar
from app.database import connection
from app.directory import exporting as directory
from app.errors import NotFound
from app.evidence import exporting as evidence
from app.jobs import queue
from app.listing import exporting as listing
from app.moderation import exporting as moderation
from app.post import exporting as post
from app.rendering import filters
from app.rendering.moments import moment
from app.space import archive, proof_words, proofs
from app.space.views import ExportShown
from app.storage import files, pictures

ARCHIVE_ASKED = "archive_asked"
"""The note of an archive to build; it carries the archive's id."""
_PORTRAIT_SIZE = "800.jpg"
"""The largest kept: the photograph itself is not."""
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
    proven = {
        "preuves.json": evidence.as_json(found, now=now),
        "preuves.html": evidence.as_html(found, words=proof_words.all_of, now=now),
    }
    beside = await _names_beside(account)
    content = await asyncio.to_thread(archive.zipped, data, proven, beside, now=now)
    await archives.progressed(asked, 90)
    return await archives.finish(asked, content, now=now)


async def export_of(account: UUID) -> dict[str, Any]:
    """What each room holds about `account`, by the name people read. Raises `NotFound`."""
    gathered: dict[str, Any] = {}
    for room in (accounts, post, directory, calendar, listing, moderation):
        gathered |= await room.export_of(account)
    return gathered


async def _names_beside(account: UUID) -> list[str]:
    """The files that are added to the archive while it is taken: too heavy to be kept in it for a day."""
    papers = [listing.path_of(one) for one in await listing.documents_of(account)]
    return [directory.PORTRAIT, *papers] if await directory.portrait_of(account) else papers


async def taken(account: UUID, asked: UUID, *, now: datetime) -> Iterator[bytes]:
    """The archive and the person's own files, piece by piece, for a thread; each document given is noted.

    Raises `NotFound` for somebody else's archive, and once it is over.
    """
    papers = await listing.documents_of(account)
    content = await archives.take(account, asked, pieces=[one.id for one in papers], now=now)
    beside: dict[str, Iterator[bytes]] = {}
    if portrait := await directory.portrait_of(account):
        beside[directory.PORTRAIT] = await pictures.pieces(portrait, _PORTRAIT_SIZE)
    for one in papers:
        with suppress(NotFound):
            beside[listing.path_of(one)] = await files.pieces(one.file)
    return archive.with_files(content, beside, now=now)


async def standing(account: UUID, now: datetime) -> ExportShown | None:
    """Where the latest archive stands; None when there is none to wait for or to take."""
    found = await archives.latest(account)
    if found is None or not (found.is_being_built(now) or found.is_ready(now)):
        return None
    papers = await listing.documents_of(account)
    return _shown(found, sum(one.size_bytes for one in papers))


def _shown(found: Archive, beside_bytes: int) -> ExportShown:
    return ExportShown(
        state="ready" if found.ready_at else "building",
        progress=found.progress,
        until=moment(found.expires_at) if found.expires_at else "",
        size=_size(found.size_bytes + beside_bytes),
        url=f"/mon-compte/telecharger/{found.id}",
    )


def _size(size_bytes: int) -> str:
    """« 12 ko », « 3,4 Mo »."""
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))}{filters.NARROW}ko"
    return f"{size_bytes / 1_000_000:.1f}{filters.NARROW}Mo".replace(".", ",")
