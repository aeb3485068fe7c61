"""Recurring work, in the time of Paris: once a day, the nights of the clock changes too, caught up after an outage."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest

from app import worker
from app.database import connection
from app.jobs import clock
from app.jobs.clock import Recurring
from app.rendering.moments import PARIS

pytestmark = pytest.mark.anyio

NIGHT = Recurring("essai", time(2, 30), "essai_note")
EVENING = Recurring("soir", time(19, 0), "soir_note")


@pytest.fixture
async def stopped(pool: None) -> None:
    """A clock that has never run."""
    await connection.execute("TRUNCATE clock_run, pgqueuer, pgqueuer_log")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def _notes() -> list[tuple[str, str]]:
    found = await connection.rows("SELECT entrypoint, payload FROM pgqueuer ORDER BY id")
    return [(row["entrypoint"], msgspec.json.decode(row["payload"])) for row in found]


async def _look_after_look(begin: datetime, hours: int) -> list[datetime]:
    """When `NIGHT` is started, looking at the clock every ten minutes."""
    return [
        now
        for minute in range(0, hours * 60, 10)
        if await clock.tick(now := begin + timedelta(minutes=minute), [NIGHT])
    ]


async def test_work_starts_once_a_day_at_its_time_in_paris(stopped: None) -> None:
    await clock.tick(at("2026-11-22T00:00"), [NIGHT])
    assert await _look_after_look(at("2026-11-22T00:10"), 48) == [
        at("2026-11-22T01:30"),
        at("2026-11-23T01:30"),
    ]
    assert await _notes() == [
        ("essai_note", "2026-11-21"),
        ("essai_note", "2026-11-22"),
        ("essai_note", "2026-11-23"),
    ]


async def test_the_night_when_two_o_clock_comes_twice_it_starts_once(stopped: None) -> None:
    """25 October 2026: at 3:00 it is 2:00 again."""
    await clock.tick(at("2026-10-24T12:00"), [NIGHT])
    assert await _look_after_look(at("2026-10-24T20:00"), 48) == [
        at("2026-10-25T00:30"),
        at("2026-10-26T01:30"),
    ]


async def test_the_night_when_two_o_clock_does_not_come_it_starts_all_the_same(
    stopped: None,
) -> None:
    """28 March 2027: at 2:00 it is 3:00."""
    await clock.tick(at("2027-03-27T12:00"), [NIGHT])
    assert await _look_after_look(at("2027-03-27T20:00"), 48) == [
        at("2027-03-28T01:30"),
        at("2027-03-29T00:30"),
    ]


@pytest.mark.parametrize("hour", range(24))
async def test_every_day_of_a_year_has_its_turn_at_any_hour(hour: int) -> None:
    """No day of Paris is left out or counted twice, whatever the hour asked."""
    work = Recurring("heure", time(hour, 30), "n")
    due = [
        clock.last_due(work, at("2026-01-01T12:00") + timedelta(hours=n)) for n in range(24 * 365)
    ]
    days = sorted(set(due))
    assert due == sorted(due)
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    for day in days:
        local = clock.instant(day, work.at).astimezone(PARIS)
        assert local.date() == day


async def test_a_night_missed_is_caught_up_once(stopped: None) -> None:
    """Three days of outage: the last night is done, at once; not three times."""
    works = [NIGHT, EVENING]
    await clock.tick(at("2026-11-19T12:00"), works)
    assert await clock.tick(at("2026-11-22T12:00"), works) == ["essai", "soir"]
    assert await clock.tick(at("2026-11-22T12:01"), works) == []
    assert await clock.tick(at("2026-11-22T18:00"), works) == ["soir"]
    days = [
        row["due_on"]
        for row in await connection.rows("SELECT due_on FROM clock_run ORDER BY name, due_on")
    ]
    assert days == [
        date(2026, 11, 19), date(2026, 11, 22),
        date(2026, 11, 18), date(2026, 11, 21), date(2026, 11, 22),
    ]  # fmt: skip


async def test_what_was_started_long_ago_is_forgotten(stopped: None) -> None:
    await clock.tick(at("2026-08-01T12:00"), [NIGHT])
    await clock.tick(at("2026-11-22T12:00"), [NIGHT])
    await clock.forget(at("2026-11-22T12:00"))
    assert len(await connection.rows("SELECT id FROM clock_run")) == 1


async def test_the_days_it_keeps_are_those_of_paris(stopped: None) -> None:
    """Sixty days before the 23rd of November, which has begun in Paris."""
    await clock.tick(at("2026-09-23T12:00"), [NIGHT])
    await clock.forget(at("2026-11-22T22:59"))
    assert len(await connection.rows("SELECT id FROM clock_run")) == 1
    await clock.forget(at("2026-11-22T23:00"))
    assert await connection.rows("SELECT id FROM clock_run") == []


def test_each_recurring_work_has_its_own_name() -> None:
    names = [recurring.name for recurring in worker.RECURRING]
    assert len(names) == len(set(names))
