"""The places of France kept in memory: what a visitor types is resolved to a commune, a department or a region."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from functools import lru_cache
from heapq import nlargest

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from app.database import connection
from app.directory.names import base_letters

EARTH_RADIUS_KM = 6371.0
CITY_POPULATION = 10_000
"""A commune of at least so many inhabitants is meant before a department or region of the same name."""
FUZZY_POPULATION = 1_000
_ALIASES = {"st": "saint", "ste": "sainte", "sts": "saints"}
_KEY = re.compile(r"(commune|departement|region|code-postal)-(\w{1,5})")
_NAME_AND_NUMBER = re.compile(r"(?P<name>[^\d()]*)\(?\s*(?P<number>2[abAB]|\d{2,5})?\s*\)?\s*$")
_ARTICLE = re.compile(r"^(la|le|les)\s+|^l['’]", re.IGNORECASE)
_ARRONDISSEMENT = re.compile(
    r"(?P<city>paris|lyon|marseille)\s+(?P<number>\d{1,2})\s*(?:er|e|eme|ème|è)?(?:\s+arr.*)?", re.IGNORECASE
)
_NUMBER_AND_NAME = re.compile(r"\s*(?P<number>\d{5})\s+(?P<name>[^\d()]+)$")


class Place(msgspec.Struct, frozen=True):
    """A place one may search in. `key` is its value in canonical URLs; `communes` are positions in the book."""

    kind: str
    code: str
    key: str
    slug: str
    label: str
    detail: str
    communes: tuple[int, ...]
    centre: int = -1
    population: int = 0


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


class PlaceBook:
    """Every place of France, for one process; built once from the database."""

    def __init__(
        self,
        regions: list[tuple[str, str, str]],
        departments: list[tuple[str, str, str, str]],
        communes: list[tuple[str, str, str, str, str, list[str], int, float, float, str]],
    ) -> None:
        """Rows of the three tables, in the order of `load` (communes sorted by code)."""
        self.size = len(communes)
        self.commune_codes = [row[0] for row in communes]
        self.position_of = {code: position for position, code in enumerate(self.commune_codes)}
        self.postal_codes = [frozenset(row[5]) for row in communes]
        self._latitude = np.radians(np.array([row[7] for row in communes], dtype=np.float64))
        self._longitude = np.radians(np.array([row[8] for row in communes], dtype=np.float64))
        self.region_codes = [row[0] for row in regions]
        region_position = {code: position for position, code in enumerate(self.region_codes)}
        self.region_of: NDArray[np.int16] = np.array(
            [region_position[row[4]] for row in communes], dtype=np.int16
        )
        self.arrondissements: dict[str, list[int]] = defaultdict(list)
        for position, row in enumerate(communes):
            if row[9]:
                self.arrondissements[row[9]].append(position)
        self._by_key: dict[str, Place] = {}
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        self._by_slug: dict[str, Place] = {}
        self._by_postal_code: dict[str, list[int]] = defaultdict(list)
        self.region_places: list[Place] = []
        self.department_place_of: dict[str, Place] = {}
        self._build(regions, departments, communes)
        names = sorted((name, i) for i, name in enumerate(self._by_name))
        self._sorted_names = [name for name, _ in names]
        self._fuzzy_names = [
            name
            for name, places in self._by_name.items()
            if max(place.population for place in places) >= FUZZY_POPULATION
        ]
        self._parts = {self.commune_codes[p] for parts in self.arrondissements.values() for p in parts}
        self.beginning = lru_cache(maxsize=4096)(self._beginning)
        self.within = lru_cache(maxsize=512)(self._within)

    def _build(
        self,
        regions: list[tuple[str, str, str]],
        departments: list[tuple[str, str, str, str]],
        communes: list[tuple[str, str, str, str, str, list[str], int, float, float, str]],
    ) -> None:
        region_names = {code: name for code, name, _ in regions}
        department_names = {row[0]: row[1] for row in departments}
        self._departments = [row[3] for row in communes]
        in_region: dict[str, list[int]] = defaultdict(list)
        in_department: dict[str, list[int]] = defaultdict(list)
        population: dict[str, int] = defaultdict(int)
        for position, row in enumerate(communes):
            in_department[row[3]].append(position)
            in_region[row[4]].append(position)
            population["d" + row[3]] += 0 if row[9] else row[6]
            population["r" + row[4]] += 0 if row[9] else row[6]
        departments_of: dict[str, list[str]] = defaultdict(list)
        for code, _, _, region in departments:
            departments_of[region].append(code)

        for code, name, slug, region in departments:
            alone = departments_of[region] == [code]
            place = Place(
                kind="department",
                code=code,
                key=f"departement-{code}",
                slug=f"departement-{slug}",
                label=name if alone else f"{name} ({code})",
                detail="Outre-mer" if alone else f"Département, {region_names[region]}",
                communes=tuple(in_department[code]),
                population=population["d" + code],
            )
            self.department_place_of[code] = place
            if place.communes:
                self._add(place, name)
        for code, name, slug in regions:
            if len(departments_of[code]) == 1:
                # An overseas region of one department is one place, known by its department.
                place = self.department_place_of[departments_of[code][0]]
                if place.communes:
                    self._by_key[f"region-{code}"] = place
            else:
                place = Place(
                    kind="region",
                    code=code,
                    key=f"region-{code}",
                    slug=f"region-{slug}",
                    label=name,
                    detail="Région",
                    communes=tuple(in_region[code]),
                    population=population["r" + code],
                )
                if place.communes:
                    self._add(place, name)
            self.region_places.append(place)
        for position, row in enumerate(communes):
            code, name, slug, department, _, postal_codes, inhabitants, _, _, city = row
            self._add(
                Place(
                    kind="commune",
                    code=code,
                    key=f"commune-{code}",
                    slug=slug,
                    label=f"{name} ({department})",
                    detail=department_names[department],
                    communes=(position, *self.arrondissements.get(code, ())),
                    centre=position,
                    population=inhabitants,
                ),
                name,
            )
            for postal_code in postal_codes:
                # The postal codes of a city cut in arrondissements belong to these.
                if code not in self.arrondissements:
                    self._by_postal_code[postal_code].append(position)

    def _add(self, place: Place, name: str) -> None:
        self._by_key[place.key] = place
        self._by_slug[place.slug] = place
        names = {folded(name), folded(_ARTICLE.sub("", name))}
        for known in (self._by_name[known_as] for known_as in names):
            # Paris is a commune and a department: one place, the commune.
            known[:] = [other for other in known if set(other.communes) != set(place.communes)]
            known.append(place)

    def by_key(self, key: str) -> Place | None:
        return self._by_key.get(key)

    def by_slug(self, slug: str) -> Place | None:
        return self._by_slug.get(slug)

    def commune_at(self, position: int) -> Place:
        return self._by_key[f"commune-{self.commune_codes[position]}"]

    def department_of(self, position: int) -> Place:
        return self.department_place_of[self._departments[position]]

    def city_of(self, position: int) -> Place:
        """The commune a position stands in: the city, for an arrondissement."""
        code = self.commune_codes[position]
        for city, parts in self.arrondissements.items():
            if position in parts:
                return self._by_key[f"commune-{city}"]
        return self._by_key[f"commune-{code}"]

    # ---- from what is typed to a place --------------------------------------------------------

    def resolve(self, typed: str) -> Resolution:
        """What `typed` means: a canonical key, a postal code, a department number, or a name."""
        text = typed.strip()
        if not text:
            return Resolution(None)
        if match := _KEY.fullmatch(text):
            if match[1] == "code-postal":
                return Resolution(self._postal(match[2]))
            return Resolution(self._by_key.get(f"{match[1]}-{match[2].upper()}"))
        if (match := _ARRONDISSEMENT.fullmatch(text)) and (part := self._part(match["city"], match["number"])):
            return Resolution(part)
        numbered = _NUMBER_AND_NAME.fullmatch(text) or _NAME_AND_NUMBER.fullmatch(text)
        if numbered is None:
            return Resolution(None)
        name, number = folded(numbered["name"]), (numbered["number"] or "").upper()
        if not name:
            return Resolution(self._numbered(number))
        return self._named(name, number)

    def _part(self, city: str, number: str) -> Place | None:
        order = "1er" if number == "1" else f"{number}e"
        named = self._by_name.get(folded(f"{city} {order} arrondissement"))
        return named[0] if named else None

    def _numbered(self, number: str) -> Place | None:
        if len(number) == 5:
            return self._postal(number)
        return self._by_key.get(f"departement-{number}")

    def _postal(self, number: str) -> Place | None:
        positions = self._by_postal_code.get(number)
        if not positions:
            return None
        if len(positions) == 1:
            return self.commune_at(positions[0])
        names = sorted(self.commune_at(position).label for position in positions)
        return Place(
            kind="postal",
            code=number,
            key=f"code-postal-{number}",
            slug="",
            label=f"Code postal {number}",
            detail=", ".join(names[:3]) + ("…" if len(names) > 3 else ""),
            communes=tuple(positions),
            centre=max(positions, key=lambda p: self.commune_at(p).population),
        )

    def _named(self, name: str, number: str) -> Resolution:
        found = self._by_name.get(name)
        is_corrected = False
        if not found:
            found = self._resembling(name) or self.beginning(name)[:1]
            is_corrected = bool(found)
        if number and found:
            postal = self._postal(number) if len(number) == 5 else None
            if postal and any(set(postal.communes) < set(place.communes) for place in found):
                return Resolution(postal)
            found = [place for place in found if self._fits(place, number)] or found
        if not found:
            return Resolution(None)
        communes = [place for place in found if place.kind == "commune"]
        wider = [place for place in found if place.kind != "commune"]
        biggest = max((place.population for place in communes), default=0)
        if wider and biggest < CITY_POPULATION:
            chosen = max(wider, key=lambda place: place.population)
            return Resolution(chosen, tuple(p for p in found if p is not chosen), is_corrected)
        if len(communes) == 1:
            return Resolution(communes[0], tuple(wider), is_corrected)
        communes.sort(key=lambda place: -place.population)
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

    def _fits(self, place: Place, number: str) -> bool:
        if len(number) == 5:
            return any(number in self.postal_codes[position] for position in place.communes)
        return place.label.endswith(f"({number})") or place.code == number

    def _resembling(self, name: str) -> list[Place]:
        if len(name) < 4 or len(name) > 60:
            return []
        best = process.extract(
            name, self._fuzzy_names, scorer=fuzz.ratio, score_cutoff=84, limit=5
        )
        if not best:
            return []
        top = max(
            best, key=lambda hit: (round(hit[1] / 4), max(p.population for p in self._by_name[hit[0]]))
        )
        return self._by_name[top[0]]

    def suggest(self, typed: str, limit: int = 8) -> list[Place]:
        """Places whose name or number begins with `typed`, the most populous first."""
        text = typed.strip()
        if text.isdigit() and len(text) <= 5:
            return self._suggest_number(text, limit)
        name = folded(text)
        if not name:
            return []
        return (self.beginning(name) or self._resembling(name))[:limit]

    def _beginning(self, name: str) -> list[Place]:
        """Places whose name begins so, the most populous first, the parts of a city behind cities (cached)."""
        if len(name) > 60:
            return []
        start = bisect_left(self._sorted_names, name)
        end = bisect_left(self._sorted_names, name + "\uffff")
        found = {
            place.key: place for key in self._sorted_names[start:end] for place in self._by_name[key]
        }
        return nlargest(
            20,
            found.values(),
            key=lambda place: place.population / (20 if place.code in self._parts else 1),
        )

    def _suggest_number(self, number: str, limit: int) -> list[Place]:
        department = self._by_key.get(f"departement-{number[:3]}") or self._by_key.get(
            f"departement-{number[:2]}"
        )
        found = [department] if department and len(number) <= 3 else []
        positions = {
            position
            for code, communes in self._by_postal_code.items()
            if code.startswith(number)
            for position in communes
        }
        found += [self.commune_at(position) for position in positions]
        found.sort(key=lambda place: (place.kind == "commune", -place.population))
        return found[:limit]

    # ---- distances ----------------------------------------------------------------------------

    def distances_km(self, centre: int) -> NDArray[np.float64]:
        """Great-circle distance in kilometres from commune position `centre` to each commune."""
        latitude, longitude = self._latitude[centre], self._longitude[centre]
        half = (
            np.sin((self._latitude - latitude) / 2) ** 2
            + np.cos(latitude)
            * np.cos(self._latitude)
            * np.sin((self._longitude - longitude) / 2) ** 2
        )
        distances: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
        return distances

    def _within(self, centre: int, radius_km: int) -> NDArray[np.bool_]:
        """For each commune position, whether its centre lies within `radius_km` of `centre` (cached)."""
        mask: NDArray[np.bool_] = self.distances_km(centre) <= radius_km
        return mask


async def load() -> PlaceBook:
    """Build the book from the database."""
    regions = await connection.rows("SELECT code, name, slug FROM region ORDER BY code")
    departments = await connection.rows(
        "SELECT code, name, slug, region FROM department ORDER BY code"
    )
    communes = await connection.rows(
        "SELECT code, name, slug, department, region, postal_codes, population, latitude, longitude,"
        " city FROM commune ORDER BY code"
    )
    return PlaceBook(
        [tuple(row) for row in regions],
        [tuple(row) for row in departments],
        [tuple(row) for row in communes],
    )
