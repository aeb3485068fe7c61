"""The index follows the directory: nothing lost, nothing twice, never empty."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.database import connection
from app.directory import changes
from app.search import engine, index
from app.search.meilisearch_gateway import IndexGateway, SearchGateway, SearchUnavailable
from tests.factories import edited, id_of, practitioner, renamed
from tests.search.engines import closed_port
from tests.search.looking import search
from tests.visitors import Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("empty")]


class Watched(IndexGateway):
    """The real gateway, with something done just after an order."""

    def __init__(self, after: Callable[[str, str], Awaitable[None]]) -> None:
        super().__init__(*engine.address())
        self._after = after

    async def put(self, index: str, documents: list[dict[str, Any]]) -> None:
        await super().put(index, documents)
        await self._after("put", index)

    async def swap(self, one: str, other: str) -> None:
        await self._after("before swap", one)
        await super().swap(one, other)
        await self._after("swap", one)


@pytest.fixture
def gateway(index_gateway: Any) -> IndexGateway:
    assert isinstance(index_gateway, IndexGateway)
    return index_gateway


async def _held(site: Any, word: str) -> list[int]:
    """The ids of the index's documents that hold `word`, exactly."""
    asking: SearchGateway = site.state.finder.gateway
    return sorted(await asking.matching(index.name(), f'"{word}"', ["name"]))


async def _state() -> tuple[int, int]:
    found = await connection.row("SELECT indexed_version, content_version FROM index_state")
    assert found is not None
    return found["indexed_version"], found["content_version"]


async def _version() -> int:
    found = await connection.row("SELECT version FROM directory_version")
    assert found is not None
    version: int = found["version"]
    return version


async def test_following_sends_what_changed_and_only_that(site: Any, gateway: IndexGateway) -> None:
    one, other = await practitioner("Anne", "Abeille"), await practitioner("Zoé", "Zeller")
    assert await index.follow(gateway) == 2
    await renamed(one, "Anne", "Moreau")
    assert await index.follow(gateway) == 1
    assert await _held(site, "abeille") == []
    assert await _held(site, "moreau") == [await id_of(one)]
    assert await _held(site, "zeller") == [await id_of(other)]
    assert (await _state())[0] == await _version()


async def test_following_twice_changes_nothing_more(site: Any, gateway: IndexGateway) -> None:
    """Notes may come twice, late or together."""
    person = await practitioner("Anne", "Abeille")
    assert await index.follow(gateway) == 1
    before = await _state()
    assert await index.follow(gateway) == 0
    assert await index.follow(gateway) == 0
    assert (await _state())[0] == before[0]
    assert await _held(site, "abeille") == [await id_of(person)]
    assert await gateway.count(index.name()) == 1


async def test_following_nothing_leaves_what_the_processes_keep(gateway: IndexGateway) -> None:
    """A hundred changes leave a hundred notes: only the first of them finds something to send."""
    await practitioner()
    await index.follow(gateway)
    before = await _state()
    await index.follow(gateway)
    assert await _state() == before


async def test_whoever_leaves_the_list_leaves_the_index(site: Any, gateway: IndexGateway) -> None:
    people = {
        state: await practitioner("Anne", state.title())
        for state in ("delisted", "suspended", "draft")
    }
    deleted = await practitioner("Anne", "Deleted")
    late = await practitioner("Anne", "Late")
    stays = await practitioner("Anne", "Stays")
    await index.follow(gateway)
    assert await gateway.count(index.name()) == 6
    for state, slug in people.items():
        await edited(slug, listing_state=state)
    await edited(late, listing_ends_at=datetime.now(UTC) - timedelta(seconds=1))
    async with connection.transaction():
        number = await id_of(deleted)
        await connection.execute("DELETE FROM practitioner WHERE id = $1", number)
        await changes.record(number)
    assert await index.follow(gateway) == 5
    assert await gateway.count(index.name()) == 1
    assert await _held(site, "anne") == [await id_of(stays)]


@pytest.mark.parametrize("is_cut_to_the_end", [False, True])
async def test_a_reader_of_a_list_cut_short_rebuilds(
    site: Any, gateway: IndexGateway, is_cut_to_the_end: bool
) -> None:
    one = await practitioner("Anne", "Abeille")
    await changes.forget_before(await _version())
    other = await practitioner("Zoé", "Zeller")
    if is_cut_to_the_end:
        await changes.forget_before(await _version())
    assert await index.follow(gateway) == -1
    assert await _held(site, "abeille") == [await id_of(one)]
    assert await _held(site, "zeller") == [await id_of(other)]


async def test_the_engine_down_leaves_the_work_to_be_done_again(
    site: Any, gateway: IndexGateway
) -> None:
    person = await practitioner("Anne", "Abeille")
    before = await _state()
    with pytest.raises(SearchUnavailable):
        await index.follow(IndexGateway(f"http://127.0.0.1:{closed_port()}", None))
    assert await _state() == before
    assert await index.follow(gateway) == 1
    assert await _held(site, "abeille") == [await id_of(person)]


async def test_a_document_holds_no_secret(gateway: IndexGateway) -> None:
    """EX-3.1-3: the contract number is not in the index; nor is what is only for the practitioner."""
    person = await practitioner("Anne", "Abeille")
    await index.follow(gateway)
    held = gateway._client.index(index.name()).get_document(str(await id_of(person)))
    written = str(dict(held))
    assert "Abeille" in written
    for secret in ("SECRET-123456", "73282932000074", "essai@exemple.example", "+33199001234"):
        assert secret not in written


# ---- rebuilding ---------------------------------------------------------------------------------


def _quiet(_: str) -> None:
    pass


async def test_rebuilding_indexes_everybody_listed_and_leaves_nothing_behind(
    site: Any, gateway: IndexGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "BATCH", 3)
    for number in range(8):
        await practitioner("Anne", f"Nom{number}")
    hidden = await practitioner("Anne", "Cachée")
    await edited(hidden, listing_state="suspended")
    said: list[str] = []
    assert await index.rebuild(gateway, report=said.append) == 8
    assert len(said) == 3
    assert await gateway.count(index.name()) == 8
    assert not await gateway.exists(index.name() + "_next")
    assert await index.is_built(gateway)


async def test_rebuilding_brings_back_an_index_that_was_lost(
    site: Any, gateway: IndexGateway
) -> None:
    person = await practitioner("Anne", "Abeille")
    await gateway.drop(index.name())
    assert not await index.is_built(gateway)
    await index.rebuild(gateway, report=_quiet)
    assert await _held(site, "abeille") == [await id_of(person)]


async def test_a_rebuild_cut_in_the_middle_leaves_the_index_as_it_was(
    site: Any, gateway: IndexGateway
) -> None:
    person = await practitioner("Anne", "Abeille")
    await index.follow(gateway)
    before = await _state()

    async def cut(order: str, _: str) -> None:
        if order == "before swap":
            raise SearchUnavailable

    with pytest.raises(SearchUnavailable):
        await index.rebuild(Watched(cut), report=_quiet)
    assert await _held(site, "abeille") == [await id_of(person)]
    assert await _state() == before
    assert await index.rebuild(gateway, report=_quiet) == 1


async def test_what_changes_during_a_rebuild_is_not_lost(
    site: Any, gateway: IndexGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes of people already read, not yet read, new and gone, followed before and after the swap."""
    monkeypatch.setattr(index, "BATCH", 2)
    people = [await practitioner("Anne", f"Nom{number}") for number in range(6)]
    await index.follow(gateway)
    done: list[str] = []

    async def meanwhile(order: str, name: str) -> None:
        if order == "put" and name.endswith("_next") and not done:
            done.append("first batch")
            await renamed(people[0], "Anne", "Relue")
            await edited(people[1], listing_state="delisted")
            await renamed(people[5], "Anne", "Attendue")
            await practitioner("Anne", "Nouvelle")
            await index.follow(gateway)
        elif order == "before swap":
            await renamed(people[2], "Anne", "Dernière")
            await index.follow(gateway)
        elif order == "swap":
            await renamed(people[3], "Anne", "Après")

    await index.rebuild(Watched(meanwhile), report=_quiet)
    await index.follow(gateway)
    for word, slug in {"relue": 0, "attendue": 5, "dernière": 2, "après": 3, "nom4": 4}.items():
        assert await _held(site, word) == [await id_of(people[slug])], word
    for word in ("nom0", "nom1", "nom2", "nom3", "nom5"):
        assert await _held(site, word) == [], word
    assert len(await _held(site, "nouvelle")) == 1
    assert await gateway.count(index.name()) == 6
    assert (await _state())[0] == await _version()


async def test_a_change_followed_while_the_indexes_are_swapped_is_not_lost(
    site: Any, gateway: IndexGateway
) -> None:
    """The worker follows while « reindex » runs in another process."""
    person = await practitioner("Anne", "Abeille")
    await index.follow(gateway)
    swap_may_begin, rebuilt = asyncio.Event(), asyncio.Event()

    async def rebuild_waits(order: str, name: str) -> None:
        if order == "before swap":
            await renamed(person, "Anne", "Moreau")
            following.append(asyncio.create_task(index.follow(Watched(follow_waits))))
            await swap_may_begin.wait()

    async def follow_waits(order: str, name: str) -> None:
        swap_may_begin.set()
        await rebuilt.wait()

    following: list[asyncio.Task[int]] = []
    await index.rebuild(Watched(rebuild_waits), report=_quiet)
    rebuilt.set()
    await asyncio.gather(*following)
    # The note that the rebuild left:
    await index.follow(gateway)
    assert await _held(site, "moreau") == [await id_of(person)]


async def test_searching_never_stops_while_the_index_is_rebuilt(
    site: Any, visitor: Visitor, gateway: IndexGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """« reindex » swaps: no gap, no half-filled index, no error."""
    monkeypatch.setattr(index, "BATCH", 4)
    people = [await practitioner("Anne", f"Nom{number:02}") for number in range(12)]
    await index.follow(gateway)
    rebuilding = asyncio.create_task(index.rebuild(gateway, report=_quiet))
    asked = 0
    while not rebuilding.done():
        asked += 1
        assert len(await _held(site, "anne")) == 12
        seen = await visitor.get(search(q=f"sophrologie {'anne ' * (asked % 9)}"))
        assert seen.status == 200
        assert seen.slugs == people
    assert await rebuilding == 12
    assert asked > 5


async def test_a_rebuilt_index_has_the_same_settings(gateway: IndexGateway) -> None:
    await practitioner()
    settings = gateway._client.index(index.name()).get_settings()
    await index.rebuild(gateway, report=_quiet)
    rebuilt = gateway._client.index(index.name()).get_settings()
    assert rebuilt == settings
    assert rebuilt["faceting"]["maxValuesPerFacet"] >= 100_000
    assert rebuilt["rankingRules"] == ["words"]


@pytest.mark.parametrize(
    "before",
    [
        {"filterableAttributes": ["id"]},
        {"typoTolerance": index.SETTINGS["typoTolerance"] | {"disableOnAttributes": ["name"]}},
    ],
    ids=lambda settings: str(*settings),
)
async def test_an_index_set_as_it_was_before_is_not_taken_for_a_built_one(
    gateway: IndexGateway, before: dict[str, Any]
) -> None:
    await gateway.drop(index.name())
    await gateway.create(index.name(), index.SETTINGS | before)
    assert not await index.is_built(gateway)
    await index.rebuild(gateway, report=_quiet)
    assert await index.is_built(gateway)


async def test_an_index_left_behind_is_not_taken_for_a_built_one(gateway: IndexGateway) -> None:
    await practitioner()
    assert not await index.is_built(gateway)
    await index.follow(gateway)
    assert await index.is_built(gateway)
