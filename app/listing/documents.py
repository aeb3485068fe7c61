"""Supporting documents: handed over, replaced (then kept a year), downloaded by their owner and administrators only.

Each download is an entry of evidence (EX-3.1-2; spec law § 2.9).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID, uuid4

import msgspec

from app.database import connection
from app.directory import editing as profiles
from app.errors import NotFound, Refused
from app.listing import dossiers, legal_identity, noting, practices
from app.listing.tables import DossierItem
from app.rendering.moments import day_of
from app.storage import files
from app.storage.stored import Stored

LIMIT_BYTES = 10_000_000
KEPT = timedelta(days=365)
"""How long a document that was replaced or taken off stays."""
MOST = 60
"""Documents of one dossier, those replaced in the year included: nobody needs more, a disk is not endless."""


class NoSuchDocument(NotFound):
    message = "Ce document n’existe pas, ou n’existe plus."


class TooManyDocuments(Refused):
    message = "Vous avez remis beaucoup de documents cette année. Écrivez-nous avant d’en ajouter."


class NotOne(Refused):
    message = "Ce document fait vivre une ligne du dossier : remplacez-le, ou supprimez la ligne."


class Document(msgspec.Struct, frozen=True):
    """A document of a dossier; `replaced_at`: since when another stands for it."""

    id: UUID
    practitioner: int
    item: DossierItem
    file: UUID
    insurance: int | None
    certificate: int | None
    name: str
    media_type: str
    size_bytes: int
    sha256: bytes
    handed_at: datetime
    replaced_at: datetime | None

    @property
    def size(self) -> str:
        """« 240 ko », « 2,4 Mo »."""
        if self.size_bytes < 1_000_000:
            return f"{max(1, round(self.size_bytes / 1_000))} ko"
        return f"{self.size_bytes / 1_000_000:.1f} Mo".replace(".", ",")


_SELECT = (
    "SELECT d.id, d.practitioner, d.item, d.file, d.insurance, d.certificate, f.name, f.media_type,"
    " f.size_bytes, f.sha256, d.handed_at, d.replaced_at FROM supporting_document d"
    " JOIN stored_file f ON f.id = d.file AND f.arrived_at IS NOT NULL"
)


async def of(practitioner: int, *, with_replaced: bool = False) -> list[Document]:
    """The documents of a dossier, item by item, the latest first."""
    found = await connection.rows(
        f"{_SELECT} WHERE d.practitioner = $1 AND ($2 OR d.replaced_at IS NULL)"
        " ORDER BY d.item, d.handed_at DESC, d.id",
        practitioner,
        with_replaced,
    )
    return [Document(**(dict(row.items()) | {"item": DossierItem(row["item"])})) for row in found]


async def document_of(practitioner: int, document: UUID) -> Document:
    """One of theirs, replaced or not; raises `NoSuchDocument`, also for somebody else's."""
    for one in await of(practitioner, with_replaced=True):
        if one.id == document:
            return one
    raise NoSuchDocument


async def document(document: UUID) -> Document:
    """Any of them, for an administrator; raises `NoSuchDocument`."""
    found = await connection.row(f"{_SELECT} WHERE d.id = $1", document)
    if found is None:
        raise NoSuchDocument
    return Document(**(dict(found.items()) | {"item": DossierItem(found["item"])}))


async def read(document: Document, *, by: UUID, how: str = "telechargement") -> None:
    """Write who opened a document, before its first byte leaves. `how`: « telechargement » or « lecture »."""
    async with connection.transaction():
        await noting.note(
            "dossier.piece_lue",
            document.practitioner,
            by=by,
            piece=str(document.id),
            sha256=document.sha256,
            action=how,
        )


async def hand_over(
    practitioner: int,
    item: DossierItem,
    file: Stored,
    *,
    insurance: int | None = None,
    certificate: int | None = None,
    by: UUID,
    now: datetime,
) -> UUID:
    """Add a file that has arrived to the dossier, in the transaction that keeps it; answers the document's id.

    It replaces the one that stood for the same insurance, certificate, or item. An insurance or a certificate counts
    from now on, and the practices that waited for it become public. Raises `NoSuchDocument` for a line that is not
    theirs, `TooManyDocuments`.
    """
    async with profiles.edit(practitioner, now=now):
        await _check_target(practitioner, insurance, certificate)
        kept = await connection.number(
            "SELECT count(*) FROM supporting_document WHERE practitioner = $1", practitioner
        )
        if kept >= MOST:
            raise TooManyDocuments
        await connection.execute(
            "UPDATE supporting_document SET replaced_at = $5 WHERE practitioner = $1 AND item = $2"
            " AND insurance IS NOT DISTINCT FROM $3 AND certificate IS NOT DISTINCT FROM $4"
            " AND replaced_at IS NULL",
            practitioner,
            item.value,
            insurance,
            certificate,
            now,
        )
        document = uuid4()
        await connection.execute(
            "INSERT INTO supporting_document (id, practitioner, item, file, insurance, certificate, handed_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            document,
            practitioner,
            item.value,
            file.id,
            insurance,
            certificate,
            now,
        )
        await _no_longer_awaited(insurance, certificate)
        await practices.show_covered(practitioner, now=now)
        await legal_identity.write_criteria(practitioner, today=day_of(now))
        await dossiers.changed(practitioner, item, now=now)
        await noting.note(
            "dossier.piece",
            practitioner,
            by=by,
            ligne=item.value,
            action="remise",
            piece=str(document),
            sha256=file.sha256,
            octets=file.size_bytes,
            type=file.media_type,
        )
    return document


async def take_off(practitioner: int, document: UUID, *, by: UUID, now: datetime) -> None:
    """Take off an optional document (terms of sale, a situation notice…); it stays a year. Twice is once.

    Raises `NoSuchDocument`, and `NotOne` for the file of an insurance or of a certificate.
    """
    async with profiles.edit(practitioner, now=now):
        found = await document_of(practitioner, document)
        if found.insurance is not None or found.certificate is not None:
            raise NotOne
        if found.replaced_at is not None:
            return
        await connection.execute(
            "UPDATE supporting_document SET replaced_at = $2 WHERE id = $1", document, now
        )
        await dossiers.changed(practitioner, found.item, now=now)
        await noting.note(
            "dossier.piece",
            practitioner,
            by=by,
            ligne=found.item.value,
            action="retrait",
            piece=str(document),
        )


async def tidy(now: datetime) -> int:
    """Forget the documents replaced more than a year ago; answers how many."""
    done = 0
    for row in await connection.rows(
        "SELECT id, file FROM supporting_document WHERE replaced_at <= $1 ORDER BY replaced_at",
        now - KEPT,
    ):
        async with connection.transaction():
            gone = await connection.row(
                "DELETE FROM supporting_document WHERE id = $1 RETURNING practitioner", row["id"]
            )
            if gone is None:
                continue
            await files.drop(row["file"])
            await noting.note(
                "dossier.piece",
                gone["practitioner"],
                by=None,
                action="effacement",
                piece=str(row["id"]),
            )
            done += 1
    return done


async def drop_all(practitioner: int) -> None:
    """Erase every document of a dossier that is forgotten with its practitioner, in the current transaction."""
    for row in await connection.rows(
        "DELETE FROM supporting_document WHERE practitioner = $1 RETURNING file", practitioner
    ):
        await files.drop(row["file"])


async def _check_target(practitioner: int, insurance: int | None, certificate: int | None) -> None:
    for table, line in (("insurance", insurance), ("training_certificate", certificate)):
        if line is not None and not await connection.row(
            f"SELECT 1 FROM {table} WHERE id = $1 AND practitioner = $2",  # noqa: S608
            line,
            practitioner,
        ):
            raise NoSuchDocument


async def _no_longer_awaited(insurance: int | None, certificate: int | None) -> None:
    await connection.execute("UPDATE insurance SET is_awaited = false WHERE id = $1", insurance)
    await connection.execute(
        "UPDATE training_certificate SET is_awaited = false WHERE id = $1", certificate
    )


def headers(document: Document) -> dict[str, str]:
    """What a download says of itself: a file to keep, that no browser shows in the site."""
    plain = "".join(
        c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in document.name
    )
    return {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(document.name, safe='')}",
        "content-length": str(document.size_bytes),
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
    }
