"""The mails sent to one person: what the log says of them (RGPD art. 15)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.database import connection
from app.post.kinds import KINDS


async def export_of(account: UUID) -> dict[str, Any]:
    """Each mail: what it was, to which address, when, how it ended. Its words were erased once it was sent."""
    found = await connection.rows(
        "SELECT kind, to_address, queued_at, settled_at, state FROM mail WHERE recipient = $1"
        " ORDER BY queued_at, id",
        account,
    )
    return {
        "courriels": [
            {
                "objet": KINDS[row["kind"]].label if row["kind"] in KINDS else row["kind"],
                "adresse": row["to_address"],
                "demandé_le": row["queued_at"],
                "terminé_le": row["settled_at"],
                "accepté_par_le_serveur": row["state"] == "accepted",
            }
            for row in found
        ]
    }
