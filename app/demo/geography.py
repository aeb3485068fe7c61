"""Where the invented practitioners live: communes drawn by population, from the directory's own places."""

from __future__ import annotations

import csv
import random
import re
from functools import cache
from itertools import accumulate
from pathlib import Path

import msgspec

import app.directory

PLACES = Path(app.directory.__file__).parent / "data" / "communes.csv"

WEIGHT_EXPONENT = 0.85
"""Below one, so that villages are not drowned by cities; close to one, so that a city has a choice to show."""

OVERSEAS = ("971", "972", "973", "974", "976")
WITHOUT_SIRET = ("986", "987", "988")
"""Wallis-et-Futuna, French Polynesia and New Caledonia have registers of their own: no listing (validation § 4.2)."""

CITY_POPULATION = 60_000
TOWN_POPULATION = 5_000


class DemoCommune(msgspec.Struct, frozen=True):
    code: str
    name: str
    department: str
    region: str
    postal_codes: tuple[str, ...]
    population: int

    @property
    def city_name(self) -> str:
        """The name people say: an arrondissement goes by its city."""
        return re.sub(r" \d+er? arrondissement$", "", self.name, flags=re.IGNORECASE)

    @property
    def size(self) -> str:
        """city, town or village, as the notes on access are sorted."""
        if self.population >= CITY_POPULATION or self.city_name != self.name:
            return "city"
        return "town" if self.population >= TOWN_POPULATION else "village"


class Draw(msgspec.Struct, frozen=True):
    """A weighted choice among communes."""

    communes: list[DemoCommune]
    cumulated: list[float]

    def one(self, rng: random.Random) -> DemoCommune:
        return rng.choices(self.communes, cum_weights=self.cumulated)[0]


class Geography(msgspec.Struct, frozen=True):
    """`seats` names the largest commune of each department, where its commercial court is taken to sit."""

    everywhere: Draw
    by_department: dict[str, Draw]
    seats: dict[str, str]


@cache
def geography() -> Geography:
    """The inhabited communes, read once; a city cut in arrondissements is left to its arrondissements."""
    with PLACES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    divided = {row["city"] for row in rows if row["city"]}
    communes = [
        DemoCommune(
            code=row["code"],
            name=row["name"].replace("'", "’"),
            department=row["department"],
            region=row["region"],
            postal_codes=tuple(row["postal_codes"].split()),
            population=int(row["population"]),
        )
        for row in rows
        if row["code"] not in divided
        and row["department"] not in WITHOUT_SIRET
        and int(row["population"]) > 0
        and row["postal_codes"].strip()
    ]
    by_department: dict[str, list[DemoCommune]] = {}
    for commune in communes:
        by_department.setdefault(commune.department, []).append(commune)
    return Geography(
        everywhere=_draw(communes),
        by_department={code: _draw(them) for code, them in by_department.items()},
        seats={
            code: max(them, key=lambda commune: commune.population).city_name
            for code, them in by_department.items()
        },
    )


def _draw(communes: list[DemoCommune]) -> Draw:
    weights = (commune.population**WEIGHT_EXPONENT for commune in communes)
    return Draw(communes=communes, cumulated=list(accumulate(weights)))


def commune_of(index: int, rng: random.Random) -> DemoCommune:
    """The commune of the practitioner number `index`: one in fifty is sent overseas, each department in turn, so
    that even a few hundred practitioners reach all five."""
    known = geography()
    if index % 50 == 17:
        return known.by_department[OVERSEAS[index // 50 % len(OVERSEAS)]].one(rng)
    return known.everywhere.one(rng)
