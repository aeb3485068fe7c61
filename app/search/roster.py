"""Who is listed, kept in memory by each process and never older than the database.

PostgreSQL is the authority: before each use the roster asks for the directory's version and catches up, so that a
tier, a place or a delisting counts from its commit on, whatever the state of the index or of the jobs.
"""

from __future__ import annotations

import asyncio
import gc
from bisect import bisect_left, insort
from datetime import UTC, datetime
from itertools import takewhile

import msgspec

from app.database import connection
from app.directory import catalogue, changes
from app.directory.places import PlaceBook
from app.search.order import Columns, Entry, Order, arranged, patched
from app.search.words import split
from app.settings import values

PATCHED_AT_MOST = 50
"""More changes than this at once are cheaper to arrange anew."""

_ENTRIES = """
SELECT p.id, p.is_complete, p.is_jupiterre_user, p.sort_name, p.sort_tie, p.listing_ends_at AS ends_at,
       p.first_name || ' ' || p.last_name || ' ' || p.trade_name AS names,
       ARRAY(SELECT o.practice FROM practice_offered o WHERE o.practitioner = p.id) AS practices,
       ARRAY(SELECT t.theme FROM theme_chosen t WHERE t.practitioner = p.id) AS themes,
       ARRAY(SELECT l.commune FROM practice_place l WHERE l.practitioner = p.id ORDER BY l.id) AS communes,
       ARRAY(SELECT l.radius_km FROM practice_place l WHERE l.practitioner = p.id ORDER BY l.id) AS radii,
       EXISTS (SELECT FROM service s WHERE s.practitioner = p.id AND s.is_active
                 AND 'remote' = ANY (s.modes)) AS is_remote
FROM practitioner p
WHERE p.listing_state = 'listed' AND (p.listing_ends_at IS NULL OR p.listing_ends_at > $1)
"""


class Versions(msgspec.Struct, frozen=True):
    """What the database says now; `content` changes with the content of the index, which follows `indexed`."""

    directory: int
    content: int
    indexed: int
    jupiterre_tier: bool


class Known(msgspec.Struct, frozen=True):
    """The order, with the versions it stands for."""

    order: Order
    versions: Versions

    @property
    def is_indexed(self) -> bool:
        """Whether the index holds what the order holds, no more and no less (but for listings that ended)."""
        return self.versions.indexed == self.versions.directory


async def versions(now: datetime) -> Versions:
    """One light query: the versions and the ranking setting in force at `now` (UTC)."""
    found = await connection.row(
        "SELECT d.version, i.content_version, i.indexed_version, (SELECT s.value FROM setting_change s"
        " WHERE s.name = $1 AND s.effective_at <= $2 ORDER BY s.effective_at DESC, s.id DESC LIMIT 1) AS tier"
        " FROM directory_version d, index_state i",
        values.JUPITERRE_TIER,
        now,
    )
    if found is None:
        raise RuntimeError("the version rows are missing: run the migrations")
    tier = (
        values.DEFAULTS[values.JUPITERRE_TIER] if found["tier"] is None else found["tier"] == "true"
    )
    return Versions(found["version"], found["content_version"], found["indexed_version"], tier)


class Roster:
    """Keeps the current order of this process, and brings it up to date."""

    def __init__(self, book: PlaceBook) -> None:
        self._book = book
        self._entries: dict[int, Entry] = {}
        self._words: list[tuple[str, int]] = []
        self._ends: list[tuple[datetime, int]] = []
        """When listings end, the soonest first, with whose."""
        self._known: Known | None = None
        self._catching_up = asyncio.Lock()
        self._question: asyncio.Task[Versions] | None = None
        """The versions about to be asked for, for all those who have arrived; the last of them at `_asked_at`."""
        self._asked_at = datetime.now(UTC)

    async def current(self, now: datetime) -> Known:
        """The order as the database has it at `now` (UTC)."""
        latest = await self._latest(now)
        known = self._known
        if known is not None and self._is_fresh(known, latest, now):
            return known
        async with self._catching_up:
            return await self._catch_up(now)

    async def is_still_current(self, known: Known) -> bool:
        """Whether neither the directory, nor the index, nor the rule of the order has moved since `known`."""
        return await self.current(datetime.now(UTC)) is known

    def is_name(self, word: str) -> bool:
        """Whether `word` (base letters) is, whole, a word of some listed name."""
        start = bisect_left(self._words, (word, 0))
        return start < len(self._words) and self._words[start][0] == word

    def named(self, beginning: str, limit: int) -> list[int]:
        """Ids of practitioners with a word of their name beginning so, in the order of the list."""
        if self._known is None or not beginning:
            return []
        position_of = self._known.order.position_of
        start = bisect_left(self._words, (beginning, 0))
        end = bisect_left(self._words, (beginning + "\uffff", 0))
        ids = {found for _, found in self._words[start : min(end, start + 2000)]}
        return sorted(ids, key=lambda i: int(position_of[i]))[:limit]

    async def _latest(self, now: datetime) -> Versions:
        """What the database says; requests that arrive together share one question."""
        if self._question is None:
            self._asked_at = now
            self._question = asyncio.create_task(self._ask())
        self._asked_at = max(self._asked_at, now)
        # Who leaves does not take the others' answer away.
        return await asyncio.shield(self._question)

    async def _ask(self) -> Versions:
        # It leaves now: who arrives later asks again, so that no answer is older than the request it serves.
        self._question = None
        return await versions(self._asked_at)

    def _is_fresh(self, known: Known, latest: Versions, now: datetime) -> bool:
        return known.versions == latest and (not self._ends or self._ends[0][0] > now)

    async def _catch_up(self, now: datetime) -> Known:
        # Read the version first: a change committed after it is seen again, never missed.
        latest = await versions(now)
        known = self._known
        if known is not None and self._is_fresh(known, latest, now):
            return known
        touched: list[int] | None = None
        if known is not None:
            _, touched = await changes.since(known.versions.directory)
        if known is None or touched is None:
            return await self._load_all(latest, now)
        return await self._load_some(known, latest, touched, now)

    async def _load_all(self, latest: Versions, now: datetime) -> Known:
        columns = Columns.of(await catalogue.load(), self._book)
        found = await connection.rows(_ENTRIES, now)
        entries = {record["id"]: Entry(**record) for record in found}
        order = await _arranged(entries, columns, latest)
        words = {(word, entry.id) for entry in entries.values() for word in split(entry.names)}
        self._entries, self._words = entries, sorted(words)
        self._ends = sorted((e.ends_at, e.id) for e in entries.values() if e.ends_at is not None)
        # What was just loaded stays: walking it again and again in search of garbage would stop the site for
        # tenths of a second.
        gc.freeze()
        return self._keep(order, latest)

    async def _load_some(
        self, known: Known, latest: Versions, touched: list[int], now: datetime
    ) -> Known:
        # A delisting takes effect at its moment (terms § 3.3), with no job in between.
        ended = [
            practitioner for _, practitioner in takewhile(lambda end: end[0] <= now, self._ends)
        ]
        gone = sorted({*touched, *ended})
        is_same_rule = known.versions.jupiterre_tier == latest.jupiterre_tier
        if not gone and is_same_rule:
            return self._keep(known.order, latest)
        found = await connection.rows(_ENTRIES + " AND p.id = ANY($2::int[])", now, touched)
        come = [Entry(**record) for record in found]
        if is_same_rule and len(gone) <= PATCHED_AT_MOST:
            order = await asyncio.to_thread(
                patched, known.order, gone, come, jupiterre_tier=latest.jupiterre_tier
            )
        else:
            entries = {i: entry for i, entry in self._entries.items() if i not in set(gone)}
            entries |= {entry.id: entry for entry in come}
            order = await _arranged(entries, known.order.columns, latest)
        # From here on nothing waits: words, entries and ranks change together, or not at all.
        if is_same_rule:
            # What is kept of the others still holds. Rows read before the change are those of `gone`, or went to
            # the order of before.
            order.kept_people.update(known.order.kept_people)
            for practitioner in gone:
                order.kept_people.pop(practitioner, None)
        for practitioner in gone:
            self._forget(practitioner)
        for entry in come:
            self._remember(entry)
        return self._keep(order, latest)

    def _keep(self, order: Order, latest: Versions) -> Known:
        self._known = Known(order, latest)
        return self._known

    def _remember(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        if entry.ends_at is not None:
            insort(self._ends, (entry.ends_at, entry.id))
        for word in set(split(entry.names)):
            insort(self._words, (word, entry.id))

    def _forget(self, practitioner: int) -> None:
        entry = self._entries.pop(practitioner, None)
        if entry is None:
            return
        if entry.ends_at is not None:
            del self._ends[bisect_left(self._ends, (entry.ends_at, practitioner))]
        for word in set(split(entry.names)):
            del self._words[bisect_left(self._words, (word, practitioner))]


async def _arranged(entries: dict[int, Entry], columns: Columns, latest: Versions) -> Order:
    return await asyncio.to_thread(
        arranged, list(entries.values()), columns, jupiterre_tier=latest.jupiterre_tier
    )
