"""Erasing what is left of a closed account: nothing then says who the opaque number was (RGPD art. 17)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.database import connection
from app.errors import Refused
from app.evidence import register

_LEFT = ("closed_identity", "acceptance", "data_request")


class NotClosed(Refused):
    message = "Ce compte est encore ouvert : il se ferme d’abord."


async def erase(account: UUID, now: datetime) -> bool:
    """Drop the archived identity, the acceptances, the requests and the words of the suspensions; answers whether there
    was anything left. The contents of the register of evidence go with their own retention.

    Raises `NotClosed`.
    """
    async with connection.transaction():
        found = await connection.row(
            "SELECT closed_at FROM account WHERE id = $1 FOR UPDATE", account
        )
        if found is None:
            return False
        if found["closed_at"] is None or found["closed_at"] > now:
            raise NotClosed
        gone = 0
        for table in _LEFT:
            lines = await connection.rows(
                f"DELETE FROM {table} WHERE account = $1 RETURNING 1",  # noqa: S608 - names written here
                account,
            )
            gone += len(lines)
        lines = await connection.rows(
            "UPDATE suspension SET facts = '' WHERE account = $1 AND facts <> '' RETURNING id",
            account,
        )
        gone += len(lines)
        if gone:
            await register.write(
                "rgpd.effacement",
                subject_type="compte",
                subject=account,
                content={"motif": "duree_de_conservation"},
            )
    return gone > 0
