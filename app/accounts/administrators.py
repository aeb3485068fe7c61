"""Accounts of administrators: separate from those of people, made from the command line only; what they are told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.accounts import new_password, people
from app.database import connection
from app.post import outbox


async def create(
    first_name: str, last_name: str, email: str, *, password: str, now: datetime
) -> UUID:
    """Make one; the second factor is set at the first sign-in. Raises `AddressTaken`, `WrongName`, `WrongAddress`,
    `WeakPassword`: then nothing is made."""
    async with connection.transaction():
        account = await people.create(
            first_name=first_name, last_name=last_name, email=email, is_admin=True, now=now
        )
        await new_password.first(account, password, now=now)
        return account


async def alert(words: str, path: str, *, now: datetime) -> None:
    """Tell each administrator that something is to be looked at, at `path` (E39); in the current transaction."""
    for admin in await connection.rows(
        "SELECT id, email FROM account WHERE is_admin AND closed_at IS NULL ORDER BY id"
    ):
        await outbox.send(
            "admin_alert", to=admin["email"], account=admin["id"], now=now, links=[(words, path)]
        )
