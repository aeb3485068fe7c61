"""Tries counted for the whole installation: the processes share the counters through PostgreSQL.

A try is counted before it is made and given back when it succeeds, so that a hundred tries sent at once
are refused as surely as a hundred sent one after the other.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from app.database import connection
from app.errors import Refused, TooMany
from app.sealing import signing

FREE_TRIES = 5
TRIES_BEFORE_LOCK = 10
FIRST_DELAY = timedelta(minutes=1)
UNTIL_UNLOCKED = timedelta(days=36_500)


class Limit(msgspec.Struct, frozen=True):
    """How many tries are allowed. `delays`: the wait imposed after the n-th try (seconds, 0 for none; the last one
    holds for all that follow). The count starts again `window` after its first try, unless it is locked."""

    name: str
    delays: tuple[float, ...]
    window: timedelta
    locks: bool = False

    @property
    def most(self) -> int:
        """The try that locks, or the last one before the wait."""
        return len(self.delays)


class TooManyTries(TooMany):
    """`until` (UTC) is when the next try is allowed."""

    def __init__(self, until: datetime, now: datetime) -> None:
        super().__init__(int((until - now).total_seconds()))
        self.until = until


class Locked(Refused):
    message = (
        "Trop d’essais : la connexion par mot de passe est bloquée pour cette adresse. Si un compte y est "
        "ouvert, un lien pour le débloquer vient d’y être envoyé."
    )


def delay_after(tries: int) -> timedelta:
    """The wait after the `tries`-th failure on one account (CNIL 2022-100): none up to the fourth, a minute after the
    fifth, doubling, then until the person unlocks it by mail from the tenth on."""
    if tries < FREE_TRIES:
        return timedelta()
    if tries >= TRIES_BEFORE_LOCK:
        return UNTIL_UNLOCKED
    doubling: int = 2 ** (tries - FREE_TRIES)
    return FIRST_DELAY * doubling


def _guessing(name: str) -> Limit:
    delays = [delay_after(tries).total_seconds() for tries in range(1, TRIES_BEFORE_LOCK + 1)]
    return Limit(name, tuple(delays), timedelta(days=1), locks=True)


def _per_address(name: str, most: int, window: timedelta) -> Limit:
    """`most` tries by window. Generous: a company or a mobile network shows one address for many people."""
    return Limit(name, (*[0.0] * (most - 1), window.total_seconds()), window)


SIGN_IN = _guessing("sign_in")
"""By account."""
SIGN_IN_DEVICE = _guessing("sign_in_device")
"""By account and browser already known to it: a stranger's tries do not lock its holder out."""
SECOND_FACTOR = _guessing("second_factor")
PROOF = _guessing("proof")
"""The password asked again by a person signed in."""

ADDRESS_SIGN_IN = _per_address("address_sign_in", 60, timedelta(minutes=15))
ADDRESS_SIGN_UP = _per_address("address_sign_up", 30, timedelta(hours=1))
ADDRESS_RESET = _per_address("address_reset", 30, timedelta(hours=1))
ADDRESS_LINK = _per_address("address_link", 30, timedelta(hours=1))
MAILS_ASKED = _per_address("mails_asked", 5, timedelta(hours=1))
"""By mailbox: nobody fills somebody else's."""
DATA_REQUESTS = _per_address("data_requests", 10, timedelta(hours=1))
ARCHIVES = _per_address("archives", 10, timedelta(hours=1))
"""By account: each sends a mail, to an address that may never have been confirmed."""


async def attempt(limit: Limit, key: str, *, now: datetime) -> int:
    """Count one try under `key`; answers how many there are. Raises `TooManyTries` or, once locked, `Locked`.

    One statement: of tries sent together, the row lets them through one by one.
    """
    found = await connection.row(
        "INSERT INTO throttle AS t (name, key_hash, failures, first_at, last_at, blocked_until)"
        " VALUES ($1, $2, 1, $3::timestamptz, $3, CASE WHEN ($4::float8[])[1] > 0"
        "   THEN $3::timestamptz + make_interval(secs => ($4::float8[])[1]) END)"
        " ON CONFLICT (name, key_hash) DO UPDATE SET ("
        "failures, first_at, last_at, blocked_until) = ("
        "  SELECT n.tries, CASE WHEN n.tries = 1 THEN $3 ELSE t.first_at END, $3,"
        "    CASE WHEN n.delay > 0 THEN $3::timestamptz + make_interval(secs => n.delay) END FROM ("
        "    SELECT m.tries, ($4::float8[])[least(m.tries, $5)] AS delay FROM ("
        "      SELECT CASE WHEN t.first_at <= $6::timestamptz"
        "        THEN 1 ELSE t.failures + 1 END AS tries) m) n)"
        " WHERE t.blocked_until IS NULL OR t.blocked_until <= $3 RETURNING failures",
        limit.name,
        key_of(limit, key),
        now,
        list(limit.delays),
        limit.most,
        now - limit.window,
    )
    if found is None:
        await refuse_blocked(limit, key, now=now)
        raise TooManyTries(now + FIRST_DELAY, now)  # freed in between by a success: ask again
    tries: int = found["failures"]
    return tries


async def refuse_blocked(limit: Limit, key: str, *, now: datetime) -> None:
    """Raise what `attempt` would, without counting anything."""
    found = await connection.row(
        "SELECT failures, blocked_until FROM throttle"
        " WHERE name = $1 AND key_hash = $2 AND blocked_until > $3",
        limit.name,
        key_of(limit, key),
        now,
    )
    if found is not None:
        if limit.locks and found["failures"] >= limit.most:
            raise Locked
        raise TooManyTries(found["blocked_until"], now)


async def give_back(limit: Limit, key: str) -> None:
    """The try just counted was a success: one try less, without forgiving the failures of others."""
    await connection.execute(
        "UPDATE throttle SET failures = greatest(failures - 1, 0), blocked_until = NULL"
        " WHERE name = $1 AND key_hash = $2",
        limit.name,
        key_of(limit, key),
    )


async def forget(limit: Limit, key: str) -> None:
    """The person proved who they are: the count starts again, the lock is lifted."""
    await connection.execute(
        "DELETE FROM throttle WHERE name = $1 AND key_hash = $2", limit.name, key_of(limit, key)
    )


async def tidy(now: datetime) -> int:
    """Drop the counters nobody moved for a month; answers how many."""
    gone = await connection.rows(
        "DELETE FROM throttle WHERE last_at < $1 RETURNING id", now - timedelta(days=30)
    )
    return len(gone)


def key_of(limit: Limit, key: str) -> bytes:
    """Keyed: the table tells neither addresses nor mailboxes, even to who tries them all."""
    return signing.mac("throttle", f"{limit.name}:{key}".encode())
