"""What closing the account does, told before anything is asked (EX-4-7, EX-4-8, EX-14-2)."""

from __future__ import annotations

from datetime import datetime

from app.accounts import closing
from app.space.forms import Asker, Errors, identity_refused, refusals
from app.space.views import Effect

GONE = [
    Effect("Votre compte", "Il ne s’ouvre plus, ni par mot de passe ni par lien ; vos appareils sont déconnectés."),
    Effect("Vos données", "Nom, téléphone et adresse e-mail quittent le compte : aucune page ne les montre plus."),
    Effect("Mot de passe et second facteur", "Effacés."),
    Effect("Archive de vos données", "Effacée si vous en aviez préparé une."),
]  # fmt: skip
CHOICES = [("", "Je préfère ne pas le dire"), *closing.REASONS.items()]


async def kept(now: datetime) -> list[Effect]:
    """What stays, apart, and for how long: the periods are settings."""
    return [
        Effect(what, f"Gardé {period}, puis effacé.")
        for what, period in await closing.kept_after(now)
    ]


async def close(asker: Asker) -> tuple[str, Errors]:
    """Close the account; the reason chosen, and what is refused: only a wrong password, or the last administrator."""
    reason = asker.sent.text("raison", max=40)
    if errors := await identity_refused(asker):
        return reason, errors
    leaving = closing.close(asker.account, reason=reason, now=asker.now)
    return reason, await refusals(leaving, field="")
