"""What a decision about a listing must say: a ground, facts, when, and why there is less than thirty days' notice."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from app.accounts import statements
from app.accounts.statements import NotAStatement
from app.moderation.tables import Measure

NOTICE = timedelta(days=30)
"""Before the end of the whole service (P2B art. 4(2)), unless an exception is named (art. 4(4))."""
LATEST = timedelta(days=366)
"""How far ahead an end may be chosen."""
CONTEST_PERIOD = timedelta(days=183)
"""How long a decision can be contested (six months, as DSA art. 20 asks of larger platforms)."""


class Ground(msgspec.Struct, frozen=True):
    """Why: in words, and the clause or the law it rests on."""

    label: str
    basis: str


GROUNDS = {
    "regle": Ground(
        "Règle de référencement non respectée",
        "Conditions générales, article 3 ; contrat de référencement, article 13.1",
    ),
    "signalement": Ground(
        "Examen d’un ou de plusieurs signalements",
        "Conditions générales, article 3.3 ; contrat de référencement, article 13.1",
    ),
    "autorite": Ground(
        "Demande d’une autorité",
        "Conditions générales, article 3.3 ; contrat de référencement, article 13.1",
    ),
    "justice": Ground(
        "Décision de justice",
        "Conditions générales, article 3.3 ; contrat de référencement, article 13.1",
    ),
    "fin-de-contrat": Ground(
        "Fin du contrat de référencement",
        "Conditions générales, article 3.3 ; contrat de référencement, articles 13 et 14",
    ),
}
"""The closed list (EX-3.3-1). The number of reports is no ground: what somebody found by examining them is."""

EXCEPTIONS = {
    "obligation-legale": "Une obligation légale impose de mettre fin au service sans attendre",
    "motif-imperieux": "Un motif impérieux prévu par la loi",
    "manquements-repetes": "Des manquements répétés au contrat, que nous démontrons",
}
"""Why there may be less than thirty days (P2B art. 4(4), a to c)."""

SCOPES = {
    Measure.SUSPENSION: "Votre page publique, votre présence dans les recherches et la prise de nouveaux rendez-vous,"
    " le temps de la suspension",
    Measure.DELISTING: "L’ensemble de votre référencement : page publique, recherches, prise de nouveaux rendez-vous",
    Measure.REFUSAL: "Votre demande de référencement",
    Measure.RELISTING: "Votre page publique est de nouveau visible",
}
MEASURES = {
    Measure.SUSPENSION: "Suspension du référencement",
    Measure.DELISTING: "Déréférencement",
    Measure.REFUSAL: "Refus de référencement",
    Measure.RELISTING: "Rétablissement du référencement",
}


class NoticeTooShort(NotAStatement):
    def __init__(self) -> None:
        super().__init__(
            "exception",
            f"Un déréférencement s’annonce {NOTICE.days} jours avant, sauf exception : choisissez laquelle,"
            " ou une date plus lointaine.",
        )


def facts_of(ground: str, facts: str) -> str:
    """The facts as they are kept. Raises `NotAStatement` without them, or for a ground out of the list."""
    return statements.facts_of(ground, facts, GROUNDS)


def exception_of(exception: str, *, effective_at: datetime, now: datetime) -> str:
    """The exception to keep: none when the notice is long enough. Raises `NoticeTooShort`, `NotAStatement`."""
    if effective_at > now + LATEST:
        raise NotAStatement("effet", "Choisissez une date d’effet à un an au plus.")
    if effective_at >= now + NOTICE:
        return ""
    if exception not in EXCEPTIONS:
        raise NoticeTooShort
    return exception
