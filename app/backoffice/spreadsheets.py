"""Lists as a French spreadsheet opens them: semicolons, a byte order mark, and no cell taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from app.backoffice.dossiers import Line
from app.database import connection
from app.evidence import register
from app.rendering import moments

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is computed by spreadsheets: an apostrophe makes it a text (CWE-1236)."""


def sheet(header: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    """The file: one line a record, after its header."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


async def told(what: str, *, by: UUID) -> None:
    """An export is itself a fact of the register."""
    async with connection.transaction():
        await register.acted(by, "export", cible=what)


def of_dossiers(lines: Iterable[Line]) -> bytes:
    header = [
        "Praticien",
        "État",
        "Depuis le",
        "Jours",
        "Remis",
        "À corriger",
        "Fin la plus proche",
    ]
    return sheet(
        header,
        (
            (one.name, one.state, one.since, one.days, one.delivered, one.to_correct, one.ends_on)
            for one in lines
        ),
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{moments.day_of(value):%d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", ",")
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
