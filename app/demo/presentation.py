"""The words an invented practitioner writes: a headline and a presentation, put together from the banks."""

from __future__ import annotations

import random
from functools import cache

import msgspec

from app.demo.geography import DemoCommune
from app.demo.grammar import Agreed, at_city, bare, capitalised, in_words, listed, of_bare, to
from app.demo.words import VoiceWords, bank
from app.directory.tables import Profile

REFERENCE_YEAR = 2026
"""The year « douze ans » are counted to: the same person must not change with the calendar."""

LONGEST = 880
SHORTEST = 320
"""Characters of a full presentation; 300 are asked (completeness § 5, criterion 3)."""

HEADLINE_LENGTH = Profile.headline.length or 0
THIRD_PERSON = 0.16


class Writer(msgspec.Struct, frozen=True):
    """Who writes, and what the sentences may say of them. `since`: the year they began."""

    first_name: str
    last_name: str
    brand: str
    is_structure: bool
    is_woman: bool
    commune: DemoCommune
    practices: list[str]
    themes: list[str]
    since: int
    school: str
    receives: bool
    visits: bool


_Blanks = dict[str, str]

_LAYOUTS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("opening", "path"), ("about", "also"), ("theme", "way"), ("closing",)),
    (("hook",), ("opening", "path"), ("about", "also", "way"), ("theme", "closing")),
    (("opening",), ("about", "also", "theme"), ("path", "way", "closing")),
    (("about",), ("opening", "path"), ("also", "theme", "way", "closing")),
    (("hook",), ("opening", "way"), ("about", "also", "theme"), ("path", "closing")),
    (("opening", "way"), ("about", "also"), ("theme", "path", "closing")),
    (("opening", "theme"), ("about", "also", "way"), ("path", "closing")),
    (("opening", "path", "way"), ("about", "also", "theme", "closing")),
)
"""Orders of the sentences, by paragraph."""

SHORT_PARAGRAPH = 110
"""Characters under which a paragraph joins the next one, unless it is the hook."""


def blanks_of(writer: Writer, rng: random.Random) -> _Blanks:
    """What fills the blanks of the sentences (see `words.py`)."""
    known = bank()
    main = known.practices[writer.practices[0]]
    names = [known.practices[slug].name for slug in writer.practices]
    role = main.role.of(writer.is_woman)
    city = writer.commune.city_name
    sector, of_sector = rng.choice(known.presentations.sectors)
    themes = [known.themes[slug] for slug in writer.themes]
    job = rng.choice(known.presentations.jobs).of(writer.is_woman)
    others = names[1:]
    return {
        "first": writer.first_name,
        "last": writer.last_name,
        "Name": writer.brand,
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
        "has_joined": "ont rejoint"
        if len(others) > 1 or (others and others[0].startswith("les "))
        else "a rejoint",
        "practice_and_others": listed(names),
        "goal": rng.choice(themes).goal if themes else "prendre du temps pour soi",
        "since": str(writer.since),
        "years": in_words(REFERENCE_YEAR - writer.since),
        "span": in_words(rng.randint(5, 18)),
        "job": job,
        "of_job": of_bare(job),
        "sector": sector,
        "of_sector": of_sector,
        "to_school": to(writer.school),
    }


def presentation(writer: Writer, blanks: _Blanks, rng: random.Random) -> str:
    """Several paragraphs, between `SHORTEST` and `LONGEST` characters, separated by an empty line."""
    layout = rng.choice(_LAYOUTS)
    chosen = _sentences(writer, blanks, rng, opens_with=layout[0][0])
    paragraphs: list[str] = []
    joins = False
    for roles in layout:
        paragraph = " ".join(sentence for role in roles for sentence in chosen.get(role, ()))
        if not paragraph:
            continue
        if joins:
            paragraph = f"{paragraphs.pop()} {paragraph}"
        paragraphs.append(paragraph)
        joins = len(paragraph) < SHORT_PARAGRAPH and roles != ("hook",)
    return "\n\n".join(paragraphs)


def _sentences(
    writer: Writer, blanks: _Blanks, rng: random.Random, *, opens_with: str
) -> dict[str, list[str]]:
    """Sentences by role, taken one by one until the length this person writes is reached."""
    known = bank()
    name = "we" if writer.is_structure else "third" if rng.random() < THIRD_PERSON else "i"
    by_voice = known.presentations.on_line
    if writer.receives:
        by_voice = known.presentations.on_site
    elif writer.visits:
        by_voice = known.presentations.visiting
    voice = by_voice[name]

    def said(texts: list[Agreed]) -> str:
        return rng.choice(texts).of(writer.is_woman).format_map(blanks)

    names_all = len(writer.practices) > 1 and bool(voice.openings_many) and rng.random() < 0.4
    about = list(known.practices[writer.practices[0]].about)
    if opens_with != "about":
        # Only the first sentence of a bank introduces its practice well enough to open a text.
        rng.shuffle(about)
    themes = rng.sample(writer.themes, min(2, len(writer.themes)))
    first = [
        ("opening", said(voice.openings_many if names_all else voice.openings)),
        ("about", about[0]),
    ]
    then = [
        ("way", said(voice.ways)),
        ("path", said(voice.paths)),
        *(("about", sentence) for sentence in about[1:2]),
        *(("also", text) for text in _also(writer, voice, rng, is_named=names_all)),
        *(("theme", rng.choice(known.themes[slug].lines)) for slug in themes),
    ]
    if rng.random() < 0.6:
        then.append(("closing", said(voice.closings)))
    rng.shuffle(then)
    if themes and opens_with == "hook":
        first.append(("hook", rng.choice(known.themes[themes[0]].hooks)))
    length, target = 0, rng.randint(SHORTEST, LONGEST - 60)
    chosen: dict[str, list[str]] = {}
    for rank, (role, sentence) in enumerate(
        [*first, *then, *(("about", sentence) for sentence in about[2:])]
    ):
        # Two characters at most separate two sentences.
        if rank < len(first) or (length < target and length + len(sentence) + 2 <= LONGEST):
            chosen.setdefault(role, []).append(sentence)
            length += len(sentence) + 2
    return chosen


def _also(writer: Writer, voice: VoiceWords, rng: random.Random, *, is_named: bool) -> list[str]:
    """A word on the second practices; each is named first, or the word would hang in the air."""
    others = [bank().practices[slug] for slug in writer.practices[1:3]]
    leads = rng.sample(voice.also, len(others))
    texts = []
    for other, lead in zip(others, leads, strict=True):
        about = rng.choice(other.about)
        if is_named or rng.random() < 0.4:
            texts.append(f"Côté {bare(other.name)}, {about[0].lower()}{about[1:]}")
        else:
            texts.append(f"{lead.of(writer.is_woman).format(also=other.name)} {about}")
    return texts


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
    shorts = listed([known.themes[slug].short for slug in writer.themes[:3]])
    elsewhere = "à domicile" if writer.visits else "en visio"
    somewhere = blanks["at_city"] if writer.receives else elsewhere
    role = blanks["Role"]
    if writer.is_structure:
        return rng.choice(
            (f"{names} {somewhere}", f"Un lieu pour {blanks['goal']}", f"{names} – {shorts}")
        )
    own = rng.choice(known.practices[writer.practices[0]].headlines).of(writer.is_woman)
    choices = (own, f"{role} – {shorts}", f"{names} {somewhere}", f"{role} {somewhere}")
    return rng.choices(choices, weights=(50, 25, 13, 12))[0]


def short_text(writer: Writer, blanks: _Blanks, rng: random.Random) -> str:
    """What someone writes who has not written a presentation yet."""
    texts = bank().presentations.short_texts
    # All but the first say « je ».
    text = texts[0] if writer.is_structure else rng.choice(texts)
    return text.of(writer.is_woman).format_map(blanks)
