"""Forgetting the hours of somebody who left: the public page showed them, nobody is there to keep them."""

from __future__ import annotations

from app.calendar import opening
from app.database import connection


async def empty(practitioner: int) -> None:
    """In the current transaction; twice is once."""
    for table in ("weekly_opening", "booking_rules"):
        await connection.execute(
            f"DELETE FROM {table} WHERE practitioner = $1",  # noqa: S608 - names written here
            practitioner,
        )
    await opening.write_criterion(practitioner)
