"""Where the communes of France are: the names of INSEE joined with the places of GeoNames.

GeoNames knows no INSEE code: the two are joined by name within the region (within the department
overseas), and a namesake too far from its neighbours is refused. Used by `places_source` only.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean

import msgspec

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""

OVERSEAS = {
    "GP": "971", "MQ": "972", "GF": "973", "RE": "974", "PM": "975", "YT": "976",
    "BL": "977", "MF": "978", "WF": "986", "PF": "987", "NC": "988",
}  # fmt: skip
"""Departments of what GeoNames holds for countries, where its own region codes are not INSEE's."""

MAIN_VILLAGES = {
    "44003": "Ancenis", "49092": "Chemillé-Melay", "71263": "Louhans", "91228": "Évry",
    "95218": "Éragny", "97110": "Beauséjour", "97501": "Miquelon", "97701": "Gustavia",
    "97801": "Marigot", "98613": "Mata-Utu", "98711": "Tukuhora", "98714": "Vaitape",
    "98719": "Rikitea", "98720": "Otepa", "98722": "Tiarei", "98723": "Atuona", "98724": "Fare",
    "98729": "Afareaitu", "98731": "Taiohae", "98740": "Avatoru", "98742": "Tapuarava",
    "98744": "Moerai", "98747": "Afaahiti", "98748": "Vairao", "98753": "Mataura",
    "98754": "Tevaitoa", "98801": "Wala", "98809": "Vao", "98814": "Wé", "98815": "Tadine",
    "98817": "Mont-Dore", "98832": "Yaté-Barrage",
}  # fmt: skip
"""Large or far-away communes that GeoNames knows by one of their towns or villages only."""

TOO_FAR_KM = 40.0
"""A metropolitan namesake further than this from every neighbour is another place. Measured on the
names held once on both sides: the last right one is at 35 km, the first wrong one at 46 km."""

MOST_POPULOUS = 2.0
"""A place that is not the commune's namesake holds at most this many times its population."""


class Commune(msgspec.Struct, frozen=True):
    code: str
    zone: str
    region: str
    kind: str = msgspec.field(name="type")
    name: str = msgspec.field(name="nom")
    department: str = msgspec.field(name="departement")
    seat_of: str = msgspec.field(name="chefLieu", default="")
    city: str = msgspec.field(name="commune", default="")
    postal_codes: list[str] = msgspec.field(name="codesPostaux", default_factory=list)
    population: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Where and how GeoNames names it: « Lyon 3e Arrondissement » is « Lyon 03 » there."""
        numbered = re.fullmatch(r"(\w+) (\d+)er? Arrondissement", self.name)
        name = f"{numbered[1]} {numbered[2]:0>2}" if numbered else self.name
        return self.region if self.zone == "metro" else self.department, fold(name)


class Member(msgspec.Struct, frozen=True):
    code: str


class Epci(msgspec.Struct, frozen=True):
    """A group of communes (établissement public de coopération intercommunale)."""

    code: str
    members: list[Member] = msgspec.field(name="membres")


class Place(msgspec.Struct, frozen=True):
    """A populated place of GeoNames, mostly of 500 inhabitants or more."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]


def fold(name: str) -> str:
    """Lower-case ASCII letters, digits and hyphens: « L’Haÿ-les-Roses » is « l-hay-les-roses »."""
    expanded = name.lower().replace("œ", "oe").replace("æ", "ae")
    letters = (c for c in unicodedata.normalize("NFD", expanded) if not unicodedata.combining(c))
    return re.sub("[^a-z0-9]+", "-", "".join(letters)).strip("-")


def kilometres(a: Point, b: Point) -> float:
    """Distance on the ground; flat-map formula, good enough below 200 km."""
    east = math.radians(b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return 6371 * math.hypot(east, math.radians(b[0] - a[0]))


class Neighbours:
    """Who lies near a commune: those of its postal codes, of its EPCI, of its department."""

    def __init__(self, communes: Iterable[Commune], epcis: Iterable[Epci]) -> None:
        self._epci = {member.code: epci.code for epci in epcis for member in epci.members}
        self._members: dict[str, set[str]] = defaultdict(set)
        for commune in communes:
            for circle in itertools.chain(*self._circles(commune)):
                self._members[circle].add(commune.code)

    def _circles(self, commune: Commune) -> tuple[list[str], list[str], list[str]]:
        epci = self._epci.get(commune.code)
        postal = [f"postal code {code}" for code in commune.postal_codes]
        return postal, [f"EPCI {epci}"] if epci else [], [f"department {commune.department}"]

    def _known(
        self, commune: Commune, circles: Iterable[str], known: Mapping[str, Point]
    ) -> list[Point]:
        codes = {code for circle in circles for code in self._members[circle]} - {commune.code}
        return [known[code] for code in sorted(codes & known.keys())]

    def gap(self, commune: Commune, point: Point, known: Mapping[str, Point]) -> float:
        """Kilometres from `point` to the nearest known neighbour of the commune."""
        postal, epci, department = self._circles(commune)
        nearby = self._known(commune, postal + epci, known)
        nearby = nearby or self._known(commune, department, known)
        return min((kilometres(point, other) for other in nearby), default=0.0)

    def middle(self, commune: Commune, known: Mapping[str, Point]) -> Point:
        """The mean of the known neighbours in the closest circle that has any."""
        for circles in self._circles(commune):
            if points := self._known(commune, circles, known):
                return fmean(p[0] for p in points), fmean(p[1] for p in points)
        raise SystemExit(f"Aucune coordonnée pour {commune.name} ({commune.code}).")


class Gazetteer:
    """The places of GeoNames, by region (department overseas) and folded name."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.named: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self.also_named: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for place in places:
            area, name = OVERSEAS.get(place.countrycode, place.admin1code), fold(place.name)
            # The number alone counts in « Paris 03 Temple ».
            numbered = re.match(r"(paris|lyon|marseille)-\d\d(?=-|$)", name)
            self.named[area, numbered[0] if numbered else name].append(place)
            for other in {fold(other) for other in place.alternatenames} - {""}:
                self.also_named[area, other].append(place)

    def candidates(self, commune: Commune, village: str) -> Iterator[tuple[int, Place]]:
        """What may be this commune, by rank: its name, a second name, its main village."""
        found = (
            self.named.get(commune.key, []),
            self.also_named.get(commune.key, []),
            self.named.get((commune.key[0], fold(village)), []),
        )
        return ((rank, place) for rank, places in enumerate(found) for place in places)


def locate(
    communes: Sequence[Commune],
    epcis: Iterable[Epci],
    places: Iterable[Place],
    seats: Mapping[str, str],
) -> tuple[dict[str, Point], Neighbours]:
    """The points of the communes that GeoNames knows, and the neighbours to place the others by.

    `seats` names, by commune, the village of its town hall where it differs from the commune.
    """
    neighbours = Neighbours(communes, epcis)
    gazetteer = Gazetteer(p for p in places if p.countrycode == "FR" or p.countrycode in OVERSEAS)
    villages = {**seats, **MAIN_VILLAGES}

    def is_plausible(commune: Commune, point: Point, known: Mapping[str, Point]) -> bool:
        return commune.zone != "metro" or neighbours.gap(commune, point, known) <= TOO_FAR_KM

    holders = Counter(commune.key for commune in communes)
    alone: dict[str, Point] = {}
    for commune in communes:
        found = gazetteer.named.get(commune.key, [])
        if holders[commune.key] == len(found) == 1:
            alone[commune.code] = found[0].latitude, found[0].longitude
    sure = {
        commune.code: alone[commune.code]
        for commune in communes
        if commune.code in alone and is_plausible(commune, alone[commune.code], alone)
    }

    # Every pair that may be right, the best first: rank of the name, then the closest population.
    pairs: list[tuple[int, float, str, int, Point]] = []
    for commune in communes:
        for rank, place in gazetteer.candidates(commune, villages.get(commune.code, "")):
            point = place.latitude, place.longitude
            ratio = (place.population + 1) / ((commune.population or 0) + 1)
            # Second names are shared: « Urville » is also said of the larger Urville-Nacqueville.
            if (rank == 0 or ratio <= MOST_POPULOUS) and is_plausible(commune, point, sure):
                misfit = abs(math.log(ratio))
                pairs.append((rank, misfit, commune.code, place.geonameid, point))
    points: dict[str, Point] = {}
    taken: set[int] = set()
    for _, _, code, place_id, point in sorted(pairs):
        if code not in points and place_id not in taken:
            points[code] = point
            taken.add(place_id)
    return points, neighbours
