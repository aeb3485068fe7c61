"""What closing the account does, told before anything is asked (EX-4-7, EX-4-8, EX-14-2)."""

from __future__ import annotations

from datetime import datetime

from app.accounts import closing
from app.moderation import closing as listings
from app.moderation import erasing
from app.space.forms import Asker, Errors, identity_refused, refusals
from app.space.views import Effect
from app.web.people import SignedIn

GONE = [
    Effect(
        "Votre compte",
        "Il ne s’ouvre plus, ni par mot de passe ni par lien\u202f; vos appareils sont déconnectés.",
    ),
    Effect(
        "Vos données",
        "Nom, téléphone et adresse e-mail quittent le compte\u202f: aucune page ne les montre plus.",
    ),
    Effect("Mot de passe et second facteur", "Effacés."),
    Effect("Archive de vos données", "Effacée si vous en aviez préparé une."),
]
CHOICES = [("", "Je préfère ne pas le dire"), *closing.REASONS.items()]


_PAGE = Effect(
    "Votre page de praticien",
    "Elle n’est plus visible\u202f; textes, photo, lieux et horaires sont effacés.",
)
_DOSSIER = Effect("Votre dossier", "Effacé avec ses documents\u202f: il n’a jamais été déposé.")


async def gone(me: SignedIn) -> list[Effect]:
    """What disappears at once; more for a practitioner, whose dossier stays only when the platform had it."""
    if me.practitioner is None:
        return GONE
    stays = await erasing.was_handed_over(me.practitioner)
    return [*GONE, _PAGE] if stays else [*GONE, _PAGE, _DOSSIER]


async def kept(me: SignedIn, now: datetime) -> list[Effect]:
    """What stays, apart, and for how long: the periods are settings."""
    return [
        Effect(what, f"Gardé {period}, puis effacé.")
        for what, period in await listings.kept_after(me.account_id, now)
    ]


async def close(asker: Asker) -> tuple[str, Errors]:
    """Close the account; the reason chosen, and what is refused: only a wrong password, or the last administrator."""
    reason = asker.sent.text("raison", max=40)
    if errors := await identity_refused(asker):
        return reason, errors
    leaving = listings.close(asker.account, reason=reason, now=asker.now)
    return reason, await refusals(leaving, field="")
