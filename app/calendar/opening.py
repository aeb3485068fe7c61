"""Weekly opening hours, and the criterion they carry."""

from __future__ import annotations

import msgspec

from app.database import connection
from app.directory import completeness


class Opening(msgspec.Struct, frozen=True):
    """One range of the typical week; minutes since midnight, local to the practice place; 0 = Monday."""

    weekday: int
    opens_at_minute: int
    closes_at_minute: int


async def week_of(practitioner: int) -> list[Opening]:
    found = await connection.rows(
        "SELECT weekday, opens_at_minute, closes_at_minute FROM weekly_opening"
        " WHERE practitioner = $1 ORDER BY weekday, opens_at_minute",
        practitioner,
    )
    return [Opening(**record) for record in found]


async def write_criterion(practitioner: int) -> None:
    """Criterion 8: at least one weekly opening, and booking open (the configuration, not free slots)."""
    found = await connection.row(
        "SELECT EXISTS (SELECT FROM weekly_opening WHERE practitioner = $1)"
        " AND EXISTS (SELECT FROM booking_rules WHERE practitioner = $1 AND is_open) AS is_met",
        practitioner,
    )
    await completeness.write(practitioner, "hours", is_met=bool(found and found["is_met"]))
