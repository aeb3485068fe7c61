"""What the accounts hold about one person, in words they read (RGPD art. 15 and 20)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.accounts import acceptances, people, requests, suspensions
from app.database import connection
from app.post import choices


async def export_of(account: UUID) -> dict[str, Any]:
    """Everything, as plain values (dates UTC). Neither hashes nor secrets: they would only help a thief.

    Raises `NotFound`.
    """
    holder = await people.person(account)
    return {
        "compte": {
            "identifiant": str(account),
            "prénom": holder.first_name,
            "nom": holder.last_name,
            "adresse_e-mail": holder.email,
            "adresse_confirmée_le": holder.email_confirmed_at,
            "téléphone": holder.phone,
            "ouvert_le": holder.created_at,
            "dernière_utilisation": holder.seen_at,
            "mot_de_passe_changé_le": holder.password_changed_at,
            "double_authentification": holder.has_second_factor,
        },
        "sessions": [
            {
                "appareil": line["device"],
                "ouverte_le": line["opened_at"],
                "vue_le": line["seen_at"],
                "finit_le": line["expires_at"],
            }
            for line in await connection.rows(
                "SELECT device, opened_at, seen_at, expires_at FROM session WHERE account = $1"
                " ORDER BY opened_at",
                account,
            )
        ],
        "appareils_connus": [
            {"vu_le": line["seen_at"]}
            for line in await connection.rows(
                "SELECT seen_at FROM known_device WHERE account = $1 ORDER BY seen_at", account
            )
        ],
        "consentements": [
            {
                "document": line.document.value,
                "version": line.number,
                "libellé": line.label,
                "le": line.accepted_at,
            }
            for line in await acceptances.of(account)
        ],
        "courriels_refusés": sorted(await choices.refused_by(account)),
        "suspensions": [
            {
                "référence": decision.reference,
                "décidée_le": decision.decided_at,
                "effet_le": decision.effective_at,
                "fin_le": decision.ends_at,
                "levée_le": decision.lifted_at,
                "motif": decision.ground_label,
                "faits": decision.facts,
            }
            for decision in await suspensions.of(account)
        ],
        "demandes": [
            {
                "référence": one.reference,
                "droit": one.right_label,
                "reçue_le": one.received_at,
                "échéance": one.due_at,
                "demande": one.words,
                "répondue_le": one.answered_at,
                "réponse": one.answer,
            }
            for one in await requests.of(account)
        ],
    }
