"""Sensitive searches: what must be said above the results before anything else; the search itself is never blocked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from rapidfuzz.distance import DamerauLevenshtein

from app.search.results import HelpLine, HelpNotice
from app.search.words import split

_DATA = Path(__file__).parent.parent / "directory" / "data"

LITERAL_LEVELS = frozenset({"emergency", "protection", "medical"})
"""At these levels only literal matches count: no typing errors forgiven, no near matches (decision of the terms)."""

FORGIVING_LEVELS = frozenset({"emergency", "protection"})
"""At these levels the help is shown to whoever mistypes the word too; what is searched stays what is written."""
FORGIVEN_FROM = 6
"""Letters of a word in which an error is forgiven."""
_NO_ERROR = frozenset({"douceur", "infeste", "perdre", "prendre"})
"""Words of their own, one letter away from one of a term: « se perdre », « infesté »."""

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


def _compared(text: str) -> list[str]:
    return [_singular(word) for word in split(text)]


def _phrase(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


@cache
def _terms() -> list[tuple[str, SensitiveTerm]]:
    terms = msgspec.json.decode(
        (_DATA / "sensitive_terms.json").read_bytes(), type=list[SensitiveTerm]
    )
    return [(_phrase(_compared(term.term)), term) for term in terms]


@cache
def _vital_words() -> list[str]:
    """Every word of the terms of `FORGIVING_LEVELS`."""
    vital = [phrase for phrase, term in _terms() if term.level in FORGIVING_LEVELS]
    return sorted({word for phrase in vital for word in phrase.split()})


@lru_cache(maxsize=4096)
def _meant(word: str) -> str:
    """The word of a vital term that `word` is with one typing error (« sucide »), else `word`."""
    vital = _vital_words()
    if len(word) < FORGIVEN_FROM or word in vital or word in _NO_ERROR:
        return word
    return next(
        (
            known
            for known in vital
            if known[0] == word[0] and DamerauLevenshtein.distance(word, known, score_cutoff=1) <= 1
        ),
        word,
    )


@cache
def helplines() -> list[Helpline]:
    """Every number a notice may give, in the order they are shown."""
    return msgspec.json.decode((_DATA / "helplines.json").read_bytes(), type=list[Helpline])


def term_in(query: str) -> SensitiveTerm | None:
    """The most urgent sensitive term that `query` contains, as whole words, accents and plurals aside.

    A typing error in a long word hides no term of `FORGIVING_LEVELS`.
    """
    words = _compared(query)
    written, meant = _phrase(words), _phrase(map(_meant, words))
    found = [
        term
        for phrase, term in _terms()
        if phrase in (meant if term.level in FORGIVING_LEVELS else written)
    ]
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
