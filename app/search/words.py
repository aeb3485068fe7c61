"""The words of a query: cleaning what was typed, and telling when two words are the same to a French reader."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from app.directory.names import base_letters

MAX_QUERY = 200
MAX_WORDS = 12
ONE_TYPO_FROM = 5
TWO_TYPOS_FROM = 9
"""Word lengths from which one, then two typing errors are forgiven: the index uses the same."""

_SEPARATORS = re.compile(r"[\s'\"«»\-–—_,;:./\\()\[\]{}<>|*+=&%#@!?~^`$]+")
_EMPTY_WORDS = frozenset(
    """
    a à au aux avec ce ces cet cette chez d dans de des du en entre est et il j je l la le les leur
    m ma mes mon n ne nos notre on ou où par pas pour qu que qui s sa sans se ses son sur t un une
    vers vos votre y
    """.split()  # noqa: SIM905  # a paragraph reads better than sixty quoted words
)


def typed(text: str) -> str:
    """`text` as kept and shown again: one line, no control or invisible direction characters, bounded."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text[:4000])
    return unicodedata.normalize("NFC", " ".join(kept.split()))[:MAX_QUERY]


def words_of(query: str) -> tuple[str, ...]:
    """The words that count in `query`, lower-case, as typed; the little words only when alone."""
    text = typed(query).casefold().replace("’", "'").replace("ʼ", "'")
    words = [word for word in _SEPARATORS.split(text) if base_letters(word)]
    return tuple([word for word in words if word not in _EMPTY_WORDS] or words)[:MAX_WORDS]


def is_little(word: str) -> bool:
    """Whether `word` says nothing by itself: an article, a preposition…"""
    return word.casefold() in _EMPTY_WORDS


def split(text: str) -> list[str]:
    """Every word of `text`, as base letters."""
    return [
        letters
        for word in _SEPARATORS.split(text.replace("’", "'"))
        if (letters := base_letters(word))
    ]


@lru_cache(maxsize=65_536)
def is_same_word(asked: str, word: str) -> bool:
    """Whether `word` answers `asked` (both base letters): equal, beginning alike, or mistyped a little."""
    return is_beginning(asked, word) or is_mistyped(asked, word)


def is_beginning(asked: str, word: str) -> bool:
    """Whether `word` is `asked`, or begins with its three letters or more."""
    return asked == word or (len(asked) >= 3 and word.startswith(asked))


def is_mistyped(asked: str, word: str) -> bool:
    """Whether `asked`, finished, is `word` (both base letters), equal or mistyped a little: the index's own rule."""
    if asked == word:
        return True
    if len(asked) < ONE_TYPO_FROM or asked.isdigit():
        return False
    allowed = 2 if len(asked) >= TWO_TYPOS_FROM else 1
    return bool(
        asked[0] == word[:1]
        and DamerauLevenshtein.distance(asked, word, score_cutoff=allowed) <= allowed
    )


def is_among(asked: str, words: Iterable[str]) -> bool:
    """Whether one of `words` answers `asked`; words that are the same to a reader begin with the same letter."""
    initial = asked[:1]
    return any(word[:1] == initial and is_same_word(asked, word) for word in words)
