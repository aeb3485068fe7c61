"""What the accounts no longer have a reason to keep (spec of the law, § 2.9), by rules that may run again and again.

A rule first says whom it concerns, then treats each in a transaction of its own that looks again: run twice, or by
two workers, it does its work once. A dry run says the same without doing it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.accounts import closing, devices, erasing, links, people, sessions, throttling
from app.database import connection
from app.post import outbox
from app.rendering.moments import day_of
from app.settings import values

AT_ONCE = 500
"""Accounts treated in one run, by rule: a night is enough for the others to follow."""


class Done(msgspec.Struct, frozen=True):
    """What a rule did, or would do: how many, said in French."""

    rule: str
    label: str
    count: int


class Rule(msgspec.Struct, frozen=True):
    """`concerned` finds whom at a moment; `treat` does one of them and answers whether it still was to do."""

    name: str
    label: str
    concerned: Callable[[datetime], Awaitable[list[Any]]]
    treat: Callable[[Any, datetime], Awaitable[bool]]


async def run(now: datetime, *, is_dry: bool = False) -> list[Done]:
    """Apply the rules of the accounts at `now` (UTC), or only count what each would do."""
    return await apply(RULES, now, is_dry=is_dry)


async def apply(rules: Sequence[Rule], now: datetime, *, is_dry: bool) -> list[Done]:
    """The same for the rules of any room, one after the other."""
    done = []
    for rule in rules:
        concerned = await rule.concerned(now)
        if is_dry:
            done.append(Done(rule.name, rule.label, len(concerned)))
            continue
        treated = [await rule.treat(one, now) for one in concerned[:AT_ONCE]]
        done.append(Done(rule.name, rule.label, sum(treated)))
    return done


async def tidy(now: datetime) -> int:
    """Drop what is merely over (sign-in sessions, links, browsers, counters); answers how many lines."""
    return (
        await sessions.tidy(now)
        + await links.tidy(now)
        + await devices.tidy(now)
        + await throttling.tidy(now)
    )


# --- Inactive accounts: warned twice, then closed --------------------------------------------------------------

# When the account is to be closed: so many calendar months after its last use. In UTC whatever the server's zone.
_LIMIT = "((seen_at AT TIME ZONE 'UTC') + make_interval(months => $2)) AT TIME ZONE 'UTC'"
_INACTIVE = "closed_at IS NULL AND NOT is_admin AND"


class _Periods(msgspec.Struct, frozen=True):
    months: int
    first_days: int
    last_days: int


async def _periods(now: datetime) -> _Periods:
    return _Periods(
        await values.value_of(values.INACTIVE_ACCOUNT_MONTHS, now),
        await values.value_of(values.INACTIVITY_FIRST_WARNING_DAYS, now),
        await values.value_of(values.INACTIVITY_LAST_WARNING_DAYS, now),
    )


async def _to_warn_first(now: datetime) -> list[UUID]:
    periods = await _periods(now)
    return await _ids(
        f"SELECT id FROM account WHERE {_INACTIVE} inactivity_warnings = 0"  # noqa: S608 - written here
        f" AND {_LIMIT} <= $1 ORDER BY seen_at",
        now + timedelta(days=periods.first_days),
        periods.months,
    )


async def _to_warn_again(now: datetime) -> list[UUID]:
    """Never sooner after the first warning than it announced, even when a period was shortened meanwhile."""
    periods = await _periods(now)
    return await _ids(
        f"SELECT id FROM account WHERE {_INACTIVE} inactivity_warnings = 1"  # noqa: S608 - written here
        f" AND {_LIMIT} <= $1 AND inactivity_warned_at <= $3 ORDER BY seen_at",
        now + timedelta(days=periods.last_days),
        periods.months,
        now - timedelta(days=periods.first_days - periods.last_days),
    )


async def _to_close(now: datetime) -> list[UUID]:
    periods = await _periods(now)
    return await _ids(
        f"SELECT id FROM account WHERE {_INACTIVE} inactivity_warnings >= 2"  # noqa: S608 - written here
        f" AND {_LIMIT} <= $1 AND inactivity_warned_at <= $3 ORDER BY seen_at",
        now,
        periods.months,
        now - timedelta(days=periods.last_days),
    )


async def _warn_first(account: UUID, now: datetime) -> bool:
    days = await values.value_of(values.INACTIVITY_FIRST_WARNING_DAYS, now)
    return await _warn(account, 0, days, now)


async def _warn_again(account: UUID, now: datetime) -> bool:
    days = await values.value_of(values.INACTIVITY_LAST_WARNING_DAYS, now)
    return await _warn(account, 1, days, now)


async def _warn(account: UUID, warnings: int, days: int, now: datetime) -> bool:
    """E34. Whoever used the account meanwhile has no warning left: nothing is sent."""
    months = await values.value_of(values.INACTIVE_ACCOUNT_MONTHS, now)
    closes_at = now + timedelta(days=days)
    async with connection.transaction():
        found = await connection.row(
            "UPDATE account SET inactivity_warnings = inactivity_warnings + 1,"  # noqa: S608
            " inactivity_warned_at = $3 WHERE id = $1 AND closed_at IS NULL"
            f" AND inactivity_warnings = $4 AND {_LIMIT} <= $5"
            " RETURNING email",
            account,
            months,
            now,
            warnings,
            closes_at,
        )
        if found is None:
            return False
        await outbox.send(
            "inactive_account",
            to=found["email"],
            account=account,
            now=now,
            deleted_on=day_of(closes_at),
            path=people.SIGN_IN_PATH,
        )
    return True


async def _close(account: UUID, now: datetime) -> bool:
    async with connection.transaction():
        still = await connection.row(
            "SELECT 1 AS one FROM account WHERE id = $1 AND closed_at IS NULL"  # noqa: S608
            f" AND inactivity_warnings >= 2 AND {_LIMIT} <= $3 FOR UPDATE",
            account,
            await values.value_of(values.INACTIVE_ACCOUNT_MONTHS, now),
            now,
        )
        if still is None:
            return False
        await closing.close_forgotten(account, now=now)
    return True


# --- What is kept apart for a while ----------------------------------------------------------------------------


async def _archives(now: datetime) -> list[UUID]:
    return await _ids(
        "SELECT account AS id FROM closed_identity"
        " WHERE ((closed_at AT TIME ZONE 'UTC') + make_interval(months => $2)) AT TIME ZONE 'UTC'"
        " <= $1 ORDER BY closed_at",
        now,
        await values.value_of(values.CLOSED_IDENTITY_MONTHS, now),
    )


async def _answered_requests(now: datetime) -> list[int]:
    return await _ids(
        "SELECT id FROM data_request WHERE answered_at IS NOT NULL"
        " AND ((answered_at AT TIME ZONE 'UTC') + make_interval(months => $2)) AT TIME ZONE 'UTC'"
        " <= $1 ORDER BY id",
        now,
        await values.value_of(values.DATA_REQUEST_MONTHS, now),
    )


async def _drop_request(request: int, now: datetime) -> bool:  # noqa: ARG001 - the shape of a rule
    gone = await connection.row("DELETE FROM data_request WHERE id = $1 RETURNING id", request)
    return gone is not None


async def _ids(sql: str, *parameters: Any) -> list[Any]:
    return [line["id"] for line in await connection.rows(sql, *parameters)]


RULES = [
    Rule("inactive_first", "Comptes inactifs : premier rappel", _to_warn_first, _warn_first),
    Rule("inactive_last", "Comptes inactifs : dernier rappel", _to_warn_again, _warn_again),
    Rule("inactive_close", "Comptes inactifs : fermeture", _to_close, _close),
    Rule("archives", "Identités archivées : effacement", _archives, erasing.erase),
    Rule("requests", "Demandes sur les données : effacement", _answered_requests, _drop_request),
]
