"""Recurring work, in the time of Paris: each started once a day, whoever looks at the clock, and caught up if late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from app.database import connection
from app.jobs import queue
from app.rendering.moments import PARIS, day_of

KEPT_DAYS = 60


class Recurring(msgspec.Struct, frozen=True):
    """Work to start every day at `at`, by leaving `note`, which carries the day (« 2026-11-22 »)."""

    name: str
    at: time
    note: str


async def tick(now: datetime, recurrings: Iterable[Recurring]) -> list[str]:
    """Start what is due at `now` (UTC) and was not; answers the names of what was started here.

    After an outage the last day missed is started, once: yesterday's work done twice in a row helps nobody.
    """
    started = []
    for recurring in recurrings:
        day = last_due(recurring, now)
        async with connection.transaction():
            is_first = await connection.row(
                "INSERT INTO clock_run (name, due_on, started_at) VALUES ($1, $2, $3)"
                " ON CONFLICT (name, due_on) DO NOTHING RETURNING id",
                recurring.name,
                day,
                now,
            )
            if is_first:
                await queue.enqueue(recurring.note, day.isoformat())
                started.append(recurring.name)
    return started


def last_due(recurring: Recurring, now: datetime) -> date:
    """The last day of Paris whose time has come at `now`."""
    today = day_of(now)
    return today if now >= instant(today, recurring.at) else today - timedelta(days=1)


def instant(day: date, at: time) -> datetime:
    """When the clocks of Paris show `at` on that `day` (UTC).

    The night of autumn has an hour twice: the first one counts. The night of spring lacks one: 2:30 is 3:30.
    """
    return datetime.combine(day, at.replace(fold=0), PARIS).astimezone(UTC)


async def forget(now: datetime) -> None:
    """Drop what was started long ago."""
    await connection.execute(
        "DELETE FROM clock_run WHERE due_on < $1",
        day_of(now) - timedelta(days=KEPT_DAYS),
    )
