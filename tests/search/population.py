"""A hundred and fifty people drawn at random, and a slow, plain reading of who answers a search.

The reading shares nothing with the product but the reference files: it is the oracle of the property tests.
"""

from __future__ import annotations

import csv
import math
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from app.directory.reference import DATA
from app.directory.tables import ListingState
from tests.factories import empty_directory, indexed, practitioner

SIZE = 150
FIRST_NAMES = ("Wilfrid", "Jocelyne", "Barnabé", "Ghislaine", "Evrard", "Quitterie", "Zéphyrin")
FAMILY_NAMES = ("Kerboul", "Ostrowski", "Vanhoutte", "Bidegain", "Xatard", "Fizelier", "Uhlmann")
PRACTICES = {
    "iridologie": "iridologie",
    "kobido": "kobido",
    "feldenkrais": "feldenkrais",
    "lithologie": "lithologie",
    "reiki": "reiki",
    "shiatsu": "shiatsu",
}
"""Slugs to a word that only this practice holds."""
THEMES = {
    "menopause": "préménopause",
    "depasser-ses-peurs": "claustrophobie",
    "confort-digestif": "ballonnements",
    "sens-et-transition": "reconversion",
}
"""Slugs to a word that only this theme holds."""
COMMUNES = {
    "69123": "lyon",
    "69383": "lyon",
    "69384": "lyon",
    "69266": "villeurbanne",
    "69029": "bron",
    "69202": "lyon",
    "42218": "",
    "38544": "vienne",
    "75111": "paris",
    "94038": "",
    "83069": "hyères",
    "2A004": "ajaccio",
    "97411": "",
    "29019": "brest",
}
"""INSEE codes to a word that only the names of this place, among these, hold."""
ARRONDISSEMENTS = {"69123": {"69383", "69384"}, "75056": {"75111"}}
HOUR = timedelta(hours=1)


class Person(msgspec.Struct, frozen=True):
    slug: str
    first: str
    family: str
    practices: tuple[str, ...]
    themes: tuple[str, ...]
    places: tuple[str, ...]
    areas: tuple[tuple[str, int], ...]
    is_remote: bool
    tier: int
    is_listed: bool

    def holds(self, word: str) -> bool:
        """Whether `word`, one of those listed above, is written somewhere in the profile."""
        spots = [*self.places, *(code for code, _ in self.areas)]
        held = [
            self.first,
            self.family,
            *(PRACTICES[slug] for slug in self.practices),
            *(THEMES[slug] for slug in self.themes),
            *(COMMUNES[code] for code in spots),
        ]
        return word.casefold() in [text.casefold() for text in held if text]


class Town(list[Person]):
    """Everybody; named shortly in the reports of failed tests."""

    def __repr__(self) -> str:
        return f"<{len(self)} people>"


WORDS = sorted(
    {
        word
        for word in (
            *FIRST_NAMES,
            *FAMILY_NAMES,
            *PRACTICES.values(),
            *THEMES.values(),
            *COMMUNES.values(),
        )
        if word
    }
)


@cache
def _coordinates() -> dict[str, tuple[float, float]]:
    with (DATA / "communes.csv").open(encoding="utf-8", newline="") as lines:
        return {
            line["code"]: (
                math.radians(float(line["latitude"])),
                math.radians(float(line["longitude"])),
            )
            for line in csv.DictReader(lines)
        }


def kilometres(one: str, other: str) -> float:
    """Between the centres of two communes, on a sphere (law of cosines)."""
    (a, b), (c, d) = _coordinates()[one], _coordinates()[other]
    cosine = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)
    return 6371.0 * math.acos(min(1.0, cosine))


def _is_in(commune: str, place: str) -> bool:
    kind, _, code = place.partition("-")
    department = commune[:3] if commune.startswith(("97", "98")) else commune[:2]
    if kind == "commune":
        return commune == code or commune in ARRONDISSEMENTS.get(code, set())
    if kind == "departement":
        return department == code
    return _region_of(department) == code


@cache
def _region_of(department: str) -> str:
    with (DATA / "departments.csv").open(encoding="utf-8", newline="") as lines:
        return {line["code"]: line["region"] for line in csv.DictReader(lines)}[department]


@cache
def _nearest(one: str, place: str) -> float:
    """Kilometres from commune `one` to the nearest commune of a department or region."""
    return min(kilometres(one, code) for code in _coordinates() if _is_in(code, place))


def answers(  # noqa: PLR0911  # one way out a criterion
    person: Person,
    *,
    words: tuple[str, ...] = (),
    theme: str = "",
    practice: str = "",
    place: str = "",
    radius_km: int = 0,
    is_remote: bool = False,
) -> bool:
    """Whether `person` meets every criterion. `place` is canonical: `commune-69123`, `departement-69`…"""
    if not person.is_listed or (is_remote and not person.is_remote):
        return False
    if (theme and theme not in person.themes) or (practice and practice not in person.practices):
        return False
    if not all(person.holds(word) for word in words):
        return False
    if not place:
        return True
    spots = [*person.places, *(code for code, _ in person.areas)]
    if any(_is_in(spot, place) for spot in spots):
        return True
    centre = place.removeprefix("commune-")
    if centre == place:
        return any(_nearest(code, place) <= reach + 0.001 for code, reach in person.areas)
    if radius_km and any(kilometres(spot, centre) <= radius_km for spot in spots):
        return True
    return any(kilometres(code, centre) <= reach for code, reach in person.areas)


def in_order(people: list[Person]) -> list[str]:
    """The slugs in the contractual order (names here have no accent that matters, nor any space)."""
    letters = str.maketrans("éÉ", "eE")
    ordered = sorted(
        people,
        key=lambda p: (
            p.tier,
            p.family.translate(letters).casefold(),
            p.first.translate(letters).casefold(),
            p.slug,
        ),
    )
    return [person.slug for person in ordered]


async def settled(gateway: Any) -> Town:
    """Empty the directory and settle the same hundred and fifty people in it."""
    drawing = random.Random(1789)
    await empty_directory(gateway)
    people = Town(_drawn(drawing, number) for number in range(SIZE))
    for number, person in enumerate(people):
        is_late = not person.is_listed and number % 2 == 0
        await practitioner(
            person.first,
            person.family,
            slug=person.slug,
            practices=person.practices,
            themes=person.themes,
            places=person.places,
            home_areas=person.areas,
            is_remote=person.is_remote,
            is_complete=person.tier == 1,
            is_jupiterre_user=person.tier == 2,
            state=ListingState.LISTED if person.is_listed or is_late else ListingState.SUSPENDED,
            ends_at=datetime.now(UTC) - HOUR if is_late else None,
        )
    await indexed(gateway)
    return people


def _drawn(drawing: random.Random, number: int) -> Person:
    some_practices = drawing.sample(sorted(PRACTICES), drawing.randint(1, 3))
    areas = []
    if drawing.random() < 0.25:
        areas.append(
            (drawing.choice(["69266", "42218", "83069", "97411"]), drawing.choice([5, 20, 60]))
        )
    places = drawing.sample(sorted(COMMUNES), drawing.choice([0, 1, 1, 1, 2]))
    return Person(
        slug=f"p{number:03}",
        first=drawing.choice(FIRST_NAMES),
        family=drawing.choice(FAMILY_NAMES),
        practices=tuple(some_practices),
        themes=tuple(drawing.sample(sorted(THEMES), drawing.randint(1, 3))),
        places=tuple(places),
        areas=tuple(areas),
        is_remote=drawing.random() < 0.4 or not (places or areas),
        tier=drawing.choice([1, 1, 1, 2, 3]),
        is_listed=drawing.random() < 0.92,
    )
