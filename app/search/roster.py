"""The listed practitioners in their contractual order, kept in memory as sets of bits: ranks, filters and counts.

PostgreSQL is the authority: before each use the roster asks for the directory's version and catches up, so that a
tier, a place or a delisting counts from its commit on, whatever the state of the index or of the jobs.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, insort
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.database import connection
from app.directory import catalogue, changes, places
from app.search import ranking
from app.search.words import split
from app.settings import values

Bits = NDArray[np.uint64]
Key = tuple[int, str, str, int]

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


class Entry(msgspec.Struct, frozen=True):
    """What the roster knows of one listed practitioner."""

    id: int
    is_complete: bool
    is_jupiterre_user: bool
    sort_name: str
    sort_tie: str
    ends_at: datetime | None
    names: str
    practices: list[int]
    themes: list[int]
    communes: list[str]
    radii: list[int]
    is_remote: bool


class Versions(msgspec.Struct, frozen=True):
    """What the database says now; `content` changes with the content of the index."""

    directory: int
    content: int
    jupiterre_tier: bool


async def versions(now: datetime) -> Versions:
    """One light query: the versions and the ranking setting in force at `now` (UTC)."""
    found = await connection.row(
        "SELECT d.version, i.content_version, (SELECT s.value FROM setting_change s WHERE s.name = $1"
        " AND s.effective_at <= $2 ORDER BY s.effective_at DESC, s.id DESC LIMIT 1) AS tier"
        " FROM directory_version d, index_state i",
        values.JUPITERRE_TIER,
        now,
    )
    if found is None:
        raise RuntimeError("the version rows are missing: run the migrations")
    tier = values.DEFAULTS[values.JUPITERRE_TIER] if found["tier"] is None else found["tier"] == "true"
    return Versions(found["version"], found["content_version"], tier)


class Order(msgspec.Struct, frozen=True):
    """An immutable picture of the roster: position 0 is the first practitioner of the whole list."""

    versions: Versions
    catalogue: catalogue.Catalogue
    ids: NDArray[np.int32]
    tiers: NDArray[np.uint8]
    position_of: NDArray[np.int32]
    columns: Bits
    remote: Bits
    everyone: Bits
    practice_columns: dict[int, int]
    theme_columns: dict[int, int]
    region_columns: dict[int, int]
    place_positions: NDArray[np.int32]
    place_communes: NDArray[np.int32]
    place_radii: NDArray[np.int16]
    cached_places: dict[tuple[str, int], Bits]

    @property
    def size(self) -> int:
        return len(self.ids)

    def bits(self, positions: NDArray[Any]) -> Bits:
        """The set of `positions`."""
        flags = np.zeros(len(self.everyone) * 64, dtype=bool)
        flags[positions] = True
        packed: Bits = np.packbits(flags, bitorder="little").view(np.uint64)
        return packed

    def of_ids(self, ids: list[int]) -> Bits:
        """The set of practitioners `ids`; those who are not listed vanish here."""
        wanted = np.fromiter(ids, np.int64, len(ids))
        wanted = wanted[(wanted >= 0) & (wanted < len(self.position_of))]
        positions = self.position_of[wanted]
        return self.bits(positions[positions >= 0])

    def positions(self, bits: Bits) -> NDArray[np.int64]:
        """The positions in `bits`, in the order of the list."""
        return np.flatnonzero(np.unpackbits(bits.view(np.uint8), bitorder="little"))

    def counts(self, bits: Bits) -> NDArray[np.int64]:
        """For each column (practice, theme, region), how many of `bits` are in it."""
        counted: NDArray[np.int64] = np.bitwise_count(self.columns & bits).sum(axis=1, dtype=np.int64)
        return counted

    def has_practice(self, practice: int) -> Bits:
        return self.column(self.practice_columns[practice])

    def has_theme(self, theme: int) -> Bits:
        return self.column(self.theme_columns[theme])

    def column(self, number: int) -> Bits:
        bits: Bits = self.columns[number]
        return bits

    def by_commune(self, bits: Bits, book: places.PlaceBook) -> NDArray[np.int64]:
        """For each commune position, how many practice addresses of `bits` stand there."""
        flags = np.unpackbits(bits.view(np.uint8), bitorder="little").astype(bool)
        kept = flags[self.place_positions] & (self.place_radii == 0)
        return np.bincount(self.place_communes[kept], minlength=book.size)

    def in_place(self, place: places.Place, radius_km: int, book: places.PlaceBook) -> Bits:
        """Who practises in `place` (or within `radius_km` of its centre), or comes to homes there."""
        cached = self.cached_places.get((place.key, radius_km))
        if cached is not None:
            return cached
        wanted = np.zeros(book.size, dtype=bool)
        wanted[list(place.communes)] = True
        if radius_km and place.centre >= 0:
            wanted |= book.within(place.centre, radius_km)
        found = wanted[self.place_communes]
        if place.centre >= 0:
            homes = self.place_radii > 0
            distances = book.distances_km(place.centre)[self.place_communes]
            found |= homes & (distances <= self.place_radii)
        bits = self.bits(self.place_positions[found])
        if len(self.cached_places) > 256:
            self.cached_places.clear()
        self.cached_places[place.key, radius_km] = bits
        return bits


def count(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())


class Roster:
    """Keeps the current `Order` of this process, and brings it up to date."""

    def __init__(self, book: places.PlaceBook) -> None:
        self.book = book
        self._entries: dict[int, Entry] = {}
        self._words: list[tuple[str, int]] = []
        self._order: Order | None = None
        self._catching_up = asyncio.Lock()

    async def current(self, now: datetime) -> Order:
        """The order as the database has it at `now` (UTC)."""
        latest = await versions(now)
        order = self._order
        if order is not None and order.versions == latest and not self._is_ending(now):
            return order
        async with self._catching_up:
            return await self._catch_up(now)

    def is_name(self, word: str) -> bool:
        """Whether `word` (base letters) is, whole, a word of some listed name."""
        start = bisect_left(self._words, (word, 0))
        return start < len(self._words) and self._words[start][0] == word

    def named(self, beginning: str, limit: int) -> list[int]:
        """Ids of practitioners with a word of their name beginning so, in the order of the list."""
        order = self._order
        if order is None or not beginning:
            return []
        start = bisect_left(self._words, (beginning, 0))
        end = bisect_left(self._words, (beginning + "\uffff", 0))
        ids = {found for _, found in self._words[start : min(end, start + 2000)]}
        return sorted(ids, key=lambda i: int(order.position_of[i]))[:limit]

    def _is_ending(self, now: datetime) -> bool:
        return self._next_end is not None and self._next_end <= now

    _next_end: datetime | None = None

    async def _catch_up(self, now: datetime) -> Order:
        # Read the version first: a change committed after it is seen again, never missed.
        latest = await versions(now)
        order = self._order
        if order is not None and order.versions == latest and not self._is_ending(now):
            return order
        touched: list[int] | None = None
        if order is not None:
            _, touched = await changes.since(order.versions.directory)
        if touched is None:
            await self._load_all(now)
        else:
            await self._load_some(touched, now)
        self._drop_ended(now)
        if (
            order is not None
            and not touched
            and touched is not None
            and order.versions.jupiterre_tier == latest.jupiterre_tier
            and len(self._entries) == order.size
        ):
            fresh = msgspec.structs.replace(order, versions=latest)
        else:
            known = await catalogue.load()
            fresh = await asyncio.to_thread(self._arrange, latest, known)
        self._order = fresh
        return fresh

    async def _load_all(self, now: datetime) -> None:
        found = await connection.rows(_ENTRIES, now)
        self._entries = {record["id"]: Entry(**record) for record in found}
        self._words = sorted(
            {(word, entry.id) for entry in self._entries.values() for word in split(entry.names)}
        )

    async def _load_some(self, touched: list[int], now: datetime) -> None:
        if not touched:
            return
        found = await connection.rows(_ENTRIES + " AND p.id = ANY($2::int[])", now, touched)
        fresh = {record["id"]: Entry(**record) for record in found}
        for practitioner in touched:
            self._forget(practitioner)
        for entry in fresh.values():
            self._entries[entry.id] = entry
            for word in set(split(entry.names)):
                insort(self._words, (word, entry.id))

    def _forget(self, practitioner: int) -> None:
        entry = self._entries.pop(practitioner, None)
        for word in set(split(entry.names)) if entry else ():
            del self._words[bisect_left(self._words, (word, practitioner))]

    def _drop_ended(self, now: datetime) -> None:
        """A delisting takes effect at its moment (terms § 3.3), with no job in between."""
        for entry in [e for e in self._entries.values() if e.ends_at is not None and e.ends_at <= now]:
            self._forget(entry.id)
        ends = [entry.ends_at for entry in self._entries.values() if entry.ends_at is not None]
        self._next_end = min(ends, default=None)

    def _arrange(self, latest: Versions, known: catalogue.Catalogue) -> Order:
        """Sort the entries and lay out the columns of bits (runs in a thread)."""
        entries = sorted(
            self._entries.values(),
            key=lambda e: (
                ranking.tier_of(
                    is_complete=e.is_complete,
                    is_jupiterre_user=e.is_jupiterre_user,
                    jupiterre_tier=latest.jupiterre_tier,
                ),
                e.sort_name,
                e.sort_tie,
                e.id,
            ),
        )
        return _laid_out(entries, latest, known, self.book)


def _laid_out(
    entries: list[Entry], latest: Versions, known: catalogue.Catalogue, book: places.PlaceBook
) -> Order:
    names: list[tuple[str, int]] = [
        *(("practice", practice) for practice in known.practices),
        *(("theme", theme) for theme in known.themes),
        *(("region", region) for region in range(len(book.region_codes))),
    ]
    column_of = {name: column for column, name in enumerate(names)}
    words = max(1, -(-len(entries) // 64))
    flags = np.zeros((len(names) + 1, words * 64), dtype=bool)
    marks: list[tuple[int, int]] = []
    rows: list[tuple[int, int, int]] = []
    for position, entry in enumerate(entries):
        for practice in entry.practices:
            if (column := column_of.get(("practice", practice))) is not None:
                marks.append((column, position))
        for theme in entry.themes:
            if (column := column_of.get(("theme", theme))) is not None:
                marks.append((column, position))
        for code, radius in zip(entry.communes, entry.radii, strict=True):
            commune = book.position_of.get(code)
            if commune is not None:
                rows.append((position, commune, radius))
                marks.append((column_of["region", int(book.region_of[commune])], position))
        if entry.is_remote:
            marks.append((len(names), position))
    if marks:
        at = np.array(marks, dtype=np.int64)
        flags[at[:, 0], at[:, 1]] = True
    packed = np.packbits(flags, axis=1, bitorder="little").view(np.uint64)
    everyone = np.zeros(words * 64, dtype=bool)
    everyone[: len(entries)] = True
    ids = np.array([entry.id for entry in entries], dtype=np.int32)
    position_of = np.full(int(ids.max()) + 1 if len(ids) else 1, -1, dtype=np.int32)
    position_of[ids] = np.arange(len(ids), dtype=np.int32)
    place_rows = np.array(rows, dtype=np.int32).reshape(-1, 3)
    tiers = [
        ranking.tier_of(
            is_complete=entry.is_complete,
            is_jupiterre_user=entry.is_jupiterre_user,
            jupiterre_tier=latest.jupiterre_tier,
        )
        for entry in entries
    ]
    return Order(
        versions=latest,
        catalogue=known,
        ids=ids,
        tiers=np.array(tiers, dtype=np.uint8),
        position_of=position_of,
        columns=packed[:-1],
        remote=packed[-1],
        everyone=np.packbits(everyone, bitorder="little").view(np.uint64),
        practice_columns={i: column_of["practice", i] for i in known.practices},
        theme_columns={i: column_of["theme", i] for i in known.themes},
        region_columns={i: column_of["region", i] for i in range(len(book.region_codes))},
        place_positions=place_rows[:, 0],
        place_communes=place_rows[:, 1],
        place_radii=place_rows[:, 2].astype(np.int16),
        cached_places={},
    )
