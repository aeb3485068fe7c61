"""Words that found nobody, counted by day and tied to no one: what the directory lacks (spec/law § 2.9).

A process counts in memory and writes by batches: a search pays a lookup. What could tell of somebody is never
counted: sensitive words, what looks like an address or a number. A count below five is never shown, and forgotten
the day after.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime

import msgspec
import structlog

from app.database import connection
from app.rendering.moments import day_of
from app.search import sensitive
from app.search.criteria import Criteria
from app.search.words import words_of

FLUSH_SECONDS = 20.0
SHOWN_FROM = 5
"""Fewer times in a day than this, nobody reads it."""
MOST_WAITING = 2_000
MOST_A_DAY = 10_000
"""Different words kept of one day: made-up ones would fill the table."""
LONGEST = 120
_TELLING = re.compile(r"@|\d{4}|\d\D?\d\D?\d\D?\d")
_ADD = """
WITH full_day AS (
  SELECT searched_on FROM fruitless_search WHERE searched_on = ANY ($1::date[])
  GROUP BY searched_on HAVING count(*) >= $4)
INSERT INTO fruitless_search (searched_on, words, times)
SELECT n.* FROM unnest($1::date[], $2::text[], $3::int[]) AS n (searched_on, words, times)
WHERE n.searched_on NOT IN (SELECT searched_on FROM full_day)
   OR EXISTS (SELECT FROM fruitless_search f WHERE f.searched_on = n.searched_on AND f.words = n.words)
ON CONFLICT (searched_on, words) DO UPDATE SET times = fruitless_search.times + excluded.times
"""
_log = structlog.get_logger("search")


class Fruitless(msgspec.Struct, frozen=True):
    """Words searched in vain `times` times on a day."""

    searched_on: date
    words: str
    times: int


class Tally:
    """What one process counted since it last wrote."""

    def __init__(self) -> None:
        self._waiting: Counter[tuple[date, str]] = Counter()
        self._tidied_on: date | None = None

    def add(self, words: str, now: datetime) -> None:
        """Count a search that found nobody at `now` (UTC), as `countable` words it; nothing for none."""
        if not words:
            return
        key = (day_of(now), words)
        if key in self._waiting or len(self._waiting) < MOST_WAITING:
            self._waiting[key] += 1

    async def flush(self, now: datetime) -> int:
        """Write what waits, and forget what was rare before today; answers how many different words were written.

        What could not be written waits for the next time, and the failure comes out.
        """
        today = day_of(now)
        if not self._waiting and self._tidied_on == today:
            return 0
        waiting, self._waiting = self._waiting, Counter()
        try:
            async with connection.transaction():
                await _write(waiting)
                await connection.execute(
                    "DELETE FROM fruitless_search WHERE searched_on < $1 AND times < $2",
                    today,
                    SHOWN_FROM,
                )
        except BaseException:
            self._waiting.update(waiting)
            raise
        self._tidied_on = today
        return len(waiting)


def countable(criteria: Criteria) -> str:
    """What was asked, as it is counted: small words in the order typed, then the other criteria.

    Empty for what is never kept, and for no criterion at all.
    """
    if _TELLING.search(criteria.q) or sensitive.term_in(criteria.q) is not None:
        return ""
    chosen = [entry.label for entry in (criteria.practice, criteria.theme, criteria.place) if entry]
    parts = [" ".join(words_of(criteria.q)), *chosen, "en visio" if criteria.is_remote else ""]
    told = " · ".join(part for part in parts if part)
    return told if len(told) <= LONGEST else ""


@asynccontextmanager
async def counting(tally: Tally) -> AsyncIterator[None]:
    """Write `tally` down every twenty seconds for the time of the block, and at its end."""
    writing = asyncio.create_task(_keep_writing(tally))
    try:
        yield
    finally:
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
        await _written(tally)


async def since(day: date, *, most: int = 200) -> list[Fruitless]:
    """What was searched in vain from `day` on, at least five times in a day; the most frequent first."""
    found = await connection.rows(
        "SELECT searched_on, words, times FROM fruitless_search WHERE searched_on >= $1 AND times >= $2"
        " ORDER BY times DESC, searched_on DESC, words LIMIT $3",
        day,
        SHOWN_FROM,
        most,
    )
    return [Fruitless(**row) for row in found]


async def _write(waiting: Counter[tuple[date, str]]) -> None:
    # In one order, so that two processes never wait for each other.
    ordered = sorted(waiting)
    await connection.execute(
        _ADD,
        [day for day, _ in ordered],
        [words for _, words in ordered],
        [waiting[key] for key in ordered],
        MOST_A_DAY,
    )


async def _keep_writing(tally: Tally) -> None:
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        await _written(tally)


async def _written(tally: Tally) -> None:
    """A count that cannot be written never takes the site with it."""
    try:
        await tally.flush(datetime.now(UTC))
    except Exception as failure:  # noqa: BLE001
        _log.warning("fruitless searches wait", cause=type(failure).__name__)
