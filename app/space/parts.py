"""The parts of the personal space, and what waits for the person on its first page (terms § 4)."""

from __future__ import annotations

from datetime import datetime

from app.accounts.people import Person
from app.space.details import YEAR, is_check_due
from app.space.views import Attention, EmptyPart, Part
from app.web.people import SignedIn

ACTIVITY = [
    Part("calendar", "Agenda", "Vos rendez-vous à venir et passés.", "/mon-compte/agenda"),
    Part("speech", "Messages", "Vos échanges avec les praticiens.", "/mon-compte/messages"),
    Part("leaf", "Avis", "Les avis que vous avez publiés.", "/mon-compte/avis"),
]
ACCOUNT = [
    Part("people", "Mes données", "Nom, téléphone, adresse e-mail.", "/mon-compte/donnees"),
    Part("buoy", "Sécurité", "Mot de passe, appareils connectés, second facteur.", "/mon-compte/securite"),
    Part("mail", "Notifications", "Les courriels que vous recevez, et pourquoi.", "/mon-compte/notifications"),
    Part("check", "Mes consentements", "Ce que vous avez accepté, et quand.", "/mon-compte/consentements"),
    Part("order", "Mes preuves", "Ce que le registre garde de vous, avec ses empreintes.", "/mon-compte/preuves"),
    Part("file", "Télécharger mes données", "Tout ce que nous gardons, dans une archive.", "/mon-compte/telecharger"),
    Part("info", "Mes demandes", "Exercer vos droits, suivre les réponses.", "/mon-compte/demandes"),
]  # fmt: skip

_AGENDA = EmptyPart(
    "Agenda",
    "Aucun rendez-vous pour l’instant.",
    (
        "vos rendez-vous à venir, avec le lieu, le prix et les coordonnées du praticien ;",
        "les conditions d’annulation de chacun, et de quoi l’ajouter à votre agenda ;",
        "vos rendez-vous passés.",
    ),
)
_MESSAGES = EmptyPart(
    "Messages",
    "Aucun message pour l’instant.",
    (
        "les messages échangés avec chaque praticien, lisibles de vous deux seulement ;",
        "les demandes en attente d’une réponse.",
    ),
)
_REVIEWS = EmptyPart(
    "Avis",
    "Aucun avis pour l’instant.",
    (
        "les avis que vous publiez après un rendez-vous pris sur le site ;",
        "les réponses des praticiens ;",
        "de quoi modifier ou retirer chacun de vos avis.",
    ),
)


EMPTY = {
    "/mon-compte/agenda": _AGENDA,
    "/mon-compte/messages": _MESSAGES,
    "/mon-compte/avis": _REVIEWS,
}
"""By address."""


async def attentions(me: SignedIn, holder: Person, *, now: datetime) -> list[Attention]:
    """What waits for `me`, the most pressing first; nothing is invented to fill the list."""
    waiting = []
    if not me.is_email_confirmed:
        waiting.append(
            Attention(
                "Confirmez votre adresse e-mail",
                f"Un lien a été envoyé à {me.email}. Sans elle, vous ne pourrez ni réserver ni écrire à un praticien.",
                "/mon-compte/donnees/confirmation",
                "Renvoyer le lien",
                is_action=True,
            )
        )
    if me.pending:
        waiting.append(
            Attention(
                "Des documents ont changé",
                "Lisez ce qui change, puis acceptez, ou résiliez votre compte.",
                "/documents/a-accepter",
                "Lire les changements",
            )
        )
    if await is_check_due(me.account_id, now):
        waiting.append(
            Attention(
                "Vos coordonnées sont-elles toujours les bonnes ?",
                "Vous ne les avez pas relues depuis un an.",
                "/mon-compte/donnees",
                "Relire mes données",
            )
        )
    if holder.password_changed_at and now - holder.password_changed_at > YEAR:
        waiting.append(
            Attention(
                "Votre mot de passe a plus d’un an",
                "Rien ne vous y oblige, mais en changer de temps en temps protège votre compte.",
                "/mon-compte/securite#mot-de-passe",
                "Changer de mot de passe",
            )
        )
    if not holder.has_second_factor:
        waiting.append(
            Attention(
                "Protégez mieux votre compte",
                "Avec un second facteur, un mot de passe volé ne suffit plus pour entrer.",
                "/mon-compte/securite#second-facteur",
                "Voir comment",
            )
        )
    return waiting
