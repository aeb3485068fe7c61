"""Several connections at once: changes are numbered in the order of their commits, and readers see whole orders."""

from __future__ import annotations

import asyncio
import contextlib
import random
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from app.database import connection
from app.directory import changes
from app.search.roster import Known, Roster
from tests.factories import edited, id_of, practitioner, renamed
from tests.search.looking import total
from tests.visitors import Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.race]


class _CutShort(Exception):
    """A transaction that does not commit."""


async def _version() -> int:
    found = await connection.row("SELECT version FROM directory_version")
    assert found is not None
    version: int = found["version"]
    return version


async def test_versions_are_numbered_without_a_gap_in_the_order_of_the_commits(
    empty: None, own_database: str
) -> None:
    """A reader never sees version n + 1 without version n, even when some transactions fail."""
    drawing = random.Random(7)
    start = await _version()
    committed: list[int] = []
    is_over = asyncio.Event()

    async def change(practitioner: int, *, fails: bool) -> None:
        async with connection.transaction():
            await asyncio.sleep(drawing.random() / 200)
            version = await changes.record(practitioner)
            await asyncio.sleep(drawing.random() / 200)
            if fails:
                raise _CutShort
        committed.append(version)

    async def write(practitioner: int) -> None:
        for _ in range(8):
            with contextlib.suppress(_CutShort):
                await change(practitioner, fails=drawing.random() < 0.25)

    async def watch() -> int:
        looked = 0
        eyes = await asyncpg.connect(own_database)
        try:
            while not is_over.is_set():
                seen = await eyes.fetch(
                    "SELECT c.version, d.version AS last FROM directory_version d"
                    " LEFT JOIN directory_change c ON c.version > $1 ORDER BY c.version",
                    start,
                )
                numbers = [row["version"] for row in seen if row["version"] is not None]
                assert numbers == list(range(start + 1, start + 1 + len(numbers)))
                assert seen[0]["last"] == start + len(numbers)
                looked += 1
                await asyncio.sleep(0)
        finally:
            await eyes.close()
        return looked

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(write(number) for number in range(1, 6)))
    is_over.set()
    assert await watching > 5
    assert sorted(committed) == list(range(start + 1, start + 1 + len(committed)))
    assert 0 < len(committed) < 40
    notes = await connection.rows("SELECT 1 FROM pgqueuer")
    assert len(notes) == len(committed) + 1  # one for the emptying of the directory


async def test_a_change_waits_for_the_one_before_it_to_commit(empty: None) -> None:
    start = await _version()
    is_recorded, may_commit = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with connection.transaction():
            assert await changes.record(1) == start + 1
            is_recorded.set()
            await may_commit.wait()

    async def second() -> None:
        async with connection.transaction():
            assert await changes.record(2) == start + 2

    one = asyncio.create_task(first())
    await is_recorded.wait()
    other = asyncio.create_task(second())
    await asyncio.sleep(0.1)
    assert not other.done()
    assert await changes.since(start) == (start, [])
    may_commit.set()
    await asyncio.gather(one, other)
    assert await changes.since(start) == (start + 2, [1, 2])


def _assert_consistent(known: Known) -> None:
    order = known.order
    ids = order.ids.tolist()
    assert len(ids) == len(set(ids))
    assert order.keys == sorted(order.keys)
    assert order.tiers.tolist() == [key[0] for key in order.keys]
    assert ids == [key[3] for key in order.keys]
    assert [int(order.position_of[i]) for i in ids] == list(range(len(ids)))


async def test_readers_beside_writers_always_see_a_whole_and_recent_order(
    site: Any, empty: None
) -> None:
    """What committed before a request began, that request shows (decision 1)."""
    drawing = random.Random(3)
    people = [await practitioner("Anne", f"Nom{number}") for number in range(8)]
    ids = {slug: await id_of(slug) for slug in people}
    tier_of: dict[str, int] = dict.fromkeys(people, 1)
    is_settled: dict[str, bool] = dict.fromkeys(people, True)
    edits: dict[str, int] = dict.fromkeys(people, 0)
    writing = 2
    looks = [0, 0, 0]
    now = datetime.now(UTC)

    async def write(own: list[str]) -> None:
        nonlocal writing
        written = 0
        # However slow the machine, each reader looks a few times beside the writers.
        while written < 12 or min(looks) <= 3:
            written += 1
            slug = drawing.choice(own)
            tier = drawing.choice([1, 3])
            is_settled[slug] = False
            edits[slug] += 1
            await edited(slug, is_complete=tier == 1)
            if drawing.random() < 0.3:
                await renamed(slug, "Anne", f"Nom{drawing.randrange(9)}")
            tier_of[slug], is_settled[slug] = tier, True
        writing -= 1

    async def read(number: int) -> None:
        roster = Roster(site.state.finder.book)
        last = 0
        while writing:
            expected = {slug: tier_of[slug] for slug in people if is_settled[slug]}
            so_far = dict(edits)
            known = await roster.current(now)
            _assert_consistent(known)
            assert known.order.size == len(people)
            assert known.versions.directory >= last
            last = known.versions.directory
            for slug, tier in expected.items():
                if edits[slug] == so_far[slug]:
                    shown = int(known.order.tiers[known.order.position_of[ids[slug]]])
                    assert shown == tier, slug
            looks[number] += 1

    await asyncio.gather(*map(read, range(3)), write(people[:4]), write(people[4:]))


async def test_visitors_beside_writers_never_meet_an_error_nor_a_delisted_practitioner(
    visitor: Visitor,
) -> None:
    """One process, many requests: the list, a filter and the suggestions, while people come and go."""
    stays = [await practitioner("Anne", f"Reste{number}") for number in range(4)]
    leaves = [await practitioner("Zoé", f"Part{number}") for number in range(10)]
    gone: set[str] = set()

    async def delist() -> None:
        for slug in leaves:
            await edited(slug, listing_state="delisted")
            gone.add(slug)
            await asyncio.sleep(0.02)

    async def visit(url: str) -> None:
        while len(gone) < len(leaves):
            known_gone = set(gone)
            seen = await visitor.get(url)
            assert seen.status == 200
            assert not known_gone & set(seen.slugs)
            assert set(stays) <= set(seen.slugs)
            assert len(seen.slugs) <= total(seen)

    await asyncio.gather(
        delist(), *(visit(url) for url in ("/praticiens", "/praticiens?lieu=Lyon"))
    )
    assert (await visitor.get("/praticiens")).slugs == stays
