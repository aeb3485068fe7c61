"""Which decisions the state of a listing allows, and the verb of each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.accounts.statements import NotAStatement
from app.directory.tables import ListingState
from app.errors import Refused
from app.listing.life import MAY_BECOME, Standing
from app.moderation import contests, decisions, delisting
from app.moderation.forms import DecisionForm
from app.moderation.grounds import MEASURES
from app.moderation.tables import Measure

UPHELD, WITHDRAWN = "maintenue", "annulee"


class OutcomeMissing(Refused):
    message = "Dites si la décision est maintenue ou annulée."


def measures(standing: Standing, now: datetime) -> list[tuple[str, str]]:
    """What may be decided against a listing, in its state; a refusal is decided with the dossier in hand."""
    following = MAY_BECOME[standing.state_at(now)]
    possible = []
    if ListingState.SUSPENDED in following:
        possible.append(Measure.SUSPENSION)
    if ListingState.DELISTED in following:
        possible.append(Measure.DELISTING)
    return [(measure.value, MEASURES[measure]) for measure in possible]


def can_restore(standing: Standing) -> bool:
    """Whether there is something to take back: an end, come or to come, or a suspension."""
    return standing.ends_at is not None or standing.state in {
        ListingState.SUSPENDED,
        ListingState.DELISTED,
    }


async def decide(practitioner: int, typed: DecisionForm, *, by: UUID, now: datetime) -> str:
    """Take the decision of the form; answers its reference. Raises what its verb does."""
    if typed.measure == Measure.RELISTING:
        return await delisting.relist(practitioner, by=by, seen=typed.seen, now=now)
    if typed.measure == Measure.SUSPENSION:
        return await delisting.suspend(
            practitioner,
            by=by,
            ground=typed.ground,
            facts=typed.facts,
            ends_at=typed.ends_at,
            seen=typed.seen,
            now=now,
        )
    if typed.measure == Measure.DELISTING:
        if typed.ends_on:
            # Whoever typed a day meant a suspension, or believes that the page comes back by itself.
            raise NotAStatement("fin", "Un déréférencement n’a pas de terme : videz ce champ.")
        return await delisting.delist(
            practitioner,
            by=by,
            ground=typed.ground,
            facts=typed.facts,
            exception=typed.exception,
            effective_at=typed.effective_at(now),
            seen=typed.seen,
            now=now,
        )
    raise NotAStatement("mesure", "Choisissez la décision.")


async def reexamine(reference: str, words: str, outcome: str, *, by: UUID, now: datetime) -> str:
    """Answer a contested decision; says what was done. Raises `OutcomeMissing`, and what `contests.answer` does."""
    if outcome not in (UPHELD, WITHDRAWN):
        raise OutcomeMissing
    missing = await contests.answer(reference, words, is_upheld=outcome == UPHELD, by=by, now=now)
    if outcome == UPHELD:
        return f"Décision {reference} maintenue. La réponse est envoyée."
    if missing:
        return f"Décision {reference} annulée. La page reste cachée : {' ; '.join(missing)}."
    decision = await decisions.named(reference)
    done = (
        "le dossier est de nouveau à examiner"
        if decision.measure is Measure.REFUSAL
        else "le référencement est rétabli"
    )
    return f"Décision {reference} annulée : {done}. La réponse est envoyée."
