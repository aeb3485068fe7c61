"""A decision contested by its signed link, examined again by a person, upheld or undone."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.database import connection
from app.directory.tables import ListingState
from app.listing import life
from app.moderation import contests, decisions, delisting
from app.moderation.grounds import CONTEST_PERIOD
from tests.accounts import cast as accounts
from tests.listing.cast import Owner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

FACTS = "L’attestation remise le 2 novembre est celle d’une autre personne."
WORDS = "Cette attestation porte mon nom de naissance, Camille Durand."
ANSWER = "L’attestation est bien la vôtre : le nom de naissance l’explique."


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def delisted(camille: Owner, admin: UUID) -> str:
    """The reference of a decision that took effect at once."""
    return await delisting.delist(
        camille.practitioner,
        by=admin,
        ground="regle",
        facts=FACTS,
        exception="motif-imperieux",
        effective_at=clock(),
        seen=0,
        now=clock(),
    )


async def link() -> str:
    text = (await accounts.mail("listing_ended_by_platform")).text
    found = re.search(r"/contestations/[\w.-]+", text)
    assert found is not None
    return found[0]


async def test_the_link_of_the_mail_opens_a_form_without_an_account_and_is_used_once(
    anybody: Visitor, delisted: str, admin: UUID
) -> None:
    """Looking changes nothing: programs follow the links of mails."""
    address = await link()
    page = await anybody.get(address)
    assert FACTS in page.text("main")
    assert (await anybody.get(address)).status == 200
    short = await anybody.submit(address, {"raisons": "non"})
    assert short.status == 422
    done = await anybody.submit(address, {"raisons": WORDS})
    assert done.status in (200, 201)
    assert "enregistrée" in done.text("main")
    again = await anybody.submit(address, {"raisons": WORDS})
    assert again.status == 422
    assert not (await anybody.get(address)).has("textarea")
    alert = await accounts.mail("admin_alert")
    assert f"/admin/contestations/{delisted}" in alert.text
    assert WORDS not in alert.text


async def test_the_words_of_a_contest_are_ciphered(delisted: str) -> None:
    await contests.contest(delisted, WORDS, now=clock())
    found = await connection.row("SELECT words_sealed FROM contest")
    assert found is not None
    assert b"naissance" not in found["words_sealed"]
    assert (await contests.about(delisted)).words == WORDS


@pytest.mark.parametrize("change", ["x", "", "AAAA.1.BBBB"])
async def test_a_link_altered_leads_nowhere(anybody: Visitor, delisted: str, change: str) -> None:
    address = await link()
    altered = f"/contestations/{change}" if "." in change else f"{address}{change or 'A'}"
    assert (await anybody.get(altered)).status == 404


async def test_nothing_is_contested_after_six_months_nor_what_one_decided_oneself(
    delisted: str,
) -> None:
    with pytest.raises(contests.NoLonger):
        await contests.contest(delisted, WORDS, now=clock() + CONTEST_PERIOD + timedelta(days=1))
    with pytest.raises(decisions.NoSuchDecision):
        await contests.contest("L-000000-00000000", WORDS, now=clock())


async def test_a_decision_undone_restores_everything_at_once(
    desk: Visitor, camille: Owner, delisted: str
) -> None:
    await contests.contest(delisted, WORDS, now=clock())
    assert "1 décision contestée" in (await desk.get("/admin")).text(".desk__waiting .is-urgent")
    assert delisted in (await desk.get("/admin/contestations")).text("tbody")
    page = await desk.get(f"/admin/contestations/{delisted}")
    assert WORDS in page.text("blockquote")
    assert "Vous avez pris cette décision" in page.text("main")
    lacking = {
        "resultat": {"reponse": ANSWER},
        "reponse": {"reponse": "oui", "resultat": "annulee"},
    }
    for field, fields in lacking.items():
        refused = await desk.submit(f"/admin/contestations/{delisted}", fields)
        assert refused.status == 422
        assert refused.text(f"#champ-{field}-erreur")
        assert refused.attribute("#champ-resultat option[selected]", "value") == fields.get(
            "resultat", ""
        )
        assert refused.text("#champ-reponse") == fields["reponse"]
    done = await desk.submit(
        f"/admin/contestations/{delisted}", {"reponse": ANSWER, "resultat": "annulee"}
    )
    assert done.status == 303
    assert (await life.standing_of(camille.practitioner)).is_public(clock())
    assert (await decisions.named(delisted)).withdrawn_at is not None
    flat = " ".join((await accounts.mail("contest_answered", camille.email)).text.split())
    assert ANSWER in flat
    assert "annulée" in flat
    assert not (await desk.get("/admin/contestations")).has("tbody")


async def test_a_decision_upheld_stays(camille: Owner, delisted: str, other_admin: UUID) -> None:
    await contests.contest(delisted, WORDS, now=clock())
    await contests.answer(delisted, ANSWER, is_upheld=True, by=other_admin, now=clock())
    assert (await life.standing_of(camille.practitioner)).state is ListingState.DELISTED
    [told] = await accounts.evidence("dossier.reexamine", camille.account)
    assert (told["maintenue"], told["meme_personne"]) == (True, False)
    with pytest.raises(contests.AlreadyAnswered):
        await contests.answer(delisted, ANSWER, is_upheld=False, by=other_admin, now=clock())


async def test_an_undone_decision_says_what_still_hides_the_page(
    camille: Owner, delisted: str, other_admin: UUID
) -> None:
    await contests.contest(delisted, WORDS, now=clock())
    await connection.execute("DELETE FROM mediator WHERE practitioner = $1", camille.practitioner)
    missing = await contests.answer(delisted, ANSWER, is_upheld=False, by=other_admin, now=clock())
    assert missing == ["votre médiateur de la consommation"]
    text = (await accounts.mail("contest_answered", camille.email)).text
    assert "médiateur de la consommation" in text


async def test_undoing_a_suspension_does_not_undo_the_delisting_that_followed(
    camille: Owner, admin: UUID, other_admin: UUID
) -> None:
    suspension = await delisting.suspend(
        camille.practitioner,
        by=admin,
        ground="regle",
        facts=FACTS,
        ends_at=None,
        seen=0,
        now=clock(),
    )
    await contests.contest(suspension, WORDS, now=clock())
    await delisting.delist(
        camille.practitioner,
        by=admin,
        ground="justice",
        facts=FACTS,
        exception="obligation-legale",
        effective_at=clock(),
        seen=await decisions.latest(camille.practitioner),
        now=clock(),
    )
    missing = await contests.answer(
        suspension, ANSWER, is_upheld=False, by=other_admin, now=clock()
    )
    assert "autre décision" in missing[0]
    assert (await life.standing_of(camille.practitioner)).state is ListingState.DELISTED


@pytest.mark.race
async def test_of_two_answers_at_once_one_counts(
    delisted: str, admin: UUID, other_admin: UUID
) -> None:
    await contests.contest(delisted, WORDS, now=clock())
    answers = await asyncio.gather(
        contests.answer(delisted, ANSWER, is_upheld=True, by=admin, now=clock()),
        contests.answer(delisted, ANSWER, is_upheld=False, by=other_admin, now=clock()),
        return_exceptions=True,
    )
    assert sum(isinstance(one, contests.AlreadyAnswered) for one in answers) == 1
    await accounts.mail("contest_answered")
