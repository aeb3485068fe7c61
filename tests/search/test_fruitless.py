"""What is searched in vain: counted by day, five times at least, tied to nobody, never a sensitive word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.database import connection
from app.search import fruitless
from app.search.criteria import Criteria
from tests.factories import indexed, practitioner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
async def nothing_counted(pool: None) -> None:
    await connection.execute("TRUNCATE fruitless_search")


def counted(query: str) -> str:
    return fruitless.countable(Criteria(q=query))


async def test_a_search_that_finds_nobody_is_counted_also_when_its_page_was_kept(
    visitor: Visitor, site: Any, index_gateway: Any, nothing_counted: None
) -> None:
    await practitioner()
    await indexed(index_gateway)
    tally = site.state.finder.tally
    for _ in range(6):
        assert (await visitor.get("/praticiens?q=Zorblatherapie")).status == 200
    for _ in range(6):
        await visitor.get("/praticiens?q=sophrologie")
    await tally.flush(datetime.now(UTC))
    found = {one.words: one.times for one in await fruitless.since(TODAY - timedelta(days=9_000))}
    assert found["zorblatherapie"] == 6
    assert "sophrologie" not in found


@pytest.mark.parametrize(
    "query",
    [
        "suicide",
        "SUICIDE conseil",
        "anne@exemple.fr",
        "06 12 34 56 78",
        "06.12.34",
        "cancer",
        "x" * 130,
        "",
    ],
)
def test_what_could_tell_of_somebody_is_never_counted(query: str) -> None:
    assert counted(query) == ""


def test_words_count_alike_however_they_are_typed() -> None:
    assert counted("  Bains de  FORÊT ") == counted("bains forêt") == "bains forêt"


async def test_less_than_five_times_in_a_day_is_shown_to_nobody_and_forgotten_the_day_after(
    nothing_counted: None,
) -> None:
    tally = fruitless.Tally()
    for words, times in (("rare", 4), ("souvent", 5)):
        for _ in range(times):
            tally.add(words, NOW)
    assert await tally.flush(NOW) == 2
    assert [one.words for one in await fruitless.since(TODAY)] == ["souvent"]
    await tally.flush(NOW + timedelta(days=1))
    left = await connection.rows("SELECT words FROM fruitless_search")
    assert [row["words"] for row in left] == ["souvent"]


async def test_processes_add_up_and_nothing_is_lost_when_the_database_is_away(
    nothing_counted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = fruitless.Tally(), fruitless.Tally()
    for tally in (first, second):
        for _ in range(3):
            tally.add("jardin", NOW)
    with monkeypatch.context() as patch:
        patch.setattr(connection, "transaction", lambda: (_ for _ in ()).throw(OSError()))
        with pytest.raises(OSError):  # noqa: PT011
            await first.flush(NOW)
    await first.flush(NOW)
    await second.flush(NOW)
    assert [(one.words, one.times) for one in await fruitless.since(TODAY)] == [("jardin", 6)]


async def test_made_up_words_fill_neither_the_memory_nor_the_table(
    nothing_counted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = fruitless.Tally()
    for number in range(fruitless.MOST_WAITING + 50):
        tally.add(f"mot {number}", NOW)
    assert await tally.flush(NOW) == fruitless.MOST_WAITING
    monkeypatch.setattr(fruitless, "MOST_A_DAY", 100)
    tally.add("mot nouveau", NOW)
    tally.add("mot 1", NOW)
    await tally.flush(NOW)
    found = await connection.row("SELECT count(*) AS n, max(times) AS most FROM fruitless_search")
    assert found is not None
    assert (found["n"], found["most"]) == (fruitless.MOST_WAITING, 2)
