"""The entries about somebody, to keep and to check elsewhere: JSON for a program, a page to read (terms § 13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from app.database import connection
from app.evidence import chain
from app.evidence.kinds import KINDS
from app.rendering.environment import without_files
from app.rendering.moments import moment

HOW_TO_CHECK = (
    "Empreinte du contenu : SHA-256 du sel (octets) suivi du contenu (texte UTF-8, tel quel). "
    "Sceau : SHA-256 du texte « monpro-1|position|numero|ecrit_le|type|sujet_type|sujet|empreinte_contenu|scelle_le|"
    "sceau_precedent », empreintes en hexadécimal. Le sceau précédent de la position 1 est fait de 64 zéros."
)


_FRENCH = {
    "number": "numero",
    "written_at": "ecrit_le",
    "kind": "type",
    "label": "libelle",
    "subject_type": "sujet_type",
    "subject": "sujet",
    "content": "contenu",
    "salt": "sel",
    "content_hash": "empreinte_contenu",
    "position": "position",
    "sealed_at": "scelle_le",
    "previous_hash": "sceau_precedent",
    "seal_hash": "sceau",
}


class Exported(msgspec.Struct, frozen=True, rename=_FRENCH):
    """One entry with its hashes. `content` and `salt` are None once emptied; a seal comes within seconds."""

    number: int
    written_at: str
    kind: str
    label: str
    subject_type: str
    subject: UUID
    content: str | None
    salt: str | None
    content_hash: str
    position: int | None
    sealed_at: str | None
    previous_hash: str | None
    seal_hash: str | None


Words = Callable[[str], Sequence[tuple[str, str]]]
"""From a content as it is kept to its facts in words: rooms above know what they mean."""

_ENTRIES = """
SELECT e.*, s.position, s.sealed_at, s.previous_hash, s.seal_hash
FROM evidence_entry e LEFT JOIN evidence_seal s ON s.entry = e.id
WHERE e.subject_id = ANY ($1::uuid[]) ORDER BY e.id
"""


async def entries_of(subjects: Sequence[UUID]) -> list[Exported]:
    """Every entry whose subject is one of `subjects` (an account, its mails…), in the order they were written."""
    return [_exported(row) for row in await connection.rows(_ENTRIES, list(subjects))]


def as_json(entries: Sequence[Exported], *, now: datetime) -> bytes:
    """The entries with all that is needed to compute their hashes again, in UTF-8."""
    told = {"fait_le": chain.moment(now), "comment_recalculer": HOW_TO_CHECK, "elements": entries}
    return msgspec.json.format(msgspec.json.encode(told), indent=2)


def as_html(entries: Sequence[Exported], *, words: Words, now: datetime) -> bytes:
    """The same as a page that needs nothing else, in UTF-8, its facts told in `words`."""
    html: str = (
        without_files()
        .get_template("evidence/export.html")
        .render(
            title="Éléments de preuve",
            made=moment(now),
            entries=[_told(one, words) for one in entries],
            how_to_check=HOW_TO_CHECK,
        )
    )
    return html.encode()


def _told(entry: Exported, words: Words) -> tuple[Exported, str, Sequence[tuple[str, str]]]:
    facts = () if entry.content is None else words(entry.content)
    return entry, moment(datetime.fromisoformat(entry.written_at)), facts


def _exported(row: Record) -> Exported:
    kind = KINDS.get(row["kind"])
    return Exported(
        number=row["id"],
        written_at=chain.moment(row["written_at"]),
        kind=row["kind"],
        label=kind.label if kind else row["kind"],
        subject_type=row["subject_type"],
        subject=row["subject_id"],
        content=row["content"],
        salt=_hex(row["salt"]),
        content_hash=row["content_hash"].hex(),
        position=row["position"],
        sealed_at=chain.moment(row["sealed_at"]) if row["sealed_at"] else None,
        previous_hash=_hex(row["previous_hash"]),
        seal_hash=_hex(row["seal_hash"]),
    )


def _hex(raw: bytes | None) -> str | None:
    return None if raw is None else raw.hex()
