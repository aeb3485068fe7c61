"""Publishing a version of a legal document: once published, it stays as it is for ever."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from app.database import connection
from app.evidence import register
from app.jobs import queue
from app.legal.documents import Version, version, versions_of
from app.legal.refusals import (
    MAX_BYTES,
    MAX_SUMMARY,
    BeforeTheLast,
    EmptyText,
    Generated,
    InThePast,
    NotAcceptable,
    NoticeTooShort,
    PublishedMeanwhile,
    SameText,
    SummaryTooLong,
    TextTooLong,
    TooFar,
    UnreadableText,
)
from app.legal.tables import Document
from app.legal.titles import LABELS

DOCUMENT_PUBLISHED = "document_published"
"""The note left for whoever mails the holders of accounts (E30); its payload is the id of the version."""

NOTICE = timedelta(days=15)
"""Practitioners are told so long before (P2B 2019/1150 art. 3(2))."""
LATEST = timedelta(days=366)
"""A later version cannot come before this one: a year typed wrong would leave the document as it is for ever."""
ANNOUNCED = frozenset({Document.LISTING_CONTRACT, Document.RANKING})
"""The documents that bind practitioners: a new version of them waits for the notice."""
GENERATED = frozenset({Document.RANKING})
"""The documents produced from a setting, so that they always say what the program does (`ranking.change_tier`)."""


def evidence_subject(document: Document) -> UUID:
    """The opaque subject of the evidence about `document`: the same for all its versions."""
    return uuid5(NAMESPACE_URL, f"/documents/{document}")


async def publish(
    document: Document,
    body: str,
    *,
    effective_at: datetime,
    is_acceptance_required: bool,
    summary: str,
    by: str,
    now: datetime,
    seen: int | None = None,
    is_generated: bool = False,
) -> Version:
    """Publish `body` (Markdown) as the next version, in force from `effective_at` (UTC) on, for ever readable.

    `seen`: the number of the version it was written from (0: of none; None: whatever it is). Writes the evidence
    `document.publie` and leaves the note `document_published`. Raises `Generated` for a text written by hand where the
    program writes it, `EmptyText`, `TextTooLong`, `UnreadableText`, `SummaryTooLong`, `NotAcceptable`, `SameText`,
    `PublishedMeanwhile`, `InThePast`, `TooFar`, `BeforeTheLast`, and `NoticeTooShort` for what binds practitioners
    (terms § 12; P2B art. 3(2)), save its very first version.
    """
    body, summary = tidied(body), summary.strip()
    if len(summary) > MAX_SUMMARY:
        raise SummaryTooLong
    if document in GENERATED and not is_generated:
        raise Generated
    if is_acceptance_required and document not in LABELS:
        raise NotAcceptable
    sha256 = hashlib.sha256(body.encode()).digest()
    async with connection.transaction():
        await alone_to_publish()
        past = await versions_of(document)
        check_next(document, past, sha256, effective_at, now, seen=seen)
        number = past[0].number + 1 if past else 1
        made = await connection.row(
            "INSERT INTO document_version (document, number, body, sha256, effective_at,"
            " is_acceptance_required, summary, published_at, published_by)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            document.value,
            number,
            body,
            sha256,
            effective_at,
            is_acceptance_required,
            summary,
            now,
            by,
        )
        assert made is not None  # noqa: S101 - an INSERT … RETURNING answers its row or raises
        await register.write(
            "document.publie",
            subject_type="document",
            subject=evidence_subject(document),
            content={
                "document": document.value,
                "version": number,
                "sha256": sha256.hex(),
                "date_effet": effective_at.isoformat(),
                "acceptation_requise": is_acceptance_required,
            },
        )
        await queue.enqueue(DOCUMENT_PUBLISHED, made["id"])
    return await version(document, number)


async def alone_to_publish() -> None:
    """Hold back the other publications until the end of the transaction, so that numbers follow each other.

    Reading, and the foreign keys of the acceptances, go on.
    """
    await connection.execute("LOCK TABLE document_version IN SHARE ROW EXCLUSIVE MODE")


def tidied(body: str) -> str:
    """`body` as it is kept: lines ended by a line feed, one at the end. Raises what `publish` says."""
    body = body.replace("\r\n", "\n").replace("\r", "\n").strip("\n ")
    if not body.strip():
        raise EmptyText
    if len(body) > MAX_BYTES or len(body.encode(errors="replace")) >= MAX_BYTES:
        raise TextTooLong
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", body):
        raise UnreadableText
    return body + "\n"


def check_next(
    document: Document,
    past: list[Version],
    sha256: bytes,
    effective_at: datetime,
    now: datetime,
    *,
    seen: int | None,
) -> None:
    """Whether a text written from the version `seen` can follow the versions `past` from `effective_at` (UTC) on.

    Raises what `publish` says of it.
    """
    if effective_at < now:
        raise InThePast
    if effective_at > now + LATEST:
        raise TooFar
    if not past:
        return
    last = past[0]
    if last.sha256 == sha256.hex():
        raise SameText
    if seen is not None and last.number != seen:
        raise PublishedMeanwhile(last.number)
    if document in ANNOUNCED and effective_at < now + NOTICE:
        raise NoticeTooShort
    if effective_at < last.effective_at:
        raise BeforeTheLast
