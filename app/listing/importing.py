"""Practitioners loaded from a CSV of the operator's: all the lines, or none (issue « Import »).

Each becomes a draft that nobody sees: the documents, the contract and the delivery are still to come (terms § 3.1). A
line is known again by its SIRET and e-mail, or by the e-mail of a practitioner's account: what is already there is
left as it is, so that a file may be loaded twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.database import connection
from app.directory import completeness, spreadsheets
from app.directory.names import displayed_name, sort_name, sort_tie
from app.directory.spreadsheets import Fault
from app.directory.tables import ListingState
from app.listing import arrivals, drafts
from app.listing.arrivals import COLUMNS, NEEDED, Arrival


class Report(msgspec.Struct, frozen=True):
    """What a file did, or (`is_dry`) would do. With a single fault, nothing was written."""

    encoding: str
    created: int
    known: int
    faults: list[Fault]
    is_dry: bool


class _OnlyTried(Exception):
    """Takes back what a trial wrote."""


async def load(raw: bytes, *, is_dry: bool = False, now: datetime) -> Report:
    """Load the practitioners of a CSV in one transaction; a trial does it all, then takes it back.

    Raises `spreadsheets.NotAList` for a file that cannot be read line by line.
    """
    sheet = spreadsheets.read(raw, needed=NEEDED, known=COLUMNS)
    reference = await arrivals.reference()
    faults, found = list(sheet.faults), []
    seen: dict[tuple[str, str], int] = {}
    for row in sheet.rows:
        arrival, wrong = arrivals.read(row, reference)
        faults += wrong
        if arrival is None:
            continue
        if arrival.key in seen:
            words = f"même SIRET et même adresse que la ligne {seen[arrival.key]}"
            faults.append(Fault(row.line, "siret", words))
        seen.setdefault(arrival.key, row.line)
        found.append(arrival)
    if faults:
        return Report(sheet.encoding, 0, 0, sorted(faults), is_dry)
    created = 0
    try:
        async with connection.transaction():
            await drafts.one_by_one()
            fresh = await _unknown(found)
            await _write(fresh, now)
            created = len(fresh)
            _give_up(is_dry=is_dry)
    except _OnlyTried:
        pass
    return Report(sheet.encoding, created, len(found) - created, [], is_dry)


def _give_up(*, is_dry: bool) -> None:
    if is_dry:
        raise _OnlyTried


async def _unknown(found: Sequence[Arrival]) -> list[Arrival]:
    rows = await connection.rows(
        "SELECT siret, lower(email) AS email FROM legal_identity WHERE siret = ANY($1::text[])",
        [one.siret for one in found],
    )
    known = {(row["siret"], row["email"]) for row in rows}
    joined = {
        row["email"]
        for row in await connection.rows(
            "SELECT a.email FROM account a JOIN practitioner p ON p.account = a.id"
            " WHERE a.email = ANY($1::text[])",
            [one.email for one in found],
        )
    }
    return [one for one in found if one.key not in known and one.email not in joined]


async def _write(found: Sequence[Arrival], now: datetime) -> None:
    if not found:
        return
    ids = [
        row["id"]
        for row in await connection.rows(
            "SELECT nextval(pg_get_serial_sequence('practitioner', 'id'))::int AS id"
            " FROM generate_series(1, $1)",
            len(found),
        )
    ]
    people = list(zip(ids, found, strict=True))
    slugs = await _slugs(found)
    await _copy(
        "practitioner",
        [
            {"id": i, "slug": slug, "listing_state": ListingState.DRAFT.value}
            | _named(one)
            | {"created_at": now, "updated_at": now}
            for (i, one), slug in zip(people, slugs, strict=True)
        ],
    )
    await _copy("profile", [_profile(i, one) for i, one in people])
    for table, column in (("practice_offered", "practice"), ("theme_chosen", "theme")):
        await _copy(
            table,
            [
                {"practitioner": i, column: each, "position": position}
                for i, one in people
                for position, each in enumerate(
                    one.practices if column == "practice" else one.themes
                )
            ],
        )
    await _copy("practice_place", [_place(i, one) for i, one in people if one.commune])
    await _copy("legal_identity", [_legal(i, one) for i, one in people])
    await completeness.begin(ids)


def _named(one: Arrival) -> dict[str, Any]:
    named = msgspec.structs.asdict(one.name)
    return named | {"sort_name": sort_name(**named), "sort_tie": sort_tie(**named)}


def _profile(practitioner: int, one: Arrival) -> dict[str, Any]:
    return {
        "practitioner": practitioner,
        "headline": one.headline,
        "presentation": one.presentation,
        "audience": [],
        "languages": [],
        "payment_methods": [],
    }


def _place(practitioner: int, one: Arrival) -> dict[str, Any]:
    return {
        "practitioner": practitioner,
        "kind": "practice",
        "street": one.street,
        "postal_code": one.postal_code,
        "commune": one.commune,
    }


def _legal(practitioner: int, one: Arrival) -> dict[str, Any]:
    return {
        "practitioner": practitioner,
        "legal_name": one.legal_name or displayed_name(**msgspec.structs.asdict(one.name)),
        "legal_form": one.legal_form,
        "capital_cents": one.capital_cents,
        "siret": one.siret,
        "registration": one.registration,
        "registration_city": one.registration_city,
        "is_vat_registered": bool(one.vat_number),
        "is_vat_told": one.vat_number is not None,
        "vat_number": one.vat_number or "",
        "street": one.street,
        "postal_code": one.postal_code,
        "city": one.city,
        "phone": one.phone,
        "email": one.email,
    }


async def _slugs(found: Sequence[Arrival]) -> list[str]:
    """An address for each, none taken."""
    taken = {row["slug"] for row in await connection.rows("SELECT slug FROM practitioner")}
    slugs = []
    last: dict[str, int] = {}
    for one in found:
        wanted = slug = drafts.slug_of(one.name)
        number = last.get(wanted, 1)
        while slug in taken or slug in drafts.TAKEN:
            number += 1
            slug = f"{wanted}-{number}"
        last[wanted] = number
        taken.add(slug)
        slugs.append(slug)
    return slugs


async def _copy(table: str, lines: list[dict[str, Any]]) -> None:
    """COPY: ten thousand lines a second, whatever is told of the rest by the table's defaults."""
    current = connection.engine().current_transaction.get()
    if current is None:
        raise RuntimeError("practitioners are loaded inside a transaction")
    if lines:
        await current.connection.copy_records_to_table(
            table, records=[tuple(line.values()) for line in lines], columns=list(lines[0])
        )
