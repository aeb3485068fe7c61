"""Weekly opening hours, whether booking is open, and the criterion they carry."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.database import connection
from app.directory import completeness, editing
from app.directory.editing import Overtaken

DAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")


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


async def is_booking_open(practitioner: int) -> bool | None:
    """None for who has never said."""
    found = await connection.row(
        "SELECT is_open FROM booking_rules WHERE practitioner = $1", practitioner
    )
    return found["is_open"] if found else None


async def mark_of(practitioner: int) -> str:
    """The mark of the hours as they are."""
    return await editing.marked(
        "concat((SELECT array_agg((weekday, opens_at_minute, closes_at_minute)"
        "   ORDER BY weekday, opens_at_minute) FROM weekly_opening WHERE practitioner = $1),"
        " (SELECT is_open FROM booking_rules WHERE practitioner = $1))",
        practitioner,
    )


async def write_week(
    practitioner: int, week: list[Opening], *, is_open: bool, seen: str, now: datetime
) -> None:
    """Open at these hours and no other, and take appointments online (`is_open`) or not. Raises `Overtaken`.

    A range that stays as it was keeps its line, and what else is known of it.
    """
    columns = [
        [each.weekday for each in week],
        [each.opens_at_minute for each in week],
        [each.closes_at_minute for each in week],
    ]
    async with editing.edit(practitioner, now=now):
        if await mark_of(practitioner) != seen:
            raise Overtaken
        await connection.execute(
            "DELETE FROM weekly_opening WHERE practitioner = $1"
            " AND (weekday, opens_at_minute, closes_at_minute)"
            "   NOT IN (SELECT * FROM unnest($2::int[], $3::int[], $4::int[]))",
            practitioner,
            *columns,
        )
        await connection.execute(
            "INSERT INTO weekly_opening (practitioner, weekday, opens_at_minute, closes_at_minute)"
            " SELECT $1, wanted.* FROM ("
            "   SELECT * FROM unnest($2::int[], $3::int[], $4::int[])"
            "   EXCEPT SELECT weekday, opens_at_minute, closes_at_minute FROM weekly_opening"
            "   WHERE practitioner = $1) AS wanted",
            practitioner,
            *columns,
        )
        await connection.execute(
            "INSERT INTO booking_rules (practitioner, is_open) VALUES ($1, $2)"
            " ON CONFLICT (practitioner) DO UPDATE SET is_open = excluded.is_open",
            practitioner,
            is_open,
        )
        await write_criterion(practitioner)


async def write_criterion(practitioner: int) -> None:
    """Criterion 8: at least one weekly opening, and booking open (the configuration, not free slots)."""
    found = await connection.row(
        "SELECT EXISTS (SELECT FROM weekly_opening WHERE practitioner = $1)"
        " AND EXISTS (SELECT FROM booking_rules WHERE practitioner = $1 AND is_open) AS is_met",
        practitioner,
    )
    await completeness.write(practitioner, "hours", is_met=bool(found and found["is_met"]))
