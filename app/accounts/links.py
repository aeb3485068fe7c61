"""Links sent by mail: each works once, for a while, for one thing; only a hash of its token is kept.

Mail scanners open links: the page of a link only asks, and the button uses it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from asyncpg import Record

from app.accounts.tables import LinkPurpose
from app.database import connection
from app.errors import Refused
from app.post import outbox
from app.sealing import signing

LIVES = {
    LinkPurpose.CONFIRM_EMAIL: timedelta(hours=24),
    LinkPurpose.SIGN_IN: timedelta(minutes=15),
    LinkPurpose.RESET_PASSWORD: timedelta(minutes=30),
    LinkPurpose.CHANGE_EMAIL: timedelta(hours=24),
    LinkPurpose.UNLOCK: timedelta(hours=24),
    LinkPurpose.NOT_ME: timedelta(days=7),
    LinkPurpose.DOWNLOAD: timedelta(hours=24),
}
MAILS = {
    LinkPurpose.CONFIRM_EMAIL: "confirm_email",
    LinkPurpose.SIGN_IN: "sign_in_link",
    LinkPurpose.RESET_PASSWORD: "reset_password",
    LinkPurpose.CHANGE_EMAIL: "confirm_new_email",
    LinkPurpose.UNLOCK: "account_locked",
    LinkPurpose.DOWNLOAD: "export_ready",
}
"""The mail that carries each of them; « ce n’était pas moi » stands in the mails that tell of a change."""
KEPT_AFTER = timedelta(days=30)
LONGEST_CARRIED = 300
"""Characters, in the database."""


class DeadLink(Refused):
    message = "Ce lien a déjà servi, ou il n’est plus valable. Vous pouvez en demander un nouveau."


class Link(msgspec.Struct, frozen=True):
    """A link that works. `carries`: what it was made for (a new address, an export, a page to come back to)."""

    account: UUID
    purpose: LinkPurpose
    carries: str
    made_at: datetime


def minutes(purpose: LinkPurpose) -> int:
    """How long such a link works."""
    return int(LIVES[purpose].total_seconds()) // 60


async def send(
    purpose: LinkPurpose, *, to: str, account: UUID, now: datetime, carries: str = ""
) -> None:
    """Make a link and send the mail that carries it, in the current transaction."""
    await outbox.send(
        MAILS[purpose],
        to=to,
        account=account,
        now=now,
        path=await make(account, purpose, now=now, carries=carries),
        minutes=minutes(purpose),
    )


async def make(account: UUID, purpose: LinkPurpose, *, now: datetime, carries: str = "") -> str:
    """Make a link; answers its address on the site (`/liens/…`).

    It replaces those made before for the same purpose, save « ce n’était pas moi »: each undoes its own change.
    """
    token = signing.token()
    if purpose is not LinkPurpose.NOT_ME:
        await kill(account, purpose, now=now)
    await connection.execute(
        "INSERT INTO mailed_link (account, purpose, token_hash, carries, made_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        account,
        purpose.value,
        signing.digest(token),
        carries,
        now,
        now + LIVES[purpose],
    )
    return f"/liens/{token}"


async def look(token: str, *, now: datetime) -> Link:
    """What the link would do; it is not used up. Raises `DeadLink`."""
    found = await connection.row(
        "SELECT account, purpose, carries, made_at FROM mailed_link"
        " WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
        signing.digest(token),
        now,
    )
    return _link(found)


async def use(token: str, purpose: LinkPurpose, *, now: datetime) -> Link:
    """Use the link up, in the transaction of what it does: of two uses at once, one finds it dead.

    Raises `DeadLink`.
    """
    found = await connection.row(
        "UPDATE mailed_link SET used_at = $3 WHERE token_hash = $1 AND purpose = $2"
        " AND used_at IS NULL AND expires_at > $3"
        " RETURNING account, purpose, carries, made_at",
        signing.digest(token),
        purpose.value,
        now,
    )
    return _link(found)


async def kill(account: UUID, *purposes: LinkPurpose, now: datetime) -> None:
    """The account's links of these purposes no longer work."""
    await connection.execute(
        "UPDATE mailed_link SET used_at = $3 WHERE account = $1 AND used_at IS NULL"
        " AND purpose = ANY($2::text[])",
        account,
        [purpose.value for purpose in purposes],
        now,
    )


async def kill_made_since(
    account: UUID, purpose: LinkPurpose, *, since: datetime, now: datetime
) -> None:
    """The account's links of this purpose made at `since` or later no longer work."""
    await connection.execute(
        "UPDATE mailed_link SET used_at = $4 WHERE account = $1 AND used_at IS NULL"
        " AND purpose = $2 AND made_at >= $3",
        account,
        purpose.value,
        since,
        now,
    )


async def tidy(now: datetime) -> int:
    """Drop the links dead for a month; answers how many."""
    gone = await connection.rows(
        "DELETE FROM mailed_link WHERE expires_at < $1 RETURNING id", now - KEPT_AFTER
    )
    return len(gone)


def _link(found: Record | None) -> Link:
    if found is None:
        raise DeadLink
    return msgspec.convert(dict(found), Link)
