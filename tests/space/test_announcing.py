"""A new version is told to whoever it binds, each once, whatever dies meanwhile (E30)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from app.database import connection
from app.legal import documents, publishing
from app.legal.tables import Document
from app.space import announcing
from tests import factories
from tests.accounts import cast
from tests.accounts.cast import NOW

pytestmark = pytest.mark.anyio


async def _new_version(document: Document = Document.TERMS) -> int:
    await publishing.publish(
        document,
        "# Un autre texte",
        effective_at=NOW + timedelta(days=20),
        is_acceptance_required=False,
        summary="Un autre texte.",
        by="essai",
        now=NOW,
    )
    return (await documents.versions_of(document))[0].id


async def test_everybody_is_told_of_new_terms_once(nobody: None) -> None:
    """EX-12-1: what changes, from when on, and where to read and download it."""
    await cast.client("anne@exemple.fr")
    await cast.client("bea@exemple.fr")
    await cast.admin()
    version = await _new_version()
    for _ in range(3):
        await announcing.published(version, now=NOW)
    told = [one for one in await cast.mailbox() if one.kind == "new_version"]
    assert sorted(one.to for one in told) == ["anne@exemple.fr", "bea@exemple.fr"]
    assert "/documents/conditions-utilisation/2/differences" in told[0].text


async def test_a_crowd_is_told_note_after_note(
    nobody: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "AT_A_TIME", 2)
    for number in range(5):
        await cast.client(f"anne{number}@exemple.fr")
    version = await _new_version()
    await connection.execute("TRUNCATE pgqueuer")
    await announcing.published(version, now=NOW)
    for _ in range(5):
        rest = await connection.row(
            "DELETE FROM pgqueuer WHERE entrypoint = $1 RETURNING payload",
            announcing.DOCUMENT_ANNOUNCED,
        )
        if rest is None:
            break
        carried = msgspec.json.decode(rest["payload"], type=announcing.Rest)
        await announcing.announce(carried, now=NOW)
        await announcing.announce(carried, now=NOW)
    told = [one.to for one in await cast.mailbox() if one.kind == "new_version"]
    assert sorted(told) == [f"anne{number}@exemple.fr" for number in range(5)]


async def test_the_contract_concerns_practitioners_alone(nobody: None) -> None:
    anne = await cast.client("anne@exemple.fr")
    await cast.client("bea@exemple.fr")
    slug = await factories.practitioner()
    await connection.execute("UPDATE practitioner SET account = $1 WHERE slug = $2", anne, slug)
    await announcing.published(await _new_version(Document.LISTING_CONTRACT), now=NOW)
    assert [one.to for one in await cast.mailbox() if one.kind == "new_version"] == [
        "anne@exemple.fr"
    ]


async def test_nobody_is_written_to_for_a_first_version_or_the_legal_notice(nobody: None) -> None:
    await cast.client()
    first = (await documents.versions_of(Document.TERMS))[-1].id
    await announcing.published(first, now=NOW)
    await announcing.published(await _new_version(Document.NOTICE), now=NOW)
    assert [one for one in await cast.mailbox() if one.kind == "new_version"] == []
