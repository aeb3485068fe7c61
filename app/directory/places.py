"""The places of France kept in memory by each process: communes, departments, regions, and their distances."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.database import connection
from app.directory.place_names import Place, PlaceNames, Resolution

EARTH_RADIUS_KM = 6371.0
WELL_KNOWN_POPULATION = 5_000
WIDEST_KM = 100
"""No practitioner comes to homes farther than this."""
FAR = 255
FORMER_REGIONS = Path(__file__).parent / "data" / "former_regions.csv"


class RegionRow(msgspec.Struct, frozen=True):
    code: str
    name: str
    slug: str


class DepartmentRow(msgspec.Struct, frozen=True):
    code: str
    name: str
    slug: str
    region: str


class CommuneRow(msgspec.Struct, frozen=True):
    """`city` is the commune's code for an arrondissement; degrees for the coordinates."""

    code: str
    name: str
    slug: str
    department: str
    region: str
    postal_codes: list[str]
    population: int
    latitude: float
    longitude: float
    city: str


class FormerRegionRow(msgspec.Struct, frozen=True):
    """A region of before 2016, which people still name; `region` is that of today."""

    code: str
    name: str
    departments: list[str]
    region: str


class PlaceBook:
    """Every place of France. A commune is known by its position in the book (communes sorted by code)."""

    def __init__(
        self,
        regions: list[RegionRow],
        departments: list[DepartmentRow],
        communes: list[CommuneRow],
        former_regions: list[FormerRegionRow],
    ) -> None:
        self._communes = communes
        self.size = len(communes)
        self.position_of = {row.code: position for position, row in enumerate(communes)}
        latitude = np.radians([row.latitude for row in communes])
        longitude = np.radians([row.longitude for row in communes])
        self._points = np.array(
            [
                np.cos(latitude) * np.cos(longitude),
                np.cos(latitude) * np.sin(longitude),
                np.sin(latitude),
            ]
        )
        """Each commune on a globe of radius 1, the centre of the earth being the origin."""
        self.region_codes = [row.code for row in regions]
        region_position = {code: position for position, code in enumerate(self.region_codes)}
        self.region_of: NDArray[np.int16] = np.array(
            [region_position[row.region] for row in communes], dtype=np.int16
        )
        self._departments_of = np.array([row.department for row in communes])
        self._parts: dict[str, list[int]] = defaultdict(list)
        for position, row in enumerate(communes):
            if row.city:
                self._parts[row.city].append(position)
        self._by_key: dict[str, Place] = {}
        self.department_places = self._departments(regions, departments)
        self.region_places = self._regions(regions, departments)
        named = [(row.name, self.department_places[row.code]) for row in departments]
        named += [
            (row.name, place)
            for row, place in zip(regions, self.region_places, strict=True)
            if place.kind == "region"
        ]
        self._former_regions = self._before_2016(former_regions, regions)
        named += [(place.label, place) for place in self._former_regions]
        named += list(self._commune_places(departments))
        inhabited = [(name, place) for name, place in named if place.communes]
        self._by_key.update({place.key: place for _, place in inhabited})
        self._by_slug = {place.slug: place for _, place in inhabited if place.slug}
        self._names = PlaceNames(
            inhabited,
            self._by_key,
            self._postal_codes(),
            frozenset(f"commune-{row.code}" for row in communes if row.city),
        )
        self.within = lru_cache(maxsize=512)(self._within)
        self._reaching_department = lru_cache(maxsize=None)(self._reaching_department_so)

    # ---- building -----------------------------------------------------------------------------

    def _departments(
        self, regions: list[RegionRow], departments: list[DepartmentRow]
    ) -> dict[str, Place]:
        """The department of Paris, a single commune, has its centre."""
        region_names = {row.code: row.name for row in regions}
        in_region = Counter(row.region for row in departments)
        inside: dict[str, list[int]] = defaultdict(list)
        for position, commune in enumerate(self._communes):
            inside[commune.department].append(position)
        named = {(row.name, row.department) for row in self._communes}
        places = {}
        for row in departments:
            alone = in_region[row.region] == 1
            whole = [p for p in inside[row.code] if not self._communes[p].city]
            places[row.code] = Place(
                kind="department",
                code=row.code,
                key=f"departement-{row.code}",
                slug=f"departement-{row.slug}",
                label=_department_label(
                    row, is_commune_too=(row.name, row.code) in named, is_alone=alone
                ),
                detail="Outre-mer" if alone else f"Département, {region_names[row.region]}",
                communes=tuple(inside[row.code]),
                centre=whole[0] if len(whole) == 1 else -1,
                population=self._inhabitants(inside[row.code]),
            )
        return places

    def _regions(self, regions: list[RegionRow], departments: list[DepartmentRow]) -> list[Place]:
        """A region of one department (overseas) is one place with it, known by the department (decision 3)."""
        places = []
        for row in regions:
            own = [department.code for department in departments if department.region == row.code]
            if len(own) == 1:
                place = self.department_places[own[0]]
                self._by_key[f"region-{row.code}"] = place
            else:
                communes = [p for code in own for p in self.department_places[code].communes]
                place = Place(
                    kind="region",
                    code=row.code,
                    key=f"region-{row.code}",
                    slug=f"region-{row.slug}",
                    label=row.name,
                    detail="Région",
                    communes=tuple(communes),
                    population=self._inhabitants(communes),
                )
            places.append(place)
        return places

    def _before_2016(
        self, former_regions: list[FormerRegionRow], regions: list[RegionRow]
    ) -> list[Place]:
        """Regions that have no page of their own (no slug)."""
        names = {row.code: row.name for row in regions}
        places = []
        for row in former_regions:
            own = [self.department_places[code] for code in row.departments]
            communes = [position for place in own for position in place.communes]
            places.append(
                Place(
                    kind="former_region",
                    code=row.code,
                    key=f"ancienne-region-{row.code}",
                    slug="",
                    label=row.name,
                    detail=f"Ancienne région, {names[row.region]}",
                    communes=tuple(communes),
                    population=self._inhabitants(communes),
                )
            )
        return places

    def _commune_places(self, departments: list[DepartmentRow]) -> list[tuple[str, Place]]:
        names = {row.code: row.name for row in departments}
        return [
            (
                row.name,
                Place(
                    kind="commune",
                    code=row.code,
                    key=f"commune-{row.code}",
                    slug=row.slug,
                    label=f"{row.name} ({row.department})",
                    detail=names[row.department],
                    communes=(position, *self._parts.get(row.code, ())),
                    centre=position,
                    population=row.population,
                ),
            )
            for position, row in enumerate(self._communes)
        ]

    def _inhabitants(self, communes: list[int]) -> int:
        """Arrondissements are counted with their city."""
        rows = (self._communes[position] for position in communes)
        return sum(row.population for row in rows if not row.city)

    def _postal_codes(self) -> dict[str, list[Place]]:
        """The postal codes of a city cut in arrondissements belong to these."""
        found: dict[str, list[Place]] = defaultdict(list)
        for position, row in enumerate(self._communes):
            if row.code not in self._parts:
                for code in row.postal_codes:
                    found[code].append(self.commune_at(position))
        return found

    # ---- asking -------------------------------------------------------------------------------

    def resolve(self, typed: str) -> Resolution:
        """What a visitor means by `typed`."""
        return self._names.resolve(typed)

    def as_written(self, typed: str) -> Resolution | None:
        """The same, when nothing has to be guessed."""
        return self._names.as_written(typed)

    def suggest(self, typed: str, limit: int = 8) -> list[Place]:
        """Places that begin like `typed`, the most populous first."""
        return self._names.suggest(typed, limit)

    def well_known_names(self) -> list[str]:
        """Names of regions, departments, and communes of some size: words that are never mistyped others."""
        communes = [row.name for row in self._communes if row.population >= WELL_KNOWN_POPULATION]
        wider = (*self.region_places, *self._former_regions, *self.department_places.values())
        return [*communes, *(place.label for place in wider)]

    def by_slug(self, slug: str) -> Place | None:
        return self._by_slug.get(slug)

    def commune_at(self, position: int) -> Place:
        return self._by_key[f"commune-{self._communes[position].code}"]

    def city_of(self, position: int) -> Place:
        """The commune a position stands in: the city, for an arrondissement."""
        row = self._communes[position]
        return self._by_key[f"commune-{row.city or row.code}"]

    def department_of(self, position: int) -> Place:
        return self.department_places[self._communes[position].department]

    def region_at(self, position: int) -> Place:
        return self.region_places[int(self.region_of[position])]

    def wider(self, place: Place) -> list[Place]:
        """The department and the region that hold more than `place`, the closest first; none for towns far apart."""
        if place.kind == "homonyms" and place.centre < 0:
            return []
        here = place.communes[0]
        around = [self.department_of(here), self.region_at(here)]
        own = dict.fromkeys(wide.key for wide in around)
        return [
            self._by_key[key]
            for key in own
            if len(self._by_key[key].communes) > len(place.communes)
        ]

    def holding(self, position: int) -> tuple[Place, ...]:
        """The places a commune stands in: itself, its city, its department, its region."""
        return (
            self.commune_at(position),
            self.city_of(position),
            self.department_of(position),
            self.region_at(position),
        )

    def distances_km(
        self, centre: int, communes: NDArray[np.int32] | None = None
    ) -> NDArray[np.float64]:
        """Great-circle distance in kilometres from commune position `centre` to each of `communes` (all of them)."""
        points = self._points if communes is None else self._points[:, communes]
        across = points - self._points[:, [centre]]
        # Half the straight line through the globe (of radius 1) between both points.
        half = np.sqrt(np.einsum("ij,ij->j", across, across)) / 2
        distances: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(half, 1))
        return distances

    @cached_property
    def reaching_regions(self) -> NDArray[np.uint8]:
        """For each region (row, in the order of the book) and commune position, what `reaching` says."""
        return np.stack([self.reaching(place) for place in self.region_places])

    def reaching(self, place: Place) -> NDArray[np.uint8]:
        """For each commune position, kilometres (rounded up) to the nearest commune of `place`, which is made of whole
        departments; `FAR` beyond `WIDEST_KM`.
        """
        codes = np.unique(self._departments_of[list(place.communes)]).tolist()
        nearest: NDArray[np.uint8] = np.min(
            [self._reaching_department(code) for code in codes], axis=0
        )
        return nearest

    def _reaching_department_so(self, code: str) -> NDArray[np.uint8]:
        """Only communes of the circle around the department, `WIDEST_KM` wider, are compared with each of its own."""
        inside = self._points[:, self.department_places[code].communes]
        middle = inside.mean(axis=1, keepdims=True)
        across = np.linalg.norm(inside - middle, axis=0).max() + WIDEST_KM / EARTH_RADIUS_KM
        near = np.flatnonzero(np.linalg.norm(self._points - middle, axis=0) <= across)
        cosines = (self._points[:, near].T @ inside).max(axis=1)
        kilometres = EARTH_RADIUS_KM * np.arccos(np.clip(cosines, -1, 1))
        found = np.full(self.size, FAR, dtype=np.uint8)
        # A metre is nothing but what the cosine of a small angle loses.
        found[near] = np.minimum(np.ceil(kilometres - 0.001), FAR)
        return found

    def around(self, place: Place, radius_km: int) -> NDArray[np.bool_]:
        """For each commune position, whether it lies in `place` or within `radius_km` of what a radius counts from."""
        mask = np.zeros(self.size, dtype=bool)
        mask[list(place.communes)] = True
        for centre in place.radius_centres if radius_km else ():
            mask |= self.within(centre, radius_km)
        return mask

    def _within(self, centre: int, radius_km: int) -> NDArray[np.bool_]:
        """For each commune position, whether its centre lies within `radius_km` of `centre` (kept)."""
        mask: NDArray[np.bool_] = self.distances_km(centre) <= radius_km
        return mask


def _department_label(row: DepartmentRow, *, is_commune_too: bool, is_alone: bool) -> str:
    """« Rhône (69) », « La Réunion »; never the label of a commune inside: each label means one place."""
    if is_commune_too:
        return f"{row.name} (département {row.code})"
    return row.name if is_alone else f"{row.name} ({row.code})"


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
        [RegionRow(*row) for row in regions],
        [DepartmentRow(*row) for row in departments],
        [CommuneRow(*row) for row in communes],
        former_regions(),
    )


def former_regions() -> list[FormerRegionRow]:
    with FORMER_REGIONS.open(encoding="utf-8", newline="") as lines:
        return [
            FormerRegionRow(
                code=line["code"],
                name=line["name"],
                departments=line["departments"].split(),
                region=line["region"],
            )
            for line in csv.DictReader(lines)
        ]
