"""Sign-in sessions: our own table, read with one query a request, so that ending one counts at the next request."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from app.accounts import devices
from app.accounts.devices import Origin
from app.database import connection
from app.errors import NotFound
from app.evidence import register
from app.legal import documents
from app.sealing import signing
from app.web.people import SignedIn

LIFE = timedelta(days=30)
LIFE_OF_ADMINS = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
PROVEN_FOR = timedelta(minutes=10)
"""How long a proof of identity holds for the actions that ask for a recent one."""

_ASKED = [document.value for document in documents.ACCEPTED_BY_ALL]

# What the person has still to accept: the version in force, when one that required it came after the last accepted.
_PENDING = """
    SELECT max(v.id) FILTER (WHERE v.number = (
             SELECT max(f.number) FROM document_version f
             WHERE f.document = v.document AND f.effective_at <= $2))
    FROM document_version v
    WHERE v.document = ANY($3::text[]) AND v.effective_at <= $2
    GROUP BY v.document
    HAVING max(v.number) FILTER (WHERE v.is_acceptance_required) > coalesce((
        SELECT max(w.number) FROM acceptance c JOIN document_version w ON w.id = c.version
        WHERE c.account = a.id AND w.document = v.document), 0)
"""
_OPENED = f"""
    SELECT s.id AS session_id, s.seen_at, s.proven_at, s.has_second_factor,
           a.id AS account_id, a.email, a.first_name, a.last_name, a.is_admin,
           a.email_confirmed_at IS NOT NULL AS is_email_confirmed,
           CASE WHEN a.is_admin THEN '{{}}'::int[] ELSE ARRAY({_PENDING}) END AS pending
    FROM session s JOIN account a ON a.id = s.account
    WHERE s.token_hash = $1 AND s.expires_at > $2 AND a.closed_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM suspension x WHERE x.account = a.id AND x.effective_at <= $2
                      AND x.lifted_at IS NULL AND (x.ends_at IS NULL OR x.ends_at > $2))
"""  # noqa: S608 - both parts are written here


class OpenSession(msgspec.Struct, frozen=True):
    """One line of the list of open sign-in sessions (EX-5-5)."""

    id: UUID
    device: str
    opened_at: datetime
    seen_at: datetime
    has_second_factor: bool
    is_current: bool


class NoSuchSession(NotFound):
    message = "Cette session n’existe pas, ou elle est déjà fermée."


async def opened(token: str, now: datetime) -> SignedIn | None:
    """Who holds the sign-in session of `token`; None for an unknown, ended, expired or suspended one."""
    found = await connection.row(_OPENED, signing.digest(token), now, _ASKED)
    if found is None:
        return None
    if found["seen_at"] <= now - SEEN_EVERY:
        await _touch(found["session_id"], found["account_id"], now)
    facts = {name: value for name, value in found.items() if name not in ("seen_at", "pending")}
    return SignedIn(**facts, pending=tuple(found["pending"]))


async def _touch(session: UUID, account: UUID, now: datetime) -> None:
    """To five minutes for the sign-in session, to the day for the account: reading pages costs no write."""
    await connection.execute(
        "UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2", session, now
    )
    await connection.execute(
        "UPDATE account SET seen_at = $2, inactivity_warned_at = NULL, inactivity_warnings = 0"
        " WHERE id = $1 AND (seen_at <= $2::timestamptz - interval '1 day' OR inactivity_warnings > 0)",
        account,
        now,
    )


async def open_session(
    account: UUID, *, is_admin: bool, has_second_factor: bool, origin: Origin, now: datetime
) -> tuple[UUID, str]:
    """Open a sign-in session: its id, and the token only the browser keeps. That of `origin`, if any, ends: a token
    never survives a sign-in (session fixation)."""
    if origin.session_token:
        await connection.execute(
            "DELETE FROM session WHERE token_hash = $1", signing.digest(origin.session_token)
        )
    session, token = uuid4(), signing.token()
    await connection.execute(
        "INSERT INTO session (id, account, token_hash, opened_at, seen_at, expires_at, proven_at,"
        " has_second_factor, device) VALUES ($1, $2, $3, $4, $4, $5, $4, $6, $7)",
        session,
        account,
        signing.digest(token),
        now,
        now + (LIFE_OF_ADMINS if is_admin else LIFE),
        has_second_factor,
        devices.label(origin.user_agent),
    )
    await connection.execute(
        "UPDATE account SET seen_at = greatest(seen_at, $2), inactivity_warned_at = NULL,"
        " inactivity_warnings = 0 WHERE id = $1",
        account,
        now,
    )
    return session, token


async def of(account: UUID, *, current: UUID | None, now: datetime) -> list[OpenSession]:
    """The account's open sign-in sessions, the current one first, then the last used."""
    found = await connection.rows(
        "SELECT id, device, opened_at, seen_at, has_second_factor, id IS NOT DISTINCT FROM $2 AS is_current"
        " FROM session WHERE account = $1 AND expires_at > $3 ORDER BY is_current DESC, seen_at DESC",
        account,
        current,
        now,
    )
    return [OpenSession(**record) for record in found]


async def end(account: UUID, session: UUID) -> None:
    """Close one sign-in session of the account. Raises `NoSuchSession`, also for somebody else's."""
    async with connection.transaction():
        gone = await connection.row(
            "DELETE FROM session WHERE id = $1 AND account = $2 RETURNING id", session, account
        )
        if gone is None:
            raise NoSuchSession
        await _noted(account, 1)


async def end_all(account: UUID, *, but: UUID | None = None) -> int:
    """Close the account's sign-in sessions, except `but`; answers how many were closed."""
    async with connection.transaction():
        gone = await connection.rows(
            "DELETE FROM session WHERE account = $1 AND id IS DISTINCT FROM $2 RETURNING id",
            account,
            but,
        )
        if gone:
            await _noted(account, len(gone))
    return len(gone)


async def prove(session: UUID, *, now: datetime, with_second_factor: bool = False) -> None:
    """The person just proved again who they are, in this sign-in session."""
    await connection.execute(
        "UPDATE session SET proven_at = $2, has_second_factor = has_second_factor OR $3 WHERE id = $1",
        session,
        now,
        with_second_factor,
    )


async def tidy(now: datetime) -> int:
    """Drop the sign-in sessions that are over; answers how many."""
    gone = await connection.rows("DELETE FROM session WHERE expires_at <= $1 RETURNING id", now)
    return len(gone)


async def _noted(account: UUID, count: int) -> None:
    await register.write(
        "auth.fin", subject_type="compte", subject=account, content={"fermees": count}
    )
