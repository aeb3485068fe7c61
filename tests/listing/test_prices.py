"""The services of somebody listed: the gate is run again when one is taken off (terms § 3.1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.database import connection
from app.directory import editing, lines
from app.directory.editing import Block, Kind
from app.directory.offering import Practices
from app.listing import gate, life, practices, prices
from app.listing.editing import StillNeeded
from tests.directory.owner import Owner as Person
from tests.listing import cast
from tests.listing.cast import NOW, Owner

pytestmark = pytest.mark.anyio

REFUSED = "il lui manquerait : au moins une prestation avec son prix"


@pytest.fixture
async def listed(camille: Owner) -> Owner:
    await life.submit(camille.practitioner, by=camille.account, now=NOW)
    await life.list_(camille.practitioner, by=camille.account, now=NOW)
    return camille


@pytest.fixture
async def person(site: Any, listed: Owner) -> AsyncIterator[Person]:
    """Camille, listed, in front of the profile."""
    found = Person(site, listed.account, email=listed.email)
    found.practitioner = listed.practitioner
    async with await found.sign_in() as signed:
        yield signed


async def _services(who: Owner) -> list[int]:
    found = await connection.rows(
        "SELECT id FROM service WHERE practitioner = $1 AND is_active ORDER BY id", who.practitioner
    )
    return [row["id"] for row in found]


async def test_the_last_service_of_somebody_listed_stays_and_the_page_says_why(
    person: Person, listed: Owner
) -> None:
    """EX-3.1-8, EX-3.1-12: with and without JavaScript."""
    [service] = await _services(listed)
    for is_part in (True, False):
        await person.open("/espace/profil")
        page = await person.press(f"/espace/prestations/{service}/supprimer", htmx=is_part)
        assert page.status == 409
        assert REFUSED in page.text(".refusals")
    assert await _services(listed) == [service]
    assert await gate.missing(listed.practitioner, NOW) == []
    assert not await lines.removed_of(listed.practitioner, Kind.SERVICE, now=NOW)


async def test_the_last_service_is_not_taken_off_the_page_by_its_form_either(
    person: Person, listed: Owner
) -> None:
    """EX-3.1-12: what was typed is still there."""
    [service] = await _services(listed)
    address = f"/espace/prestations/{service}"
    await person.open(address)
    page = await person.send(address, active=[], intitule="Séance en pause")
    assert page.status == 422
    assert REFUSED in page.text(".refusals")
    assert page.attribute("[name=intitule]", "value") == "Séance en pause"
    assert await _services(listed) == [service]


async def test_a_service_goes_while_another_one_stays(person: Person, listed: Owner) -> None:
    await cast.sell(listed, "sophrologie")
    first, second = await _services(listed)
    await person.open("/espace/profil")
    assert (await person.press(f"/espace/prestations/{first}/supprimer")).status == 303
    assert await _services(listed) == [second]


async def test_a_service_that_nobody_sees_is_no_longer_needed(listed: Owner) -> None:
    await cast.sell(listed, "sophrologie")
    first, second = await _services(listed)
    await connection.execute("UPDATE service SET is_active = false WHERE id = $1", first)
    await prices.remove(listed.practitioner, Kind.SERVICE, first, now=NOW)
    with pytest.raises(StillNeeded):
        await prices.remove(listed.practitioner, Kind.SERVICE, second, now=NOW)


async def test_who_is_not_listed_does_as_they_please(camille: Owner) -> None:
    [service] = await _services(camille)
    await prices.remove(camille.practitioner, Kind.SERVICE, service, now=NOW)
    assert await _services(camille) == []


async def test_somebody_suspended_without_a_service_is_not_shown_again(listed: Owner) -> None:
    """EX-3.1-1: the gate is at the way back too."""
    await life.suspend(listed.practitioner, by=None, ground="regle", now=NOW)
    [service] = await _services(listed)
    await prices.remove(listed.practitioner, Kind.SERVICE, service, now=NOW)
    with pytest.raises(life.Incomplete):
        await life.resume(listed.practitioner, by=None, now=NOW)


async def test_the_practices_of_somebody_listed_are_not_emptied(listed: Owner) -> None:
    await connection.execute("DELETE FROM service WHERE practitioner = $1", listed.practitioner)
    seen = await editing.mark_of(listed.practitioner, Block.PRACTICES)
    with pytest.raises(StillNeeded, match="au moins une pratique"):
        await practices.choose(
            listed.practitioner, Practices([]), seen=seen, by=listed.account, now=NOW
        )


@pytest.mark.race
async def test_of_the_two_last_services_taken_off_at_once_one_stays(listed: Owner) -> None:
    await cast.sell(listed, "sophrologie")
    removals = [
        prices.remove(listed.practitioner, Kind.SERVICE, service, now=NOW)
        for service in await _services(listed)
    ]
    answers = await asyncio.gather(*removals, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "StillNeeded"]
    assert len(await _services(listed)) == 1
