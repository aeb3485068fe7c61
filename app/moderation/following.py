"""What a listing follows without anybody deciding again: its account, and the end of a suspension (decision 8)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from app.accounts import suspensions
from app.database import connection
from app.directory.tables import ListingState
from app.listing import dossiers, life, telling
from app.listing.life import ACCOUNT_GROUND, Standing
from app.moderation import decisions, erasing
from app.moderation.tables import Measure

SUSPENSIONS_OVER = "listing_suspensions_over"
"""The note of the clock that asks to lift the suspensions whose time has come."""
_log = structlog.get_logger("moderation")


async def follow_account(account: UUID, *, now: datetime) -> None:
    """Bring the listing to where its account is: suspended with it, shown again with it, ended with it.

    Reads the database, not the note, which may come twice or late.
    """
    async with connection.transaction():
        found = await connection.row(
            "SELECT p.id, a.closed_at FROM practitioner p JOIN account a ON a.id = p.account"
            " WHERE p.account = $1 FOR NO KEY UPDATE OF p",
            account,
        )
        if found is None:
            return
        practitioner, standing = found["id"], await life.locked(found["id"])
        if found["closed_at"] is not None:
            await _end(practitioner, standing, now)
        elif await suspensions.is_suspended(account, now):
            await _suspend(practitioner, account, standing, now)
        elif standing.state is ListingState.SUSPENDED:
            await _resume(practitioner, now)


async def _end(practitioner: int, standing: Standing, now: datetime) -> None:
    """The page is emptied and the dossier stays for the time of a claim; one never handed over goes at once."""
    if not await erasing.was_handed_over(practitioner):
        await erasing.forget(practitioner, ground="compte_ferme")
        return
    if standing.state_at(now) is not ListingState.DELISTED:
        await life.end(practitioner, by=None, ground=ACCOUNT_GROUND, effective_at=now, now=now)
    await dossiers.out_of_queue(practitioner)
    await erasing.empty(practitioner, now=now)


async def _suspend(practitioner: int, account: UUID, standing: Standing, now: datetime) -> None:
    if not standing.is_public(now):
        return
    # The reasons went with the suspension of the account, whose reference this step bears.
    reference = next(one.reference for one in await suspensions.of(account) if one.is_in_force(now))
    await life.suspend(practitioner, by=None, ground=ACCOUNT_GROUND, reference=reference, now=now)


async def _resume(practitioner: int, now: datetime) -> None:
    """Only what the account had suspended: another decision stays."""
    steps = await life.steps_of(practitioner)
    current = [step for step in steps if step.changed_at <= now]
    if not current or current[0].ground != ACCOUNT_GROUND:
        return
    try:
        await life.resume(practitioner, by=None, ground=ACCOUNT_GROUND, now=now)
    except life.Incomplete as incomplete:
        _log.info("not_resumed", practitioner=practitioner, missing=len(incomplete.missing))


async def lift_over(now: datetime) -> int:
    """Show again those whose suspension had an end, now past; answers how many. One that is incomplete stays hidden."""
    lifted = 0
    for row in await connection.rows(
        "SELECT id, practitioner, reference FROM decision WHERE measure = $1 AND ends_at <= $2"
        " AND withdrawn_at IS NULL AND practitioner IN"
        "   (SELECT id FROM practitioner WHERE listing_state = 'suspended') ORDER BY id",
        Measure.SUSPENSION.value,
        now,
    ):
        lifted += await _lift(row["practitioner"], row["reference"], now)
    return lifted


async def _lift(practitioner: int, suspension: str, now: datetime) -> bool:
    async with connection.transaction():
        await life.locked(practitioner)
        steps = [one for one in await life.steps_of(practitioner) if one.changed_at <= now]
        if not steps or steps[0].reference != suspension:
            return False
        try:
            await life.resume(practitioner, by=None, ground="terme", reference=suspension, now=now)
        except (life.Incomplete, life.NotFromHere) as refusal:
            _log.info("not_resumed", practitioner=practitioner, cause=type(refusal).__name__)
            return False
        await decisions.close(practitioner, now=now)
        await telling.tell(
            "listing_restored",
            practitioner,
            now,
            reference=suspension,
            restored_at=now,
            path=await telling.page_of(practitioner),
        )
        return True
