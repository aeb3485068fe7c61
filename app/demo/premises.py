"""Where and when an invented practitioner receives: places, home areas, the typical week (content § 3.4)."""

from __future__ import annotations

import random
from collections.abc import Iterable

import msgspec

from app.demo.geography import DemoCommune, geography
from app.demo.person import DemoOpening, DemoPlace
from app.demo.words import bank
from app.directory.tables import PlaceKind

SECOND_PLACE = 0.13
HOME_AREA_BESIDE = 0.11
HOME_AREA_ONLY = 0.045
NO_PLACE_AT_ALL = 0.08
"""Share, among those who may work at a distance only, of those who do."""


class Premises(msgspec.Struct, frozen=True):
    """`receives`: people come to a practice address; `visits`: the practitioner goes to people's homes."""

    places: list[DemoPlace]
    receives: bool
    visits: bool


def premises(
    commune: DemoCommune, rng: random.Random, *, may_be_remote_only: bool, is_structure: bool
) -> Premises:
    """The places of a practitioner living in `commune`, the practice addresses first; a structure has one."""
    if may_be_remote_only and rng.random() < NO_PLACE_AT_ALL:
        return Premises(places=[], receives=False, visits=False)
    lot = rng.random()
    if lot < HOME_AREA_ONLY and not is_structure:
        return Premises(places=[_home_area(commune, rng)], receives=False, visits=True)
    words = bank().places
    places = [_practice_place(commune, rng, rng.choice(words.labels))]
    if rng.random() < SECOND_PLACE:
        near = geography().by_department[commune.department].one(rng)
        places.append(_practice_place(near, rng, rng.choice(words.second_labels)))
    visits = lot < HOME_AREA_ONLY + HOME_AREA_BESIDE
    if visits:
        places.append(_home_area(commune, rng))
    return Premises(places=places, receives=True, visits=visits)


def street(rng: random.Random) -> str:
    words = bank().places
    line = (
        f"{rng.randint(1, 148)} {rng.choice(words.street_types)} {rng.choice(words.street_names)}"
    )
    return f"{line}, {rng.choice(words.complements)}" if rng.random() < 0.12 else line


def _practice_place(commune: DemoCommune, rng: random.Random, label: str) -> DemoPlace:
    notes = bank().places.access_notes[commune.size]
    return DemoPlace(
        kind=PlaceKind.PRACTICE.value,
        label=label if rng.random() < 0.6 else "",
        street=street(rng),
        postal_code=rng.choice(commune.postal_codes),
        commune=commune.code,
        radius_km=0,
        access_notes=rng.choice(notes) if rng.random() < 0.7 else "",
    )


def _home_area(commune: DemoCommune, rng: random.Random) -> DemoPlace:
    words = bank().places
    return DemoPlace(
        kind=PlaceKind.HOME_AREA.value,
        label=rng.choice(words.area_labels),
        street="",
        postal_code=commune.postal_codes[0],
        commune=commune.code,
        radius_km=rng.choice((10, 15, 20, 20, 25, 30, 40)),
        access_notes=rng.choice(words.area_notes) if rng.random() < 0.5 else "",
    )


# ---- the typical week -------------------------------------------------------------------------

_Week = dict[int, tuple[tuple[float, float], ...]]

_WEEKS: tuple[_Week, ...] = (
    {
        1: ((9, 12.5), (14, 19)),
        2: ((9, 12.5), (14, 18)),
        3: ((9, 12.5), (14, 20)),
        4: ((9, 12.5), (14, 18)),
        5: ((9, 13),),
    },
    {
        0: ((9, 12.5), (14, 18)),
        1: ((9, 12.5), (14, 18)),
        3: ((9, 12.5), (14, 19.5)),
        4: ((9, 12.5), (14, 17)),
    },
    {2: ((9, 12), (13.5, 18.5)), 4: ((14, 20),), 5: ((9, 12.5), (14, 17))},
    {0: ((17.5, 20.5),), 1: ((17.5, 20.5),), 3: ((17.5, 20.5),), 5: ((9, 13), (14, 18))},
    {
        0: ((10, 13), (14.5, 19)),
        1: ((10, 13), (14.5, 19)),
        2: ((10, 13),),
        3: ((10, 13), (14.5, 20)),
        4: ((10, 13), (14.5, 19)),
    },
    {1: ((9.5, 12.5), (14, 18)), 3: ((9.5, 12.5), (14, 18)), 4: ((9.5, 12.5),)},
    {2: ((8.5, 12.5), (13.5, 17.5)), 3: ((12, 20),), 5: ((10, 16),)},
    {
        0: ((8, 12), (13, 17)),
        1: ((8, 12), (13, 17)),
        2: ((8, 12),),
        3: ((8, 12), (13, 17)),
        4: ((8, 12), (13, 16)),
    },
)
"""Opening ranges in hours, by day (0 = Monday)."""


def typical_week(
    places: list[DemoPlace], rng: random.Random, *, is_remote: bool
) -> list[DemoOpening]:
    """Opening ranges; one half-day at a distance when `is_remote`, one day at the second address if there is one."""
    week = rng.choice(_WEEKS)
    shift = rng.choice((0, 0, 0, 30, -30, 15))
    addresses = [rank for rank, place in enumerate(places) if place.kind == PlaceKind.PRACTICE]
    main = addresses[0] if addresses else None
    elsewhere = rng.choice(list(week)) if len(addresses) > 1 else None
    openings = [
        DemoOpening(
            weekday=day,
            opens_at_minute=int(start * 60) + shift,
            closes_at_minute=int(end * 60) + shift,
            place=addresses[1] if day == elsewhere else main,
        )
        for day, ranges in week.items()
        for start, end in ranges
    ]
    if is_remote and len(openings) > 2:
        rng.choice(openings).place = None
    return openings


def access(premises: Premises, rng: random.Random) -> str:
    """A value of `vocabulary.ACCESS`."""
    if not premises.receives:
        return "none"
    return rng.choices(("yes", "partial", "no"), weights=(45, 25, 30))[0]


def audience(themes: Iterable[str], rng: random.Random, *, visits_companies: bool) -> list[str]:
    """Values of `vocabulary.AUDIENCE`, in its order."""
    chosen = set(themes)
    welcome = {
        "adults": True,
        "teenagers": "enfants-ados" in chosen
        or "concentration-examens" in chosen
        or rng.random() < 0.3,
        "children": "enfants-ados" in chosen or rng.random() < 0.1,
        "pregnant": "maternite" in chosen,
        "seniors": "bien-vieillir" in chosen or rng.random() < 0.35,
        "couples": "couple-intimite" in chosen,
        "companies": visits_companies,
    }
    return [kind for kind, is_welcome in welcome.items() if is_welcome]
