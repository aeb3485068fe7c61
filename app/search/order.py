"""The listed practitioners in their contractual order, as sets of bits: position 0 is the first of the whole list."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.directory.catalogue import Catalogue
from app.directory.place_names import Place
from app.directory.places import PlaceBook
from app.search import ranking

Bits = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Key = tuple[int, str, str, int]
MAX_KEPT_PLACES = 256
FEW = 4
"""A set that touches less than one word of bits in so many is counted word by word."""


class Entry(msgspec.Struct, frozen=True, gc=False):
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

    def key(self, *, jupiterre_tier: bool) -> Key:
        """The contractual order: tier, alphabetical key, accented form, and the id so that it is total."""
        tier = ranking.tier_of(
            is_complete=self.is_complete,
            is_jupiterre_user=self.is_jupiterre_user,
            jupiterre_tier=jupiterre_tier,
        )
        return tier, self.sort_name, self.sort_tie, self.id


class Columns(msgspec.Struct, frozen=True):
    """Which row of the bits stands for which practice, theme (by id) and region (by position in the book)."""

    practices: dict[int, int]
    themes: dict[int, int]
    regions: dict[int, int]
    remote: int
    catalogue: Catalogue
    book: PlaceBook

    @classmethod
    def of(cls, catalogue: Catalogue, book: PlaceBook) -> Columns:
        names = [
            *catalogue.practices,
            *catalogue.themes,
            *range(len(book.region_codes)),
        ]
        first_theme = len(catalogue.practices)
        first_region = first_theme + len(catalogue.themes)
        numbers = list(enumerate(names))
        return cls(
            practices={name: number for number, name in numbers[:first_theme]},
            themes={name: number for number, name in numbers[first_theme:first_region]},
            regions={name: number for number, name in numbers[first_region:]},
            remote=len(names),
            catalogue=catalogue,
            book=book,
        )

    def marks(self, entry: Entry) -> Iterable[int]:
        """The rows `entry` is marked in."""
        for practice in entry.practices:
            if practice in self.practices:
                yield self.practices[practice]
        for theme in entry.themes:
            if theme in self.themes:
                yield self.themes[theme]
        for commune, radius in self.spots(entry):
            yield self.regions[int(self.book.region_of[commune])]
            if radius:
                reached = self.book.reaching_regions[:, commune] <= radius
                yield from (self.regions[region] for region in np.flatnonzero(reached).tolist())
        if entry.is_remote:
            yield self.remote

    def spots(self, entry: Entry) -> Iterable[tuple[int, int]]:
        """The commune position and radius (km; 0 for an address) of each place of `entry`."""
        for code, radius in zip(entry.communes, entry.radii, strict=True):
            commune = self.book.position_of.get(code)
            if commune is not None:
                yield commune, radius


class Order(msgspec.Struct, frozen=True):
    """An immutable picture of the list. Rows of `bits`: see `columns`; the last one is everyone."""

    columns: Columns
    keys: list[Key]
    ids: NDArray[np.int32]
    tiers: NDArray[np.uint8]
    position_of: NDArray[np.int32]
    bits: Bits
    places: NDArray[np.int32]
    """Rows of (position in the list, commune position, radius in km; 0 for an address)."""
    home_areas: NDArray[np.int32]
    """Those of the places that have a radius."""
    kept_places: dict[tuple[str, int], Bits]
    kept_people: dict[int, Any]
    """What cards are drawn from, by id: it holds for this order. Those who have not changed go to the next one."""

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def catalogue(self) -> Catalogue:
        return self.columns.catalogue

    @property
    def everyone(self) -> Bits:
        return self.row(-1)

    @property
    def remote(self) -> Bits:
        return self.row(self.columns.remote)

    def row(self, number: int) -> Bits:
        bits: Bits = self.bits[number]
        return bits

    def has_practice(self, practice: int) -> Bits:
        return self.row(self.columns.practices[practice])

    def has_theme(self, theme: int) -> Bits:
        return self.row(self.columns.themes[theme])

    def of_positions(self, positions: NDArray[Any]) -> Bits:
        """The set of `positions`."""
        flags = np.zeros(self.bits.shape[1] * 64, dtype=bool)
        flags[positions] = True
        return _packed(flags)

    def of_ids(self, ids: list[int]) -> Bits:
        """The set of practitioners `ids`; those who are not listed vanish here."""
        wanted = np.fromiter(ids, np.int64, len(ids))
        wanted = wanted[(wanted >= 0) & (wanted < len(self.position_of))]
        positions = self.position_of[wanted]
        return self.of_positions(positions[positions >= 0])

    def positions(self, bits: Bits) -> NDArray[np.int64]:
        """The positions in `bits`, in the order of the list."""
        return np.flatnonzero(np.unpackbits(bits.view(np.uint8), bitorder="little").view(bool))

    def counts(self, bits: Bits, rows: slice = slice(None)) -> NDArray[np.int64]:
        """For each row (or each of `rows`), how many of `bits` are in it."""
        table, held = self.bits[rows], np.flatnonzero(bits)
        if len(held) * FEW < len(bits):
            # A small set touches few words of bits: the others are not worth reading.
            table, bits = table[:, held], bits[held]
        counted: NDArray[np.int64] = np.bitwise_count(table & bits).sum(axis=1, dtype=np.int64)
        return counted

    def practice_counts(self, bits: Bits) -> list[int]:
        """How many of `bits` offer each practice, in the order of the catalogue."""
        return self._counted(self.columns.practices, bits)

    def theme_counts(self, bits: Bits) -> list[int]:
        """How many of `bits` chose each theme, in the order of the catalogue."""
        return self._counted(self.columns.themes, bits)

    def region_counts(self, bits: Bits) -> list[int]:
        """How many of `bits` practise in each region, in the order of the book."""
        return self._counted(self.columns.regions, bits)

    def _counted(self, columns: dict[int, int], bits: Bits) -> list[int]:
        numbers = list(columns.values())
        rows = slice(numbers[0], numbers[-1] + 1) if numbers else slice(0)
        counted: list[int] = self.counts(bits, rows).tolist()
        return counted

    def by_commune(self, bits: Bits) -> NDArray[np.int64]:
        """For each commune position, how many practice addresses of `bits` stand there."""
        flags = np.unpackbits(bits.view(np.uint8), bitorder="little").astype(bool)
        kept = flags[self.places[:, 0]] & (self.places[:, 2] == 0)
        return np.bincount(self.places[kept, 1], minlength=self.columns.book.size)

    def in_place(self, place: Place, radius_km: int) -> Bits:
        """Who practises in `place` (or within `radius_km` of its centre), or comes to homes there (kept)."""
        kept = self.kept_places.get((place.key, radius_km))
        if kept is not None:
            return kept
        book = self.columns.book
        wanted = book.around(place, radius_km)
        here = self.places[wanted[self.places[:, 1]], 0]
        homes, communes, radii = self.home_areas.T
        if place.centres:
            coming = [
                homes[book.distances_km(centre, communes) <= radii] for centre in place.centres
            ]
        else:
            coming = [homes[book.reaching(place)[communes] <= radii]]
        bits = self.of_positions(np.concatenate([here, *coming]))
        if len(self.kept_places) >= MAX_KEPT_PLACES:
            self.kept_places.clear()
        self.kept_places[place.key, radius_km] = bits
        return bits


def count(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())


def _packed(flags: Flags) -> Bits:
    packed: Bits = np.packbits(flags, axis=-1, bitorder="little").view(np.uint64)
    return packed


def _padded(size: int) -> int:
    """Bits are kept by words of 64."""
    return max(1, -(-size // 64)) * 64


def arranged(entries: Iterable[Entry], columns: Columns, *, jupiterre_tier: bool) -> Order:
    """The order of `entries`, from nothing."""
    pairs = sorted((entry.key(jupiterre_tier=jupiterre_tier), entry) for entry in entries)
    flags = np.zeros((columns.remote + 2, _padded(len(pairs))), dtype=bool)
    flags[-1, : len(pairs)] = True
    marks: list[tuple[int, int]] = []
    places: list[tuple[int, int, int]] = []
    for position, (_, entry) in enumerate(pairs):
        marks.extend((mark, position) for mark in columns.marks(entry))
        places.extend((position, commune, radius) for commune, radius in columns.spots(entry))
    if marks:
        rows, positions = np.array(marks, dtype=np.int64).T
        flags[rows, positions] = True
    return _order(columns, [key for key, _ in pairs], flags, _place_rows(places))


def patched(
    order: Order, gone: Iterable[int], come: Iterable[Entry], *, jupiterre_tier: bool
) -> Order:
    """`order` without the practitioners `gone` (ids) and with `come`, for the cost of moving its bits."""
    keys = list(order.keys)
    left = [
        int(order.position_of[i])
        for i in gone
        if 0 <= i < len(order.position_of) and order.position_of[i] >= 0
    ]
    for position in sorted(left, reverse=True):
        del keys[position]
    flags = np.unpackbits(order.bits.view(np.uint8), axis=1, bitorder="little")[:, : order.size]
    flags = np.delete(flags.astype(bool), left, axis=1)
    moved = np.arange(order.size) - np.searchsorted(np.sort(left), np.arange(order.size))
    moved[left] = -1
    places = order.places.copy()
    places[:, 0] = moved[places[:, 0]]
    places = places[places[:, 0] >= 0]
    for entry in come:
        key = entry.key(jupiterre_tier=jupiterre_tier)
        at = bisect_left(keys, key)
        insort(keys, key)
        column = np.zeros(flags.shape[0], dtype=bool)
        column[[*order.columns.marks(entry), -1]] = True
        flags = np.insert(flags, at, column, axis=1)
        places[places[:, 0] >= at, 0] += 1
        own = [(at, commune, radius) for commune, radius in order.columns.spots(entry)]
        places = np.concatenate([places, _place_rows(own)])
    padded = np.zeros((flags.shape[0], _padded(len(keys))), dtype=bool)
    padded[:, : len(keys)] = flags
    return _order(order.columns, keys, padded, places)


def _place_rows(rows: list[tuple[int, int, int]]) -> NDArray[np.int32]:
    return np.array(rows, dtype=np.int32).reshape(-1, 3)


def _order(columns: Columns, keys: list[Key], flags: Flags, places: NDArray[np.int32]) -> Order:
    ids = np.array([key[3] for key in keys], dtype=np.int32)
    position_of = np.full(int(ids.max()) + 1 if len(ids) else 1, -1, dtype=np.int32)
    position_of[ids] = np.arange(len(ids), dtype=np.int32)
    return Order(
        columns=columns,
        keys=keys,
        ids=ids,
        tiers=np.array([key[0] for key in keys], dtype=np.uint8),
        position_of=position_of,
        bits=_packed(flags),
        places=places,
        home_areas=places[places[:, 2] > 0],
        kept_places={},
        kept_people={},
    )
