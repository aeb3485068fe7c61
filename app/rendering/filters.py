"""How amounts, durations, numbers, dates and telephone numbers are written in French: the filters of the templates."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from markupsafe import Markup, escape

NARROW = "\u202f"
"""Narrow no-break space: between thousands, and between a number and its unit."""
HARD = "\u00a0"
"""No-break space: between the groups of a telephone number, and in dates."""


def count(number: int) -> str:
    """1234 → « 1 234 »."""
    return str(number) if -1000 < number < 1000 else f"{number:,}".replace(",", NARROW)


_BEFORE_THIN = re.compile(r" (?=[?!;](?:[\s<]|$))")
_BEFORE_WIDE = re.compile(r" (?=[:»](?:[\s<.,]|$))")


def tied(text: str) -> str:
    """French text whose double punctuation can no longer begin a line: « ? ! ; » thin, « : » and guillemets full."""
    text = _BEFORE_THIN.sub(NARROW, text)
    return _BEFORE_WIDE.sub(HARD, text).replace("« ", f"«{HARD}")


@lru_cache(maxsize=2048)
def price(cents: int) -> str:
    """An amount in euro cents: 6500 → « 65 € », 6550 → « 65,50 € », 120000 → « 1 200 € »."""
    euros, rest = divmod(abs(cents), 100)
    decimals = f",{rest:02}" if rest else ""
    return f"{'−' if cents < 0 else ''}{count(euros)}{decimals}{NARROW}€"


@lru_cache(maxsize=512)
def duration(minutes: int) -> str:
    """A duration in minutes: 45 → « 45 min », 60 → « 1 h », 65 → « 1 h 05 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NARROW}min"
    return f"{hours}{NARROW}h" + (f"{NARROW}{rest:02}" if rest else "")


_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def day(when: date) -> str:
    """A date in full: « 22 novembre 2026 », « 1er mai 2026 »."""
    number = "1er" if when.day == 1 else str(when.day)
    return f"{number}{HARD}{_MONTHS[when.month - 1]} {when.year}"


_BREAKABLE = re.compile("bien-être", re.IGNORECASE)


def whole(text: str) -> Markup:
    """A title whose « bien-être » stays on one line; a hyphen of another kind would be another word to a search."""
    return Markup(  # noqa: S704  # escaped first
        _BREAKABLE.sub(r'<span class="nowrap">\g<0></span>', str(escape(text)))
    )


def plural(number: int, one: str, many: str) -> str:
    """The word that goes with `number`: in French, zero and one are singular."""
    return one if abs(number) < 2 else many


_OVERSEAS = ("262", "508", "590", "594", "596")


def phone(number: str) -> str:
    """The national display of an E.164 number: « 06 12 34 56 78 », « 0692 12 34 56 »; others are left as they are."""
    if re.fullmatch(r"\+33\d{9}", number):
        national = "0" + number[3:]
        return HARD.join(national[i : i + 2] for i in range(0, 10, 2))
    if number[1:4] in _OVERSEAS and re.fullmatch(r"\+\d{12}", number):
        national = "0" + number[4:]
        return HARD.join([national[:4], national[4:6], national[6:8], national[8:]])
    return number


def siret(number: str) -> str:
    """The digits of a SIRET (14) or a SIREN (9) in their groups: « 732 829 320 00074 »."""
    return HARD.join(filter(None, (number[:3], number[3:6], number[6:9], number[9:])))


def dialled(number: str) -> str:
    """What a `tel:` address takes: digits, and a leading plus."""
    return re.sub(r"[^\d+]", "", number)


@lru_cache(maxsize=2048)
def anchor(label: str) -> str:
    """A label as an element id: « Bien-être au travail » → « bien-etre-au-travail »."""
    letters = unicodedata.normalize("NFKD", label.replace("œ", "oe").replace("Œ", "oe"))
    plain = "".join(c for c in letters.casefold() if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


_CLOSING = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def data_block(json_text: str) -> Markup:
    """JSON put inside a <script> of data: what could close the element is written as an escape of JSON."""
    return Markup(json_text.translate(_CLOSING))  # noqa: S704
