"""What the register of evidence holds about one person, in words they can read (terms § 13; convention de preuve)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from app.accounts import devices, requests
from app.database import connection
from app.evidence import exporting
from app.evidence.kinds import KINDS
from app.legal.titles import TITLES
from app.post import kinds as mails
from app.rendering.moments import moment
from app.space.views import EvidenceLine, EvidencePage

PER_PAGE = 20

# An array, so that the index on the subject serves; `OR` would read the whole register.
_ABOUT = (
    " FROM evidence_entry e LEFT JOIN evidence_seal s ON s.entry = e.id"
    " LEFT JOIN mail m ON m.id = e.subject_id WHERE e.subject_id ="
    " ANY (ARRAY(SELECT id FROM mail WHERE recipient = $1) || ARRAY[$1::uuid])"
)
_NAMES = {
    "adresse_ip": "Adresse IP",
    "auteur": "Par",
    "changement": "Changement",
    "champs": "Ce qui a changé",
    "document": "Document",
    "droit": "Droit",
    "echeance": "À répondre avant",
    "etape": "Étape",
    "etat": "État",
    "fermees": "Sessions fermées",
    "libelle": "Libellé affiché",
    "modele": "Courriel",
    "motif": "Motif",
    "navigateur": "Navigateur",
    "reference": "Référence",
    "repondue": "Répondue",
    "second_facteur": "Second facteur",
    "version": "Version",
}
"""What people read in the first place; the other facts of an entry are marks, for who checks them."""
_WORDS = {
    "accepted": "accepté",
    "acces_non_autorise": "accès non autorisé",
    "codes": "nouveaux codes de secours",
    "doubtful": "incertain",
    "email": "adresse e-mail",
    "email_confirme": "adresse confirmée",
    "failed": "non envoyé",
    "off": "désactivé",
    "on": "activé",
    "personne": "vous",
    "preparation": "préparation",
    "prenom": "prénom",
    "relues": "données relues",
    "telechargement": "téléchargement",
    "telephone": "téléphone",
    **{document.value: title for document, title in TITLES.items()},
    **{kind.name: kind.label for kind in mails.KINDS.values()},
    **requests.RIGHTS,
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
        "SELECT e.id, e.written_at, e.kind, e.content, e.content_hash, s.seal_hash, m.kind AS mail"
        f"{_ABOUT}"
        " ORDER BY e.id DESC LIMIT $2 OFFSET $3",
        account,
        PER_PAGE,
        (number - 1) * PER_PAGE,
    )
    return EvidencePage([_line(row) for row in found], total, number, last)


def _line(row: Record) -> EvidenceLine:
    kind = KINDS.get(row["kind"])
    told: dict[str, Any] = msgspec.json.decode(row["content"] or "{}")
    told = {name: value for name, value in told.items() if value not in (None, "", [], {})}
    return EvidenceLine(
        number=row["id"],
        written=moment(row["written_at"]),
        title=kind.label if kind else row["kind"],
        facts=_facts({"modele": row["mail"]} | told if row["mail"] else told),
        # What is not told in words, whatever its name: a fact written by a room to come is shown too.
        marks=tuple((name, _said(value)) for name, value in told.items() if name not in _NAMES),
        kind=row["kind"],
        content_hash=row["content_hash"].hex(),
        seal_hash=row["seal_hash"].hex() if row["seal_hash"] else "",
        is_erased=row["content"] is None,
    )


def _facts(told: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    in_words = told | (
        {"navigateur": devices.label(told["navigateur"])} if "navigateur" in told else {}
    )
    return tuple((_NAMES[name], _said(value)) for name, value in in_words.items() if name in _NAMES)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} : {_said(each)}" for name, each in value.items())
    return _WORDS.get(str(value), str(value))


async def file_of(account: UUID, form: File, now: datetime) -> bytes:
    """Everything the register holds about `account`, to read or to check elsewhere."""
    found = await exporting.entries_of(await subjects_of(account))
    as_file = exporting.as_json if form.name.endswith(".json") else exporting.as_html
    return as_file(found, now=now)
