"""The trainings a practitioner shows, as declared: title, body, year. What is handed over is the listing's."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from app.database import connection
from app.directory import editing, lines
from app.directory.editing import Kind, NoSuchLine, refuse
from app.directory.profiles import too_long
from app.rendering.moments import day_of

LONGEST = 160
FIRST_YEAR = 1950


class Training(msgspec.Struct, frozen=True):
    """A line as written in its form: the year as typed."""

    title: str = ""
    body: str = ""
    year: str = ""


async def training_of(practitioner: int, line: int) -> Training:
    """Raises `NoSuchLine` (404)."""
    found = await connection.row(
        "SELECT title, body, year FROM training_shown WHERE id = $1 AND practitioner = $2",
        line,
        practitioner,
    )
    if found is None:
        raise NoSuchLine
    return Training(found["title"], found["body"], str(found["year"]))


async def add(practitioner: int, written: Training, *, key: str, now: datetime) -> int:
    """Add a line at the end; answers its id. Raises `Refusals` or `TooManyLines`."""
    year = _checked(written, now)
    async with editing.edit(practitioner, now=now):
        line, position, is_there = await lines.place_for(practitioner, Kind.TRAINING, key, now=now)
        if not is_there:
            await connection.execute(
                "INSERT INTO training_shown (id, practitioner, position, title, body, year)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                line,
                practitioner,
                position,
                written.title,
                written.body,
                year,
            )
    return line


async def change(
    practitioner: int, line: int, written: Training, *, seen: str, now: datetime
) -> None:
    """Raises `Refusals`, `Overtaken`, `TakenOff`, or `NoSuchLine` (404)."""
    year = _checked(written, now)
    async with lines.edit_line(practitioner, Kind.TRAINING, line, seen=seen, now=now):
        await connection.execute(
            "UPDATE training_shown SET title = $3, body = $4, year = $5"
            " WHERE id = $1 AND practitioner = $2",
            line,
            practitioner,
            written.title,
            written.body,
            year,
        )


def _checked(written: Training, now: datetime) -> int:
    """Raises `Refusals`."""
    year = int(written.year) if re.fullmatch(r"[0-9]{4}", written.year) else 0
    missing, this_year = "Ce champ est obligatoire.", day_of(now).year
    refuse(
        {
            "intitule": too_long(written.title, LONGEST) if written.title else missing,
            "organisme": too_long(written.body, LONGEST) if written.body else missing,
            "annee": ""
            if FIRST_YEAR <= year <= this_year
            else f"Une année, de {FIRST_YEAR} à {this_year}.",
        }
    )
    return year
