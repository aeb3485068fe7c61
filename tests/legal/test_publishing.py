"""Publishing: versions follow each other, bear the hash of their bytes, and stay as they are for ever."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from app.config import UnsafeSetup
from app.database import connection
from app.errors import NotFound
from app.legal import documents, drafts, publishing
from app.legal.documents import Version
from app.legal.publishing import publish
from app.legal.refusals import (
    MAX_BYTES,
    MAX_SUMMARY,
    BeforeTheLast,
    EmptyText,
    Generated,
    InThePast,
    NotAcceptable,
    NoticeTooShort,
    NotPublished,
    SameText,
    SummaryTooLong,
    TextTooLong,
    UnreadableText,
)
from app.legal.tables import Document
from tests.conftest import FIRST_TEXTS_AT

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("texts")]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


async def published(document: Document = Document.TERMS, **changes: Any) -> Version:
    wanted: dict[str, Any] = {
        "body": "# Titre\n\nUn texte nouveau.\n",
        "effective_at": NOW + 20 * DAY,
        "is_acceptance_required": False,
        "summary": "Un mot change.",
        "by": "Ada",
        "now": NOW,
    } | changes
    return await publish(document, wanted.pop("body"), **wanted)


async def test_every_document_has_a_first_version_in_force() -> None:
    """EX-0-1."""
    for document in Document:
        found = await documents.in_force(document, NOW)
        assert (found.number, found.effective_at) == (1, FIRST_TEXTS_AT)
    assert await documents.missing(NOW) == []
    await documents.check_published(NOW)


async def test_the_hash_is_that_of_the_very_bytes() -> None:
    """EX-0-2."""
    found = await published(body="Dès l’été : 30 €…\r\n\r\nFin.\r\n\r\n")
    assert found.body == "Dès l’été : 30 €…\n\nFin.\n"
    assert found.sha256 == hashlib.sha256(found.body.encode()).hexdigest()


async def test_a_new_version_waits_for_its_moment_and_the_old_one_stays_readable() -> None:
    """EX-0-1."""
    new = await published()
    assert new.number == 2
    assert (await documents.in_force(Document.TERMS, NOW)).number == 1
    assert [one.id for one in await documents.upcoming(NOW)] == [new.id]
    before = new.effective_at - timedelta(seconds=1)
    assert (await documents.in_force(Document.TERMS, before)).number == 1
    assert (await documents.in_force(Document.TERMS, new.effective_at)).number == 2
    assert await documents.upcoming(new.effective_at) == []
    assert (await documents.version(Document.TERMS, 1)).effective_at == FIRST_TEXTS_AT
    assert [one.number for one in await documents.versions_of(Document.TERMS)] == [2, 1]


async def test_a_version_published_for_the_same_moment_replaces_the_one_announced() -> None:
    await published()
    await published(body="Un autre texte.")
    later = NOW + 20 * DAY
    assert (await documents.in_force(Document.TERMS, later)).number == 3


async def test_before_its_first_version_a_document_is_not_there() -> None:
    with pytest.raises(NotPublished):
        await documents.in_force(Document.TERMS, FIRST_TEXTS_AT - DAY)
    assert await documents.missing(FIRST_TEXTS_AT - DAY) == list(Document)
    with pytest.raises(UnsafeSetup) as refusal:
        await documents.check_published(FIRST_TEXTS_AT - DAY)
    for title in ("Conditions générales d’utilisation", "Règles des avis", "publish-documents"):
        assert title in str(refusal.value)


@pytest.mark.parametrize("number", [0, 2, -1, 10**30])
async def test_a_version_that_does_not_exist_is_not_found(number: int) -> None:
    with pytest.raises(NotFound):
        await documents.version(Document.TERMS, number)


async def test_publishing_leaves_its_evidence_and_a_note_with_the_version() -> None:
    found = await published(is_acceptance_required=True)
    entry = await connection.row(
        "SELECT content, subject_id FROM evidence_entry WHERE kind = 'document.publie'"
        " ORDER BY id DESC LIMIT 1"
    )
    assert entry is not None
    assert entry["subject_id"] == publishing.evidence_subject(Document.TERMS)
    assert msgspec.json.decode(entry["content"]) == {
        "document": "conditions-utilisation",
        "version": 2,
        "sha256": found.sha256,
        "date_effet": found.effective_at.isoformat(),
        "acceptation_requise": True,
    }
    notes = await connection.rows(
        "SELECT payload FROM pgqueuer WHERE entrypoint = $1", publishing.DOCUMENT_PUBLISHED
    )
    assert [msgspec.json.decode(note["payload"]) for note in notes] == [found.id]


async def test_a_publication_that_fails_leaves_nothing() -> None:
    """D3 of the convention de preuve."""
    entries = await connection.rows("SELECT id FROM evidence_entry")

    async def interrupted() -> None:
        async with connection.transaction():
            await published()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await interrupted()
    assert len(await documents.versions_of(Document.TERMS)) == 1
    assert len(await connection.rows("SELECT id FROM evidence_entry")) == len(entries)
    assert await connection.rows("SELECT 1 FROM pgqueuer") == []


@pytest.mark.parametrize("document", sorted(publishing.ANNOUNCED - publishing.GENERATED))
async def test_practitioners_are_told_fifteen_days_before(document: Document) -> None:
    """EX-3.1-13; P2B art. 3(2)."""
    early = NOW + 15 * DAY - timedelta(seconds=1)
    with pytest.raises(NoticeTooShort, match="quinze jours"):
        await published(document, effective_at=early)
    assert (await published(document, effective_at=NOW + 15 * DAY)).number == 2


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (EmptyText, {"body": " \n \r\n"}),
        (TextTooLong, {"body": "é" * (MAX_BYTES // 2)}),
        (UnreadableText, {"body": "un\x00deux"}),
        (UnreadableText, {"body": "un\u2028deux"}),
        (UnreadableText, {"body": "un\ud800deux"}),
        (SummaryTooLong, {"summary": "x" * (MAX_SUMMARY + 1)}),
        (InThePast, {"effective_at": NOW - timedelta(seconds=1)}),
    ],
)
async def test_what_cannot_be_published_is_refused_in_words(
    refusal: type[Exception], changes: dict[str, Any]
) -> None:
    with pytest.raises(refusal):
        await published(**changes)
    assert len(await documents.versions_of(Document.TERMS)) == 1


async def test_the_same_text_again_is_no_version() -> None:
    found = await published()
    with pytest.raises(SameText):
        await published(body=found.body.replace("\n", "\r\n"))


async def test_versions_take_effect_in_the_order_of_their_numbers() -> None:
    await published()
    with pytest.raises(BeforeTheLast):
        await published(body="Plus tôt.", effective_at=NOW + 10 * DAY)


@pytest.mark.parametrize("document", [Document.NOTICE, Document.REVIEWS])
async def test_what_nobody_accepts_is_not_asked_to_be_accepted(document: Document) -> None:
    with pytest.raises(NotAcceptable):
        await published(document, is_acceptance_required=True)


async def test_the_ranking_rules_are_never_written_by_hand() -> None:
    with pytest.raises(Generated):
        await published(Document.RANKING)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE document_version SET body = body || ' '",
        "UPDATE document_version SET effective_at = now()",
        "DELETE FROM document_version",
        "TRUNCATE document_version CASCADE",
    ],
)
async def test_the_database_keeps_published_versions_as_they_are(change: str) -> None:
    """EX-0-1."""
    with pytest.raises(asyncpg.RaiseError, match="kept as it is"):
        await connection.execute(change)


async def test_the_database_refuses_a_text_that_does_not_bear_its_hash() -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(
            "INSERT INTO document_version (document, number, body, sha256, effective_at, published_by)"
            " VALUES ('mentions-legales', 2, 'texte', '\\x00', now(), 'essai')"
        )


# ---- what is to accept ------------------------------------------------------------------------


async def test_everybody_accepts_the_terms_and_reads_the_policy() -> None:
    """EX-4-3, EX-12-1."""
    asked = await documents.to_accept(NOW)
    assert [(one.document, one.acceptance_from) for one in asked] == [
        (Document.TERMS, 1),
        (Document.PRIVACY, 1),
    ]
    assert asked[0].label == (
        "J’accepte les conditions générales d’utilisation (version 1 du 01/01/2026)"
    )
    assert asked[1].label.startswith("J’ai pris connaissance de la politique")


async def test_a_version_published_without_asking_asks_nothing_of_who_accepted() -> None:
    """EX-12-1: « invité à accepter » only when necessary."""
    light = await published()
    asked = (await documents.to_accept(light.effective_at))[0]
    assert (asked.number, asked.acceptance_from) == (2, 1)
    heavy = await published(
        body="Un troisième texte.", effective_at=NOW + 30 * DAY, is_acceptance_required=True
    )
    asked = (await documents.to_accept(heavy.effective_at))[0]
    assert (asked.number, asked.acceptance_from) == (3, 3)
    asked = (await documents.to_accept(light.effective_at))[0]
    assert (asked.number, asked.acceptance_from) == (2, 1), "what is to come asks nothing yet"


# ---- the first versions -----------------------------------------------------------------------


async def test_publishing_what_is_missing_twice_publishes_once() -> None:
    assert await drafts.publish_missing(by="essai", now=NOW) == []
    assert {(await documents.in_force(one, NOW)).number for one in Document} == {1}
