"""Sensitive searches: what must be said above the results before anything else; the search itself is never blocked."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec

from app.search.results import HelpLine, HelpNotice
from app.search.words import split

_FILE = Path(__file__).parent.parent / "directory" / "data" / "sensitive_terms.json"

LITERAL_LEVELS = frozenset({"emergency", "protection", "medical"})
"""At these levels only literal matches count: no typing errors forgiven, no near matches (decision of the terms)."""

_TITLES = {
    "emergency": "Si vous ou quelqu’un d’autre êtes en danger, appelez maintenant",
    "protection": "Des personnes peuvent vous aider et vous protéger",
    "medical": "Parlez-en d’abord à un médecin",
    "information": "Un service public peut aussi vous aider",
}
_URGENCY = tuple(_TITLES)
_LINES = {
    "3114": "Prévention du suicide, gratuit, 24 h/24",
    "15": "Samu",
    "112": "Urgences, partout en Europe",
    "114": "Urgences par SMS, personnes sourdes ou malentendantes",
    "17": "Police et gendarmerie",
    "3919": "Violences faites aux femmes, anonyme et gratuit",
    "119": "Enfance en danger, gratuit, 24 h/24",
    "0 980 980 930": "Alcool info service",
    "0 800 23 13 13": "Drogues info service",
    "39 89": "Tabac info service",
}


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
    terms = msgspec.json.decode(_FILE.read_bytes(), type=list[SensitiveTerm])
    return [(f" {_compared(term.term)} ", term) for term in terms]


def term_in(query: str) -> SensitiveTerm | None:
    """The most urgent sensitive term that `query` contains, as whole words, accents and plurals aside."""
    text = f" {_compared(query)} "
    found = [term for compared, term in _terms() if compared in text]
    return min(found, key=lambda term: _URGENCY.index(term.level), default=None)


def notice_for(term: SensitiveTerm) -> HelpNotice:
    """The help shown above the results of a search that contains `term`."""
    lines = [
        HelpLine(label=label, phone=phone)
        for phone, label in _LINES.items()
        if re.search(rf"(?<![\d ]){re.escape(phone)}(?!\d)", term.guidance)
        or re.search(rf"(^|[^\d]) ?{re.escape(phone)}(?![\d ]*\d)", term.guidance)
    ]
    text = {
        "emergency": "Les praticiens de cet annuaire ne prennent pas en charge les urgences.",
        "protection": "Ces numéros sont confidentiels ; vous pouvez appeler pour vous ou pour un proche.",
        "medical": "Un accompagnement de bien-être ne remplace ni un diagnostic ni un traitement médical :"
        " n’interrompez jamais un traitement sans avis de votre médecin.",
        "information": "Votre médecin et ce service gratuit peuvent vous accompagner.",
    }[term.level]
    return HelpNotice(level=term.level, title=_TITLES[term.level], text=text, lines=lines)
