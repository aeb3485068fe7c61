"""Closing the account of whoever may be a practitioner: the listing, the page, the dossier follow at once (EX-14-3)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from app.accounts import closing
from app.accounts.closing import Kept
from app.database import connection
from app.directory.ownership import practitioner_of
from app.listing import life
from app.moderation import erasing, following
from app.settings import values


async def kept_after(account: UUID, now: datetime) -> list[Kept]:
    """What is kept after closure and for how long: what every account leaves, then what a practitioner does."""
    practitioner = await practitioner_of(account)
    kept = await closing.kept_after(now)
    if practitioner is None or not await erasing.was_handed_over(practitioner):
        return kept
    return [
        *kept,
        (
            "Votre dossier de praticien et les documents remis, à l’écart",
            closing.period(await values.value_of(values.DOSSIER_MONTHS, now)),
        ),
        (
            "Les décisions sur votre référencement",
            closing.period(await values.value_of(values.DECISION_MONTHS, now)),
        ),
    ]


async def close(account: UUID, *, reason: str = "", now: datetime) -> None:
    """What `accounts.closing.close` does; the listing ends in the same transaction."""
    async with _followed(account, now) as kept:
        await closing.close(account, reason=reason, kept=kept, now=now)


async def terminate(account: UUID, *, by: UUID, ground: str, facts: str, now: datetime) -> str:
    """What `accounts.closing.terminate` does; the listing ends in the same transaction."""
    async with _followed(account, now) as kept:
        return await closing.terminate(
            account, by=by, ground=ground, facts=facts, kept=kept, now=now
        )


@asynccontextmanager
async def _followed(account: UUID, now: datetime) -> AsyncIterator[list[Kept]]:
    """The transaction of a closure, the practitioner locked before the account (decision 10); gives what is kept."""
    async with connection.transaction():
        practitioner = await practitioner_of(account)
        if practitioner is not None:
            await life.locked(practitioner)
        yield await kept_after(account, now)
        await following.follow_account(account, now=now)
