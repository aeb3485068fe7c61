"""The documents as they are served: every version for ever, its very bytes, and what changes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from app.database import connection
from app.legal import documents
from app.legal.documents import Version
from app.legal.publishing import publish
from app.legal.tables import Document
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

TERMS = "/documents/conditions-utilisation"


async def changed(
    old: str = "**quatorze jours**",
    new: str = "**vingt jours**",
    *,
    days: int = -1,
    summary: str = "",
) -> Version:
    """The terms with some words replaced, in force `days` from now."""
    now = datetime.now(UTC)
    last = (await documents.versions_of(Document.TERMS))[0]
    assert old in last.body
    moment = now + timedelta(days=days)
    return await publish(
        Document.TERMS,
        last.body.replace(old, new),
        effective_at=moment,
        is_acceptance_required=True,
        summary=summary,
        by="essai",
        now=min(now, moment),
    )


async def test_what_is_downloaded_is_byte_for_byte_what_was_hashed(visitor: Visitor) -> None:
    """EX-0-2; D9 of the convention de preuve."""
    made = await changed(new="vingt jours, à 30 € — « l’été »")
    told = await connection.row(
        "SELECT content::jsonb->>'sha256' AS sha256 FROM evidence_entry"
        " WHERE kind = 'document.publie' AND content::jsonb->>'document' = $1"
        " AND (content::jsonb->>'version')::int = $2 ORDER BY id DESC LIMIT 1",
        made.document.value,
        made.number,
    )
    assert told is not None
    assert told["sha256"] == made.sha256
    for document in Document:
        for version in await documents.versions_of(document):
            seen = await visitor.get(f"/documents/{document}/{version.number}/telecharger")
            kept = await connection.row(
                "SELECT sha256, body FROM document_version WHERE id = $1", version.id
            )
            assert kept is not None
            assert seen.response.content == kept["body"].encode()
            assert hashlib.sha256(seen.response.content).digest() == kept["sha256"]
            assert seen.headers["content-type"] == "text/markdown; charset=utf-8"
            assert seen.headers["content-disposition"] == (
                f'attachment; filename="{document}-version-{version.number}.md"'
            )


async def test_the_new_version_is_shown_and_the_old_one_keeps_its_address(visitor: Visitor) -> None:
    """EX-0-1."""
    await changed()
    assert "vingt jours" in (await visitor.get("/conditions-utilisation")).text("main")
    old = await visitor.get(f"{TERMS}/1")
    assert "quatorze jours" in old.text("main")
    assert "remplacée depuis" in old.text(".standing")
    assert old.has('.standing a[href="/conditions-utilisation"]')
    assert old.attribute("meta[name=robots]", "content") == "noindex"
    new = await visitor.get(f"{TERMS}/2")
    assert "Version 2, en vigueur depuis le" in new.text(".standing")


async def test_a_version_to_come_is_announced_where_the_one_in_force_is_read(
    visitor: Visitor,
) -> None:
    await changed(days=20)
    seen = await visitor.get("/conditions-utilisation")
    assert "quatorze jours" in seen.text("main")
    assert seen.has(f'.standing a[href="{TERMS}/2"]')
    assert seen.has(f'.standing a[href="{TERMS}/2/differences?avec=1"]')
    assert "en vigueur à partir du" in (await visitor.get(f"{TERMS}/2")).text(".standing")


async def test_the_list_gives_every_version_with_its_days_and_its_fingerprint(
    visitor: Visitor,
) -> None:
    await changed(days=-2, summary="Le délai est plus long.")
    await changed("**vingt jours**", "**trente jours**", days=20)
    seen = await visitor.get(TERMS)
    assert seen.texts(".version__title") == [
        "Version 3 À venir",
        "Version 2 En vigueur",
        "Version 1",
    ]
    words = seen.text("main")
    assert "Le délai est plus long." in words
    for version in await documents.versions_of(Document.TERMS):
        assert version.sha256 in words


async def test_what_changes_is_marked_word_by_word_also_for_screen_readers(
    visitor: Visitor,
) -> None:
    """EX-12-1: the difference."""
    await changed()
    seen = await visitor.get(f"{TERMS}/2/differences")
    marked = [(node.tag, node.text()) for node in seen.all(".difference ins, .difference del")]
    assert [tag for tag, _ in marked] == ["del", "ins"]
    assert "[Supprimé" in marked[0][1]
    assert "quatorze" in marked[0][1]
    assert "[Ajouté" in marked[1][1]
    assert "vingt" in marked[1][1]
    assert seen.text(".difference__where") == "7.4 Se rétracter"
    assert seen.has(".difference__same summary")
    assert "{#" not in seen.text(".difference")
    assert "**" not in seen.text(".difference")


async def test_any_two_versions_are_compared_the_older_one_first(visitor: Visitor) -> None:
    await changed(days=-2)
    await changed("**vingt jours**", "**trente jours**")
    for url in (f"{TERMS}/3/differences?avec=1", f"{TERMS}/1/differences?avec=3"):
        seen = await visitor.get(url)
        assert "De la version 1 à la version 3." in seen.text(".intro")
        assert "quatorze" in seen.text(".difference del")
        assert "trente" in seen.text(".difference ins")
    assert (await visitor.get(f"{TERMS}/3/differences?avec=")).status == 200
    assert "rien ne change" in (await visitor.get(f"{TERMS}/1/differences")).text("main")


async def test_a_hostile_text_changes_nothing_to_the_page_of_the_differences(
    visitor: Visitor,
) -> None:
    await changed(
        new='<script>alert(1)</script> <img src=x onerror=alert(1)> "quotes" [x](javascript:x)'
    )
    for url in (f"{TERMS}/2/differences", f"{TERMS}/2", "/conditions-utilisation", TERMS):
        seen = await visitor.get(url)
        assert seen.status == 200
        assert not seen.has("main script")
        assert not seen.has("main img")
        assert not seen.has("main a[href^=javascript]")


async def test_markup_alone_is_said_to_be_so(visitor: Visitor) -> None:
    await changed("**acompte**", "acompte")
    seen = await visitor.get(f"{TERMS}/2/differences")
    assert seen.text(".difference__note") == "Seule la mise en forme change."


@pytest.mark.parametrize(
    "url",
    [
        "/documents/inconnu",
        "/documents/inconnu/1",
        f"{TERMS}/2",
        f"{TERMS}/0",
        f"{TERMS}/99999999999999999999",
        f"{TERMS}/un",
        f"{TERMS}/2/telecharger",
        f"{TERMS}/2/differences",
        f"{TERMS}/1/differences?avec=7",
        f"{TERMS}/1/differences?avec=un",
        f"{TERMS}/1/differences?avec=%00",
        "/documents/..%2Fconditions-utilisation",
    ],
)
async def test_what_does_not_exist_is_not_found(visitor: Visitor, url: str) -> None:
    assert (await visitor.get(url)).status == 404


async def test_the_documents_are_at_the_foot_of_every_page_and_in_the_maps(
    visitor: Visitor,
) -> None:
    """EX-11-1."""
    foot = {node.attributes["href"] for node in (await visitor.get("/")).all("footer a")}
    plan = {node.attributes["href"] for node in (await visitor.get("/plan-du-site")).all("main a")}
    written = (await visitor.get("/sitemaps/pages.xml")).html
    for document in Document:
        assert f"/{document}" in foot
        assert f"/{document}" in plan
        assert f"/{document}</loc>" in written
