"""Moments as the space says them: in the time of Paris."""

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
    """The day it was in Paris."""
    return at.astimezone(PARIS).date()


def ago(at: datetime, now: datetime) -> str:
    """How long since `at`, in words: « à l’instant », « aujourd’hui », « hier », then the date."""
    if (now - at).total_seconds() < 600:
        return "à l’instant"
    days = (day_of(now) - day_of(at)).days
    if days == 0:
        return "aujourd’hui"
    return "hier" if days == 1 else f"le {filters.day(day_of(at))}"
