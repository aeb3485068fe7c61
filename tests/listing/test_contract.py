"""The listing contract: accepted word for word, announced, accepted again, or suspended after notice (EX-3.1-13)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.accounts import acceptances
from app.database import connection
from app.directory.tables import ListingState
from app.legal import publishing
from app.legal.refusals import NoticeTooShort
from app.legal.tables import Document
from app.listing import contract, exporting, gate, life, nightly, notice
from app.listing.tables import DossierItem
from tests.listing import cast
from tests.listing.cast import NOW, Owner

pytestmark = pytest.mark.anyio

EFFECT = NOW + cast.days(15)


async def publish(*, effective_at: datetime = EFFECT, is_required: bool = True) -> None:
    await publishing.publish(
        Document.LISTING_CONTRACT,
        "# Contrat\n\nUne version nouvelle.",
        effective_at=effective_at,
        is_acceptance_required=is_required,
        summary="Une clause est plus claire.",
        by="essai",
        now=NOW,
    )


async def listed(who: Owner) -> None:
    await life.submit(who.practitioner, by=who.account, now=NOW)
    await life.list_(who.practitioner, by=None, now=NOW)


async def test_the_acceptance_keeps_the_label_and_the_version(camille: Owner) -> None:
    """EX-3.1-13: document, version, hash and the label shown."""
    version = await contract.in_force(NOW)
    kept = [
        one
        for one in await acceptances.of(camille.account)
        if one.document is Document.LISTING_CONTRACT
    ]
    assert [(one.number, one.label) for one in kept] == [(version.number, version.label)]
    found = await connection.row(
        "SELECT content::jsonb AS told FROM evidence_entry WHERE subject_id = $1"
        " AND content::jsonb ->> 'cle' = 'contrat'",
        camille.account,
    )
    assert found is not None
    assert version.sha256 in found["told"]
    assert version.label in found["told"]
    await cast.agree(camille)
    assert (await cast.noted(camille)).count("consentement.donne") == 3 + 1


async def test_without_its_box_nothing_is_accepted(camille: Owner) -> None:
    with pytest.raises(acceptances.BoxMissing):
        await contract.accept(camille.account, {}, page="", session=camille.account, now=NOW)
    with pytest.raises(acceptances.VersionChanged):
        await contract.accept(
            camille.account, {"contrat": "999"}, page="", session=camille.account, now=NOW
        )


async def test_a_new_version_waits_for_its_fifteen_days(camille: Owner) -> None:
    """EX-3.1-13; P2B art. 3(2)."""
    with pytest.raises(NoticeTooShort):
        await publish(effective_at=NOW + cast.days(14))
    await publish()
    assert await gate.missing(camille.practitioner, NOW) == []
    missing = await gate.missing(camille.practitioner, EFFECT)
    assert [one.item for one in missing] == [DossierItem.CONTRACT]


async def test_a_version_that_asks_nothing_leaves_the_gate_open(camille: Owner) -> None:
    await publish(is_required=False)
    assert await gate.missing(camille.practitioner, EFFECT) == []


async def test_somebody_listed_who_does_not_accept_is_told_then_suspended(camille: Owner) -> None:
    """Decision 8: told when it takes effect, suspended fifteen days later, shown again on acceptance."""
    await listed(camille)
    await publish()
    assert await notice.remind(NOW) == 0
    assert await notice.remind(EFFECT) == 1
    assert await notice.remind(EFFECT + cast.days(1)) == 0
    assert await notice.suspend(EFFECT + cast.days(14)) == 0
    assert (await nightly.run(EFFECT + cast.days(15))).suspended == 1
    assert (await nightly.run(EFFECT + cast.days(15))).suspended == 0
    standing = await life.standing_of(camille.practitioner)
    assert standing.state is ListingState.SUSPENDED
    kinds = await cast.kinds(camille.email)
    assert kinds.count("contract_awaited") == 1
    assert kinds.count("contract_suspension") == 1
    later = EFFECT + cast.days(20)
    await cast.agree(camille, now=later)
    await notice.resume(camille.practitioner, now=later)
    assert (await life.standing_of(camille.practitioner)).is_public(later)


async def test_the_reminder_of_a_version_bears_the_day_it_takes_effect_in_paris(
    camille: Owner,
) -> None:
    """Published for midnight in Paris, it is still the day before in UTC."""
    await listed(camille)
    midnight = datetime(2026, 12, 14, 23, tzinfo=UTC)
    await publish(effective_at=midnight)
    assert await notice.remind(midnight) == 1
    exported = await exporting.export_of(camille.account)
    assert [one["échéance_le"] for one in exported["rappels_d_échéance"]] == [date(2026, 12, 15)]


async def test_who_accepts_in_advance_is_never_disturbed(camille: Owner) -> None:
    await listed(camille)
    await publish()
    (box,) = await contract.boxes(camille.account, NOW)
    ticked = {contract.KEY: box.value}
    await contract.accept(camille.account, ticked, page="", session=camille.account, now=NOW)
    assert await notice.remind(EFFECT) == 0
    assert await gate.missing(camille.practitioner, EFFECT) == []


async def test_accepting_does_not_end_a_suspension_with_another_ground(camille: Owner) -> None:
    await listed(camille)
    await life.suspend(camille.practitioner, by=camille.account, ground="signalement", now=NOW)
    await notice.resume(camille.practitioner, now=NOW)
    assert (await life.standing_of(camille.practitioner)).state is ListingState.SUSPENDED
