"""The practitioner ends the listing contract alone, without reason nor delay (terms § 3.3; EX-3.3-2; contract § 14)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.database import connection
from app.directory.tables import ListingState
from app.errors import Refused
from app.listing import life, telling
from app.moderation import decisions
from app.moderation.decisions import Statement
from app.moderation.grounds import LATEST
from app.moderation.tables import Measure

GROUND = "fin-de-contrat"


class NothingToEnd(Refused):
    message = "Votre référencement a déjà pris fin."


class NothingToTakeBack(Refused):
    message = "Cette fin n’est plus à venir, ou ce n’est pas vous qui l’avez demandée."


class TooFar(Refused):
    message = "Choisissez une date à un an au plus."


async def possible(practitioner: int, effective_at: datetime, now: datetime) -> datetime:
    """The moment asked, when the listing can end then. Raises `NothingToEnd`, `TooFar`."""
    _check(await life.standing_of(practitioner), effective_at, now)
    return effective_at


def _check(standing: life.Standing, effective_at: datetime, now: datetime) -> None:
    if effective_at > now + LATEST:
        raise TooFar
    if not _goes_on(standing, now):
        raise NothingToEnd
    if standing.ends_at is not None and effective_at > standing.ends_at:
        # The platform's own term stands: leaving later than it is no way around it.
        raise NothingToEnd(
            "La fin de votre référencement est déjà décidée, pour une date plus proche."
        )


def _goes_on(standing: life.Standing, now: datetime) -> bool:
    return standing.state_at(now) is not ListingState.DELISTED


async def end(practitioner: int, *, account: UUID, effective_at: datetime, now: datetime) -> str:
    """End the listing at `effective_at` (UTC; at once when past); answers the reference. Once asked, asking again
    answers the same.

    Raises `NothingToEnd`, `TooFar`.
    """
    effective_at = max(effective_at, now)
    async with connection.transaction():
        standing = await life.locked(practitioner)
        asked = await _own(practitioner)
        if asked is not None and not _goes_on(standing, now):
            return asked.reference
        _check(standing, effective_at, now)
        reference = decisions.new_reference(now)
        await life.end(
            practitioner,
            by=account,
            ground=GROUND,
            reference=reference,
            effective_at=effective_at,
            now=now,
        )
        await decisions.record(
            practitioner,
            Statement(Measure.DELISTING, effective_at, ground=GROUND),
            by=account,
            is_by_practitioner=True,
            reference=reference,
            now=now,
        )
        await telling.tell(
            "listing_ended", practitioner, now, reference=reference, effective_at=effective_at
        )
    return reference


async def to_come(practitioner: int, now: datetime) -> decisions.Decision | None:
    """The end that the practitioner asked for and may still take back."""
    standing, asked = await life.standing_of(practitioner), await _own(practitioner)
    is_to_come = standing.will_end(now)
    return asked if asked and is_to_come and asked.effective_at == standing.ends_at else None


async def take_back(practitioner: int, *, account: UUID, now: datetime) -> None:
    """Stay after all, before the moment chosen. Raises `NothingToTakeBack`."""
    async with connection.transaction():
        await life.locked(practitioner)
        asked = await to_come(practitioner, now)
        if asked is None:
            raise NothingToTakeBack
        await life.keep(practitioner, by=account, reference=asked.reference, now=now)
        await connection.execute(
            "UPDATE decision SET withdrawn_at = $2 WHERE id = $1", asked.id, now
        )


async def _own(practitioner: int) -> decisions.Decision | None:
    """The last end that the practitioner asked for, if it stands."""
    for one in await decisions.of(practitioner):
        if one.measure is Measure.DELISTING and one.withdrawn_at is None:
            return one if one.is_by_practitioner else None
    return None
