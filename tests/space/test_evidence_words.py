"""« Mes preuves » in words: whatever happens to a practitioner, no key of the register is read as it is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from app.accounts.devices import Origin
from app.database import connection
from app.directory import completeness, jupiterre
from app.directory.jupiterre import SOFTWARE, Author
from app.directory.tables import ListingState
from app.evidence.kinds import KINDS
from app.listing import documents, dossiers, joining, life
from app.listing.drafts import Name
from app.listing.tables import DossierItem
from app.moderation import contests, decisions, delisting
from app.moderation.grounds import GROUNDS, NOTICE
from app.moderation.tables import Measure
from app.space import proof_words, proofs
from app.space.views import EvidenceLine
from tests.listing import cast
from tests.listing.cast import NOW, Owner

pytestmark = pytest.mark.anyio

WORDS = "Ce sont les faits tels que la personne les lira, en entier."
KEYS = {item.value for item in DossierItem} | {state.value for state in ListingState}
KEYS |= {measure.value for measure in Measure} | set(GROUNDS)


async def a_whole_life() -> Owner:
    """Somebody to whom everything that the register knows of practitioners happens."""
    me, admin = await cast.signed_in(), await cast.admin()
    joined = await joining.become(
        me,
        Name("Camille", "Martin"),
        password="",
        wanted="",
        origin=Origin("192.0.2.10", "essai"),
        now=NOW,
    )
    practitioner = joined.practitioner
    who = Owner(practitioner, me.account_id, me.email)
    await cast.fill(who)
    notice = await cast.hand(who, DossierItem.IDENTITY)
    await documents.read(await documents.document(notice), by=admin)
    await documents.take_off(practitioner, notice, by=who.account, now=NOW)
    await _examined(who, admin)
    await _marked(who, admin)
    await _decided(who, admin)
    await documents.tidy(NOW + documents.KEPT + timedelta(days=1))
    return who


async def _examined(who: Owner, admin: Any) -> None:
    await dossiers.submit(who.practitioner, by=who.account, now=NOW)
    seen: dict[str, Any] = {"revision": await _revision(who), "by": admin, "now": NOW}
    await dossiers.note_line(
        who.practitioner, DossierItem.VAT, is_delivered=False, ground="Illisible.", **seen
    )
    await dossiers.ask_correction(who.practitioner, **seen)
    await dossiers.put_aside(who.practitioner, is_in_trouble=True, by=admin, now=NOW)
    await cast.tell(who, DossierItem.VAT)
    await dossiers.submit(who.practitioner, by=who.account, now=NOW)
    reference = await delisting.refuse(
        who.practitioner,
        ground="regle",
        facts=WORDS,
        revision=await _revision(who),
        seen=0,
        by=admin,
        now=NOW,
    )
    await contests.contest(reference, WORDS, now=NOW)
    await contests.answer(reference, WORDS, is_upheld=False, by=admin, now=NOW)
    await life.list_(who.practitioner, by=admin, now=NOW)


async def _marked(who: Owner, admin: Any) -> None:
    by = Author("Sacha", admin)
    await jupiterre.change(who.practitioner, is_user=True, by=by, now=NOW)
    await jupiterre.change(who.practitioner, is_user=False, by=SOFTWARE, now=NOW)
    await connection.execute("UPDATE practitioner SET is_complete = NOT is_complete")
    async with connection.transaction():
        await completeness.refresh(who.practitioner, now=NOW)


async def _decided(who: Owner, admin: Any) -> None:
    told: dict[str, Any] = {"ground": "signalement", "facts": WORDS, "by": admin, "now": NOW}
    for measure in ("suspension", "end to come", "end"):
        told["seen"] = await decisions.latest(who.practitioner)
        if measure == "suspension":
            await delisting.suspend(who.practitioner, ends_at=None, **told)
        elif measure == "end to come":
            await delisting.delist(who.practitioner, effective_at=NOW + NOTICE, **told)
        else:
            exception = "obligation-legale"
            await delisting.delist(who.practitioner, effective_at=NOW, exception=exception, **told)
            return
        seen = await decisions.latest(who.practitioner)
        await delisting.relist(who.practitioner, by=admin, seen=seen, now=NOW)


async def _revision(who: Owner) -> int:
    return (await dossiers.dossier_of(who.practitioner)).revision


async def _every_line(who: Owner) -> list[EvidenceLine]:
    last = (await proofs.page_of(who.account, 1)).last
    pages = [await proofs.page_of(who.account, number) for number in range(1, last + 1)]
    return [line for page in pages for line in page.lines]


async def test_whatever_happens_to_a_practitioner_is_read_in_french(nobody: None) -> None:
    """Every kind of evidence about a listing, by the verbs that write it."""
    lines = await _every_line(await a_whole_life())
    of_listings = {name for name in KINDS if name.startswith(("dossier.", "profil."))}
    assert of_listings - {line.kind for line in lines} == set()
    for line in lines:
        assert line.title == KINDS[line.kind].label
        for name, said in line.facts:
            assert name in proof_words.NAMES.values()
            assert said not in KEYS, (line.kind, name, said)
            assert not re.search(r"[a-z]_[a-z]|\d{4}-\d\d-\d\d|[0-9a-f]{8}-", said), (name, said)
        for name, _ in line.marks:
            assert name in proof_words.MARKS.values()


async def test_the_titles_of_the_lines_and_their_states_are_those_of_the_dossier(
    nobody: None,
) -> None:
    lines = await _every_line(await a_whole_life())
    told = {fact for line in lines for fact in line.facts}
    assert ("Ligne du dossier", "Assurance civile professionnelle") in told
    assert ("État précédent", "Référencé") in told
    assert ("Motif", GROUNDS["signalement"].label) in told
    assert ("Par", "vous") in told
    assert ("Par", "l’administration") in told


async def test_the_file_to_keep_tells_the_same_in_the_same_words(nobody: None) -> None:
    """`preuves.html`, of the page and of the archive."""
    who = await a_whole_life()
    file = proofs.FILES["/mon-compte/preuves.html"]
    page = LexborHTMLParser((await proofs.file_of(who.account, file, NOW)).decode())
    names = [node.text() for node in page.css("table th")]
    assert set(names) <= {*proof_words.NAMES.values(), *proof_words.MARKS.values()}
    assert {"Ligne du dossier", "Motif", "Numéro du document", "Par"} <= set(names)
    shown = {node.text() for node in page.css("table td")}
    assert GROUNDS["signalement"].label in shown
    assert "Assurance civile professionnelle" in shown
    assert shown & KEYS == set()
