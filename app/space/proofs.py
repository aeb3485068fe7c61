"""What the register of evidence holds about one person, in words they can read (terms § 13; convention de preuve)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from app.database import connection
from app.evidence import exporting
from app.evidence.kinds import KINDS
from app.space.moments import moment
from app.space.views import EvidenceLine, EvidencePage

PER_PAGE = 20

_ABOUT = (
    " FROM evidence_entry e LEFT JOIN evidence_seal s ON s.entry = e.id WHERE e.subject_id = $1"
    " OR (e.subject_type = 'courriel' AND e.subject_id IN (SELECT id FROM mail WHERE recipient = $1))"
)
_NAMES = {
    "adresse_ip": "Adresse IP",
    "auteur": "Par",
    "case": "Case",
    "champs": "Ce qui a changé",
    "document": "Document",
    "libelle": "Libellé affiché",
    "message_id": "Numéro du message",
    "modele": "Courriel",
    "motif": "Motif",
    "navigateur": "Navigateur",
    "numero": "Version",
    "page": "Page",
    "reponse": "Réponse du serveur",
    "sha256": "Empreinte (SHA-256)",
    "version": "Version",
}


class File(msgspec.Struct, frozen=True):
    name: str
    media_type: str


FILES = {
    "/mon-compte/preuves.json": File("mes-preuves.json", "application/json"),
    "/mon-compte/preuves.html": File("mes-preuves.html", "text/html; charset=utf-8"),
}
"""By address."""


async def subjects_of(account: UUID) -> list[UUID]:
    """The subjects whose entries are about this person: the account, and each mail written to it."""
    found = await connection.rows("SELECT id FROM mail WHERE recipient = $1", account)
    return [account, *(row["id"] for row in found)]


async def count_of(account: UUID) -> int:
    """How many entries are about this person."""
    counted = await connection.row(f"SELECT count(*) AS n{_ABOUT}", account)
    return counted["n"] if counted else 0


async def page_of(account: UUID, number: int) -> EvidencePage:
    """One page of the entries about `account`, the newest first; a number out of range gives the nearest page."""
    total = await count_of(account)
    last = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), last)
    found = await connection.rows(
        "SELECT e.id, e.written_at, e.kind, e.content, e.content_hash, s.seal_hash"
        f"{_ABOUT}"
        " ORDER BY e.id DESC LIMIT $2 OFFSET $3",
        account,
        PER_PAGE,
        (number - 1) * PER_PAGE,
    )
    return EvidencePage([_line(row) for row in found], total, number, last)


def _line(row: Record) -> EvidenceLine:
    kind = KINDS.get(row["kind"])
    content = msgspec.json.decode(row["content"]) if row["content"] is not None else None
    return EvidenceLine(
        number=row["id"],
        written=moment(row["written_at"]),
        title=kind.label if kind else row["kind"],
        facts=_facts(content or {}),
        kind=row["kind"],
        content_hash=row["content_hash"].hex(),
        seal_hash=row["seal_hash"].hex() if row["seal_hash"] else "",
        is_erased=content is None,
    )


def _facts(content: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The content of an entry, whatever its keys: a fact written by a room to come is shown too."""
    return tuple(
        (_NAMES.get(name, name.replace("_", " ").capitalize()), _said(value))
        for name, value in content.items()
        if value not in (None, "", [], {})
    )


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} : {_said(each)}" for name, each in value.items())
    return str(value)


async def file_of(account: UUID, form: File, now: datetime) -> bytes:
    """Everything the register holds about `account`, to read or to check elsewhere."""
    found = await exporting.entries_of(await subjects_of(account))
    as_file = exporting.as_json if form.name.endswith(".json") else exporting.as_html
    return as_file(found, now=now)
