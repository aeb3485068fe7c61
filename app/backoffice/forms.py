"""What the forms of the back-office send, read field by field."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

import msgspec

from app.backoffice.drafting import Draft
from app.errors import NotFound
from app.rendering.moments import PARIS
from app.web.forms import Sent


class Decision(msgspec.Struct, frozen=True):
    """A statement of reasons being written. `ends_on`: a day of Paris, or empty."""

    ground: str = ""
    facts: str = ""
    ends_on: str = ""

    @property
    def ends_at(self) -> datetime | None:
        """The end of that day (UTC); None without a day, or for one that is not a date."""
        try:
            return datetime.combine(date.fromisoformat(self.ends_on), time(23, 59, 59), PARIS)
        except ValueError:
            return None

    @property
    def is_day_wrong(self) -> bool:
        return bool(self.ends_on) and self.ends_at is None


def decision(sent: Sent) -> Decision:
    return Decision(
        sent.text("motif", max=60), sent.prose("faits", max=5_000), sent.text("fin", max=10)
    )


def draft(sent: Sent) -> Draft:
    return Draft(
        body=sent.prose("texte", max=400_000),
        summary=sent.prose("resume", max=4_000),
        effective_on=sent.text("effet", max=10),
        is_acceptance_required=sent.flag("acceptation"),
        seen=sent.number("vu") or 0,
    )


def number(typed: str | None) -> int:
    """A page number of an address: 1 for anything else."""
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 7 else 1


def identifier(typed: str) -> UUID:
    """An id of an address; raises `NotFound` for anything else."""
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


def key(typed: int) -> int:
    """The number of a row in an address; raises `NotFound` for one the database cannot hold."""
    if not 0 < typed < 2**31:
        raise NotFound
    return typed
