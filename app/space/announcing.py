"""Tells the holders of accounts of a new version of a document (E30; terms § 12, P2B art. 3(2)), each of them once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.database import connection
from app.jobs import queue
from app.legal import documents
from app.legal.documents import Version
from app.legal.tables import Document
from app.post import outbox

DOCUMENT_ANNOUNCED = "document_announced"
"""The note of the mails still to write about a version; it carries a `Rest`."""
AT_A_TIME = 200
_NOBODY = UUID(int=0)

AUDIENCE = {
    Document.TERMS: "everybody",
    Document.PRIVACY: "everybody",
    Document.LISTING_CONTRACT: "practitioners",
    Document.RANKING: "practitioners",
}
"""Who is told; nobody of the legal notice nor of the rules of reviews, which bind no account."""

_HOLDERS = """
SELECT a.id, a.email FROM account a
WHERE a.id > $1 AND a.closed_at IS NULL AND NOT a.is_admin
  AND ($2 OR EXISTS (SELECT FROM practitioner p WHERE p.account = a.id))
ORDER BY a.id LIMIT $3
"""


class Rest(msgspec.Struct, frozen=True):
    """The holders after this one have still to be told of the version."""

    version: int
    after: UUID


async def published(version: int, *, now: datetime) -> None:
    """Begin to tell of a version just published; a first version changes nothing for anybody."""
    await announce(Rest(version, _NOBODY), now=now)


async def announce(rest: Rest, *, now: datetime) -> int:
    """Write the next mails and leave a note for those that follow; answers how many were written.

    All in one transaction, and each mail once whatever happens: read again after a crash, the note does no harm.
    """
    version = await documents.by_id(rest.version)
    audience = AUDIENCE.get(version.document)
    if audience is None or version.number == 1:
        return 0
    written = 0
    async with connection.transaction():
        holders = await connection.rows(_HOLDERS, rest.after, audience == "everybody", AT_A_TIME)
        for holder in holders:
            sent = await _tell(holder["id"], holder["email"], version, now)
            written += sent is not None
        if len(holders) == AT_A_TIME:
            await queue.enqueue(DOCUMENT_ANNOUNCED, Rest(rest.version, holders[-1]["id"]))
    return written


async def _tell(account: UUID, email: str, version: Version, now: datetime) -> UUID | None:
    return await outbox.send(
        "new_version",
        to=email,
        account=account,
        now=now,
        once=f"version:{version.id}",
        title=version.title,
        number=version.number,
        summary=version.summary,
        effective_at=version.effective_at,
        is_acceptance_required=version.is_acceptance_required,
        path=version.url,
        differences_path=f"{version.url}/differences",
    )
