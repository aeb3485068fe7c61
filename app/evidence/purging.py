"""Empties the content of entries held long enough: their place in the chain stays, and the chain still checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from app.database import address, connection
from app.evidence import register
from app.evidence.kinds import Retention, names_held

REGISTER = UUID("00000000-0000-4000-8000-70726575766e")
"""The register itself, as the subject of an entry about it."""


async def purge(
    now: datetime,
    *,
    periods: Mapping[Retention, timedelta] | None = None,
    is_dry_run: bool = False,
) -> dict[Retention, int]:
    """Empty the contents older than their period at `now` (UTC): how many, by retention (RGPD art. 5, law § 2.9).

    `periods` replaces the default of each retention it names. A dry run only counts. It works through an account
    that can do nothing else (`DATABASE_PURGE_URL`), and is itself an entry of the register when it empties anything.
    """
    chosen = {retention: retention.value for retention in Retention} | dict(periods or {})
    before = {retention: now - period for retention, period in chosen.items()}
    due = {retention: await _held_before(retention, limit) for retention, limit in before.items()}
    if is_dry_run or not any(due.values()):
        return due
    async with connection.transaction():
        emptied = await _empty(before)
        await register.write(
            "registre.purge",
            subject_type="registre",
            subject=REGISTER,
            content={retention.name.lower(): count for retention, count in emptied.items()},
        )
    return emptied


async def _held_before(retention: Retention, limit: datetime) -> int:
    return await connection.number(
        "SELECT count(*) FROM evidence_entry"
        " WHERE written_at < $1 AND kind = ANY ($2) AND content IS NOT NULL",
        limit,
        names_held(retention),
    )


async def _empty(before: Mapping[Retention, datetime]) -> dict[Retention, int]:
    link = await asyncpg.connect(address.purge_url())
    try:
        async with link.transaction():
            emptied = {
                retention: int(
                    await link.fetchval("SELECT evidence_purge($1, $2)", names_held(retention), at)
                )
                for retention, at in before.items()
            }
    finally:
        await link.close()
    return emptied
