"""The names of the invented practitioners: whole names that belong together, and their slugs."""

from __future__ import annotations

import random
import re
from functools import cache
from itertools import accumulate

import msgspec

from app.demo.geography import DemoCommune
from app.demo.words import bank
from app.directory import names

WOMEN = 0.77
COMPOUND = 0.04
"""Share of double family names made of two (« Martin-Lefèvre »), beside those of the bank."""

_PARTICLE = re.compile(r"[ ’-]")


class FullName(msgspec.Struct, frozen=True):
    first_name: str
    last_name: str
    is_woman: bool


class _Families(msgspec.Struct, frozen=True):
    names: list[str]
    cumulated: list[float]

    def one(self, rng: random.Random) -> str:
        return rng.choices(self.names, cum_weights=self.cumulated)[0]


@cache
def _families(origin: str) -> _Families:
    """The first names of each list are more frequent than the last ones, as real family names are."""
    them = bank().names.family_names[origin]
    return _Families(
        names=them, cumulated=list(accumulate(1 / (3 + rank) ** 0.5 for rank in range(len(them))))
    )


@cache
def _origins(department: str) -> tuple[list[str], list[int]]:
    known = bank().names
    local = known.local.get(department, {})
    left = 100 - sum(local.values())
    shares = dict.fromkeys(["french", *known.everywhere, *local], 0)
    for origin, share in local.items():
        shares[origin] += share * 100
    for origin, share in known.everywhere.items():
        shares[origin] += share * left
    shares["french"] += (100 - sum(known.everywhere.values())) * left
    return list(shares), list(accumulate(shares.values()))


def full_name(commune: DemoCommune, rng: random.Random) -> FullName:
    """A first and a family name which may go together, of the origins found around `commune`."""
    known = bank().names
    origins, cumulated = _origins(commune.department)
    origin = rng.choices(origins, cum_weights=cumulated)[0]
    is_woman = rng.random() < WOMEN
    first_names = known.first_names[origin if rng.random() < 0.55 else "french"]
    last_name = _families(origin).one(rng)
    if rng.random() < COMPOUND and not _PARTICLE.search(last_name):
        second = _families("french").one(rng)
        if second != last_name and not _PARTICLE.search(second):
            last_name = f"{last_name}-{second}"
    return FullName(
        first_name=rng.choice(first_names.female if is_woman else first_names.male),
        last_name=last_name,
        is_woman=is_woman,
    )


def slug_of(text: str) -> str:
    """Base letters, words joined by hyphens: « Anne d’Aubigné » gives « anne-d-aubigne »."""
    words = (names.base_letters(word) for word in re.split(r"[^\w]+", text))
    return "-".join(word for word in words if word)


class Slugs:
    """Gives each slug once: the second « marie-martin » becomes « marie-martin-2 »."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def take(self, name: str) -> str:
        slug = slug_of(name)
        rank = self._used.get(slug, 0) + 1
        self._used[slug] = rank
        return slug if rank == 1 else f"{slug}-{rank}"
