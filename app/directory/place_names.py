"""From what a visitor types to a place: « Lyon », « 69 », « 69003 », « St Etienne », « Saint-Denis (974) »."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from heapq import nlargest

import msgspec
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from app.directory.place_words import (
    TOWNS_ABROAD,
    bare,
    dashed,
    folded,
    folded_label,
    readings,
    whole_beginning,
    without_article,
)

CITY_POPULATION = 10_000
"""A commune of at least so many inhabitants is meant before a department or region of the same name, and before
any mistyped name when its own begins as typed."""
FUZZY_POPULATION = 1_000
TAKEN_POPULATION = 5_000
"""A name cut short, or mistyped, is taken for a town of at least so many inhabitants; for a smaller one, one asks."""
MUCH_LARGER = 5
"""Times the inhabitants: a town so much larger than another is meant before it, whatever the exact name.
Aix-en-Provence is 400 times Aix (19), Clermont-Ferrand 14 times Clermont (60); nothing that begins with « Lyon »,
« Vienne » or « Saint-Étienne » comes near them."""
ASKED_MOST = 8
"""Larger towns proposed beside an exact name."""
BEGINNING_FROM = 3
"""Fewer letters of a name say nothing of the place meant."""
TWO_ERRORS_FROM = 8
"""Letters of a name in which two errors may have been made; one in a shorter name."""
REGION_SHORT_NAMES = {
    "aura": "region-84", "bfc": "region-27", "cvl": "region-24", "hdf": "region-32",
    "idf": "region-11", "paca": "region-93",
}  # fmt: skip
USUAL_NAMES = {"cergypontoise": "commune-95127", "regionparisienne": "region-11"}
"""Names that no place bears, and where they are looked for."""
LIKENESS = 80
"""Out of 100: below, two names do not resemble each other enough to propose one for the other."""
MAX_NAME = 60
_KEY = re.compile(r"(commune|departement|region|ancienne-region|code-postal)-(\w{1,5})")
_ARRONDISSEMENT = re.compile(
    r"(?P<city>paris|lyon|marseille)\s+(?P<number>\d{1,2})\s*(?:er|e|eme|ème|è)?(?:\s+arr.*)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,5}|2[abAB]", re.ASCII)
_NAME_AND_NUMBER = re.compile(r"(?P<name>[^\d()]*)\(?\s*(?P<number>2[abAB]|\d{2,5})?\s*\)?\s*$")
_NUMBER_AND_NAME = re.compile(r"\s*(?P<number>2[abAB]|\d{2,5})\s+(?P<name>[^\d()]+)$")


class Place(msgspec.Struct, frozen=True):
    """A place one may search in. `key` is its value in canonical URLs; `communes` are positions in the book.

    `centre` is the position of the commune a radius counts from, or -1. Of several communes of one name, it is the one
    much larger than the others, if any.
    """

    kind: str
    code: str
    key: str
    slug: str
    label: str
    detail: str
    communes: tuple[int, ...]
    centre: int = -1
    population: int = 0

    @property
    def centres(self) -> tuple[int, ...]:
        """The communes somebody who comes to homes must reach: any one of those of the same name or code. None for
        what is made of departments: any commune of it does.
        """
        if self.kind in ("homonyms", "postal"):
            return self.communes
        return (self.centre,) if self.centre >= 0 else ()

    @property
    def radius_centres(self) -> tuple[int, ...]:
        """The communes a radius counts from: each of those of the same name, when none is much larger."""
        if self.centre >= 0:
            return (self.centre,)
        return self.communes if self.kind == "homonyms" else ()


class Resolution(msgspec.Struct, frozen=True):
    """What a typed place means. `place` None: nothing was typed, or nothing is known by that name.

    `choices`: the places to ask about; `is_corrected`: the name was begun only, or a small error was mended.
    """

    place: Place | None
    choices: tuple[Place, ...] = ()
    is_corrected: bool = False


class PlaceNames:
    """The names, keys and postal codes of every place."""

    def __init__(
        self,
        named: Iterable[tuple[str, Place]],
        by_key: Mapping[str, Place],
        by_postal_code: Mapping[str, list[Place]],
        parts: frozenset[str],
    ) -> None:
        """`parts`: keys of the arrondissements, proposed after the cities."""
        self._by_key = by_key
        self._by_postal_code = by_postal_code
        self._parts = parts
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        for name, place in named:
            self._name(name, place)
        for short, key in (REGION_SHORT_NAMES | USUAL_NAMES).items():
            if key in by_key:
                self._by_name[short] = [by_key[key]]
        self._by_label = {folded_label(place.label): place for place in by_key.values()}
        self._sorted = sorted(self._by_name)
        self._well_known = [
            name
            for name, places in self._by_name.items()
            if max(place.population for place in places) >= FUZZY_POPULATION
        ]
        self._beginning = lru_cache(maxsize=4096)(self._beginning_so)

    def _name(self, name: str, place: Place) -> None:
        for known_as in {folded(name), folded(without_article(name))}:
            known = self._by_name[known_as]
            # Paris is a commune and a department: one place, the last named (communes come last).
            known[:] = [other for other in known if set(other.communes) != set(place.communes)]
            known.append(place)

    def resolve(self, typed: str) -> Resolution:
        """What `typed` means: a canonical key, a postal code, a department number, or a name."""
        return self.as_written(typed) or self._nearly(bare(typed))

    def as_written(self, typed: str) -> Resolution | None:
        """The same when it is written so: nothing is completed nor mended, which costs a hundred times less."""
        if match := _KEY.fullmatch(typed.strip()):
            return Resolution(self._keyed(match[1], match[2].upper()))
        for text in readings(typed):
            if found := self._exactly(text):
                return found
        wider = self._exactly(without_article(bare(typed)))
        is_wider = wider and wider.place and wider.place.kind not in ("commune", "homonyms")
        return wider if is_wider else None

    def _exactly(self, text: str) -> Resolution | None:
        """What is written so; with a name, the much larger towns that it begins are asked about too."""
        if "(" in text and (labelled := self._by_label.get(folded_label(text))):
            return Resolution(labelled)
        if match := _ARRONDISSEMENT.fullmatch(text):
            order = "1er" if match["number"] == "1" else f"{match['number']}e"
            part = self._by_name.get(folded(f"{match['city']} {order} arrondissement"))
            if part:
                return Resolution(part[0])
        name, number = _name_and_number(text)
        if not name:
            place = self._keyed("code-postal" if len(number) == 5 else "departement", number)
            return Resolution(place) if place else None
        if name not in self._by_name:
            return None if number else self._inside(text)
        exact = self._by_name[name]
        found = self._fitting([*exact, *self._much_larger(name, exact)], number)
        return _chosen(found, name)

    def _nearly(self, text: str) -> Resolution:
        """A town whose name begins so, or a town mistyped; else what to ask about, or nothing."""
        name, number = _name_and_number(text)
        if not BEGINNING_FROM <= len(name) <= MAX_NAME or name in TOWNS_ABROAD:
            return Resolution(None)
        begun = self._fitting(self._beginning(name), number)
        whole = [place for place in begun if self._has_beginning(place, name)]
        if cities := _of_size(whole, CITY_POPULATION) or _of_size(begun, CITY_POPULATION)[:1]:
            return _begun(cities, name)
        if mistyped := self._mistyped(name):
            found = self._fitting(self._by_name[mistyped], number)
            return _chosen(found, mistyped, is_corrected=True)
        if towns := _of_size(whole, FUZZY_POPULATION) or _of_size(begun, TAKEN_POPULATION)[:1]:
            return _begun(towns, name)
        asked = [*_of_size(begun, FUZZY_POPULATION)[:1], *self._resembling(name)]
        return Resolution(None, tuple(dict.fromkeys(asked)))

    def _keyed(self, kind: str, code: str) -> Place | None:
        return self._postal(code) if kind == "code-postal" else self._by_key.get(f"{kind}-{code}")

    def _postal(self, number: str) -> Place | None:
        """The communes of a postal code as one place: the commune itself when it is alone."""
        places = self._by_postal_code.get(number, [])
        if len(places) < 2:
            return places[0] if places else None
        labels = sorted(place.label for place in places)
        return Place(
            kind="postal",
            code=number,
            key=f"code-postal-{number}",
            slug="",
            label=f"Code postal {number}",
            detail=", ".join(labels[:3]) + ("…" if len(labels) > 3 else ""),
            communes=tuple(position for place in places for position in place.communes),
            centre=max(places, key=lambda place: place.population).centre,
        )

    def _inside(self, text: str) -> Resolution | None:
        """The commune of a name followed by the department or region it lies in: « Toulon, Var »."""
        words = text.replace(",", " ").split()
        for cut in range(1, len(words)):
            around = self._by_name.get(folded(" ".join(words[cut:])), ())
            wider = [set(place.communes) for place in around if place.kind != "commune"]
            inside = [
                place
                for place in self._by_name.get(folded(" ".join(words[:cut])), ())
                if place.kind == "commune" and any(set(place.communes) < each for each in wider)
            ]
            if inside:
                return Resolution(max(inside, key=lambda place: place.population))
        return None

    def _fitting(self, found: list[Place], number: str) -> list[Place]:
        """Those of `found` that the department or postal code typed with the name tells; all, if it tells none."""
        if len(number) == 5:
            postal = self._postal(number)
            if postal and any(set(postal.communes) < set(place.communes) for place in found):
                return [postal]
            named = self._by_postal_code.get(number, [])
            return [place for place in found if place in named] or found
        of_department = [
            place
            for place in found
            if number and (place.label.endswith(f"({number})") or place.code == number)
        ]
        return of_department or found

    def _much_larger(self, name: str, exact: list[Place]) -> list[Place]:
        """The towns whose name begins with the words `name`, much larger than those it names exactly."""
        least = max(CITY_POPULATION, MUCH_LARGER * max(place.population for place in exact))
        larger = [
            place
            for place in _of_size(self._beginning(name), least)
            if place.kind == "commune" and self._has_beginning(place, name)
        ]
        return larger[:ASKED_MOST]

    def _has_beginning(self, place: Place, name: str) -> bool:
        return place.key not in self._parts and bool(whole_beginning(_name_of(place), name))

    def _mistyped(self, name: str) -> str:
        """The name of a town of which `name` is a small typing error; a village as close leaves a doubt."""
        errors = 1 if len(name) < TWO_ERRORS_FROM else 2
        near = [
            (distance, -max(place.population for place in self._by_name[known]), known)
            for known, distance, _ in process.extract(
                name, self._well_known, scorer=OSA.distance, score_cutoff=errors, limit=None
            )
            if known[0] == name[0]
        ]
        _, population, closest = min(near, default=(0, 0, ""))
        return closest if -population >= TAKEN_POPULATION else ""

    def _resembling(self, name: str) -> list[Place]:
        """The places whose name looks like `name`, the most populous first."""
        alike = process.extract(
            name, self._well_known, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=5
        )
        places = [place for known, _, _ in alike for place in self._by_name[known]]
        return sorted(places, key=lambda place: -place.population)

    def suggest(self, typed: str, limit: int = 8) -> list[Place]:
        """Places whose name or number begins with `typed`, the most populous first."""
        for text in (*readings(typed), without_article(bare(typed))):
            begun = self._numbered_so(text) if _NUMBER.fullmatch(text) else self._begun_so(text)
            if begun:
                return begun[:limit]
        name = folded(bare(typed))
        if not BEGINNING_FROM <= len(name) <= MAX_NAME or name in TOWNS_ABROAD:
            return []
        mistyped = self._mistyped(name)
        return (self._by_name[mistyped] if mistyped else self._resembling(name))[:limit]

    def _begun_so(self, text: str) -> list[Place]:
        name = folded(text)
        return self._beginning(name) if name else []

    def _beginning_so(self, name: str) -> list[Place]:
        """Places whose name begins so, the most populous first, the parts of a city behind cities (kept)."""
        if len(name) > MAX_NAME:
            return []
        start = bisect_left(self._sorted, name)
        end = bisect_left(self._sorted, name + "\uffff")
        found = {
            place.key: place for known in self._sorted[start:end] for place in self._by_name[known]
        }
        return nlargest(
            20,
            found.values(),
            key=lambda place: place.population / (20 if place.key in self._parts else 1),
        )

    def _numbered_so(self, number: str) -> list[Place]:
        department = self._keyed("departement", number[:3].upper()) or self._keyed(
            "departement", number[:2]
        )
        communes = {
            place.key: place
            for code, places in self._by_postal_code.items()
            if code.startswith(number)
            for place in places
        }
        ranked = sorted(communes.values(), key=lambda place: -place.population)
        return [department, *ranked] if department and len(number) <= 3 else ranked


def _name_and_number(text: str) -> tuple[str, str]:
    """The letters of the name and the number (department or postal code) typed beside it; "" for what is not there."""
    match = _NUMBER_AND_NAME.fullmatch(text) or _NAME_AND_NUMBER.fullmatch(text)
    return (folded(match["name"]), (match["number"] or "").upper()) if match else ("", "")


def _name_of(place: Place) -> str:
    """Its label without the department."""
    return place.label.rsplit(" (", 1)[0]


def _of_size(places: list[Place], population: int) -> list[Place]:
    return [place for place in places if place.population >= population]


def _begun(found: list[Place], name: str) -> Resolution:
    """Which of the places that the words `name` begin is meant, the most populous first: a region or a department
    that comes first is, else one asks between towns of comparable size."""
    first = found[0]
    towns = [
        place
        for place in found
        if place.kind == "commune" and place.population * MUCH_LARGER >= first.population
    ]
    if first.kind != "commune" or len(towns) == 1:
        return Resolution(first, is_corrected=True)
    return _asked(towns, name)


def _chosen(found: list[Place], name: str, *, is_corrected: bool = False) -> Resolution:
    """Which of the places of one name is meant. Only communes are asked about (decision 3)."""
    communes = sorted(
        (place for place in found if place.kind == "commune"), key=lambda place: -place.population
    )
    wider = [place for place in found if place.kind != "commune"]
    biggest = communes[0].population if communes else 0
    if wider and biggest < CITY_POPULATION:
        chosen = max(wider, key=lambda place: place.population)
        return Resolution(chosen, is_corrected=is_corrected)
    if len(communes) == 1:
        return Resolution(communes[0], is_corrected=is_corrected)
    return _asked(communes, name, is_corrected=is_corrected)


def _asked(communes: list[Place], name: str, *, is_corrected: bool = False) -> Resolution:
    """All the `communes` (the most populous first) until one is chosen, under the words they share."""
    label = whole_beginning(_name_of(communes[0]), name)
    first, second = communes[:2]
    is_clear = first.population >= MUCH_LARGER * second.population
    together = Place(
        kind="homonyms",
        code="",
        key=dashed(label),
        slug="",
        label=label,
        detail=f"{len(communes)} communes de ce nom",
        communes=tuple(position for place in communes for position in place.communes),
        centre=first.centre if is_clear else -1,
    )
    return Resolution(together, tuple(communes), is_corrected)
