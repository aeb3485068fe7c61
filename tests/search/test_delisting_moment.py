"""A delisting takes effect at its moment, by the clock alone (decision 9; terms § 3.3)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.search.roster import Roster
from tests.factories import edited, indexed, practitioner
from tests.search.looking import facet, facets, options, search, total
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio


async def _passed(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()) + 0.02)


async def test_a_listing_that_ends_leaves_everything_at_its_moment_without_any_job(
    visitor: Visitor, index_gateway: Any
) -> None:
    """EX-3.3-2 and EX-3.3-4: results, suggestions, counts; and 410 on the profile."""
    other = await practitioner("Anne", "Abeille", practices=("yoga",))
    moment = datetime.now(UTC) + timedelta(seconds=1)
    leaver = await practitioner("Luc", "Bernard", ends_at=moment, is_remote=True)
    stays = await practitioner("Zoé", "Zeller")
    await indexed(index_gateway)
    everyone = await visitor.get("/praticiens")
    assert everyone.slugs == [other, leaver, stays]
    assert facet(everyone, "remote", "En visio").count == 1
    assert (await visitor.get(search(q="sophrologie"))).slugs == [leaver, stays]
    assert (await visitor.get(search(lieu="Lyon"))).slugs == [other, leaver, stays]
    assert options(await visitor.get("/praticiens/suggestions?q=bernard", htmx=True))
    assert (await visitor.get(f"/praticiens/{leaver}")).status == 200
    assert datetime.now(UTC) < moment, "the machine was too slow for this test to mean anything"

    await _passed(moment)

    everyone = await visitor.get("/praticiens")
    assert everyone.slugs == [other, stays]
    assert total(everyone) == 2
    assert facet(everyone, "practices", "Sophrologie").count == 1
    assert not any(value.count for value in facets(everyone) if value.group == "remote")
    # The same words as before: what the engine answered then is read with the ranks of now.
    assert (await visitor.get(search(q="sophrologie"))).slugs == [stays]
    assert (await visitor.get(search(lieu="Lyon"))).slugs == [other, stays]
    assert options(await visitor.get("/praticiens/suggestions?q=bernard", htmx=True)) == []
    assert (await visitor.get(f"/praticiens/{leaver}")).status == 410


async def test_the_end_of_a_listing_may_be_put_off(visitor: Visitor) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=0.4)
    person = await practitioner(ends_at=moment)
    assert (await visitor.get("/praticiens")).slugs == [person]
    await edited(person, listing_ends_at=moment + timedelta(days=30))
    await _passed(moment)
    assert (await visitor.get("/praticiens")).slugs == [person]
    assert (await visitor.get(f"/praticiens/{person}")).status == 200


async def test_an_ended_listing_may_be_restored(visitor: Visitor) -> None:
    person = await practitioner(ends_at=datetime.now(UTC) - timedelta(seconds=1))
    assert (await visitor.get("/praticiens")).slugs == []
    assert (await visitor.get(f"/praticiens/{person}")).status == 410
    await edited(person, listing_ends_at=None)
    assert (await visitor.get("/praticiens")).slugs == [person]
    assert (await visitor.get(f"/praticiens/{person}")).status == 200


async def test_listings_that_end_one_after_the_other_leave_one_after_the_other(
    site: Any, empty: None
) -> None:
    """The time is passed in: no sleeping here."""
    start = datetime.now(UTC)
    for minutes in (30, 10, 20):
        await practitioner(
            "Anne",
            f"Dans{minutes}",
            slug=f"dans-{minutes}",
            ends_at=start + timedelta(minutes=minutes),
        )
    roster = Roster(site.state.finder.book)
    sizes = [
        (await roster.current(start + timedelta(minutes=minute))).order.size
        for minute in (0, 9, 10, 15, 20, 25, 30, 60)
    ]
    assert sizes == [3, 3, 2, 2, 1, 1, 0, 0]
