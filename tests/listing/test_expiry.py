"""What ends: the reminders of thirty and seven days and of the day, each once; then what lapses (decision 8)."""

from __future__ import annotations

import asyncio
from uuid import UUID

import msgspec
import pytest

from app.database import connection
from app.directory import completeness
from app.listing import expiry, gate, life, nightly, telling
from app.listing.tables import DossierItem
from tests.listing import cast
from tests.listing.cast import INSURANCE, NOW, Owner

pytestmark = pytest.mark.anyio


async def listed_until(who: Owner, ends_on: str) -> None:
    """Listed, with an insurance that ends on that day."""
    await life.submit(who.practitioner, by=who.account, now=NOW)
    await life.list_(who.practitioner, by=None, now=NOW)
    await connection.execute("UPDATE insurance SET ends_on = $1::text::date", ends_on)
    await connection.execute("DELETE FROM mail")


async def reminded(who: Owner) -> list[str]:
    """What each reminder says of the day."""
    return [
        next(line for line in text.splitlines() if "prend fin" in line)
        for kind, text in await cast.mails(who.email)
        if kind == "expiring"
    ]


@pytest.mark.parametrize("days", [30, 7, 0])
async def test_a_reminder_leaves_once_on_its_day(camille: Owner, days: int) -> None:
    """EX-3.1-11: an insurance that ends in thirty days, one mail and not two."""
    await listed_until(camille, "2027-03-01")
    day = NOW.replace(year=2027, month=3, day=1) - cast.days(days)
    assert await expiry.remind(day) == 1
    assert await expiry.remind(day) == 0
    assert await expiry.remind(day + cast.days(0)) == 0
    (said,) = await reminded(camille)
    assert ("aujourd’hui" if days == 0 else f"dans {days} jours") in said


async def test_from_thirty_one_days_before_to_the_day_after_there_are_three(camille: Owner) -> None:
    """EX-3.1-11: night after night, J-30, J-7 and J; then it is over, and said once."""
    await listed_until(camille, "2027-03-01")
    last = NOW.replace(year=2027, month=3, day=1)
    sent = {}
    for before in range(33, -3, -1):
        if count := await expiry.remind(last - cast.days(before)):
            sent[before] = count
    assert sent == {30: 1, 7: 1, 0: 1}
    assert await expiry.tell_lapsed(last) == []
    assert await expiry.tell_lapsed(last + cast.days(1)) == [camille.practitioner]
    assert await expiry.tell_lapsed(last + cast.days(2)) == []


async def test_after_nights_without_a_run_only_the_most_pressing_leaves(camille: Owner) -> None:
    await listed_until(camille, "2027-03-01")
    assert await expiry.remind(NOW.replace(year=2027, month=2, day=26)) == 1
    (said,) = await reminded(camille)
    assert "dans 3 jours" in said


async def test_an_insurance_renewed_in_advance_reminds_nobody(camille: Owner) -> None:
    await listed_until(camille, "2027-03-01")
    await cast.insured(camille, msgspec.structs.replace(INSURANCE, ends_on="2028-03-01"))
    assert await expiry.remind(NOW.replace(year=2027, month=3, day=1)) == 0
    await connection.execute("UPDATE insurance SET is_awaited = true WHERE ends_on > '2027-03-01'")
    assert await expiry.remind(NOW.replace(year=2027, month=3, day=1)) == 1


async def test_the_mediator_and_a_certificate_are_reminded_too(camille: Owner) -> None:
    """EX-3.1-11, EX-3.1-6; a practice covered twice ends with its later certificate."""
    await listed_until(camille, "2030-01-01")
    await connection.execute("UPDATE mediator SET ends_on = '2027-03-01'")
    await connection.execute("UPDATE training_certificate SET ends_on = '2027-03-01'")
    day = NOW.replace(year=2027, month=2, day=22)
    assert {one.item for one in await expiry.soon(day)} == {
        DossierItem.MEDIATOR,
        DossierItem.CERTIFICATES,
    }
    await cast.certified(camille, "sophrologie")
    assert {one.item for one in await expiry.soon(day)} == {DossierItem.MEDIATOR}


@pytest.mark.race
async def test_two_workers_at_once_send_each_reminder_once(camille: Owner) -> None:
    """EX-3.1-11."""
    await listed_until(camille, "2027-03-01")
    day = NOW.replace(year=2027, month=2, day=22)
    assert sum(await asyncio.gather(*(expiry.remind(day) for _ in range(4)))) == 1
    assert len(await reminded(camille)) == 1


async def test_what_has_ended_loses_its_criterion_and_alerts_and_the_page_stays(
    camille: Owner, admin: UUID
) -> None:
    """EX-3.1-11, decision 8: the night alone changes the criterion; nobody has to save anything."""
    await listed_until(camille, "2027-03-01")
    assert await _met(camille, "legal")
    night = await nightly.run(NOW.replace(year=2027, month=3, day=1))
    assert night.recomputed == 0
    assert await _met(camille, "legal")
    night = await nightly.run(NOW.replace(year=2027, month=3, day=2))
    assert (night.lapsed, night.recomputed) == (1, 1)
    assert not await _met(camille, "legal")
    assert (await life.standing_of(camille.practitioner)).is_public(NOW)
    assert "lapsed" in await cast.kinds(camille.email)
    assert "admin_alert" in await cast.kinds("sacha@exemple.example")
    assert [one.practitioner for one in await expiry.lapsed(NOW.replace(year=2027, month=3, day=2))]
    assert (await gate.missing(camille.practitioner, NOW.replace(year=2027, month=3, day=2))) != []
    again = await nightly.run(NOW.replace(year=2027, month=3, day=2))
    assert (again.lapsed, again.recomputed, again.reminded) == (0, 0, 0)


async def test_the_night_writes_again_a_criterion_that_no_longer_tells_the_truth(
    camille: Owner,
) -> None:
    """The twelve criteria are computed at each save and each night (completeness § 5)."""
    await connection.execute(
        "UPDATE profile_criterion SET is_met = NOT is_met WHERE criterion = 'legal'"
    )
    await connection.execute(
        "UPDATE profile_criterion SET is_met = true WHERE criterion = 'headline'"
    )
    assert await nightly.recompute(NOW) == 1
    assert await _met(camille, "legal")
    assert not await _met(camille, "headline")
    assert await nightly.recompute(NOW) == 0


async def test_who_gains_or_loses_a_complete_profile_is_told(camille: Owner) -> None:
    """E29, which one may refuse; not by whom the mail about what lapsed has just told it."""
    await listed_until(camille, "2027-06-01")
    await connection.execute("UPDATE practitioner SET is_complete = true")
    await connection.execute("UPDATE profile_criterion SET is_met = true")
    assert await nightly.recompute(NOW) == 1
    await telling.completeness_changed(camille.practitioner, now=NOW)
    assert await cast.kinds(camille.email) == ["profile_incomplete"]
    assert "profil.complet_change" in await cast.noted(camille)
    assert await completeness.missing_of(camille.practitioner)
    await connection.execute("UPDATE practitioner SET is_complete = true")
    await connection.execute("UPDATE profile_criterion SET is_met = true")
    assert await nightly.recompute(NOW, told=frozenset({camille.practitioner})) == 1
    await telling.completeness_changed(camille.practitioner, now=NOW)
    assert await cast.kinds(camille.email) == ["profile_incomplete"]


async def _met(who: Owner, criterion: str) -> bool:
    found = await connection.row(
        "SELECT is_met FROM profile_criterion WHERE practitioner = $1 AND criterion = $2",
        who.practitioner,
        criterion,
    )
    return bool(found and found["is_met"])
