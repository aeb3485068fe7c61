"""Accounts of administrators: separate from those of people, made from the command line only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.accounts import new_password, people
from app.database import connection


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
