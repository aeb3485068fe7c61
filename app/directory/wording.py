"""The writing aid: words that expose a practitioner (terms § 3.1), shown to them alone; nothing is blocked nor kept.

Whole words, whatever their accents, capitals and inflections; sentences that send to a doctor are let through.
The list is `data/vocabulary.json` (EX-3.1-15).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

_DATA = Path(__file__).parent / "data" / "vocabulary.json"

MOST_SHOWN = 12
"""Beyond, the list is no longer read."""

# Sentences a careful practitioner writes. « ne remplace pas » carries to the end of its clause.
_ALLOWED = re.compile(
    r"\bne\s+(?:se\s+)?(?:remplace|substitue|constitue|dispense)(?:nt)?\s+(?:pas|ni|jamais|en rien|aucun)\b[^.!?;\n]*"
    r"|\b(?:votre|son|leur|un|le|vos|avec)\s+medecins?(?:\s+traitants?)?\b"
    r"|\bmedecins?\s+traitants?\b"
    r"|\b(?:suivis?|avis)\s+medica(?:l|ux)\b"
    r"|\bpr(?:endre|ends|enez|end|enons|enant)\s+(?:le\s+temps\s+de\s+|le\s+|grand\s+)?soin\b"
)

_SAME = {"œ": "oe", "Œ": "oe", "’": "'"}
_INVARIABLE = frozenset({"votre", "sans", "avec", "seule", "pour", "etat", "pro"})
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("crire", tuple(f"cri{end}" for end in (
        "re", "s", "t", "te", "tes", "ts", "vez", "vent", "vons", "vais", "vait", "vaient", "vant",
        "ra", "rai", "ras", "rez", "ront", "rait", "raient"))),
    ("rir", tuple(f"ri{end}" for end in (
        "", "s", "t", "e", "es", "r", "ra", "rai", "ras", "rez", "rons", "ront", "rais", "rait", "raient",
        "ssez", "ssent", "ssons", "ssais", "ssait", "ssaient", "ssant", "sse"))),
    ("ier", ("ier", "iers", "iere", "ieres")),
    ("er", (
        "e", "es", "ent", "er", "ez", "ons", "a", "as", "ai", "ait", "ais", "aient", "ant", "ante", "antes",
        "era", "erai", "eras", "erez", "erons", "eront", "erait", "eraient", "ee", "ees", "eur", "eurs")),
    ("teur", ("teur", "teurs", "trice", "trices", "teuse", "teuses", "teure", "teures")),
    ("eur", ("eur", "eurs", "euse", "euses")),
    ("decin", ("decin", "decins")),  # « médecine » is not its feminine
    ("ien", ("ien", "iens", "ienne", "iennes")),
    ("al", ("al", "ale", "ales", "aux")),
    ("if", ("if", "ifs", "ive", "ives")),
    ("ce", ("ce", "ces", "cer", "cent")),
    ("ti", ("ti", "tis", "tie", "ties", "tit", "tir", "tissent", "tissons")),
    ("e", ("e", "es", "ee", "ees")),
)  # fmt: skip
"""Endings of the words of the list, the first that fits; without accents. « remplace » is conjugated too."""


class Entry(msgspec.Struct, frozen=True):
    level: Literal["forbidden", "discouraged"]
    terms: list[str]
    alternative: str
    basis: str


class Found(msgspec.Struct, frozen=True):
    """A word as the practitioner wrote it, what may be written instead, and why it exposes them."""

    words: str
    alternative: str
    basis: str
    is_forbidden: bool


def risky_words(text: str) -> list[Found]:
    """What `text` holds that the aid knows, in the order written, each word once."""
    plain, origin = _folded(text)
    plain = _ALLOWED.sub(lambda allowed: "\0" * len(allowed[0]), plain)
    spans = [
        (match.start(), match.end(), entry)
        for pattern, entry in _patterns()
        for match in pattern.finditer(plain)
    ]
    found: dict[str, Found] = {}
    told = 0
    for start, end, entry in sorted(spans, key=lambda span: (span[0], -span[1])):
        # « massage thérapeutique » is told once, not « thérapeutique » again inside it.
        if end <= told:
            continue
        told = end
        words = text[origin[start] : origin[end - 1] + 1]
        is_forbidden = entry.level == "forbidden"
        found.setdefault(
            plain[start:end], Found(words, entry.alternative, entry.basis, is_forbidden)
        )
    return list(found.values())[:MOST_SHOWN]


def _folded(text: str) -> tuple[str, list[int]]:
    """`text` in small letters without accents, and where each character of it comes from."""
    letters: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        for each in unicodedata.normalize("NFKD", _SAME.get(character, character)).casefold():
            if not unicodedata.combining(each):
                letters.append(each)
                origin.append(position)
    return "".join(letters), origin


@cache
def _patterns() -> list[tuple[re.Pattern[str], Entry]]:
    entries = msgspec.json.decode(_DATA.read_bytes(), type=list[Entry])
    # The longest first: « médecine douce » before « médecin ».
    ordered = [sorted(entry.terms, key=len, reverse=True) for entry in entries]
    return [
        (re.compile("|".join(map(_term, terms))), entry)
        for terms, entry in zip(ordered, entries, strict=True)
    ]


def _term(term: str) -> str:
    words = _folded(term)[0].replace("-", " ").split()
    spaced = r"[\s'-]*" if words[-1] == "%" else r"[\s'-]+"
    return r"(?<![a-z0-9])" + spaced.join(map(_inflected, words)) + r"(?![a-z0-9])"


def _inflected(word: str) -> str:
    """A pattern of the forms of `word`: conjugated when it ends as an infinitive, else feminine and plural."""
    if len(word) < 4 or word in _INVARIABLE:
        return re.escape(word)
    for ending, forms in _ENDINGS:
        if word.endswith(ending):
            return re.escape(word.removesuffix(ending)) + f"(?:{'|'.join(forms)})"
    return re.escape(word) + "(?:e?s?)"
