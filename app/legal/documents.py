"""The versions of the legal documents: which one is in force, which come next, and which are to accept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from asyncpg import Record

from app.config import UnsafeSetup
from app.database import connection
from app.errors import NotFound
from app.legal.refusals import NotPublished
from app.legal.tables import Document
from app.legal.titles import LABELS, TITLES
from app.rendering.moments import PARIS

ACCEPTED_BY_ALL = (Document.TERMS, Document.PRIVACY)
"""What whoever has an account accepts (or, for the privacy policy, has read)."""


class Version(msgspec.Struct, frozen=True):
    """A published text, in force from `effective_at` (UTC) until the next one.

    `sha256` is that of the UTF-8 bytes of `body`, in hexadecimal. `acceptance_from`: having accepted this number
    of the document, or a later one, is enough; 0 when none ever asked to be accepted.
    """

    id: int
    document: Document
    number: int
    body: str
    sha256: str
    effective_at: datetime
    is_acceptance_required: bool
    summary: str
    acceptance_from: int

    @property
    def title(self) -> str:
        return TITLES[self.document]

    @property
    def label(self) -> str:
        """What stands beside the box, exactly (EX-4-3); raises `KeyError` for a document nobody accepts."""
        since = self.effective_at.astimezone(PARIS)
        return f"{LABELS[self.document]} (version {self.number} du {since:%d/%m/%Y})"

    @property
    def url(self) -> str:
        return f"/documents/{self.document}/{self.number}"

    @property
    def file_name(self) -> str:
        return f"{self.document}-version-{self.number}.md"


_SELECT = """
SELECT id, document, number, body, sha256, effective_at, is_acceptance_required, summary,
  coalesce(max(number) FILTER (WHERE is_acceptance_required) OVER so_far, 0) AS acceptance_from,
  row_number() OVER (PARTITION BY document ORDER BY number DESC) AS age
FROM document_version {where}
WINDOW so_far AS (PARTITION BY document ORDER BY number)
"""


async def _found(where: str, *parameters: object, newest_only: bool = False) -> list[Version]:
    rows = await connection.rows(_SELECT.format(where=where), *parameters)
    kept = [row for row in rows if row["age"] == 1 or not newest_only]
    return sorted((_version(row) for row in kept), key=lambda one: (one.document, -one.number))


def _version(row: Record) -> Version:
    return Version(
        id=row["id"],
        document=Document(row["document"]),
        number=row["number"],
        body=row["body"],
        sha256=row["sha256"].hex(),
        effective_at=row["effective_at"],
        is_acceptance_required=row["is_acceptance_required"],
        summary=row["summary"],
        acceptance_from=row["acceptance_from"],
    )


def named(slug: str) -> Document:
    """The document whose address bears `slug`; raises `NotFound`."""
    try:
        return Document(slug)
    except ValueError:
        raise NotFound from None


async def in_force(document: Document, now: datetime) -> Version:
    """The version in force at `now` (UTC); raises `NotPublished`.

    Versions take effect in the order of their numbers, so it is the last of those that have.
    """
    found = await _found(
        "WHERE document = $1 AND effective_at <= $2", document.value, now, newest_only=True
    )
    if not found:
        raise NotPublished
    return found[0]


async def versions_of(document: Document) -> list[Version]:
    """Every version ever published, the newest first."""
    return await _found("WHERE document = $1", document.value)


async def version(document: Document, number: int) -> Version:
    """One version, in force or not; raises `NotFound`."""
    found = [one for one in await versions_of(document) if one.number == number]
    if not found:
        raise NotFound
    return found[0]


async def by_id(version: int) -> Version:
    """The version a note carries; raises `NotFound`."""
    found = await connection.row("SELECT document FROM document_version WHERE id = $1", version)
    if found is None:
        raise NotFound
    every = await versions_of(Document(found["document"]))
    return next(one for one in every if one.id == version)


async def upcoming(now: datetime) -> list[Version]:
    """The versions published that are not in force yet at `now` (UTC), the first to take effect first."""
    found = [one for one in await _found("") if one.effective_at > now]
    return sorted(found, key=lambda one: (one.effective_at, one.document, one.number))


async def to_accept(now: datetime) -> list[Version]:
    """What everybody with an account has to accept: the versions in force at `now` (UTC) of those documents.

    Somebody is settled with a version once they accepted its `acceptance_from`, or a later number.
    """
    return await acceptable(ACCEPTED_BY_ALL, now)


async def acceptable(among: Iterable[Document], now: datetime) -> list[Version]:
    """The versions in force at `now` (UTC) of the documents `among`, those whose acceptance was asked."""
    found = await _found(
        "WHERE document = ANY($1) AND effective_at <= $2",
        [document.value for document in among],
        now,
        newest_only=True,
    )
    order = list(Document)
    return sorted(
        (one for one in found if one.acceptance_from), key=lambda one: order.index(one.document)
    )


async def missing(now: datetime) -> list[Document]:
    """The documents without a version in force at `now` (UTC): production does not open without them."""
    rows = await connection.rows(
        "SELECT DISTINCT document FROM document_version WHERE effective_at <= $1", now
    )
    published = {row["document"] for row in rows}
    return [document for document in Document if document.value not in published]


async def check_published(now: datetime) -> None:
    """Raise `UnsafeSetup`, naming them, while documents have no version in force at `now` (UTC)."""
    lacking = await missing(now)
    if lacking:
        names = "\n  - ".join(TITLES[document] for document in lacking)
        raise UnsafeSetup(
            f"Documents à publier avant l’ouverture :\n  - {names}\n"
            "Relisez-les, puis lancez « python -m app.cli publish-documents »."
        )
