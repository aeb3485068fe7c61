"""Moments as people read them: in the time of Paris, whatever the zone they are kept in."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.rendering import filters

PARIS = ZoneInfo("Europe/Paris")


def moment(at: datetime) -> str:
    """« 22 novembre 2026 à 15 h 04 »; `at` says its zone."""
    local = at.astimezone(PARIS)
    return f"{filters.day(local)} à {local.hour}{filters.HARD}h{filters.HARD}{local.minute:02}"


def day_of(at: datetime) -> date:
    """The day it is in Paris: the one people mean by « today », and the last one of a contract."""
    return at.astimezone(PARIS).date()


def day(when: date) -> str:
    """« 22 novembre 2026 »: a date, or the day of an instant."""
    return filters.day(day_of(when) if isinstance(when, datetime) else when)


def ago(at: datetime, now: datetime) -> str:
    """How long since `at`, in words: « à l’instant », « aujourd’hui », « hier », then the date."""
    if (now - at).total_seconds() < 600:
        return "à l’instant"
    days = (day_of(now) - day_of(at)).days
    if days == 0:
        return "aujourd’hui"
    return "hier" if days == 1 else f"le {filters.day(day_of(at))}"


def stamp(at: datetime) -> str:
    """« 22/11/2026 15:04 »: in tables, where a date is compared with others."""
    return f"{at.astimezone(PARIS):%d/%m/%Y %H:%M}"
