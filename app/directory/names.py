"""How a practitioner is called: the displayed name and the French alphabetical key (terms § 3.2)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    # Letters that lose no accent by decomposition, in names borne in France all the same.
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H"}
)
SEPARATOR = " "
"""Between family name and first name; below every letter and digit: « Martin Zoé » precedes « Martine Anne »."""
_DOUBLED = re.compile(r"(.)\1")


@lru_cache(maxsize=65_536)
def base_letters(text: str) -> str:
    """The letters and digits of `text`, lower-case, without accents; ligatures expanded; all else dropped."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in decomposed.casefold() if c.isascii() and c.isalnum())


def sound(letters: str) -> str:
    """Base letters as they are heard, near enough: « lion » for Lyon, « marseile », « sofrologie »."""
    return _DOUBLED.sub(r"\1", letters.replace("ph", "f").replace("y", "i"))


def sort_name(*, first_name: str, last_name: str, trade_name: str, is_structure: bool) -> str:
    """The key of the alphabetical order: particles count as written (« d’Aubigné » under D)."""
    if is_structure:
        return base_letters(trade_name)
    return base_letters(last_name) + SEPARATOR + base_letters(first_name)


def sort_tie(*, first_name: str, last_name: str, trade_name: str, is_structure: bool) -> str:
    """What breaks a tie between equal keys: the accented form, as displayed."""
    return trade_name if is_structure else f"{last_name}{SEPARATOR}{first_name}"


def displayed_name(*, first_name: str, last_name: str, trade_name: str, is_structure: bool) -> str:
    """The name as one line of text (titles, mails, announcements)."""
    return trade_name if is_structure else f"{first_name} {last_name}"


def name_in(row: Any) -> str:
    """The displayed name of a row that holds the four columns of `practitioner`."""
    return displayed_name(
        first_name=row["first_name"],
        last_name=row["last_name"],
        trade_name=row["trade_name"],
        is_structure=row["is_structure"],
    )
