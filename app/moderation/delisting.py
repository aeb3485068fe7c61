"""Deciding about a listing: suspending, delisting, refusing, listing again (terms § 3.3; DSA art. 17; P2B art. 4).

A decision, its effect on the listing, its evidence and the mail that gives the reasons are one transaction. The effect
itself is the database's: from `effective_at` on, the page answers 410 and no search shows it, whatever the jobs do.

E31 (clients with appointments to come) is written by the room of appointments, which is above the listing and below
this one: when it exists, `delist` calls its verb in the same transaction, where `_tell_clients` would stand, beside
`telling.tell`. Nothing is queued before somebody reads it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.accounts import suspensions
from app.database import connection
from app.directory.tables import ListingState
from app.errors import Refused
from app.listing import dossiers, life, telling
from app.moderation import contest_links, decisions, grounds
from app.moderation.grounds import EXCEPTIONS, GROUNDS, SCOPES, NotAStatement
from app.moderation.tables import Measure


class AlreadyListed(Refused):
    message = "Ce praticien est déjà référencé."


class AccountShut(Refused):
    message = "Le compte de ce praticien est suspendu ou fermé : son référencement le suit."


async def delist(
    practitioner: int,
    *,
    by: UUID,
    ground: str,
    facts: str,
    exception: str = "",
    effective_at: datetime,
    seen: int,
    now: datetime,
) -> str:
    """End the listing at `effective_at` (UTC; at once when past), with its reasons by mail; answers the reference.

    `seen`: the last decision its author knew of (`decisions.latest`). Thirty days' notice, or a named `exception`
    (EX-3.3-3). Raises `NotAStatement`, `NoticeTooShort`, `DecidedMeanwhile`, `life.NotFromHere`.
    """
    said = grounds.facts_of(ground, facts)
    effective_at = max(effective_at, now)
    exception = grounds.exception_of(exception, effective_at=effective_at, now=now)
    async with connection.transaction():
        await life.locked(practitioner)
        twice = await decisions.already(
            practitioner, seen=seen, by=by, measure=Measure.DELISTING, facts=said
        )
        if twice:
            return twice
        reference = decisions.new_reference(now)
        await life.end(
            practitioner,
            by=by,
            ground=ground,
            reference=reference,
            effective_at=effective_at,
            now=now,
        )
        await decisions.record(
            practitioner,
            Measure.DELISTING,
            by=by,
            ground=ground,
            facts=said,
            exception=exception,
            effective_at=effective_at,
            reference=reference,
            now=now,
        )
        await telling.tell(
            "listing_ended_by_platform",
            practitioner,
            now,
            reference=reference,
            scope=SCOPES[Measure.DELISTING],
            effective_at=effective_at,
            ground=GROUNDS[ground].label,
            basis=GROUNDS[ground].basis,
            facts=said,
            exception=EXCEPTIONS.get(exception, ""),
            path=contest_links.path_of(reference, now),
        )
    return reference


async def suspend(
    practitioner: int,
    *,
    by: UUID,
    ground: str,
    facts: str,
    ends_at: datetime | None,
    seen: int,
    now: datetime,
) -> str:
    """Hide the listing at once, until `ends_at` (UTC) or until lifted (None); answers the reference.

    Raises `NotAStatement`, `DecidedMeanwhile`, `life.NotFromHere`.
    """
    said = grounds.facts_of(ground, facts)
    if ends_at is not None and ends_at <= now:
        raise NotAStatement("fin", "La fin de la suspension doit suivre son début.")
    async with connection.transaction():
        await life.locked(practitioner)
        twice = await decisions.already(
            practitioner, seen=seen, by=by, measure=Measure.SUSPENSION, facts=said
        )
        if twice:
            return twice
        reference = decisions.new_reference(now)
        await life.suspend(practitioner, by=by, ground=ground, reference=reference, now=now)
        await decisions.record(
            practitioner,
            Measure.SUSPENSION,
            by=by,
            ground=ground,
            facts=said,
            effective_at=now,
            ends_at=ends_at,
            reference=reference,
            now=now,
        )
        await telling.tell(
            "listing_suspended",
            practitioner,
            now,
            reference=reference,
            scope=SCOPES[Measure.SUSPENSION],
            effective_at=now,
            ends_at=ends_at,
            ground=GROUNDS[ground].label,
            basis=GROUNDS[ground].basis,
            facts=said,
            path=contest_links.path_of(reference, now),
        )
    return reference


async def refuse(
    practitioner: int,
    *,
    by: UUID,
    ground: str,
    facts: str,
    revision: int,
    seen: int,
    now: datetime,
) -> str:
    """Refuse the dossier handed over, as it stood at `revision`, with the reasons by mail (E27); answers the reference.

    Raises `NotAStatement`, `DecidedMeanwhile`, `dossiers.ChangedSince`, `life.NotFromHere`.
    """
    said = grounds.facts_of(ground, facts)
    async with connection.transaction():
        await life.locked(practitioner)
        twice = await decisions.already(
            practitioner, seen=seen, by=by, measure=Measure.REFUSAL, facts=said
        )
        if twice:
            return twice
        reference = decisions.new_reference(now)
        await dossiers.refuse(
            practitioner,
            by=by,
            ground=GROUNDS[ground].label,
            reference=reference,
            revision=revision,
            now=now,
        )
        await decisions.record(
            practitioner,
            Measure.REFUSAL,
            by=by,
            ground=ground,
            facts=said,
            effective_at=now,
            reference=reference,
            now=now,
        )
        await telling.tell(
            "dossier_refused",
            practitioner,
            now,
            reference=reference,
            scope=SCOPES[Measure.REFUSAL],
            effective_at=now,
            ground=GROUNDS[ground].label,
            basis=GROUNDS[ground].basis,
            facts=said,
            path=contest_links.path_of(reference, now),
        )
    return reference


async def relist(practitioner: int, *, by: UUID, seen: int, now: datetime) -> str:
    """Show the listing again: end a suspension, take back an end to come, or list once more; answers the reference.

    The gate is the same as the first time (EX-3.1-1). Raises `AlreadyListed`, `AccountShut`, `DecidedMeanwhile`,
    `life.Incomplete`, `life.NotFromHere`.
    """
    async with connection.transaction():
        await life.locked(practitioner)
        twice = await decisions.already(
            practitioner, seen=seen, by=by, measure=Measure.RELISTING, facts=""
        )
        if twice:
            return twice
        reference = decisions.new_reference(now)
        await restore(practitioner, by=by, reference=reference, now=now)
        await decisions.record(
            practitioner,
            Measure.RELISTING,
            by=by,
            ground="",
            facts="",
            effective_at=now,
            reference=reference,
            now=now,
        )
        await telling.tell(
            "listing_restored",
            practitioner,
            now,
            reference=reference,
            restored_at=now,
            path=await telling.page_of(practitioner),
        )
    return reference


async def restore(practitioner: int, *, by: UUID | None, reference: str, now: datetime) -> None:
    """The listing as it was before the restrictions, in the current transaction; raises what `relist` does."""
    standing = await life.locked(practitioner)
    if standing.account is not None and await _is_shut(standing.account, now):
        raise AccountShut
    ends_later = standing.will_end(now)
    if standing.is_public(now) and not ends_later:
        raise AlreadyListed
    if ends_later:
        await life.keep(practitioner, by=by, reference=reference, now=now)
    if standing.state_at(now) is ListingState.SUSPENDED:
        await life.resume(practitioner, by=by, reference=reference, now=now)
    elif not ends_later:
        await life.list_(practitioner, by=by, reference=reference, now=now)
    await decisions.close(practitioner, now=now)


async def _is_shut(account: UUID, now: datetime) -> bool:
    found = await connection.row("SELECT closed_at FROM account WHERE id = $1", account)
    is_closed = found is None or found["closed_at"] is not None
    return is_closed or await suspensions.is_suspended(account, now)
