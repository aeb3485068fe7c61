"""The practices and themes of the directory, as its data files give them, with how they draw one another."""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate
from pathlib import Path

import msgspec

import app.directory
from app.demo.words import bank

DATA = Path(app.directory.__file__).parent / "data"

NEEDS_COMPANY = {"iridologie": "naturopathie"}
"""A practice which is never offered alone, and the one it comes with."""

MOST_THEMES = 8


class TypicalService(msgspec.Struct, frozen=True):
    label: str
    duration_minutes: int
    price_cents: int
    is_group: bool


class DemoPractice(msgspec.Struct, frozen=True):
    """`remote` is usual, possible or no, as in the directory."""

    slug: str
    family: str
    themes: tuple[str, ...]
    remote: str
    typical_services: tuple[TypicalService, ...]
    price_low_cents: int
    price_high_cents: int

    @property
    def individual_services(self) -> list[TypicalService]:
        """Group sessions are not offered (terms: a séance has one client)."""
        return [service for service in self.typical_services if not service.is_group]


@cache
def practices() -> dict[str, DemoPractice]:
    """The practices by slug, in the order of the directory."""
    read = msgspec.json.decode((DATA / "practices.json").read_bytes(), type=list[DemoPractice])
    return {practice.slug: practice for practice in read}


@cache
def _first_draw() -> tuple[list[str], list[int]]:
    known = bank().practices
    slugs = list(practices())
    return slugs, list(accumulate(known[slug].weight for slug in slugs))


@cache
def _next_draw(slug: str) -> tuple[list[str], list[float]]:
    """What goes with a practice: its own family first, then what shares its themes."""
    origin = practices()[slug]
    weights: dict[str, float] = {}
    for other in practices().values():
        if other.slug != slug:
            kinship = (4 if other.family == origin.family else 0.4) + 1.5 * len(
                set(other.themes) & set(origin.themes)
            )
            weights[other.slug] = bank().practices[other.slug].weight * kinship
    return list(weights), list(accumulate(weights.values()))


def draw_practices(rng: random.Random) -> list[str]:
    """One to four practices which are often found together, the main one first."""
    count = rng.choices((1, 2, 3, 4), weights=(36, 34, 20, 10))[0]
    slugs, cumulated = _first_draw()
    chosen = [rng.choices(slugs, cum_weights=cumulated)[0]]
    others, weights = _next_draw(chosen[0])
    while len(chosen) < count:
        other = rng.choices(others, cum_weights=weights)[0]
        if other not in chosen:
            chosen.append(other)
    company = NEEDS_COMPANY.get(chosen[0])
    if company and company not in chosen:
        chosen = [company, *chosen][:4]
    return chosen


def draw_themes(slugs: list[str], rng: random.Random) -> list[str]:
    """Two to eight themes among those of the practices; fewer when the practices have fewer."""
    possible: dict[str, float] = {}
    for rank, slug in enumerate(slugs):
        for theme in practices()[slug].themes:
            possible[theme] = possible.get(theme, 0) + 1 / (1 + rank)
    wanted = min(
        len(possible), rng.choices(range(2, MOST_THEMES + 1), weights=(10, 18, 24, 20, 14, 8, 6))[0]
    )
    chosen: list[str] = []
    while len(chosen) < wanted:
        theme = rng.choices(list(possible), weights=list(possible.values()))[0]
        del possible[theme]
        chosen.append(theme)
    return chosen
