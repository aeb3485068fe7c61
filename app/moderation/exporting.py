"""What was decided about the practitioner of an account, and what they answered (RGPD art. 15 and 20)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.directory.ownership import practitioner_of
from app.moderation import contests, decisions
from app.moderation.decisions import Decision


async def export_of(account: UUID) -> dict[str, Any]:
    """Every decision with its reasons, the oldest first; nothing for who is no practitioner."""
    practitioner = await practitioner_of(account)
    if practitioner is None:
        return {}
    found = reversed(await decisions.of(practitioner))
    return {"décisions": [await _decision(one) for one in found]}


async def _decision(one: Decision) -> dict[str, Any]:
    told = {
        "référence": one.reference,
        "décision": one.label,
        "par": "vous" if one.is_by_practitioner else "l’administration",
        "décidée_le": one.decided_at,
        "motif": one.ground_label,
        "fondement": one.basis,
        "faits": one.facts,
        "portée": one.scope,
        "exception_au_délai": one.exception_label,
        "effet_le": one.effective_at,
        "fin_le": one.ends_at,
        "annulée_le": one.withdrawn_at,
    }
    return told | ({"contestation": await _contest(one)} if one.contested_at else {})


async def _contest(one: Decision) -> dict[str, Any]:
    contest = await contests.about(one.reference)
    return {
        "vos_mots": contest.words,
        "reçue_le": contest.received_at,
        "répondue_le": contest.answered_at,
        "décision_maintenue": contest.is_upheld,
        "réponse": contest.answer,
    }
