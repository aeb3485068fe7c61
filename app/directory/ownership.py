"""Whose practitioner an account is."""

from __future__ import annotations

from uuid import UUID

from app.database import connection


async def practitioner_of(account: UUID) -> int | None:
    """The number of the practitioner `account` is of, or None."""
    found = await connection.row("SELECT id FROM practitioner WHERE account = $1", account)
    return None if found is None else int(found["id"])
