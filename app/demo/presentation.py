"""The words an invented practitioner writes: a headline and a presentation, put together from the banks."""

from __future__ import annotations

import random
from functools import cache

import msgspec

from app.demo.geography import DemoCommune
from app.demo.grammar import (
    Agreed,
    at_city,
    bare,
    capitalised,
    in_words,
    listed,
    of_bare,
    to,
)
from app.demo.words import bank
from app.directory.tables import Profile

REFERENCE_YEAR = 2026
"""The year « douze ans » are counted to: the same person must not change with the calendar."""

LONGEST = 880
SHORTEST = 320
"""Characters of a full presentation; 300 are asked (completeness § 5, criterion 3)."""

HEADLINE_LENGTH = Profile.headline.length
THIRD_PERSON = 0.16


class Writer(msgspec.Struct, frozen=True):
    """Who writes, and what the sentences may say of them. `since`: the year they began."""

    first_name: str
    last_name: str
    trade_name: str
    is_structure: bool
    is_woman: bool
    commune: DemoCommune
    practices: list[str]
    themes: list[str]
    since: int
    school: str
    receives: bool


_Blanks = dict[str, str]

_LAYOUTS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("opening", "path"), ("about",), ("theme", "way"), ("closing",)),
    (("hook", "opening"), ("about", "way"), ("path",), ("theme", "closing")),
    (("opening",), ("about", "theme"), ("path", "way", "closing")),
    (("about",), ("opening", "path"), ("theme", "way", "closing")),
    (("hook",), ("opening", "way"), ("about", "theme"), ("path", "closing")),
    (("opening", "way"), ("theme",), ("about",), ("path", "closing")),
    (("opening", "theme"), ("path",), ("about", "way"), ("closing",)),
    (("opening", "path", "way"), ("about", "theme", "closing")),
)
"""Orders of the sentences, by paragraph."""


def blanks_of(writer: Writer, rng: random.Random) -> _Blanks:
    """What fills the blanks of the sentences (see `words.py`)."""
    known = bank()
    main = known.practices[writer.practices[0]]
    names = [known.practices[slug].name for slug in writer.practices]
    role = main.role.of(writer.is_woman)
    city = writer.commune.city_name
    sector, of_sector = rng.choice(known.presentations.sectors)
    themes = [known.themes[slug] for slug in writer.themes]
    others = names[1:]
    return {
        "first": writer.first_name,
        "last": writer.last_name,
        "name": writer.trade_name,
        "Name": capitalised(writer.trade_name),
        "role": role,
        "Role": capitalised(role),
        "a_role": ("une " if writer.is_woman else "un ") + role,
        "city": city,
        "City": city,
        "at_city": at_city(city),
        "practice": names[0],
        "Practice": capitalised(names[0]),
        "of_bare": of_bare(names[0]),
        "to_practice": to(names[0]),
        "others": listed(others) if others else "",
        "has_joined": "ont rejoint" if len(others) > 1 or (others and others[0].startswith("les ")) else "a rejoint",
        "practice_and_others": listed(names),
        "goal": rng.choice(themes).goal if themes else "prendre du temps pour soi",
        "since": str(writer.since),
        "years": in_words(REFERENCE_YEAR - writer.since),
        "span": in_words(rng.randint(5, 18)),
        "job": rng.choice(known.presentations.jobs).of(writer.is_woman),
        "sector": sector,
        "of_sector": of_sector,
        "to_school": to(writer.school),
    }


def presentation(writer: Writer, blanks: _Blanks, rng: random.Random) -> str:
    """Several paragraphs, between `SHORTEST` and `LONGEST` characters, separated by an empty line."""
    chosen = _sentences(writer, blanks, rng)
    paragraphs = [
        " ".join(sentence for role in roles for sentence in chosen.get(role, ()))
        for roles in rng.choice(_LAYOUTS)
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _sentences(writer: Writer, blanks: _Blanks, rng: random.Random) -> dict[str, list[str]]:
    """Sentences by role, taken one by one until the length this person writes is reached."""
    known = bank()
    name = "we" if writer.is_structure else "third" if rng.random() < THIRD_PERSON else "i"
    by_voice = known.presentations.on_site if writer.receives else known.presentations.on_line
    voice = by_voice[name]

    def said(texts: list[Agreed]) -> str:
        return rng.choice(texts).of(writer.is_woman).format_map(blanks)

    openings = voice.openings
    if len(writer.practices) > 1 and voice.openings_many and rng.random() < 0.4:
        openings = voice.openings_many
    abouts = _abouts(writer.practices, rng)
    themes = rng.sample(writer.themes, min(2, len(writer.themes)))
    lines = [("theme", rng.choice(known.themes[slug].lines)) for slug in themes]
    first = [("opening", said(openings)), abouts.pop(0)]
    then = [("way", said(voice.ways)), ("path", said(voice.paths)), *abouts[:2], *lines]
    if themes and rng.random() < 0.5:
        then.append(("hook", rng.choice(known.themes[themes[0]].hooks)))
    if rng.random() < 0.6:
        then.append(("closing", said(voice.closings)))
    rng.shuffle(then)
    length, target = 0, rng.randint(SHORTEST, LONGEST - 60)
    chosen: dict[str, list[str]] = {}
    for rank, (role, sentence) in enumerate([*first, *then, *abouts[2:]]):
        # Two characters at most separate two sentences.
        if rank >= len(first) and (length >= target or length + len(sentence) + 2 > LONGEST):
            continue
        chosen.setdefault(role, []).append(sentence)
        length += len(sentence) + 2
    return chosen


def _abouts(slugs: list[str], rng: random.Random) -> list[tuple[str, str]]:
    """Sentences on the practices: one of each in turn, the main one first, then those that are left."""
    piles = []
    for slug in slugs:
        about = bank().practices[slug].about
        piles.append(rng.sample(about, len(about)))
    return [
        ("about", pile[rank]) for rank in range(max(map(len, piles))) for pile in piles if rank < len(pile)
    ]


# ---- headline ---------------------------------------------------------------------------------


@cache
def _bare_name(slug: str) -> str:
    return bare(bank().practices[slug].name)


def headline(writer: Writer, blanks: _Blanks, rng: random.Random) -> str:
    """One line of 10 to 120 characters."""
    for _ in range(12):
        text = _headline(writer, blanks, rng)
        if 10 <= len(text) <= HEADLINE_LENGTH:
            return text
    return bank().practices[writer.practices[0]].headlines[0].of(writer.is_woman)


def _headline(writer: Writer, blanks: _Blanks, rng: random.Random) -> str:
    known = bank()
    names = capitalised(listed([_bare_name(slug) for slug in writer.practices[:3]]))
    shorts = [known.themes[slug].short for slug in writer.themes[:3]]
    somewhere = f" {blanks['at_city']}" if writer.receives else " en visio"
    lot = rng.random()
    if writer.is_structure:
        if lot < 0.4:
            return f"{names}{somewhere}"
        if lot < 0.7:
            return f"Un lieu pour {blanks['goal']}"
        return f"{names} – {listed(shorts)}" if shorts else f"{names}, en équipe"
    if lot < 0.5:
        return rng.choice(known.practices[writer.practices[0]].headlines).of(writer.is_woman)
    if lot < 0.75 and shorts:
        return f"{blanks['Role']} – {listed(shorts)}"
    if lot < 0.88 and len(writer.practices) > 1:
        return f"{names}{somewhere}"
    return f"{blanks['Role']}{somewhere}"


def short_text(blanks: _Blanks, rng: random.Random, *, is_woman: bool) -> str:
    """What someone writes who has not written a presentation yet."""
    return rng.choice(bank().presentations.short_texts).of(is_woman).format_map(blanks)
