"""Months and days of the law: « one month later » is the same day of the next month, or its last day."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, time, timedelta

from app.rendering.moments import PARIS


def months_later(at: datetime, months: int) -> datetime:
    """The same time of day in UTC, `months` calendar months later (earlier when negative)."""
    utc = at.astimezone(UTC)
    index = utc.year * 12 + utc.month - 1 + months
    year, month = divmod(index, 12)
    day = min(utc.day, calendar.monthrange(year, month + 1)[1])
    return utc.replace(year=year, month=month + 1, day=day)


def due_one_month_after(received_at: datetime) -> datetime:
    """When an answer is due (RGPD art. 12(3)), UTC: the end of the day of Paris that bears the same number in the next
    month, or of its last day (règlement 1182/71, art. 3).

    The extension to the next working day is left aside: it would only give the operator longer.
    """
    local = received_at.astimezone(PARIS)
    later = months_later(local.replace(tzinfo=UTC), 1).date()
    midnight = datetime.combine(later + timedelta(days=1), time(), PARIS)
    return midnight.astimezone(UTC) - timedelta(seconds=1)
