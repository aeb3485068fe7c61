"""The settings of the product, their defaults, and their value at a given moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from app.database import connection
from app.errors import Refused

JUPITERRE_TIER = "ranking.jupiterre_tier"
"""Whether users of the operator's software form a tier of their own (terms § 3.2, reading A)."""

LISTING_AUTOMATIC = "listing.automatic"
"""Whether a complete dossier is listed without anybody recording its delivery (contradiction C1 of the terms)."""

RETENTION = "retention."
"""How the names of the periods begin after which something is erased, or somebody warned of it."""
INACTIVE_ACCOUNT_MONTHS = "retention.inactive_account_months"
INACTIVITY_FIRST_WARNING_DAYS = "retention.inactivity_first_warning_days"
INACTIVITY_LAST_WARNING_DAYS = "retention.inactivity_last_warning_days"
CLOSED_IDENTITY_MONTHS = "retention.closed_identity_months"
DATA_REQUEST_MONTHS = "retention.data_request_months"
MAIL_LOG_MONTHS = "retention.mail_log_months"
DOSSIER_MONTHS = "retention.dossier_months"
PREPARED_PAGE_MONTHS = "retention.prepared_page_months"
DECISION_MONTHS = "retention.decision_months"
CONNECTION_MONTHS = "retention.connection_months"
EVIDENCE_MONTHS = "retention.evidence_months"
CONTRACT_MONTHS = "retention.contract_months"

DEFAULTS: dict[str, Any] = {
    JUPITERRE_TIER: True,
    LISTING_AUTOMATIC: False,
    INACTIVE_ACCOUNT_MONTHS: 24,
    INACTIVITY_FIRST_WARNING_DAYS: 30,
    INACTIVITY_LAST_WARNING_DAYS: 7,
    CLOSED_IDENTITY_MONTHS: 60,
    DATA_REQUEST_MONTHS: 60,
    MAIL_LOG_MONTHS: 60,
    DOSSIER_MONTHS: 60,
    PREPARED_PAGE_MONTHS: 12,
    DECISION_MONTHS: 60,
    CONNECTION_MONTHS: 12,
    EVIDENCE_MONTHS: 60,
    CONTRACT_MONTHS: 120,
}

LABELS = {
    JUPITERRE_TIER: "Les utilisateurs de Jupi’terre forment un groupe du classement",
    LISTING_AUTOMATIC: "Un dossier complet est référencé sans que personne ne constate sa remise",
    INACTIVE_ACCOUNT_MONTHS: "Compte inactif : fermé au bout de (mois)",
    INACTIVITY_FIRST_WARNING_DAYS: "Compte inactif : premier rappel avant la fermeture (jours)",
    INACTIVITY_LAST_WARNING_DAYS: "Compte inactif : dernier rappel avant la fermeture (jours)",
    CLOSED_IDENTITY_MONTHS: "Identité d’un compte fermé : gardée à l’écart pendant (mois)",
    DATA_REQUEST_MONTHS: "Demande sur les données personnelles : gardée après la réponse (mois)",
    MAIL_LOG_MONTHS: "Journal des courriels envoyés : gardé (mois)",
    DOSSIER_MONTHS: "Dossier d’un praticien : gardé après la fin du référencement (mois)",
    PREPARED_PAGE_MONTHS: "Page préparée par un import, que personne n’a reprise : gardée (mois)",
    DECISION_MONTHS: "Décision sur un référencement : gardée (mois)",
    CONNECTION_MONTHS: "Traces de connexion (adresse IP, navigateur) : gardées (mois)",
    EVIDENCE_MONTHS: "Éléments de preuve : contenu gardé (mois)",
    CONTRACT_MONTHS: "Preuves des contrats conclus en ligne : contenu gardé (mois)",
}
"""What the person who changes a setting reads."""

BOUNDS = {
    INACTIVE_ACCOUNT_MONTHS: (6, 36),
    INACTIVITY_FIRST_WARNING_DAYS: (15, 90),
    INACTIVITY_LAST_WARNING_DAYS: (3, 14),
    CLOSED_IDENTITY_MONTHS: (12, 120),
    DATA_REQUEST_MONTHS: (12, 120),
    MAIL_LOG_MONTHS: (12, 120),
    DOSSIER_MONTHS: (12, 120),
    PREPARED_PAGE_MONTHS: (1, 36),
    DECISION_MONTHS: (12, 120),
    CONNECTION_MONTHS: (6, 12),
    EVIDENCE_MONTHS: (60, 120),
    CONTRACT_MONTHS: (120, 180),
}
"""The least and the most a number may be: beyond, a period no longer has a reason (RGPD art. 5)."""


class UnknownSetting(Refused):
    message = "Ce réglage n’existe pas."


class WrongValue(Refused):
    message = "Cette valeur ne convient pas à ce réglage."


class OutOfBounds(WrongValue):
    def __init__(self, least: int, most: int) -> None:
        super().__init__(f"Ce réglage va de {least} à {most}.")


class ChangedMeanwhile(Refused):
    def __init__(self, by: str) -> None:
        super().__init__(
            f"Ce réglage a été changé entre-temps ({by}). Ce que vous avez écrit est toujours là : envoyez-le de"
            " nouveau pour le mettre à la place de ce qui vaut maintenant."
        )


async def value_of(name: str, now: datetime) -> Any:
    """The value `name` has at `now` (UTC): the last change in effect, else the default."""
    found = await connection.row(
        "SELECT value FROM setting_change WHERE name = $1 AND effective_at <= $2"
        " ORDER BY effective_at DESC, id DESC LIMIT 1",
        name,
        now,
    )
    return DEFAULTS[name] if found is None else msgspec.json.decode(found["value"])


async def changed_at(name: str, now: datetime) -> datetime | None:
    """When the value in effect at `now` took effect (UTC); None while the default holds."""
    found = await connection.row(
        "SELECT max(effective_at) AS at FROM setting_change WHERE name = $1 AND effective_at <= $2",
        name,
        now,
    )
    return found["at"] if found else None


async def change(
    name: str, value: Any, *, by: str, effective_at: datetime, seen: int | None = None
) -> None:
    """Give `name` a new value from `effective_at` (UTC) on; earlier values stay on record.

    `seen`: the number of the last change that its author knew of (0: of none; None: whatever it is). Raises
    `UnknownSetting`, `WrongValue` (the type must be that of the default), `OutOfBounds`, `ChangedMeanwhile`.
    """
    if name not in DEFAULTS:
        raise UnknownSetting
    if type(value) is not type(DEFAULTS[name]):
        raise WrongValue
    if name in BOUNDS:
        least, most = BOUNDS[name]
        if not least <= value <= most:
            raise OutOfBounds(least, most)
    async with connection.transaction():
        # Of two at once, the second sees what the first one did; reading goes on.
        await connection.execute("LOCK TABLE setting_change IN SHARE ROW EXCLUSIVE MODE")
        await _refuse_overtaken(name, seen)
        await connection.execute(
            "INSERT INTO setting_change (name, value, effective_at, changed_by)"
            " VALUES ($1, $2::jsonb, $3, $4)",
            name,
            msgspec.json.encode(value).decode(),
            effective_at,
            by,
        )


async def _refuse_overtaken(name: str, seen: int | None) -> None:
    last = await connection.row(
        "SELECT id, changed_by FROM setting_change WHERE name = $1 ORDER BY id DESC LIMIT 1", name
    )
    if seen is not None and last is not None and last["id"] != seen:
        raise ChangedMeanwhile(last["changed_by"])
