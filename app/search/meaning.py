"""What words typed all in one box may mean: « sophrologue bordeaux en visio » is a word, a place and a way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from app.directory.names import base_letters
from app.directory.place_names import Place
from app.directory.places import PlaceBook
from app.search import sensitive
from app.search.criteria import Criteria
from app.search.lexicon import Lexicon
from app.search.words import is_little, words_of

FEWER_TRIES = 3
_REMOTE = re.compile(
    r"(?:^|\s)(?:(?:en|par)\s+)?(?:visio(?:-?conf[ée]rence)?|[àa]\s+distance|en\s+ligne)(?=\s|$)",
    re.IGNORECASE,
)
_BEFORE_PLACE = frozenset({"pres", "proche", "autour", "secteur", "region", "departement", "ville"})


def meant(criteria: Criteria, book: PlaceBook, lexicon: Lexicon) -> Criteria | None:
    """The same search with the place and the visio that its words say put where they belong; None when none is said.

    A place is what the book knows by that very name, at the end or at the beginning; a word of the trade is no place.
    """
    if not criteria.q or sensitive.term_in(criteria.q) is not None:
        return None
    words = _REMOTE.sub(" ", criteria.q).split()
    is_remote = criteria.is_remote or " ".join(words) != " ".join(criteria.q.split())
    place, left = (None, words) if criteria.place else _cut(words, book, lexicon)
    if place is None and is_remote == criteria.is_remote:
        return None
    found = replace(
        criteria, q=" ".join(left), place=place or criteria.place, is_remote=is_remote, page=1
    )
    return None if found.is_empty else found


def with_fewer_words(criteria: Criteria, lexicon: Lexicon) -> Iterator[Criteria]:
    """The same search with the words of the trade alone, else without one word after the other."""
    words = words_of(criteria.q)
    if len(words) < 2 or sensitive.term_in(criteria.q) is not None:
        return
    trade = tuple(word for word in words if lexicon.knows(base_letters(word)))
    fewer = [trade] if 0 < len(trade) < len(words) else []
    fewer += [words[:left] + words[left + 1 :] for left in range(len(words))]
    for kept in list(dict.fromkeys(fewer))[:FEWER_TRIES]:
        yield replace(criteria, q=" ".join(kept), page=1)


def _cut(words: list[str], book: PlaceBook, lexicon: Lexicon) -> tuple[Place | None, list[str]]:
    """The longest place that `words` end with, else begin with, and the words that are left."""
    count = len(words)
    cuts = [(words[at:], words[:at]) for at in range(count)]
    cuts += [(words[:at], words[at:]) for at in range(count - 1, 0, -1)]
    for named, left in cuts:
        if all(lexicon.knows(base_letters(word)) for word in named):
            continue
        found = book.as_written(" ".join(named))
        if found is not None and found.place is not None:
            return found.place, _without_ending(left)
    return None, words


def _without_ending(words: list[str]) -> list[str]:
    """`words` without the little ones that led to a place: « yoga près de »."""
    kept = len(words)
    while kept and (is_little(words[kept - 1]) or base_letters(words[kept - 1]) in _BEFORE_PLACE):
        kept -= 1
    return words[:kept]
