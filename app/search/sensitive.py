"""Sensitive searches: what must be said above the results before anything else; the search itself is never blocked."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from app.search.results import HelpLine, HelpNotice
from app.search.words import split

_DATA = Path(__file__).parent.parent / "directory" / "data"

LITERAL_LEVELS = frozenset({"emergency", "protection", "medical"})
"""At these levels only literal matches count: no typing errors forgiven, no near matches (decision of the terms)."""

_TITLES = {
    "emergency": "Si vous ou quelqu’un d’autre êtes en danger, appelez maintenant",
    "protection": "Des personnes peuvent vous aider et vous protéger",
    "medical": "Parlez-en d’abord à un médecin",
    "information": "Un service public peut aussi vous aider",
}
_URGENCY = tuple(_TITLES)


class Helpline(msgspec.Struct, frozen=True):
    """A number to call, or to write to (`is_text`); `source` is where it was read, on `read_on`."""

    number: str
    label: str
    is_text: bool
    source: str
    read_on: date


class SensitiveTerm(msgspec.Struct, frozen=True):
    level: str
    term: str
    guidance: str


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _compared(text: str) -> str:
    return " ".join(_singular(word) for word in split(text))


@cache
def _terms() -> list[tuple[str, SensitiveTerm]]:
    terms = msgspec.json.decode(
        (_DATA / "sensitive_terms.json").read_bytes(), type=list[SensitiveTerm]
    )
    return [(f" {_compared(term.term)} ", term) for term in terms]


@cache
def helplines() -> list[Helpline]:
    """Every number a notice may give, in the order they are shown."""
    return msgspec.json.decode((_DATA / "helplines.json").read_bytes(), type=list[Helpline])


def term_in(query: str) -> SensitiveTerm | None:
    """The most urgent sensitive term that `query` contains, as whole words, accents and plurals aside."""
    text = f" {_compared(query)} "
    found = [term for compared, term in _terms() if compared in text]
    return min(found, key=lambda term: _URGENCY.index(term.level), default=None)


def notice_for(term: SensitiveTerm) -> HelpNotice:
    """The help shown above the results of a search that contains `term`."""
    lines = [
        HelpLine(label=line.label, phone=line.number, is_text=line.is_text)
        for line in helplines()
        if re.search(rf"(?<![\d ]){re.escape(line.number)}(?!\d)", term.guidance)
        or re.search(rf"(^|[^\d]) ?{re.escape(line.number)}(?![\d ]*\d)", term.guidance)
    ]
    text = {
        "emergency": "Les praticiens de cet annuaire ne prennent pas en charge les urgences.",
        "protection": "En danger immédiat, appelez le 17. Les lignes d’écoute sont gratuites et"
        " confidentielles ; vous pouvez appeler pour vous ou pour un proche.",
        "medical": "Un accompagnement de bien-être ne remplace ni un diagnostic ni un traitement médical :"
        " n’interrompez jamais un traitement sans avis de votre médecin.",
        "information": "Votre médecin et ce service gratuit peuvent vous accompagner.",
    }[term.level]
    return HelpNotice(level=term.level, title=_TITLES[term.level], text=text, lines=lines)
