"""« Mes preuves » and « Mes consentements »: what the register holds about one person, and only about them."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest

from app.database import connection
from app.evidence import register
from app.space import proofs
from tests.space.member import Member

pytestmark = pytest.mark.anyio

PAGE = "/mon-compte/preuves"


async def _note(member: Member, count: int) -> None:
    async with connection.transaction():
        for number in range(count):
            await register.write(
                "compte.modifie",
                subject_type="compte",
                subject=member.account,
                content={"champs": [f"essai {number}"], "auteur": "personne"},
            )


async def test_one_reads_one_s_own_evidence_in_words_with_its_hashes(camille: Member) -> None:
    """D10 of the convention de preuve."""
    seen = await camille.open(PAGE)
    assert "Compte créé" in seen.texts(".record__title")
    given = next(each for each in seen.all(".record") if "Consentement donné" in each.text())
    assert "J’accepte les conditions générales d’utilisation" in seen.text()
    assert given.css_first("code.hash") is not None
    assert "fait foi" not in seen.text().lower()


async def test_the_evidence_of_somebody_else_is_never_shown(
    camille: Member, dominique: Member
) -> None:
    """EX-4-5."""
    await _note(dominique, 1)
    assert "essai 0" in (await dominique.open(PAGE)).text()
    for address in (PAGE, f"{PAGE}.json", f"{PAGE}.html"):
        assert "essai 0" not in (await camille.request("GET", address)).html
        assert str(dominique.account) not in (await camille.request("GET", address)).html


async def test_the_entries_about_a_mail_say_which(camille: Member) -> None:
    """D7: each mail has its entries, and its recipient reads them."""
    await camille.open("/mon-compte/demandes")
    await camille.send("/mon-compte/demandes", droit="acces")
    queued = (await camille.open(PAGE)).texts(".record")[0]
    assert "Courriel à envoyer" in queued
    assert "Demande reçue" in queued


async def test_a_whole_register_is_not_read_for_one_person(camille: Member) -> None:
    """The index on the subject serves, however many people there are."""
    async with connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.rows(f"EXPLAIN SELECT count(*){proofs._ABOUT}", [camille.account])
    lines = "\n".join(row[0] for row in plan)
    assert "Seq Scan on evidence_entry" not in lines, lines


@pytest.mark.parametrize("page", ["0", "-1", "999999999999", "un", "", "%00", "2&page=3"])
async def test_any_number_of_page_answers_a_page(camille: Member, page: str) -> None:
    assert (await camille.request("GET", f"{PAGE}?page={page}")).status == 200


async def test_evidence_is_read_page_by_page_the_newest_first(camille: Member) -> None:
    await _note(camille, proofs.PER_PAGE + 5)
    first = await camille.open(PAGE)
    assert len(first.all(".record")) == proofs.PER_PAGE
    assert f"essai {proofs.PER_PAGE + 4}" in first.texts(".record")[0]
    second = await camille.open(first.attribute(".turning a[rel=next]", "href"))
    assert "essai 0" in second.text()
    assert second.attribute(".turning a[rel=prev]", "href") == f"{PAGE}?page=1"


async def test_evidence_is_downloaded_to_read_and_to_check_elsewhere(camille: Member) -> None:
    """D10: the hash of each content can be computed again by anybody."""
    answer = await camille.request("GET", f"{PAGE}.json")
    assert "attachment" in answer.headers["content-disposition"]
    entries = json.loads(answer.html)["elements"]
    assert len(entries) == await proofs.count_of(camille.account)
    for entry in entries:
        told = bytes.fromhex(entry["sel"]) + entry["contenu"].encode()
        assert hashlib.sha256(told).hexdigest() == entry["empreinte_contenu"]
    page = await camille.request("GET", f"{PAGE}.html")
    assert page.headers["content-type"].startswith("text/html")
    assert "attachment" in page.headers["content-disposition"]
    assert entries[0]["empreinte_contenu"] in page.html


async def test_a_consent_shows_its_label_its_date_and_leads_to_the_very_version(
    camille: Member,
) -> None:
    """EX-4-3; D9: the hash kept with the consent is that of the file downloaded."""
    seen = await camille.open("/mon-compte/consentements")
    assert len(seen.all(".record")) == 2
    assert any("J’accepte les conditions générales" in text for text in seen.texts(".record"))
    assert str(datetime.now(UTC).year) in seen.text(".record__when")
    for record in seen.all(".record"):
        link, shown = record.css_first("h2 a"), record.css_first("code.hash")
        assert link is not None
        assert shown is not None
        file = await camille.request("GET", f"{link.attributes['href']}/telecharger")
        assert hashlib.sha256(file.response.content).hexdigest() == shown.text()
