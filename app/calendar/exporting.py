"""The opening hours of the practitioner of an account, in words they read (RGPD art. 15 and 20)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.calendar import opening
from app.calendar.opening import DAYS
from app.directory.ownership import practitioner_of


async def export_of(account: UUID) -> dict[str, Any]:
    """Nothing for who is no practitioner."""
    practitioner = await practitioner_of(account)
    if practitioner is None:
        return {}
    return {
        "horaires": [
            {
                "jour": DAYS[one.weekday],
                "de": _clock(one.opens_at_minute),
                "à": _clock(one.closes_at_minute),
            }
            for one in await opening.week_of(practitioner)
        ],
        "prise_de_rendez-vous_ouverte": await opening.is_booking_open(practitioner),
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
