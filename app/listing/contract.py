"""The listing contract: accepted with evidence, announced fifteen days before it changes (EX-3.1-13; P2B art. 3(2)).

Nobody listed is hidden the day a version takes effect: they have as long again to accept it, are told, and only then
suspended (decision 8).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from app.accounts import acceptances
from app.accounts.acceptances import Box
from app.database import connection
from app.legal import documents
from app.legal.documents import Version
from app.legal.tables import Document

KEY = "contrat"
"""The field of the box and its name in the evidence."""
GRACE = timedelta(days=15)
"""After a version took effect, how long somebody listed has to accept it before the listing is suspended."""


async def in_force(now: datetime) -> Version:
    """Raises `legal.refusals.NotPublished`."""
    return await documents.in_force(Document.LISTING_CONTRACT, now)


async def upcoming(now: datetime) -> Version | None:
    """The next version, published and not in force yet."""
    found = [
        one for one in await documents.upcoming(now) if one.document is Document.LISTING_CONTRACT
    ]
    return found[0] if found else None


async def accepted_number(account: UUID) -> int:
    """The highest number accepted; 0 for none."""
    found = await connection.row(
        "SELECT max(v.number) AS number FROM acceptance c JOIN document_version v ON v.id = c.version"
        " WHERE c.account = $1 AND v.document = $2",
        account,
        Document.LISTING_CONTRACT.value,
    )
    return (found["number"] or 0) if found else 0


async def is_accepted(account: UUID, now: datetime) -> bool:
    """Whether the account is bound by the version in force, or by one that did not ask to be accepted again."""
    version = await in_force(now)
    return await accepted_number(account) >= max(1, version.acceptance_from)


async def boxes(account: UUID, now: datetime) -> list[Box]:
    """What `account` may accept, never ticked beforehand: the version in force, and the one announced."""
    number = await accepted_number(account)
    versions = [await in_force(now), await upcoming(now)]
    return [
        Box(KEY, version.label, str(version.id), version)
        for version in versions
        if version is not None and version.number > number
    ]


async def accept(
    account: UUID, sent: Mapping[str, str], *, page: str, session: UUID, now: datetime
) -> None:
    """Accept the version ticked; twice is once. Raises `BoxMissing`, `VersionChanged`."""
    async with connection.transaction():
        known = [await in_force(now), await upcoming(now)]
        asked = [
            Box(KEY, version.label, str(version.id), version)
            for version in known
            if version is not None
        ]
        ticked = [one for one in asked if one.value == sent.get(KEY)]
        acceptances.check(ticked or asked[:1], sent)
        await acceptances.record(account, ticked, page=page, session=session, now=now)
