"""The services of somebody listed: one at least stays on offer, with its price (EX-3.1-8, EX-3.1-12)."""

from __future__ import annotations

from datetime import datetime

from app.directory import forms, lines
from app.directory.editing import Kind
from app.directory.forms import Line
from app.directory.places import PlaceBook
from app.listing import editing
from app.listing.tables import DossierItem


async def change(
    practitioner: int, line: int, written: Line, *, book: PlaceBook, seen: str, now: datetime
) -> None:
    """Raises `StillNeeded` for the last one taken off the page, and what `forms.change_line` does."""
    async with editing.gated(practitioner, DossierItem.SERVICES, now=now):
        await forms.change_line(practitioner, line, written, book=book, seen=seen, now=now)


async def remove(practitioner: int, kind: Kind, line: int, *, now: datetime) -> None:
    """Raises `StillNeeded` for the last one on the page, `NoSuchLine` (404)."""
    async with editing.gated(practitioner, DossierItem.SERVICES, now=now):
        await lines.remove(practitioner, kind, line, now=now)
