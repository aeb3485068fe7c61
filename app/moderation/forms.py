"""What the forms about a listing send, read field by field."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import msgspec

from app.accounts.statements import NotAStatement
from app.moderation.grounds import NOTICE
from app.rendering.moments import PARIS, day_of
from app.web.forms import Sent


class DecisionForm(msgspec.Struct, frozen=True):
    """A decision being written; days of Paris, as typed. `seen`: the last decision that its author had before them."""

    measure: str = ""
    ground: str = ""
    facts: str = ""
    exception: str = ""
    effective_on: str = ""
    ends_on: str = ""
    seen: int = 0

    def effective_at(self, now: datetime) -> datetime:
        """The first moment of that day; now for today. Raises `NotAStatement` for what is no day, or a past one."""
        return beginning_of(self.effective_on, now)

    @property
    def ends_at(self) -> datetime | None:
        """The end of that day. Raises `NotAStatement` for what is no day."""
        if not self.ends_on:
            return None
        return datetime.combine(_day("fin", self.ends_on), time(23, 59, 59), PARIS)


def decision(sent: Sent) -> DecisionForm:
    return DecisionForm(
        measure=sent.text("mesure", max=20),
        ground=sent.text("motif", max=60),
        facts=sent.prose("faits", max=5_000),
        exception=sent.text("exception", max=60),
        effective_on=sent.text("effet", max=10),
        ends_on=sent.text("fin", max=10),
        seen=sent.number("vu") or 0,
    )


def beginning_of(typed: str, now: datetime) -> datetime:
    """The first moment of a day of Paris; now for today, or for no day at all. Raises `NotAStatement`."""
    if not typed:
        return now
    day, today = _day("effet", typed), day_of(now)
    if day < today:
        raise NotAStatement("effet", "Cette date est passée.")
    return now if day == today else datetime.combine(day, time(), PARIS)


def first_day_with_notice(now: datetime) -> date:
    """The soonest day whose first moment leaves the whole notice."""
    return day_of(now + NOTICE) + timedelta(days=1)


def _day(field: str, typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotAStatement(field, "Donnez une date (jj/mm/aaaa).") from None
