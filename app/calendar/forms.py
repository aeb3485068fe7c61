"""The typical week as its form shows and sends it: a few ranges a day, the times as typed."""

from __future__ import annotations

import re
from itertools import pairwise, zip_longest

import msgspec

from app.calendar import opening
from app.calendar.opening import DAYS, Opening
from app.directory.editing import refuse
from app.errors import Refused
from app.web.forms import Sent

FIELDS = tuple(day.lower() for day in DAYS)
"""How the fields of each day begin, and where what is wrong with it is said."""
MOST_RANGES = 4
"""A day."""
STEP_MINUTES = 5
MIDNIGHT = 24 * 60
_SHOWN_RANGES = 2
"""A morning and an afternoon; one more as soon as they are filled in."""
_CLOCK = re.compile(r"([0-9]{1,2})(?:\s?[:hH]\s?([0-9]{2})?)?")

# Content § 3.4, the hours that most practitioners have: something to correct rather than fourteen empty fields.
TYPICAL = [
    Opening(weekday, opens * 30, closes * 30)
    for weekday, opens, closes in (
        (1, 18, 25), (1, 28, 38), (2, 18, 25), (2, 28, 36), (3, 18, 25), (3, 28, 40),
        (4, 18, 25), (4, 28, 36), (5, 18, 26),
    )
]  # fmt: skip


class Range(msgspec.Struct, frozen=True):
    """As typed, « 09:00 » to « 12:30 »; both empty: none."""

    begins: str = ""
    ends: str = ""


class Week(msgspec.Struct, frozen=True):
    """The ranges of each day from Monday, and whether booking is open. `is_proposed`: nothing was ever saved."""

    days: list[list[Range]]
    is_open: bool = False
    is_proposed: bool = False

    @property
    def shown(self) -> list[tuple[str, str, list[Range]]]:
        """Each day with its field, its name and its ranges, with room for another one."""
        return [
            (field, day, _with_room(ranges))
            for field, day, ranges in zip(FIELDS, DAYS, self.days, strict=True)
        ]


def _with_room(ranges: list[Range]) -> list[Range]:
    room = min(max(_SHOWN_RANGES, len(ranges) + 1), MOST_RANGES)
    return [*ranges, *(Range() for _ in range(room - len(ranges)))]


def read(sent: Sent) -> Week:
    days = []
    for field in FIELDS:
        typed = zip_longest(sent.many(f"{field}_de"), sent.many(f"{field}_a"), fillvalue="")
        ranges = [Range(begins[:20], ends[:20]) for begins, ends in typed if begins or ends]
        days.append(ranges[:MOST_RANGES])
    return Week(days, sent.flag("ouverte"))


async def load(practitioner: int) -> Week:
    """What is stored; a typical week for who has never said anything."""
    stored, is_open = (
        await opening.week_of(practitioner),
        await opening.is_booking_open(practitioner),
    )
    is_proposed = not stored and is_open is None
    week = TYPICAL if is_proposed else stored
    days = [
        [
            Range(_clock(each.opens_at_minute), _clock(each.closes_at_minute))
            for each in week
            if each.weekday == weekday
        ]
        for weekday in range(len(DAYS))
    ]
    return Week(days, bool(is_open), is_proposed)


class Wrong(Refused):
    """What is wrong with the ranges of a day."""


def checked(week: Week) -> list[Opening]:
    """The openings, in order whatever the order typed. Raises `Refusals`, by day."""
    found, errors = [], {}
    for weekday, ranges in enumerate(week.days):
        try:
            found += [Opening(weekday, *each) for each in _ranges(ranges)]
        except Wrong as wrong:
            errors[FIELDS[weekday]] = f"{DAYS[weekday]} : {wrong.message}"
    refuse(errors)
    return found


def _ranges(typed: list[Range]) -> list[tuple[int, int]]:
    found = sorted(_range(each) for each in typed)
    if any(before[1] > after[0] for before, after in pairwise(found)):
        raise Wrong("deux plages se chevauchent.")
    return found


def _range(typed: Range) -> tuple[int, int]:
    if not (typed.begins and typed.ends):
        raise Wrong("donnez le début et la fin de chaque plage.")
    begins, ends = _minute(typed.begins), _minute(typed.ends) or MIDNIGHT
    if begins >= ends:
        raise Wrong("une plage finit après son début.")
    return begins, ends


def _minute(typed: str) -> int:
    """« 9 », « 9h30 » or « 09:30 », in minutes since midnight."""
    found = _CLOCK.fullmatch(typed)
    hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (0, 60)
    if minutes > 59 or hours * 60 + minutes > MIDNIGHT:
        raise Wrong("écrivez une heure comme 9:00 ou 14:30.")
    if minutes % STEP_MINUTES:
        raise Wrong(f"les heures vont de {STEP_MINUTES} en {STEP_MINUTES} minutes.")
    return hours * 60 + minutes


def _clock(minute: int) -> str:
    """As a field of hours wants it; midnight at the end of a day is that of the next one."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
