"""How soon a password would be guessed, by somebody who speaks French and knows the person's name.

The work is zxcvbn's, with French words, names and usual passwords beside its English lists. Its front function is
not used: it keeps what it is told about the person in a variable shared by all threads.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from zxcvbn import matching, scoring, time_estimates

DATA = Path(__file__).parent / "data"
LISTS = ("french_passwords", "french_words", "french_names")
LONGEST_LOOKED_AT = 40
"""Characters. The time to look grows with the cube of the length (seconds at 100); what follows only makes it safer."""
MOST_SIGNS = 6
"""Signs standing for letters (« 4 » for « a ») tried together: each one more doubles the time, or worse."""
_LETTER_OF = str.maketrans(
    {sign: letter for letter, signs in matching.L33T_TABLE.items() for sign in signs}
)


def score(password: str, about: Iterable[str] = ()) -> int:
    """From 0 (guessed at once) to 4 (very hard); `about` holds the words an acquaintance would try.

    Takes a few milliseconds of processor: call it in a thread.
    """
    looked_at = password[:LONGEST_LOOKED_AT]
    if sum(1 for sign in set(looked_at) if ord(sign) in _LETTER_OF) > MOST_SIGNS:
        looked_at = looked_at.translate(_LETTER_OF)
    if not looked_at:
        return 0
    known = dictionaries() | {"about": matching.build_ranked_dict([*_words(about)])}
    found: list[Any] = matching.omnimatch(looked_at, known)
    # Accents are left out by many guessers and by many people alike.
    if (bare := without_accents(looked_at)) != looked_at and len(bare) == len(looked_at):
        found += matching.dictionary_match(bare, known)
        found.sort(key=lambda match: (match["i"], match["j"]))
    guesses = scoring.most_guessable_match_sequence(looked_at, found)["guesses"]
    return int(time_estimates.guesses_to_score(guesses))


def is_common(password: str) -> bool:
    """Whether the password, whole, is on a list of usual ones."""
    bare = without_accents(password).casefold()
    return any(
        bare in dictionaries()[name] or password.casefold() in dictionaries()[name]
        for name in ("passwords", *LISTS)
    )


def contains(password: str, about: Iterable[str]) -> bool:
    """Whether the password holds a word of `about` (four letters or more), whatever the accents and case."""
    bare = without_accents(password).casefold()
    return any(word in bare for word in _words(about) if len(word) >= 4)


@cache
def dictionaries() -> dict[str, dict[str, int]]:
    """Ranked words by list: zxcvbn's, then the French ones."""
    found: dict[str, dict[str, int]] = dict(matching.RANKED_DICTIONARIES)
    for name in LISTS:
        ranks: dict[str, int] = {}
        for rank, word in enumerate((DATA / f"{name}.txt").read_text("utf-8").split("\n"), 1):
            if word:
                ranks.setdefault(word, rank)
                ranks.setdefault(without_accents(word), rank)
        found[name] = ranks
    return found


def without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _words(about: Iterable[str]) -> list[str]:
    """The words of what is known of the person: an address gives its two parts, a double name each of its own."""
    found: dict[str, None] = {}
    for text in about:
        bare = without_accents(text).casefold()
        pieces = "".join(letter if letter.isalnum() else " " for letter in bare).split()
        for word in (bare, "".join(pieces), *pieces, *bare.split("@")):
            if len(word) >= 3:
                found.setdefault(word)
    return [*found]
