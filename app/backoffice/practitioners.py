"""Every practitioner, whatever the state of the listing: searching, and what an administrator sees before deciding."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from app.backoffice import searching
from app.backoffice.pagination import Page, PageOf
from app.database import connection
from app.directory.names import name_in
from app.directory.ownership import HAS_LEFT
from app.directory.tables import ListingState
from app.evidence import register
from app.listing import life
from app.listing.life import NoSuchPractitioner, Standing, Step
from app.moderation import decisions
from app.moderation.decisions import Decision

PER_PAGE = 50


class Filter(StrEnum):
    """The filter of the list; the value stands in the address."""

    ALL = ""
    LISTED = "references"
    ENDING = "fin-annoncee"
    SUSPENDED = "suspendus"
    DELISTED = "dereferences"
    SUBMITTED = "deposes"
    DRAFT = "brouillons"
    REFUSED = "refuses"
    JUPITERRE = "jupiterre"


FILTERS = {
    Filter.ALL: "Tous",
    Filter.LISTED: "Référencés",
    Filter.ENDING: "Fin annoncée",
    Filter.SUSPENDED: "Suspendus",
    Filter.DELISTED: "Déréférencés",
    Filter.SUBMITTED: "Dossier déposé",
    Filter.DRAFT: "Brouillons",
    Filter.REFUSED: "Refusés",
    Filter.JUPITERRE: "Clients Jupi’terre",
}
_GOES_ON = "(p.listing_ends_at IS NULL OR p.listing_ends_at > $1)"
_CONDITIONS = {
    Filter.ALL: "true",
    Filter.LISTED: f"p.listing_state = 'listed' AND {_GOES_ON}",
    Filter.ENDING: "p.listing_state <> 'delisted' AND p.listing_ends_at > $1",
    Filter.SUSPENDED: f"p.listing_state = 'suspended' AND {_GOES_ON}",
    Filter.DELISTED: "(p.listing_state = 'delisted' OR p.listing_ends_at <= $1)",
    Filter.SUBMITTED: f"p.listing_state = 'submitted' AND {_GOES_ON}",
    Filter.DRAFT: f"p.listing_state = 'draft' AND {_GOES_ON}",
    Filter.REFUSED: f"p.listing_state = 'refused' AND {_GOES_ON}",
    Filter.JUPITERRE: "p.is_jupiterre_user",
}


class Line(msgspec.Struct, frozen=True):
    """A practitioner in the list."""

    id: int
    name: str
    email: str
    state: str
    is_complete: bool
    is_jupiterre_user: bool
    ends_at: datetime | None
    created_at: datetime


class Sheet(msgspec.Struct, frozen=True):
    """What an administrator sees of one listing. `latest`: the last decision, which the form carries."""

    id: int
    name: str
    slug: str
    email: str
    siret: str
    is_complete: bool
    is_jupiterre_user: bool
    jupiterre_changed_at: datetime | None
    jupiterre_changed_by: str
    standing: Standing
    state: str
    steps: list[Step]
    decisions: list[Decision]
    latest: int
    authors: dict[UUID, str]


_FROM = (
    " FROM practitioner p LEFT JOIN account a ON a.id = p.account"
    " LEFT JOIN legal_identity l ON l.practitioner = p.id"
)
_COLUMNS = (
    "p.id, p.slug, p.first_name, p.last_name, p.trade_name, p.is_structure, p.listing_state, p.is_complete,"
    " p.is_jupiterre_user, p.jupiterre_changed_at, p.jupiterre_changed_by, p.listing_ends_at, p.created_at,"
    " coalesce(a.email, l.email, '') AS email, coalesce(l.siret, '') AS siret"
)


async def found(words: str, chosen: Filter, page: int, now: datetime) -> PageOf[Line]:
    """The practitioners whose names, addresses or SIRET hold every word of `words`, in the order of the directory;
    not those who left (EX-4-8)."""
    pieces = searching.patterns(words)
    held = searching.every(searching.PRACTITIONER, first=2, count=len(pieces))
    condition = (
        f"{_CONDITIONS[chosen]} AND NOT {HAS_LEFT} AND $1::timestamptz IS NOT NULL AND {held}"
    )
    total = await connection.number(
        f"SELECT count(*) FROM practitioner p WHERE {condition}",  # noqa: S608 - written here
        now,
        *pieces,
    )
    shown = Page.of(page, total=total, size=PER_PAGE)
    rows = await connection.rows(
        f"SELECT {_COLUMNS}{_FROM} WHERE {condition}"
        ' ORDER BY p.sort_name COLLATE "C", p.sort_tie COLLATE "C", p.id'
        f" LIMIT {PER_PAGE} OFFSET {shown.offset}",
        now,
        *pieces,
    )
    lines = [
        Line(
            id=row["id"],
            name=name_in(row),
            email=row["email"],
            state=_state(row["listing_state"], row["listing_ends_at"], now),
            is_complete=row["is_complete"],
            is_jupiterre_user=row["is_jupiterre_user"],
            ends_at=row["listing_ends_at"],
            created_at=row["created_at"],
        )
        for row in rows
    ]
    return PageOf(shown, lines)


async def sheet(practitioner: int, *, by: UUID, now: datetime) -> Sheet:
    """The sheet of one listing; looking at it is itself a fact of the register. Raises `life.NoSuchPractitioner`,
    also for who left."""
    async with connection.transaction():
        row = await connection.row(
            f"SELECT {_COLUMNS}{_FROM} WHERE p.id = $1 AND NOT {HAS_LEFT}",
            practitioner,
        )
        if row is None:
            raise NoSuchPractitioner
        await register.acted(by, "praticien.consulte", praticien=practitioner)
    steps, decided = await life.steps_of(practitioner), await decisions.of(practitioner)
    people = {step.changed_by for step in steps} | {one.decided_by for one in decided}
    return Sheet(
        id=practitioner,
        name=name_in(row),
        slug=row["slug"],
        email=row["email"],
        siret=row["siret"],
        is_complete=row["is_complete"],
        is_jupiterre_user=row["is_jupiterre_user"],
        jupiterre_changed_at=row["jupiterre_changed_at"],
        jupiterre_changed_by=row["jupiterre_changed_by"],
        standing=await life.standing_of(practitioner),
        state=_state(row["listing_state"], row["listing_ends_at"], now),
        steps=steps,
        decisions=decided,
        latest=decided[0].id if decided else 0,
        authors=await _names(people - {None}),
    )


async def _names(accounts: set[UUID | None]) -> dict[UUID, str]:
    rows = await connection.rows(
        "SELECT id, first_name || ' ' || last_name AS name FROM account WHERE id = ANY($1::uuid[])",
        list(accounts),
    )
    return {row["id"]: row["name"].strip() or "compte fermé" for row in rows}


def _state(state: str, ends_at: datetime | None, now: datetime) -> str:
    has_ended = ends_at is not None and ends_at <= now
    return life.WORDS[ListingState.DELISTED if has_ended else ListingState(state)]
