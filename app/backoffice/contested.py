"""The decisions contested, as the desk lists them: those that wait for an answer, then those that have theirs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.backoffice.pagination import Page, PageOf
from app.database import connection
from app.directory.names import name_in
from app.moderation.grounds import MEASURES
from app.moderation.tables import Measure

PER_PAGE = 50


class Line(msgspec.Struct, frozen=True):
    """One contest. What follows `received_at` is None, or empty, until somebody answered."""

    reference: str
    label: str
    name: str
    received_at: datetime
    answered_at: datetime | None
    is_upheld: bool | None
    answered_by: str


class Contested(msgspec.Struct, frozen=True):
    """One page of a list, and how many contests each holds."""

    found: PageOf[Line]
    waiting: int
    answered: int


_WAITING = "WHERE c.answered_at IS NULL ORDER BY c.received_at, c.decision"
_ANSWERED = "WHERE c.answered_at IS NOT NULL ORDER BY c.answered_at DESC, c.decision DESC"
_SELECT = """
SELECT d.reference, d.measure, p.first_name, p.last_name, p.trade_name, p.is_structure,
  c.received_at, c.answered_at, c.is_upheld, coalesce(a.first_name || ' ' || a.last_name, '') AS answered_by
FROM contest c JOIN decision d ON d.id = c.decision JOIN practitioner p ON p.id = d.practitioner
LEFT JOIN account a ON a.id = c.answered_by
"""


async def listed(page: int, *, is_answered: bool) -> Contested:
    """The page asked of those answered, the latest answer first; or of those that wait, the oldest first."""
    waiting = await connection.number("SELECT count(*) FROM contest WHERE answered_at IS NULL")
    answered = await connection.number("SELECT count(*) FROM contest WHERE answered_at IS NOT NULL")
    shown = Page.of(page, total=answered if is_answered else waiting, size=PER_PAGE)
    rows = await connection.rows(
        f"{_SELECT} {_ANSWERED if is_answered else _WAITING} LIMIT {PER_PAGE} OFFSET {shown.offset}"
    )
    lines = [
        Line(
            reference=row["reference"],
            label=MEASURES[Measure(row["measure"])],
            name=name_in(row),
            received_at=row["received_at"],
            answered_at=row["answered_at"],
            is_upheld=row["is_upheld"],
            answered_by=row["answered_by"].strip() or "compte fermé",
        )
        for row in rows
    ]
    return Contested(PageOf(shown, lines), waiting, answered)
