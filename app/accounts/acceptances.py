"""What a person has accepted or declared by ticking a box: the label shown, word for word, and the text behind it.

Each is a row here and an entry of the register of evidence, written together (terms § 4, § 12, § 13).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import connection
from app.errors import Refused
from app.evidence import register
from app.legal import documents
from app.legal.documents import Version
from app.legal.tables import Document

ADULT = "majeur"
ADULT_LABEL = "J’ai 18 ans ou plus"
KEYS = {Document.TERMS: "cgu", Document.PRIVACY: "politique"}


class NotAccepted(Refused):
    """`errors`: what is said, box by box; under the empty name, of the whole form."""

    def __init__(self, names: Sequence[str] = ("",)) -> None:
        super().__init__()
        self.errors = dict.fromkeys(names, self.message)


class BoxMissing(NotAccepted):
    """Boxes were left unticked."""

    message = "Cochez cette case pour continuer."


class VersionChanged(NotAccepted):
    message = "Le texte a changé pendant que vous lisiez : voici la nouvelle version."


class Box(msgspec.Struct, frozen=True):
    """A box to tick. `key` names its field and its evidence; `value` is sent when it is ticked, and says which
    version the person had before them."""

    key: str
    label: str
    value: str = "1"
    version: Version | None = None


class Accepted(msgspec.Struct, frozen=True):
    """One line of « mes consentements »; `sha256` is that of the text, in hexadecimal."""

    document: Document
    number: int
    sha256: str
    label: str
    accepted_at: datetime


async def boxes_of_sign_up(now: datetime) -> list[Box]:
    """The boxes of the sign-up form, never ticked beforehand (EX-4-3, EX-5-1)."""
    found = [box_of(await documents.in_force(one, now)) for one in documents.ACCEPTED_BY_ALL]
    return [*found, Box(ADULT, ADULT_LABEL)]


def box_of(version: Version) -> Box:
    """The box that accepts `version`."""
    return Box(
        KEYS.get(version.document, version.document.value), version.label, str(version.id), version
    )


def check(boxes: Sequence[Box], sent: Mapping[str, str]) -> None:
    """Raise `BoxMissing` unless every box is ticked, `VersionChanged` when it was for another version."""
    if missing := [box.key for box in boxes if not sent.get(box.key)]:
        raise BoxMissing(missing)
    if any(sent[box.key] != box.value for box in boxes):
        raise VersionChanged


async def record(
    account: UUID, boxes: Sequence[Box], *, page: str, session: UUID | None, now: datetime
) -> None:
    """Keep what was ticked, in the current transaction. Accepted twice, a version is kept once."""
    for box in boxes:
        if box.version is not None:
            kept = await connection.row(
                "INSERT INTO acceptance (account, version, label, accepted_at) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (account, version) DO NOTHING RETURNING id",
                account,
                box.version.id,
                box.label,
                now,
            )
            if kept is None:
                continue
        await register.write(
            "consentement.donne",
            subject_type="compte",
            subject=account,
            content=_content(box) | {"page": page, "session": str(session) if session else None},
        )


def _content(box: Box) -> dict[str, str | int]:
    said: dict[str, str | int] = {"cle": box.key, "libelle": box.label}
    if box.version is not None:
        said |= {
            "document": box.version.document.value,
            "version": box.version.number,
            "sha256": box.version.sha256,
        }
    return said


async def pending(account: UUID, now: datetime) -> list[Version]:
    """The versions the person has still to accept (EX-12-1)."""
    last = await _last_numbers(account)
    asked = await documents.to_accept(now)
    return [one for one in asked if last.get(one.document.value, 0) < one.acceptance_from]


async def accept(
    account: UUID, sent: Mapping[str, str], *, page: str, session: UUID, now: datetime
) -> None:
    """Accept all that is pending, boxes ticked one by one. Raises `BoxMissing` and `VersionChanged`."""
    async with connection.transaction():
        boxes = [box_of(version) for version in await pending(account, now)]
        check(boxes, sent)
        await record(account, boxes, page=page, session=session, now=now)


async def of(account: UUID) -> list[Accepted]:
    """Everything the account accepted, the latest first."""
    found = await connection.rows(
        "SELECT v.document, v.number, encode(v.sha256, 'hex') AS sha256, c.label, c.accepted_at FROM acceptance c"
        " JOIN document_version v ON v.id = c.version WHERE c.account = $1"
        " ORDER BY c.accepted_at DESC, v.document",
        account,
    )
    return [Accepted(**(dict(line) | {"document": Document(line["document"])})) for line in found]


async def _last_numbers(account: UUID) -> dict[str, int]:
    found = await connection.rows(
        "SELECT v.document, max(v.number) AS number FROM acceptance c"
        " JOIN document_version v ON v.id = c.version WHERE c.account = $1 GROUP BY v.document",
        account,
    )
    return {line["document"]: line["number"] for line in found}
