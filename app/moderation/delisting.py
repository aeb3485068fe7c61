"""Deciding about a listing: suspending, delisting, refusing, listing again (terms § 3.3; DSA art. 17; P2B art. 4).

A decision, its effect on the listing, its evidence and the mail that gives the reasons are one transaction. The effect
itself is the database's: from `effective_at` on, the page answers 410 and no search shows it, whatever the jobs do.

E31 (clients with appointments to come) is written by the room of appointments, which is above the listing and below
this one: when it exists, `delist` calls its verb in the same transaction, beside `_give_reasons`. Nothing is queued
before somebody reads it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from app.accounts import statements, suspensions
from app.database import connection
from app.directory.tables import ListingState
from app.errors import Refused
from app.listing import dossiers, life, telling
from app.moderation import contest_links, decisions, grounds
from app.moderation.decisions import Statement
from app.moderation.grounds import EXCEPTIONS, GROUNDS, SCOPES
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
    effective_at = max(effective_at, now)
    statement = Statement(
        Measure.DELISTING,
        effective_at,
        ground=ground,
        facts=grounds.facts_of(ground, facts),
        exception=grounds.exception_of(exception, effective_at=effective_at, now=now),
    )
    effect = partial(
        life.end, practitioner, by=by, ground=ground, effective_at=effective_at, now=now
    )
    reasons = partial(
        _give_reasons,
        "listing_ended_by_platform",
        practitioner,
        statement,
        exception=EXCEPTIONS.get(statement.exception, ""),
        now=now,
    )
    return await _decide(practitioner, statement, effect, reasons, by=by, seen=seen, now=now)


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
    statement = Statement(
        Measure.SUSPENSION,
        now,
        ground=ground,
        facts=grounds.facts_of(ground, facts),
        ends_at=statements.end_of(ends_at, begins_at=now),
    )
    effect = partial(life.suspend, practitioner, by=by, ground=ground, now=now)
    reasons = partial(
        _give_reasons, "listing_suspended", practitioner, statement, ends_at=ends_at, now=now
    )
    return await _decide(practitioner, statement, effect, reasons, by=by, seen=seen, now=now)


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
    statement = Statement(
        Measure.REFUSAL, now, ground=ground, facts=grounds.facts_of(ground, facts)
    )
    label = GROUNDS[ground].label
    effect = partial(dossiers.refuse, practitioner, by=by, ground=label, revision=revision, now=now)
    reasons = partial(_give_reasons, "dossier_refused", practitioner, statement, now=now)
    return await _decide(practitioner, statement, effect, reasons, by=by, seen=seen, now=now)


async def relist(practitioner: int, *, by: UUID, seen: int, now: datetime) -> str:
    """Show the listing again: end a suspension, take back an end to come, or list once more; answers the reference.

    The gate is the same as the first time (EX-3.1-1). Raises `AlreadyListed`, `AccountShut`, `DecidedMeanwhile`,
    `life.Incomplete`, `life.NotFromHere`.
    """
    statement = Statement(Measure.RELISTING, now)
    effect = partial(restore, practitioner, by=by, now=now)
    news = partial(_tell_it_is_back, practitioner, now=now)
    return await _decide(practitioner, statement, effect, news, by=by, seen=seen, now=now)


async def _decide(
    practitioner: int,
    statement: Statement,
    effect: Callable[..., Awaitable[object]],
    tell: Callable[..., Awaitable[None]],
    *,
    by: UUID,
    seen: int,
    now: datetime,
) -> str:
    """Take the decision once, however often its form is sent: `effect` and `tell` are given its `reference`."""
    async with connection.transaction():
        await life.locked(practitioner)
        if twice := await decisions.already(practitioner, statement, seen=seen, by=by):
            return twice
        reference = decisions.new_reference(now)
        await effect(reference=reference)
        await decisions.record(practitioner, statement, by=by, reference=reference, now=now)
        await tell(reference=reference)
    return reference


async def _give_reasons(
    kind: str,
    practitioner: int,
    statement: Statement,
    *,
    reference: str,
    now: datetime,
    **values: object,
) -> None:
    """The statement of reasons, with the way to contest it; `values` are those of this `kind` of mail alone."""
    ground = GROUNDS[statement.ground]
    await telling.tell(
        kind,
        practitioner,
        now,
        reference=reference,
        scope=SCOPES[statement.measure],
        effective_at=statement.effective_at,
        ground=ground.label,
        basis=ground.basis,
        facts=statement.facts,
        path=contest_links.path_of(reference, now),
        **values,
    )


async def _tell_it_is_back(practitioner: int, *, reference: str, now: datetime) -> None:
    path = await telling.page_of(practitioner)
    await telling.tell(
        "listing_restored", practitioner, now, reference=reference, restored_at=now, path=path
    )


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
