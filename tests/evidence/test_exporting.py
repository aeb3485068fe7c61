"""A person reads the evidence about themselves, and can compute every hash of it again (D10)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.database import connection
from app.evidence import exporting, purging, register, sealer
from tests.evidence.altering import written

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("register_of_its_own")]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def test_the_entries_of_the_subjects_asked_and_no_others() -> None:
    mine, mail = uuid4(), uuid4()
    numbers = await written(2, subject=mine)
    await written(3)
    numbers += await written(1, subject=mail, kind="courriel.accepte")
    found = await exporting.entries_of([mine, mail])
    assert [entry.number for entry in found] == numbers
    assert await exporting.entries_of([]) == []


async def test_every_hash_can_be_computed_again_from_the_file_alone() -> None:
    """With nothing of this program: the way is written in the file."""
    mine = uuid4()
    await written(2)
    await written(2, subject=mine)
    await sealer.seal(NOW)
    told = json.loads(exporting.as_json(await exporting.entries_of([mine]), now=NOW))
    assert "SHA-256" in told["comment_recalculer"]
    assert len(told["elements"]) == 2
    for element in told["elements"]:
        content = bytes.fromhex(element["sel"]) + element["contenu"].encode()
        assert hashlib.sha256(content).hexdigest() == element["empreinte_contenu"]
        parts = ["position", "numero", "ecrit_le", "type", "sujet_type", "sujet"]
        parts += ["empreinte_contenu", "scelle_le", "sceau_precedent"]
        sealed = "|".join(["monpro-1", *(str(element[part]) for part in parts)])
        assert hashlib.sha256(sealed.encode()).hexdigest() == element["sceau"]


def as_kept(content: str) -> list[tuple[str, str]]:
    """Words for the test: those of the product belong to a room above."""
    told = json.loads(content)
    return [(name.upper(), str(value)) for name, value in told.items()]


async def test_the_page_tells_the_facts_in_words_and_shows_nothing_as_html() -> None:
    mine = uuid4()
    async with connection.transaction():
        await register.write(
            "consentement.donne",
            subject_type="compte",
            subject=mine,
            content={"libelle": "J’accepte <b>tout</b>", "coche": True, "document": None},
        )
    page = exporting.as_html(await exporting.entries_of([mine]), words=as_kept, now=NOW).decode()
    assert "Consentement donné" in page
    assert '<th scope="row">LIBELLE</th><td>J’accepte &lt;b&gt;tout&lt;/b&gt;</td>' in page
    assert "<b>" not in page
    assert "éléments de preuve" in page
    assert "irréfragable" not in page
    assert "en attente" in page
    assert " à " in page


async def test_an_emptied_entry_is_exported_without_its_content() -> None:
    """D6: its place and its hashes stay."""
    mine = uuid4()
    await written(1, subject=mine)
    await sealer.seal(NOW)
    await purging.purge(datetime.now(UTC) + timedelta(days=4000))
    (entry,) = await exporting.entries_of([mine])
    assert (entry.content, entry.salt) == (None, None)
    assert entry.seal_hash
    page = exporting.as_html([entry], words=as_kept, now=NOW).decode()
    assert "Contenu effacé" in page
