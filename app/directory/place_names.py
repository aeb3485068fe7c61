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

from app.directory.names import base_letters, sound

CITY_POPULATION = 10_000
"""A commune of at least so many inhabitants is meant before a department or region of the same name."""
FUZZY_POPULATION = 1_000
BEGINNING_FROM = 3
"""Fewer letters of a name say nothing of the place meant."""
REGION_SHORT_NAMES = {
    "aura": "region-84", "bfc": "region-27", "cvl": "region-24", "hdf": "region-32",
    "idf": "region-11", "paca": "region-93",
}  # fmt: skip
LIKENESS = 84
"""Out of 100: below, two names do not resemble each other enough to guess."""
MAX_NAME = 60
_ALIASES = {"st": "saint", "ste": "sainte", "sts": "saints"}
_KEY = re.compile(r"(commune|departement|region|code-postal)-(\w{1,5})")
_ARTICLE = re.compile(r"^(la|le|les)\s+|^l['’]", re.IGNORECASE)
_ARRONDISSEMENT = re.compile(
    r"(?P<city>paris|lyon|marseille)\s+(?P<number>\d{1,2})\s*(?:er|e|eme|ème|è)?(?:\s+arr.*)?",
    re.IGNORECASE,
)
_NAME_AND_NUMBER = re.compile(r"(?P<name>[^\d()]*)\(?\s*(?P<number>2[abAB]|\d{2,5})?\s*\)?\s*$")
_NUMBER_AND_NAME = re.compile(r"\s*(?P<number>\d{5})\s+(?P<name>[^\d()]+)$")


class Place(msgspec.Struct, frozen=True):
    """A place one may search in. `key` is its value in canonical URLs; `communes` are positions in the book.

    `centre` is the position of the commune a radius counts from, or -1.
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
        """The communes somebody who comes to homes must reach: any one of those of the same name or code."""
        if self.kind in ("homonyms", "postal"):
            return self.communes
        return (self.centre,) if self.centre >= 0 else ()


class Resolution(msgspec.Struct, frozen=True):
    """What a typed place means. `place` None: nothing was typed, or nothing is known by that name.

    `choices`: other places of the same name to offer; `is_corrected`: a small typing error was mended.
    """

    place: Place | None
    choices: tuple[Place, ...] = ()
    is_corrected: bool = False


def folded(text: str) -> str:
    """The name as compared: base letters, « St » read as « Saint »."""
    words = re.split(r"[\s'’\-]+", text.strip())
    return base_letters("".join(_ALIASES.get(word.casefold(), word) for word in words))


def folded_label(label: str) -> str:
    """A label as compared: what is written in the field after a choice means that choice."""
    return " ".join(label.casefold().replace("’", "'").split())


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
        for short, key in REGION_SHORT_NAMES.items():
            if key in by_key:
                self._by_name[short] = [by_key[key]]
        self._by_label = {folded_label(place.label): place for place in by_key.values()}
        self._sorted = sorted(self._by_name)
        self._well_known = [
            name
            for name, places in self._by_name.items()
            if max(place.population for place in places) >= FUZZY_POPULATION
        ]
        by_population = sorted(
            self._well_known, key=lambda name: max(p.population for p in self._by_name[name])
        )
        self._by_sound = {sound(name): name for name in by_population}
        """The most populous of the names heard alike."""
        self._beginning = lru_cache(maxsize=4096)(self._beginning_so)

    def _name(self, name: str, place: Place) -> None:
        for known_as in {folded(name), folded(_ARTICLE.sub("", name))}:
            known = self._by_name[known_as]
            # Paris is a commune and a department: one place, the last named (communes come last).
            known[:] = [other for other in known if set(other.communes) != set(place.communes)]
            known.append(place)

    def resolve(self, typed: str) -> Resolution:
        """What `typed` means: a canonical key, a postal code, a department number, or a name."""
        text = typed.strip()
        if match := _KEY.fullmatch(text):
            return Resolution(self._keyed(match[1], match[2].upper()))
        if "(" in text and (labelled := self._by_label.get(folded_label(text))):
            return Resolution(labelled)
        if match := _ARRONDISSEMENT.fullmatch(text):
            order = "1er" if match["number"] == "1" else f"{match['number']}e"
            part = self._by_name.get(folded(f"{match['city']} {order} arrondissement"))
            if part:
                return Resolution(part[0])
        numbered = _NUMBER_AND_NAME.fullmatch(text) or _NAME_AND_NUMBER.fullmatch(text)
        if not text or numbered is None:
            return Resolution(None)
        name, number = folded(numbered["name"]), (numbered["number"] or "").upper()
        if name:
            is_known = bool(number) or name in self._by_name
            return (None if is_known else self._inside(text)) or self._named(name, number)
        return Resolution(self._keyed("code-postal" if len(number) == 5 else "departement", number))

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

    def _named(self, name: str, number: str) -> Resolution:
        found = self._by_name.get(name) if name in self._by_name else None
        is_corrected = found is None
        if found is None:
            begun = self._beginning(name) if len(name) >= BEGINNING_FROM else []
            found = (
                self._resembling(name)
                or [place for place in begun if place.population >= FUZZY_POPULATION][:1]
            )
        if number and found:
            postal = self._postal(number) if len(number) == 5 else None
            if postal and any(set(postal.communes) < set(place.communes) for place in found):
                return Resolution(postal)
            found = [place for place in found if self._fits(place, number)] or found
        return _chosen(found, name, is_corrected=is_corrected) if found else Resolution(None)

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

    def _fits(self, place: Place, number: str) -> bool:
        if len(number) == 5:
            return place in self._by_postal_code.get(number, [])
        return place.label.endswith(f"({number})") or place.code == number

    def _resembling(self, name: str) -> list[Place]:
        """The places whose name is `name` but for a small typing error; of equal likeness, the most populous."""
        if not 4 <= len(name) <= MAX_NAME:
            return []
        if heard := self._by_sound.get(sound(name)):
            return self._by_name[heard]
        best = process.extract(
            name, self._well_known, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=5
        )
        if not best:
            return []
        top = max(
            best,
            key=lambda hit: (round(hit[1] / 4), max(p.population for p in self._by_name[hit[0]])),
        )
        return self._by_name[top[0]]

    def suggest(self, typed: str, limit: int = 8) -> list[Place]:
        """Places whose name or number begins with `typed`, the most populous first."""
        text = typed.strip()
        if text.isascii() and text.isdecimal() and len(text) <= 5:
            return self._numbered_so(text)[:limit]
        name = folded(text)
        return (self._beginning(name) or self._resembling(name))[:limit] if name else []

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
        department = self._keyed("departement", number[:3]) or self._keyed(
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


def _chosen(found: list[Place], name: str, *, is_corrected: bool) -> Resolution:
    """Which of the places of one name is meant. Only communes of the same name are asked about (decision 3)."""
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
    together = Place(
        kind="homonyms",
        code="",
        key=name,
        slug="",
        label=communes[0].label.rsplit(" (", 1)[0],
        detail=f"{len(communes)} communes de ce nom",
        communes=tuple(position for place in communes for position in place.communes),
    )
    return Resolution(together, tuple(communes), is_corrected)
