"""Who has an account: searching, and what an administrator may see of a person (never their messages, terms § 6)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from app.accounts import acceptances, people, suspensions
from app.accounts.acceptances import Accepted
from app.accounts.people import Person
from app.accounts.suspensions import Suspension
from app.backoffice import searching
from app.backoffice.pagination import Page, PageOf
from app.database import connection
from app.evidence import register

PER_PAGE = 50


class Standing(StrEnum):
    """The filter of the list; the value stands in the address."""

    ALL = ""
    OPEN = "ouverts"
    UNCONFIRMED = "a-confirmer"
    SUSPENDED = "suspendus"
    CLOSED = "fermes"
    ADMINS = "administration"


STANDINGS = {
    Standing.ALL: "Tous les comptes",
    Standing.OPEN: "Ouverts",
    Standing.UNCONFIRMED: "Adresse à confirmer",
    Standing.SUSPENDED: "Suspendus",
    Standing.CLOSED: "Fermés",
    Standing.ADMINS: "Administration",
}

_SUSPENDED = (
    "EXISTS (SELECT FROM suspension s WHERE s.account = a.id AND s.lifted_at IS NULL"
    " AND s.effective_at <= $1 AND (s.ends_at IS NULL OR s.ends_at > $1))"
)
_CONDITIONS = {
    Standing.ALL: "true",
    Standing.OPEN: f"a.closed_at IS NULL AND NOT {_SUSPENDED}",
    Standing.UNCONFIRMED: "a.closed_at IS NULL AND a.email_confirmed_at IS NULL",
    Standing.SUSPENDED: _SUSPENDED,
    Standing.CLOSED: "a.closed_at IS NOT NULL",
    Standing.ADMINS: "a.is_admin",
}


class Line(msgspec.Struct, frozen=True):
    """A person in the list."""

    id: UUID
    email: str | None
    first_name: str
    last_name: str
    is_admin: bool
    is_confirmed: bool
    is_suspended: bool
    created_at: datetime
    seen_at: datetime
    closed_at: datetime | None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or "Compte fermé"

    @property
    def state(self) -> str:
        if self.closed_at is not None:
            return "fermé"
        if self.is_suspended:
            return "suspendu"
        return "ouvert" if self.is_confirmed else "adresse à confirmer"


class Sheet(msgspec.Struct, frozen=True):
    """Everything an administrator sees of one person."""

    person: Person
    suspensions: list[Suspension]
    is_suspended: bool
    acceptances: list[Accepted]
    open_sessions: int


async def found(words: str, standing: Standing, page: int, now: datetime) -> PageOf[Line]:
    """The accounts whose name or address holds every word of `words`, the newest first."""
    pieces = searching.patterns(words)
    held = searching.every(f"{searching.ACCOUNT} LIKE {{0}}", first=2, count=len(pieces))
    condition = f"{_CONDITIONS[standing]} AND $1::timestamptz IS NOT NULL AND {held}"
    total = await connection.number(
        f"SELECT count(*) FROM account a WHERE {condition}",  # noqa: S608 - written here
        now,
        *pieces,
    )
    shown = Page.of(page, total=total, size=PER_PAGE)
    rows = await connection.rows(
        "SELECT a.id, a.email, a.first_name, a.last_name, a.is_admin, a.created_at, a.seen_at, a.closed_at,"  # noqa: S608
        f" a.email_confirmed_at IS NOT NULL AS is_confirmed, {_SUSPENDED} AS is_suspended"
        f" FROM account a WHERE {condition} ORDER BY a.created_at DESC, a.id"
        f" LIMIT {PER_PAGE} OFFSET {shown.offset}",
        now,
        *pieces,
    )
    return PageOf(shown, [Line(**row) for row in rows])


async def sheet(account: UUID, *, by: UUID, now: datetime) -> Sheet:
    """The sheet of one person; looking at it is itself a fact of the register. Raises `NotFound`."""
    async with connection.transaction():
        person = await people.person(account)
        await register.acted(by, "compte.consulte", cible=str(account))
    open_sessions = await connection.number(
        "SELECT count(*) FROM session WHERE account = $1 AND expires_at > $2", account, now
    )
    return Sheet(
        person=person,
        suspensions=await suspensions.of(account),
        is_suspended=await suspensions.is_suspended(account, now),
        acceptances=await acceptances.of(account),
        open_sessions=open_sessions,
    )
