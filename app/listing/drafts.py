"""Drafts of listings: a name, an address of its own, and nothing public yet; made, or taken over by who joins."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.database import connection
from app.directory import completeness
from app.directory.names import base_letters, sort_name, sort_tie
from app.directory.tables import ListingState
from app.listing import legal_identity
from app.rendering.moments import day_of

LONGEST_TRADE_NAME = 120
LONGEST_SLUG = 110


class Name(msgspec.Struct, frozen=True):
    """The name to be listed under, as typed; the trade name alone for a structure."""

    first_name: str = ""
    last_name: str = ""
    trade_name: str = ""
    is_structure: bool = False


async def one_by_one() -> None:
    """In a transaction: whoever makes drafts does so alone, so that addresses of pages, and people, exist once."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtext('practitioner_slug'))")


async def create(name: Name, *, account: UUID, now: datetime) -> int:
    """A draft listing under this name, with an address of its own and nothing else yet; in a transaction."""
    named = msgspec.structs.asdict(name)
    await one_by_one()
    made = await connection.row(
        "INSERT INTO practitioner (account, slug, first_name, last_name, trade_name, is_structure, sort_name,"
        " sort_tie, listing_state, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) RETURNING id",
        account,
        await _free_slug(name),
        name.first_name,
        name.last_name,
        name.trade_name,
        name.is_structure,
        sort_name(**named),
        sort_tie(**named),
        ListingState.DRAFT.value,
        now,
    )
    practitioner = int(made["id"]) if made else 0
    await connection.execute(
        "INSERT INTO profile (practitioner, audience, languages, payment_methods)"
        " VALUES ($1, '{}', '{}', '{}') ON CONFLICT (practitioner) DO NOTHING",
        practitioner,
    )
    await legal_identity.write_criteria(practitioner, today=day_of(now))
    await completeness.write(practitioner, "hours", is_met=False)
    await completeness.refresh(practitioner, now=now)
    return practitioner


_PREPARED = (
    "SELECT p.id, p.first_name, p.last_name, p.trade_name, p.is_structure"
    " FROM practitioner p JOIN legal_identity l ON l.practitioner = p.id"
    " WHERE lower(l.email) = $1 AND p.account IS NULL AND p.listed_at IS NULL"
    " AND p.listing_state IN ('draft', 'delisted') ORDER BY p.id DESC LIMIT 1"
)
"""Never public, whatever was decided of it meanwhile. Of several (one address, two SIRET), the last one imported."""


async def prepared_name(email: str) -> Name | None:
    """The name of the draft prepared for a confirmed address; None when there is none."""
    found = await connection.row(_PREPARED, email)
    return msgspec.convert(dict(found), Name) if found else None


async def take_over(account: UUID, email: str, name: Name, now: datetime) -> int | None:
    """Give the account the draft prepared for its address, under the name just typed; None when there is none."""
    found = await connection.row(f"{_PREPARED} FOR NO KEY UPDATE OF p", email)
    if found is None:
        return None
    practitioner: int = found["id"]
    await connection.execute(
        "UPDATE practitioner SET account = $2 WHERE id = $1", practitioner, account
    )
    prepared = msgspec.convert(dict(found), Name)
    if prepared != name:
        await _rename(practitioner, prepared, name)
    await legal_identity.write_criteria(practitioner, today=day_of(now))
    await completeness.refresh(practitioner, now=now)
    return practitioner


async def _rename(practitioner: int, former: Name, name: Name) -> None:
    """A draft was never public: its address follows its name."""
    named = msgspec.structs.asdict(name)
    await connection.execute(
        "UPDATE practitioner SET slug = coalesce($2, slug), first_name = $3, last_name = $4, trade_name = $5,"
        " is_structure = $6, sort_name = $7, sort_tie = $8 WHERE id = $1",
        practitioner,
        None if slug_of(name) == slug_of(former) else await _free_slug(name),
        *named.values(),
        sort_name(**named),
        sort_tie(**named),
    )


def slug_of(name: Name) -> str:
    """« Élodie d’Aubigné » → `elodie-d-aubigne`; « praticien » for a name without one letter of ours."""
    words = name.trade_name if name.is_structure else f"{name.first_name} {name.last_name}"
    for mark in "’'-.,&/()":
        words = words.replace(mark, " ")
    parts = [part for part in map(base_letters, words.split()) if part]
    return "-".join(parts)[:LONGEST_SLUG].strip("-") or "praticien"


TAKEN = frozenset({"suggestions", "lieux"})
"""Addresses of the site that stand where a practitioner's would."""


async def _free_slug(name: Name) -> str:
    wanted = slug_of(name)
    found = await connection.rows(
        "SELECT slug FROM practitioner WHERE slug = $1 OR slug LIKE $2", wanted, f"{wanted}-%"
    )
    taken = {row["slug"] for row in found} | TAKEN
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
