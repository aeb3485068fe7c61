"""Evidence about a dossier and a listing, with who did what it tells."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.database import connection
from app.directory import noting


async def note(kind: str, practitioner: int, *, by: UUID | None, **content: Any) -> None:
    """Write the evidence `kind` about `practitioner`, in the current transaction; `by`: who did it, None for the clock.

    Raises what `register.write` says.
    """
    found = await connection.row("SELECT account FROM practitioner WHERE id = $1", practitioner)
    account: UUID | None = found["account"] if found else None
    author = "horloge" if by is None else "personne" if by == account else "administration"
    told = {"auteur": author, "par": str(by) if by else None}
    await noting.note(kind, practitioner, account, **told, **content)
