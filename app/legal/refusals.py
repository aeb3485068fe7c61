"""Why a version is not there, or cannot be published."""

from __future__ import annotations

from app.errors import NotFound, Refused
from app.rendering import filters

MAX_BYTES = 200_000
"""Of a text; the longest of the first versions is a tenth of it."""
MAX_SUMMARY = 2_000
"""Characters of what the publisher says of a change."""


class NotPublished(NotFound):
    message = "Ce document n’est pas encore publié."


class EmptyText(Refused):
    message = "Le texte est vide."


class TextTooLong(Refused):
    message = f"Le texte dépasse {MAX_BYTES // 1000} ko."


class UnreadableText(Refused):
    message = "Le texte contient des caractères de contrôle."


class SummaryTooLong(Refused):
    message = f"Le résumé dépasse {filters.count(MAX_SUMMARY)} caractères."


class SameText(Refused):
    message = "Ce texte est celui de la dernière version\u202f: rien ne change."


class PublishedMeanwhile(Refused):
    """The text was written from an older version. `number`: the last one by now."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"La version {number} a été publiée pendant que vous écriviez. Ce que vous avez écrit est toujours"
            " là\u202f: l’étape suivante montre ce que cela changerait de cette version."
        )
        self.number = number


class WrongMoment(Refused):
    """About the day when a version takes effect."""


class InThePast(WrongMoment):
    message = "Une version ne prend pas effet dans le passé."


class TooFar(WrongMoment):
    message = "Une version prend effet dans l’année\u202f: choisissez une date plus proche."


class BeforeTheLast(WrongMoment):
    message = "Une version ne peut pas prendre effet avant celle qui la précède."


class NoticeTooShort(WrongMoment):
    message = "Les praticiens sont prévenus au moins quinze jours avant\u202f: choisissez une date plus tardive."


class NotAcceptable(Refused):
    message = "Ce document s’applique sans être accepté\u202f: ne demandez pas d’acceptation."


class Generated(Refused):
    message = (
        "Ce texte est produit à partir des réglages\u202f: changez le réglage, le texte suivra."
    )
