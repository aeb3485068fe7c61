"""Listings that the product no longer has a reason to keep: rules of the nightly run (law § 2.9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.accounts.periods import months_later
from app.accounts.retention import Rule
from app.database import connection
from app.directory.erasing import NOBODY
from app.moderation import erasing, following
from app.settings import values


async def _left(now: datetime) -> list[int]:  # noqa: ARG001 - the shape of a rule
    """Whose account is closed and whose page was not emptied yet, whatever became of the note."""
    found = await connection.rows(
        "SELECT p.id FROM practitioner p JOIN account a ON a.id = p.account"
        " WHERE a.closed_at IS NOT NULL AND p.trade_name <> $1 ORDER BY p.id",
        NOBODY,
    )
    return [row["id"] for row in found]


async def _empty(practitioner: int, now: datetime) -> bool:
    found = await connection.row("SELECT account FROM practitioner WHERE id = $1", practitioner)
    if found is None:
        return False
    await following.follow_account(found["account"], now=now)
    return True


# The contract ends with the listing, or with the account of who was never listed. Who still has an account may come
# back: their dossier waits since the last time they touched it.
_OVER = """
SELECT p.id FROM practitioner p LEFT JOIN account a ON a.id = p.account
WHERE CASE WHEN a.closed_at IS NOT NULL THEN coalesce(p.listing_ends_at, a.closed_at)
           WHEN p.listing_ends_at <= $2 THEN greatest(p.listing_ends_at, p.updated_at) END <= $1
"""


async def _over(now: datetime) -> list[int]:
    found = await connection.rows(f"{_OVER} ORDER BY p.id", *await _ended_before(now))
    return [row["id"] for row in found]


async def _forget(practitioner: int, now: datetime) -> bool:
    return await _forget_if(
        f"{_OVER} AND p.id = $3 FOR UPDATE OF p", *await _ended_before(now), practitioner
    )


async def _ended_before(now: datetime) -> tuple[datetime, datetime]:
    months = await values.value_of(values.DOSSIER_MONTHS, now)
    return months_later(now, -months), now


# Since the import, whatever touched the line meanwhile: the person, who may never have heard of it, did nothing.
_UNCLAIMED = """
SELECT p.id FROM practitioner p WHERE p.account IS NULL AND p.listing_state = 'draft' AND p.listed_at IS NULL
  AND p.created_at <= $1
"""


async def _unclaimed(now: datetime) -> list[int]:
    found = await connection.rows(f"{_UNCLAIMED} ORDER BY p.id", await _prepared_before(now))
    return [row["id"] for row in found]


async def _forget_unclaimed(practitioner: int, now: datetime) -> bool:
    """Whoever takes the page over at the same moment keeps it."""
    return await _forget_if(
        f"{_UNCLAIMED} AND p.id = $2 FOR UPDATE OF p", await _prepared_before(now), practitioner
    )


async def _prepared_before(now: datetime) -> datetime:
    return months_later(now, -await values.value_of(values.PREPARED_PAGE_MONTHS, now))


async def _forget_if(still: str, *parameters: Any) -> bool:
    """Forget the practitioner that `still` finds and locks; answers whether it still was to do."""
    async with connection.transaction():
        found = await connection.row(still, *parameters)
        if found is None:
            return False
        await erasing.forget(found["id"], ground="duree_de_conservation")
    return True


# A restriction in force stays as long as it holds: who is delisted may ask why.
_OLD = """
SELECT id FROM decision WHERE decided_at <= $1 AND (measure NOT IN ('suspension', 'delisting')
  OR withdrawn_at IS NOT NULL OR ends_at <= $2)
"""


async def _old_decisions(now: datetime) -> list[int]:
    found = await connection.rows(f"{_OLD} ORDER BY id", *await _decided_before(now))
    return [row["id"] for row in found]


async def _drop_decision(decision: int, now: datetime) -> bool:
    gone = await connection.row(
        f"DELETE FROM decision WHERE id IN ({_OLD} AND id = $3) RETURNING id",  # noqa: S608 - written here
        *await _decided_before(now),
        decision,
    )
    return gone is not None


async def _decided_before(now: datetime) -> tuple[datetime, datetime]:
    months = await values.value_of(values.DECISION_MONTHS, now)
    return months_later(now, -months), now


RULES = [
    Rule("left", "Pages des comptes fermés : effacement", _left, _empty),
    Rule("dossiers", "Dossiers des praticiens partis : effacement", _over, _forget),
    Rule(
        "unclaimed",
        "Pages importées que personne n’a reprises : effacement",
        _unclaimed,
        _forget_unclaimed,
    ),
    Rule(
        "decisions", "Décisions sur les référencements : effacement", _old_decisions, _drop_decision
    ),
]
