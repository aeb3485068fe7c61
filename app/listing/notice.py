"""A version of the listing contract in force and not accepted: told, then suspended fifteen days later (decision 8)."""

from __future__ import annotations

from datetime import date, datetime

from asyncpg import Record

from app.database import connection
from app.directory.tables import ListingState
from app.errors import Refused
from app.legal.documents import Version
from app.legal.refusals import NotPublished
from app.legal.tables import Document
from app.listing import contract, life, telling
from app.listing.contract import GRACE
from app.listing.items import CONTRACT
from app.listing.tables import DossierItem
from app.rendering.moments import day_of

# Listed, with an account, and last accepted a number below the one that asked to be accepted.
_UNACCEPTED = """
SELECT p.id, p.account, r.sent_at FROM practitioner p
LEFT JOIN expiry_reminder r ON r.practitioner = p.id AND r.item = $3 AND r.ends_on = $4 AND r.days_before = $5
WHERE p.listing_state = 'listed' AND p.account IS NOT NULL
  AND (p.listing_ends_at IS NULL OR p.listing_ends_at > $6)
  AND coalesce((SELECT max(v.number) FROM acceptance c JOIN document_version v ON v.id = c.version
                WHERE c.account = p.account AND v.document = $1), 0) < $2
ORDER BY p.id
"""


async def remind(now: datetime) -> int:
    """Say, once a version, that it waits to be accepted and until when; answers to how many it was said."""
    sent = 0
    version = await _asked(now)
    if version is None:
        return 0
    for row in await _unaccepted(version, now):
        if row["sent_at"] is not None:
            continue
        async with connection.transaction():
            if await telling.is_first(row["id"], *_key(version), now):
                sent += 1
                await telling.tell(
                    "contract_awaited",
                    row["id"],
                    now,
                    number=version.number,
                    due_at=now + GRACE,
                    path=CONTRACT,
                )
    return sent


async def suspend(now: datetime) -> int:
    """Suspend those who were told fifteen days ago and have not accepted; answers how many (E25)."""
    done = 0
    version = await _asked(now)
    if version is None:
        return 0
    for row in await _unaccepted(version, now):
        if row["sent_at"] is not None and row["sent_at"] + GRACE <= now:
            done += await _suspend(row["id"], version, now)
    return done


async def resume(practitioner: int, *, now: datetime) -> None:
    """The contract is accepted: end the suspension that only it had caused, unless an item is missing meanwhile."""
    async with connection.transaction():
        if (await life.locked(practitioner)).state is not ListingState.SUSPENDED:
            return
        steps = await life.steps_of(practitioner)
        if not steps or steps[0].ground != life.CONTRACT_GROUND:
            return
        try:
            await life.resume(practitioner, by=None, ground=life.CONTRACT_GROUND, now=now)
        except life.Incomplete:
            return
        path = await telling.page_of(practitioner)
        await telling.tell("dossier_listed", practitioner, now, path=path)


async def _suspend(practitioner: int, version: Version, now: datetime) -> int:
    reference = f"C-{version.number}-{practitioner}"
    async with connection.transaction():
        standing = await life.locked(practitioner)
        if standing.account and await contract.is_accepted(standing.account, now):
            return 0
        try:
            await life.suspend(
                practitioner, by=None, ground=life.CONTRACT_GROUND, reference=reference, now=now
            )
        except Refused:  # suspended or ended meanwhile
            return 0
        await telling.tell(
            "contract_suspension",
            practitioner,
            now,
            reference=reference,
            effective_at=now,
            number=version.number,
            path=CONTRACT,
        )
    return 1


async def _asked(now: datetime) -> Version | None:
    """The version in force, when it or one before it asked to be accepted."""
    try:
        version = await contract.in_force(now)
    except NotPublished:
        return None
    return version if version.acceptance_from else None


async def _unaccepted(version: Version, now: datetime) -> list[Record]:
    return await connection.rows(
        _UNACCEPTED,
        Document.LISTING_CONTRACT.value,
        version.acceptance_from,
        *_key(version),
        now,
    )


def _key(version: Version) -> tuple[DossierItem, date, int]:
    """What tells the reminders of one version from those of another: `days_before` bears its number."""
    return DossierItem.CONTRACT, day_of(version.effective_at), version.acceptance_from
