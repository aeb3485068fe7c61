"""The banks of words of the demonstration, read once from `data/`.

In these files « [masculine|feminine] » marks an agreement, and braces mark a blank:
{first} {last} the person, {Name} the structure; {role} their trade, {a_role} with its article;
{city} {at_city} the town; {practice} the first practice with its article, {bare} without, {of_bare} after « de »,
{in_bare} after « en », {to_practice} after « à »; {others} the other practices, {practice_and_others} all of them,
{also} the one a sentence brings in; {goal} a theme's aim; {since} a year, {years} and {span} numbers of years in
words; {job} {of_job} a former job, {sector} {of_sector} a former trade; {to_school} a school after « à ». A blank in
capitals begins a sentence. A sentence that begins with « @ » is only for those who receive people somewhere.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from app.demo.grammar import Agreed, agreed, typeset

DATA = Path(__file__).parent / "data"
ON_SITE = "@ "


class _PracticeBank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    role: str
    weight: int
    headlines: list[str]
    about: list[str]
    session: list[str]
    follow: list[str] = []


class PracticeWords(msgspec.Struct, frozen=True):
    """`name` has its article; `weight` says how common the practice is among the people drawn. `session` tells any
    séance, `follow` only one that comes after another: a follow-up is told by it when there is one."""

    name: str
    role: Agreed
    weight: int
    headlines: list[Agreed]
    about: list[str]
    session: list[str]
    follow: list[str]


class ThemeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`short` names the theme in a headline, `goal` follows « souhaitent »; hooks open, lines continue."""

    short: str
    goal: str
    hooks: list[str]
    lines: list[str]


class _VoiceBank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    openings: list[str]
    openings_many: list[str]
    paths: list[str]
    ways: list[str]
    closings: list[str]
    also: list[str]
    openings_remote: list[str] = []


class VoiceWords(msgspec.Struct, frozen=True):
    """Sentences in one voice. `openings_many` need several practices, `also` brings a second one in."""

    openings: list[Agreed]
    openings_many: list[Agreed]
    paths: list[Agreed]
    ways: list[Agreed]
    closings: list[Agreed]
    also: list[Agreed]


class _CommonBank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sectors: list[str]
    jobs: list[str]
    short_texts: list[str]
    short_headlines: list[str]


class _PresentationBanks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    i: _VoiceBank
    we: _VoiceBank
    third: _VoiceBank
    common: _CommonBank


class Presentations(msgspec.Struct, frozen=True):
    """By voice (i, we, third): for those who receive people somewhere, who only visit them, who do neither."""

    on_site: dict[str, VoiceWords]
    visiting: dict[str, VoiceWords]
    on_line: dict[str, VoiceWords]
    sectors: list[tuple[str, str]]
    jobs: list[Agreed]
    short_texts: list[Agreed]
    short_headlines: list[str]


class KindWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: list[str]
    sentences: list[str]


class ExtraWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: list[str]
    descriptions: list[str]
    duration_minutes: int
    price_cents: int


class ServiceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first: KindWords
    follow: KindWords
    single: KindWords
    tails: dict[str, list[str]]
    extras: dict[str, ExtraWords]


class TrainingWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`schools` have their article."""

    schools: list[str]
    courses: list[str]
    certificates: list[str]
    modules: list[str]


class PlaceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    street_types: list[str]
    street_names: list[str]
    complements: list[str]
    labels: list[str]
    second_labels: list[str]
    area_labels: list[str]
    area_notes: list[str]
    access_notes: dict[str, list[str]]


class Insurer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    contact: str


class MediatorWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    address: str
    website: str


class Practicalities(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cancellation_terms: list[str]
    languages: list[str]
    local_languages: dict[str, str]
    insurers: list[Insurer]
    mediators: list[MediatorWords]


class FirstNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    female: list[str]
    male: list[str]


class NameWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names by origin. `local` (by department) and `everywhere` give the shares out of 100; the rest is French."""

    first_names: dict[str, FirstNames]
    family_names: dict[str, list[str]]
    local: dict[str, dict[str, int]]
    everywhere: dict[str, int]


class Bank(msgspec.Struct, frozen=True):
    """Everything the demonstration is written with; practices and themes by slug."""

    practices: dict[str, PracticeWords]
    themes: dict[str, ThemeWords]
    presentations: Presentations
    services: ServiceWords
    trainings: TrainingWords
    places: PlaceWords
    practicalities: Practicalities
    names: NameWords
    trade_names: list[str]


_Kind = TypeVar("_Kind")


def _read(path: Path, kind: type[_Kind]) -> _Kind:
    return msgspec.toml.decode(typeset(path.read_text("utf-8")), type=kind)


@cache
def bank() -> Bank:
    """The words of the demonstration, read from `data/` at the first call."""
    practices: dict[str, PracticeWords] = {}
    for path in sorted((DATA / "practices").glob("*.toml")):
        for slug, raw in _read(path, dict[str, _PracticeBank]).items():
            practices[slug] = PracticeWords(
                name=raw.name,
                role=agreed(raw.role),
                weight=raw.weight,
                headlines=_agreed(raw.headlines),
                about=raw.about,
                session=raw.session,
                follow=raw.follow,
            )
    return Bank(
        practices=practices,
        themes=_read(DATA / "themes.toml", dict[str, ThemeWords]),
        presentations=_presentations(_read(DATA / "presentations.toml", _PresentationBanks)),
        services=_read(DATA / "services.toml", ServiceWords),
        trainings=_read(DATA / "trainings.toml", TrainingWords),
        places=_read(DATA / "places.toml", PlaceWords),
        practicalities=_read(DATA / "practicalities.toml", Practicalities),
        names=_read(DATA / "names.toml", NameWords),
        trade_names=_read(DATA / "trade_names.toml", dict[str, list[str]])["names"],
    )


def _presentations(banks: _PresentationBanks) -> Presentations:
    voices = {"i": banks.i, "we": banks.we, "third": banks.third}
    return Presentations(
        on_site={name: _voice(voice, on_site=True) for name, voice in voices.items()},
        visiting={name: _voice(voice) for name, voice in voices.items()},
        on_line={name: _voice(voice, on_line=True) for name, voice in voices.items()},
        sectors=[_two(line) for line in banks.common.sectors],
        jobs=_agreed(banks.common.jobs),
        short_texts=_agreed(banks.common.short_texts),
        short_headlines=banks.common.short_headlines,
    )


def _voice(voice: _VoiceBank, *, on_site: bool = False, on_line: bool = False) -> VoiceWords:
    def kept(texts: list[str]) -> list[Agreed]:
        return _agreed(
            [
                text.removeprefix(ON_SITE)
                for text in texts
                if on_site or not (text.startswith(ON_SITE) or "at_city" in text)
            ]
        )

    return VoiceWords(
        openings=kept(voice.openings) + (kept(voice.openings_remote) if on_line else []),
        openings_many=kept(voice.openings_many),
        paths=kept(voice.paths),
        ways=kept(voice.ways),
        closings=kept(voice.closings),
        also=kept(voice.also),
    )


def _agreed(texts: list[str]) -> list[Agreed]:
    return [agreed(text) for text in texts]


def _two(line: str) -> tuple[str, str]:
    sector, _, of_sector = line.partition("|")
    return sector, of_sector
