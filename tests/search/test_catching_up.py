"""The ranks a process keeps in memory: brought up to date bit by bit, they equal those read anew."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import connection
from app.directory import changes
from app.search import people
from app.search import roster as rosters
from app.search.order import Order, patched
from app.search.people import Person
from app.search.roster import Roster, Versions, versions
from app.settings import values
from tests.factories import NOW, edited, id_of, moved, practitioner, renamed

pytestmark = pytest.mark.anyio

FAMILIES = ("Abeille", "Çelik", "d’Hervé", "Le Goff", "Legoff", "Zola")
COMMUNES = ("69123", "69383", "83069", "97411")


def _told(order: Order) -> dict[str, Any]:
    """Everything an order says, in comparable form."""
    return {
        "ids": order.ids.tolist(),
        "tiers": order.tiers.tolist(),
        "keys": order.keys,
        "sets": [order.ids[order.positions(row)].tolist() for row in order.bits],
        "places": sorted((int(order.ids[row[0]]), *row[1:].tolist()) for row in order.places),
        "positions": {int(i): int(order.position_of[i]) for i in order.ids},
    }


async def _assert_equal_to_fresh(roster: Roster, now: datetime) -> None:
    kept = (await roster.current(now)).order
    fresh = (await Roster(kept.columns.book).current(now)).order
    assert _told(kept) == _told(fresh)
    words = {"abeille", "celik", "legoff", "anne", "zoe"}
    other = Roster(kept.columns.book)
    await other.current(now)
    assert {w: roster.named(w, 99) for w in words} == {w: other.named(w, 99) for w in words}
    assert [roster.is_name(w) for w in words] == [other.is_name(w) for w in words]
    met = {i: kept.kept_people[i] for i in kept.ids.tolist() if i in kept.kept_people}
    assert set(kept.kept_people) == set(met), "somebody who left is still kept"
    everyone = await _met(fresh, now)
    assert met == {i: everyone[i] for i in met}
    # What the next round of changes starts from.
    await _met(kept, now)


async def _met(order: Order, now: datetime) -> dict[int, Person]:
    """What cards are made from, of everybody in `order`."""
    ids, tiers = order.ids.tolist(), order.tiers.tolist()
    return await people.known(ids, order, dict(zip(ids, tiers, strict=True)), now)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(
            ["complete", "jupiterre", "rename", "move", "state", "end", "new", "delete"]
        ),
        st.integers(0, 99),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(rounds=st.lists(CHANGES, min_size=1, max_size=4), switches=st.integers(0, 3))
async def test_ranks_brought_up_to_date_equal_ranks_read_anew(
    site: Any, pool: None, rounds: list[list[tuple[str, int, int]]], switches: int
) -> None:
    await connection.execute("DELETE FROM practitioner")
    await connection.execute("DELETE FROM setting_change")
    async with connection.transaction():
        await changes.record(None)
    slugs = [
        await practitioner("Anne", family, places=("69123",), home_areas=(("69266", 20),))
        for family in FAMILIES
    ]
    now = datetime.now(UTC)
    roster = Roster(site.state.finder.book)
    await _met((await roster.current(now)).order, now)
    for number, edits in enumerate(rounds):
        for kind, one, other in edits:
            await _apply(kind, slugs, one, other, now)
        if number < switches:
            await values.change(
                values.JUPITERRE_TIER, number % 2 == 1, by="essai", effective_at=now
            )
        now += timedelta(minutes=7)
        await _assert_equal_to_fresh(roster, now)


async def _apply(kind: str, slugs: list[str], one: int, other: int, now: datetime) -> None:
    if kind == "new" or not slugs:
        slug = await practitioner("Zoé", FAMILIES[one % 6], is_remote=other % 2 == 0)
        slugs.append(slug)
        return
    slug = slugs[one % len(slugs)]
    if kind == "complete":
        await edited(slug, is_complete=other % 2 == 0)
    elif kind == "jupiterre":
        await edited(
            slug,
            is_jupiterre_user=other % 2 == 0,
            jupiterre_changed_at=NOW,
            jupiterre_changed_by="essai",
        )
    elif kind == "rename":
        await renamed(slug, "Zoé", FAMILIES[other % 6])
    elif kind == "move":
        await moved(slug, COMMUNES[other % 4])
    elif kind == "state":
        await edited(slug, listing_state=("listed", "suspended", "delisted")[other % 3])
    elif kind == "end":
        await edited(slug, listing_ends_at=now + timedelta(minutes=other % 20))
    else:
        slugs.remove(slug)
        async with connection.transaction():
            number = await id_of(slug)
            await connection.execute("DELETE FROM practitioner WHERE id = $1", number)
            await changes.record(number)


async def test_many_changes_at_once_are_caught_up_with(site: Any, empty: None) -> None:
    """Beyond a number of changes the ranks are laid out anew rather than patched."""
    now = datetime.now(UTC)
    people = [await practitioner("Anne", f"Nom{n:03}") for n in range(rosters.PATCHED_AT_MOST + 15)]
    roster = Roster(site.state.finder.book)
    await _met((await roster.current(now)).order, now)
    for number, slug in enumerate(people):
        await edited(slug, is_complete=number % 3 == 0)
    await _assert_equal_to_fresh(roster, now)
    assert np.bincount((await roster.current(now)).order.tiers).tolist() == [0, 22, 0, 43]


async def test_the_first_and_the_last_practitioner_are_no_special_case(
    site: Any, empty: None
) -> None:
    now = datetime.now(UTC)
    roster = Roster(site.state.finder.book)
    assert (await roster.current(now)).order.size == 0
    only = await practitioner()
    assert (await roster.current(now)).order.size == 1
    await edited(only, listing_state="suspended")
    await _assert_equal_to_fresh(roster, now)
    assert (await roster.current(now)).order.size == 0


async def test_a_whole_word_of_bits_may_be_filled_and_left(site: Any, empty: None) -> None:
    """The sets are words of 64 bits: 63, 64, 65 practitioners."""
    now = datetime.now(UTC)
    for number in range(62):
        await practitioner("Anne", f"Nom{number:03}")
    roster = Roster(site.state.finder.book)
    await roster.current(now)
    people = []
    for number in (0, 1, 2, 3):
        people.append(await practitioner("Anne", f"Nom{number:03}bis"))
        await _assert_equal_to_fresh(roster, now)
    for slug in people:
        await edited(slug, listing_state="delisted")
        await _assert_equal_to_fresh(roster, now)


# ---- in the middle of it ------------------------------------------------------------------------


async def test_an_end_noticed_by_a_request_that_is_cut_is_noticed_again(
    site: Any, empty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decision 9: a request cut while it catches up must not leave a delisted person in the ranks."""
    now = datetime.now(UTC)
    await practitioner("Anne", "Abeille")
    await practitioner("Luc", "Bernard", ends_at=now + timedelta(minutes=10))
    roster = Roster(site.state.finder.book)
    assert (await roster.current(now)).order.size == 2

    def cut(*_: object, **__: object) -> None:
        raise RuntimeError("cut")

    later = now + timedelta(minutes=11)
    with monkeypatch.context() as patch:
        patch.setattr(rosters, "patched", cut)
        with pytest.raises(RuntimeError, match="cut"):
            await roster.current(later)
    assert (await roster.current(later)).order.size == 1


async def test_names_may_be_asked_while_the_ranks_catch_up(
    site: Any, empty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another request of the same process is reading a change: this one must not fail."""
    await practitioner("Anne", "Abeille")
    roster = Roster(site.state.finder.book)
    now = datetime.now(UTC)
    await roster.current(now)
    await practitioner("Alice", "Sommer")
    has_begun, may_end = threading.Event(), threading.Event()

    def slowly(*arguments: Any, **named: Any) -> Any:
        has_begun.set()
        assert may_end.wait(10)
        return patched(*arguments, **named)

    monkeypatch.setattr(rosters, "patched", slowly)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(roster.current, now + timedelta(seconds=1))
        await anyio.to_thread.run_sync(has_begun.wait, 10)
        try:
            assert roster.named("sommer", 5) == []
        finally:
            may_end.set()
    assert len(roster.named("sommer", 5)) == 1


# ---- questions shared ---------------------------------------------------------------------------


async def test_requests_that_arrive_together_share_one_question(
    site: Any, empty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked as of the last of them: none is told of a setting as it was before."""
    await practitioner("Anne", "Abeille")
    roster = Roster(site.state.finder.book)
    now = datetime.now(UTC)
    await roster.current(now)
    asked: list[datetime] = []

    async def counted(at: datetime) -> Versions:
        asked.append(at)
        return await versions(at)

    monkeypatch.setattr(rosters, "versions", counted)
    async with anyio.create_task_group() as tasks:
        for seconds in (1, 3, 2):
            tasks.start_soon(roster.current, now + timedelta(seconds=seconds))
    assert asked == [now + timedelta(seconds=3)]


async def test_a_question_under_way_is_no_answer_to_who_arrives_later(
    site: Any, empty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No search shows a directory older than its own arrival."""
    await practitioner("Anne", "Abeille")
    roster = Roster(site.state.finder.book)
    await roster.current(datetime.now(UTC))
    has_left, may_come_back = anyio.Event(), anyio.Event()

    async def slow_at_first(at: datetime) -> Versions:
        found = await versions(at)
        if not has_left.is_set():
            has_left.set()
            await may_come_back.wait()
        return found

    monkeypatch.setattr(rosters, "versions", slow_at_first)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(roster.current, datetime.now(UTC))
        await has_left.wait()
        await practitioner("Alice", "Sommer")
        with anyio.fail_after(5):
            assert (await roster.current(datetime.now(UTC))).order.size == 2
        may_come_back.set()


async def test_a_request_that_is_cut_leaves_the_question_to_the_others(
    site: Any, empty: None
) -> None:
    await practitioner("Anne", "Abeille")
    roster = Roster(site.state.finder.book)
    cut, other = (asyncio.create_task(roster.current(datetime.now(UTC))) for _ in range(2))
    await asyncio.sleep(0)
    cut.cancel()
    assert (await other).order.size == 1


# ---- before anybody asks ------------------------------------------------------------------------


async def test_a_process_that_starts_meets_everybody_by_itself(site: Any, pool: None) -> None:
    """The first search of a person costs what the next ones do; and a change is told from what was learnt."""
    slug = await practitioner("Anne", "Abeille", headline="Avant")
    await practitioner("Zoé", "Zola")
    roster = Roster(site.state.finder.book)
    card = site.state.templates.globals["ui"].card
    order = (await roster.current(datetime.now(UTC))).order
    async with people.meeting(roster, card):
        with anyio.fail_after(5):
            while len(order.kept_people) < order.size:  # noqa: ASYNC110  # nothing is told when it ends
                await anyio.sleep(0.01)
    kept = order.kept_people[await id_of(slug)]
    assert "Avant" in kept.face.headline
    assert [stencil for stencil in kept.drawings.values() if "Avant" in stencil.filled(())]
