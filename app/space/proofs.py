"""What the register of evidence holds about one person, in words they can read (terms § 13; convention de preuve)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from app.database import connection
from app.directory import ownership
from app.evidence import exporting
from app.evidence.kinds import KINDS
from app.rendering.moments import moment
from app.space import proof_words
from app.space.views import EvidenceLine, EvidencePage

PER_PAGE = 20

# An array, so that the index on the subject serves; `OR` would read the whole register.
_ABOUT = (
    " FROM evidence_entry e LEFT JOIN evidence_seal s ON s.entry = e.id"
    " LEFT JOIN mail m ON m.id = e.subject_id WHERE e.subject_id = ANY ($1::uuid[])"
)


class File(msgspec.Struct, frozen=True):
    name: str
    media_type: str


FILES = {
    "/mon-compte/preuves.json": File("mes-preuves.json", "application/json"),
    "/mon-compte/preuves.html": File("mes-preuves.html", "text/html; charset=utf-8"),
}
"""By address."""


async def subjects_of(account: UUID) -> list[UUID]:
    """The subjects whose entries are about this person: the account, each mail written to it, and the listing it took
    over (before, it had no account)."""
    found = await connection.rows("SELECT id FROM mail WHERE recipient = $1", account)
    practitioner = await ownership.practitioner_of(account)
    listing = [ownership.subject_of(practitioner)] if practitioner is not None else []
    return [account, *listing, *(row["id"] for row in found)]


async def count_of(account: UUID) -> int:
    """How many entries are about this person."""
    return await _count(await subjects_of(account))


async def _count(subjects: list[UUID]) -> int:
    return await connection.number(f"SELECT count(*){_ABOUT}", subjects)


async def page_of(account: UUID, number: int) -> EvidencePage:
    """One page of the entries about `account`, the newest first; a number out of range gives the nearest page."""
    subjects = await subjects_of(account)
    total = await _count(subjects)
    last = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), last)
    found = await connection.rows(
        "SELECT e.id, e.written_at, e.kind, e.content, e.content_hash, s.seal_hash, m.kind AS mail"
        f"{_ABOUT}"
        " ORDER BY e.id DESC LIMIT $2 OFFSET $3",
        subjects,
        PER_PAGE,
        (number - 1) * PER_PAGE,
    )
    return EvidencePage([_line(row) for row in found], total, number, last)


def _line(row: Record) -> EvidenceLine:
    kind = KINDS.get(row["kind"])
    told = proof_words.read(row["content"] or "{}")
    return EvidenceLine(
        number=row["id"],
        written=moment(row["written_at"]),
        title=kind.label if kind else row["kind"],
        facts=proof_words.facts({"modele": row["mail"]} | told if row["mail"] else told),
        marks=proof_words.marks(told),
        kind=row["kind"],
        content_hash=row["content_hash"].hex(),
        seal_hash=row["seal_hash"].hex() if row["seal_hash"] else "",
        is_erased=row["content"] is None,
    )


async def file_of(account: UUID, form: File, now: datetime) -> bytes:
    """Everything the register holds about `account`, to read or to check elsewhere."""
    found = await exporting.entries_of(await subjects_of(account))
    if form.name.endswith(".json"):
        return exporting.as_json(found, now=now)
    return exporting.as_html(found, words=proof_words.all_of, now=now)
