"""Whose practitioner an account is, and whom the evidence about a practitioner without one is about."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

from app.database import connection

HAS_LEFT = (
    "EXISTS (SELECT FROM account gone WHERE gone.id = p.account AND gone.closed_at IS NOT NULL)"
)
"""In SQL, whether the account that held the practitioner `p` is closed: their dossier waits for its end, unseen."""


async def practitioner_of(account: UUID) -> int | None:
    """The number of the practitioner `account` is of, or None."""
    found = await connection.row("SELECT id FROM practitioner WHERE account = $1", account)
    return None if found is None else int(found["id"])


def subject_of(practitioner: int) -> UUID:
    """The subject of the evidence written while no account holds the listing."""
    return uuid5(NAMESPACE_URL, f"/praticiens/{practitioner}")
