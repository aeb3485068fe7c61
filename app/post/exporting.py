"""What the post holds about one person: which mails were written to them, and what became of them (RGPD art. 15)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.database import connection
from app.post.kinds import KINDS
from app.post.tables import MailState

STATES = {
    MailState.QUEUED: "à envoyer",
    MailState.HANDING: "en cours d’envoi",
    MailState.ACCEPTED: "accepté par le serveur",
    MailState.FAILED: "non envoyé",
    MailState.DOUBTFUL: "envoi incertain",
}


async def export_of(account: UUID) -> dict[str, Any]:
    """The log of the mails to `account`, the oldest first; dates UTC."""
    found = await connection.rows(
        "SELECT kind, to_address, state, queued_at, settled_at, message_id FROM mail"
        " WHERE recipient = $1 ORDER BY queued_at, id",
        account,
    )
    return {
        "courriels": [
            {
                "objet": KINDS[row["kind"]].label if row["kind"] in KINDS else row["kind"],
                "adresse": row["to_address"],
                "état": STATES[MailState(row["state"])],
                "écrit_le": row["queued_at"],
                "fini_le": row["settled_at"],
                "numéro": row["message_id"],
            }
            for row in found
        ]
    }
