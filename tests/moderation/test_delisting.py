"""Decisions about a listing: their reasons, their notice, their evidence, and what undoes them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.accounts import closing, suspensions
from app.accounts.statements import NotAStatement
from app.database import connection
from app.directory import editing
from app.directory.tables import ListingState
from app.listing import life
from app.listing.tables import DossierItem
from app.moderation import decisions, delisting, following, grounds, leaving
from app.moderation.decisions import DecidedMeanwhile
from app.moderation.grounds import EXCEPTIONS, GROUNDS, NOTICE, NoticeTooShort
from app.moderation.tables import Measure
from tests.accounts import cast as accounts
from tests.listing import cast
from tests.listing.cast import Owner

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SOON = NOW + NOTICE + timedelta(days=1)
FACTS = "L’attestation remise le 2 novembre est celle d’une autre personne."


async def delist(who: Owner, by: UUID, **changes: Any) -> str:
    told: dict[str, Any] = {
        "ground": "regle",
        "facts": FACTS,
        "exception": "",
        "effective_at": SOON,
        "seen": 0,
        "now": NOW,
    }
    return await delisting.delist(who.practitioner, by=by, **(told | changes))


async def state(who: Owner) -> ListingState:
    return (await life.standing_of(who.practitioner)).state


def test_the_grounds_are_a_closed_list_and_a_number_of_reports_is_none() -> None:
    """EX-3.3-1: rule of listing, report examined, authority, court, end of the contract."""
    assert list(GROUNDS) == ["regle", "signalement", "autorite", "justice", "fin-de-contrat"]
    assert len(EXCEPTIONS) == 3
    assert all(ground.label and ground.basis for ground in GROUNDS.values())


async def test_a_delisting_announced_leaves_all_public_until_its_moment(
    camille: Owner, admin: UUID
) -> None:
    """EX-3.3-2, EX-3.3-3: thirty days' notice, the reasons by mail at once, and evidence."""
    reference = await delist(camille, admin)
    standing = await life.standing_of(camille.practitioner)
    assert standing.state is ListingState.LISTED
    assert standing.ends_at == SOON
    assert standing.is_public(SOON - timedelta(microseconds=1))
    assert not standing.is_public(SOON)
    mail = (await accounts.mail("listing_ended_by_platform", camille.email)).text
    flat = " ".join(mail.split())
    for told in (
        reference,
        FACTS,
        GROUNDS["regle"].label,
        GROUNDS["regle"].basis,
        "/contestations/",
    ):
        assert told in flat
    assert "sans décision automatique" in flat
    [told_fact] = await accounts.evidence("dossier.dereference", camille.account)
    assert told_fact["reference"] == reference
    acts = await accounts.evidence("admin.action", admin)
    assert {
        "action": "referencement.delisting",
        "praticien": camille.practitioner,
        "decision": reference,
    } in acts
    assert FACTS not in str(acts) + str(told_fact)


@pytest.mark.parametrize("days", [0, 1, 29])
async def test_less_than_thirty_days_needs_a_named_exception(
    camille: Owner, admin: UUID, days: int
) -> None:
    """EX-3.3-3 (P2B art. 4): the exception is kept, and told."""
    moment = NOW + timedelta(days=days)
    for exception in ("", "parce-que"):
        with pytest.raises(NoticeTooShort):
            await delist(camille, admin, effective_at=moment, exception=exception)
    assert await decisions.of(camille.practitioner) == []
    await delist(camille, admin, effective_at=moment, exception="obligation-legale")
    [kept] = await decisions.of(camille.practitioner)
    assert kept.exception == "obligation-legale"
    flat = " ".join((await accounts.mail("listing_ended_by_platform")).text.split())
    assert EXCEPTIONS["obligation-legale"] in flat


async def test_with_thirty_days_no_exception_is_kept(camille: Owner, admin: UUID) -> None:
    await delist(camille, admin, effective_at=NOW + NOTICE, exception="motif-imperieux")
    [kept] = await decisions.of(camille.practitioner)
    assert kept.exception == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ground": "dix-signalements"}, "motif"),
        ({"facts": "  court  "}, "faits"),
        ({"facts": "x" * 4_001}, "faits"),
        ({"effective_at": NOW + grounds.LATEST + timedelta(days=1)}, "effet"),
    ],
)
async def test_a_decision_without_its_reasons_is_refused(
    camille: Owner, admin: UUID, changes: dict[str, Any], field: str
) -> None:
    """EX-3.3-1: no decision without a ground of the list and facts."""
    with pytest.raises(NotAStatement) as refusal:
        await delist(camille, admin, **changes)
    assert refusal.value.field == field
    assert await accounts.count("decision") == 0
    assert await accounts.mailbox(camille.email) == []


async def test_a_decision_its_effect_its_evidence_and_its_mail_exist_together_or_not_at_all(
    camille: Owner, admin: UUID
) -> None:
    class _Cut(Exception):
        pass

    async def cut() -> None:
        async with connection.transaction():
            await delist(camille, admin)
            raise _Cut

    with pytest.raises(_Cut):
        await cut()
    assert await accounts.count("decision") == 0
    assert (await life.standing_of(camille.practitioner)).ends_at is None
    assert await accounts.mailbox(camille.email) == []
    assert await accounts.evidence("dossier.dereference", camille.account) == []


async def test_a_suspension_hides_at_once_and_says_until_when(camille: Owner, admin: UUID) -> None:
    ends_at = NOW + timedelta(days=10)
    reference = await delisting.suspend(
        camille.practitioner,
        by=admin,
        ground="signalement",
        facts=FACTS,
        ends_at=ends_at,
        seen=0,
        now=NOW,
    )
    assert await state(camille) is ListingState.SUSPENDED
    assert reference in (await accounts.mail("listing_suspended", camille.email)).text
    with pytest.raises(NotAStatement):
        await delisting.suspend(
            camille.practitioner,
            by=admin,
            ground="regle",
            facts=FACTS,
            ends_at=NOW,
            seen=0,
            now=NOW,
        )
    assert await following.lift_over(ends_at - timedelta(seconds=1)) == 0
    assert await following.lift_over(ends_at) == 1
    assert await following.lift_over(ends_at) == 0
    assert await state(camille) is ListingState.LISTED
    await accounts.mail("listing_restored", camille.email)


async def test_the_end_of_a_suspension_does_not_undo_a_later_delisting(
    camille: Owner, admin: UUID
) -> None:
    ends_at = NOW + timedelta(days=10)
    await delisting.suspend(
        camille.practitioner,
        by=admin,
        ground="regle",
        facts=FACTS,
        ends_at=ends_at,
        seen=0,
        now=NOW,
    )
    seen = await decisions.latest(camille.practitioner)
    await delist(camille, admin, seen=seen, effective_at=NOW, exception="obligation-legale")
    assert await following.lift_over(ends_at) == 0
    assert await state(camille) is ListingState.DELISTED


async def test_somebody_delisted_is_listed_again_through_the_same_gate(
    camille: Owner, admin: UUID
) -> None:
    await delist(camille, admin, effective_at=NOW, exception="manquements-repetes")
    seen = await decisions.latest(camille.practitioner)
    await connection.execute("DELETE FROM mediator WHERE practitioner = $1", camille.practitioner)
    with pytest.raises(life.Incomplete, match="médiateur"):
        await delisting.relist(camille.practitioner, by=admin, seen=seen, now=NOW)
    assert await state(camille) is ListingState.DELISTED
    await cast.tell(camille, DossierItem.MEDIATOR)
    await delisting.relist(camille.practitioner, by=admin, seen=seen, now=NOW)
    assert (await life.standing_of(camille.practitioner)).is_public(NOW)
    await accounts.mail("listing_restored", camille.email)


async def test_an_end_to_come_may_be_taken_back(camille: Owner, admin: UUID) -> None:
    await delist(camille, admin)
    seen = await decisions.latest(camille.practitioner)
    await delisting.relist(camille.practitioner, by=admin, seen=seen, now=NOW)
    standing = await life.standing_of(camille.practitioner)
    assert (standing.state, standing.ends_at) == (ListingState.LISTED, None)
    _, announced = await decisions.of(camille.practitioner)
    assert announced.withdrawn_at == NOW
    seen = await decisions.latest(camille.practitioner)
    with pytest.raises(delisting.AlreadyListed):
        await delisting.relist(camille.practitioner, by=admin, seen=seen, now=NOW)


# ---- at once --------------------------------------------------------------------------------------


@pytest.mark.race
async def test_of_two_decisions_at_once_one_is_taken_and_the_other_is_told(
    camille: Owner, admin: UUID, other_admin: UUID
) -> None:
    answers = await asyncio.gather(
        delist(camille, admin),
        delisting.suspend(
            camille.practitioner,
            by=other_admin,
            ground="regle",
            facts=FACTS,
            ends_at=None,
            seen=0,
            now=NOW,
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, DecidedMeanwhile) for one in answers) == 1
    assert await accounts.count("decision") == 1
    assert len(await accounts.mailbox(camille.email)) == 1


@pytest.mark.race
async def test_the_same_form_sent_twice_decides_once(camille: Owner, admin: UUID) -> None:
    answers = await asyncio.gather(*(delist(camille, admin) for _ in range(4)))
    assert len(set(answers)) == 1
    assert await accounts.count("decision") == 1
    assert len(await accounts.mailbox(camille.email)) == 1


@pytest.mark.race
async def test_a_profile_edited_while_it_is_delisted_loses_neither(
    camille: Owner, admin: UUID
) -> None:
    async def edit(number: int) -> None:
        async with editing.edit(camille.practitioner, now=NOW):
            await connection.execute(
                "UPDATE profile SET headline = $2 WHERE practitioner = $1",
                camille.practitioner,
                f"Séances {number}",
            )

    await asyncio.gather(
        *(edit(n) for n in range(5)),
        delist(camille, admin, effective_at=NOW, exception="motif-imperieux"),
        *(edit(n) for n in range(5, 10)),
    )
    assert await state(camille) is ListingState.DELISTED
    found = await connection.row(
        "SELECT headline FROM profile WHERE practitioner = $1", camille.practitioner
    )
    assert found is not None
    assert found["headline"].startswith("Séances")


# ---- the practitioner leaves ----------------------------------------------------------------------


async def test_a_practitioner_ends_the_contract_alone_at_once_or_later(camille: Owner) -> None:
    """EX-3.3-2: without reason nor delay; asked twice, it is one end; taken back before its moment."""
    later = NOW + timedelta(days=40)
    await leaving.end(camille.practitioner, account=camille.account, effective_at=later, now=NOW)
    assert (await life.standing_of(camille.practitioner)).ends_at == later
    await leaving.take_back(camille.practitioner, account=camille.account, now=NOW)
    assert (await life.standing_of(camille.practitioner)).ends_at is None
    first = await leaving.end(
        camille.practitioner, account=camille.account, effective_at=NOW, now=NOW
    )
    again = await leaving.end(
        camille.practitioner, account=camille.account, effective_at=NOW, now=NOW
    )
    assert first == again
    assert await state(camille) is ListingState.DELISTED
    kept = (await decisions.of(camille.practitioner))[0]
    assert (kept.is_by_practitioner, kept.measure) == (True, Measure.DELISTING)
    assert not kept.can_be_contested(NOW)
    mails = [one.kind for one in await accounts.mailbox(camille.email)]
    assert mails == ["listing_ended", "listing_ended"]


async def test_leaving_later_is_no_way_around_the_platforms_own_term(
    camille: Owner, admin: UUID
) -> None:
    await delist(camille, admin)
    with pytest.raises(leaving.NothingToEnd):
        await leaving.end(
            camille.practitioner,
            account=camille.account,
            effective_at=SOON + timedelta(days=1),
            now=NOW,
        )
    with pytest.raises(leaving.NothingToTakeBack):
        await leaving.take_back(camille.practitioner, account=camille.account, now=NOW)
    with pytest.raises(leaving.TooFar):
        await leaving.end(
            camille.practitioner,
            account=camille.account,
            effective_at=NOW + timedelta(days=400),
            now=NOW,
        )


# ---- the account ----------------------------------------------------------------------------------


async def suspend_account(who: Owner, by: UUID) -> str:
    return await suspensions.suspend(
        who.account,
        by=by,
        ground="conditions",
        facts=FACTS,
        effective_at=NOW,
        ends_at=None,
        now=NOW,
    )


async def test_a_suspended_account_suspends_its_listing_and_lifted_brings_it_back(
    camille: Owner, admin: UUID
) -> None:
    """Decision 8; the note is left in the transaction of the suspension, and read again it changes nothing."""
    reference = await suspend_account(camille, admin)
    notes = await connection.rows(
        "SELECT payload FROM pgqueuer WHERE entrypoint = $1", suspensions.STANDING_CHANGED
    )
    assert len(notes) == 1
    for _ in range(2):
        await following.follow_account(camille.account, now=NOW)
    assert await state(camille) is ListingState.SUSPENDED
    assert (await life.steps_of(camille.practitioner))[0].reference == reference
    with pytest.raises(delisting.AccountShut):
        await delisting.relist(camille.practitioner, by=admin, seen=0, now=NOW)
    await suspensions.lift(reference, by=admin, now=NOW)
    for _ in range(2):
        await following.follow_account(camille.account, now=NOW)
    assert await state(camille) is ListingState.LISTED


async def test_an_account_reopened_does_not_lift_a_suspension_of_the_listing_itself(
    camille: Owner, admin: UUID
) -> None:
    await delisting.suspend(
        camille.practitioner,
        by=admin,
        ground="regle",
        facts=FACTS,
        ends_at=None,
        seen=0,
        now=NOW,
    )
    reference = await suspend_account(camille, admin)
    await following.follow_account(camille.account, now=NOW)
    await suspensions.lift(reference, by=admin, now=NOW)
    await following.follow_account(camille.account, now=NOW)
    assert await state(camille) is ListingState.SUSPENDED


async def test_a_closed_account_ends_its_listing(camille: Owner) -> None:
    """EX-14-3: the public page goes with the account."""
    await closing.close(camille.account, now=NOW)
    for _ in range(2):
        await following.follow_account(camille.account, now=NOW)
    assert await state(camille) is ListingState.DELISTED


async def test_an_account_without_a_listing_is_followed_to_nothing(admin: UUID) -> None:
    await following.follow_account(admin, now=NOW)
