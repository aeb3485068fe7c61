"""What the night does for the listings: what ended, what must be accepted, criteria that time alone changed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.database import connection
from app.directory import completeness
from app.listing import documents, expiry, legal_identity, life, notice
from app.rendering.moments import day_of

LISTING_NIGHT = "listing_night"
"""The note of the night's work."""

CHUNK = 500
"""Practitioners looked at with one query."""


class Night(msgspec.Struct, frozen=True):
    """How many of each."""

    ended: int
    reminded: int
    lapsed: int
    recomputed: int
    awaited: int
    suspended: int
    forgotten: int


async def run(now: datetime) -> Night:
    """Do it all; done twice, or by two workers, it is done once."""
    ended = await life.settle(now)
    reminded, lapsed = await expiry.remind(now), await expiry.tell_lapsed(now)
    return Night(
        ended=ended,
        reminded=reminded,
        lapsed=len(lapsed),
        recomputed=await recompute(now, told=frozenset(lapsed)),
        awaited=await notice.remind(now),
        suspended=await notice.suspend(now),
        forgotten=await documents.tidy(now),
    )


async def recompute(now: datetime, *, told: frozenset[int] = frozenset()) -> int:
    """Write again the criteria that are no longer what is stored, and nothing of the others; answers how many profiles.

    Whoever gained or lost a complete profile is told (E29), but those of `told`, who have just had a mail about it.
    """
    after, done = 0, 0
    while found := await connection.rows(
        "SELECT id FROM practitioner WHERE id > $1 ORDER BY id LIMIT $2", after, CHUNK
    ):
        ids = [row["id"] for row in found]
        after = ids[-1]
        today = day_of(now)
        changed = {*await legal_identity.stale(ids, today=today), *await completeness.stale(ids)}
        for practitioner in sorted(changed):
            await _write_again(practitioner, now, is_told=practitioner in told)
        done += len(changed)
    return done


async def _write_again(practitioner: int, now: datetime, *, is_told: bool) -> None:
    async with connection.transaction():
        if not await connection.row(
            "SELECT 1 FROM practitioner WHERE id = $1 FOR NO KEY UPDATE", practitioner
        ):
            return
        await legal_identity.write_criteria(practitioner, today=day_of(now))
        await completeness.refresh(practitioner, now=now)
        if is_told:
            await completeness.to_tell(practitioner)
