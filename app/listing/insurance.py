"""Professional liability insurance: told, then its certificate handed over; its number is private (EX-3.1-3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from app.database import connection
from app.directory.editing import refuse
from app.errors import NotFound
from app.listing import editing, rules
from app.listing.editing import REQUIRED, text
from app.listing.tables import DossierItem
from app.rendering.moments import day_of

COVERAGES = ("France", "Union européenne", "Monde", "Autre")
MOST = 6
"""Those in force, past and to come that one keeps; older ones go with their documents."""


class NoSuchInsurance(NotFound):
    message = "Cette assurance n’existe pas, ou n’existe plus."


class Insurance(msgspec.Struct, frozen=True):
    """As typed; days as `2026-11-22`."""

    insurer: str = ""
    contract_number: str = ""
    contact: str = ""
    coverage: str = ""
    starts_on: str = ""
    ends_on: str = ""


class Held(msgspec.Struct, frozen=True):
    """One that was told. `is_awaited`: its certificate has not arrived."""

    id: int
    insurer: str
    contract_number: str
    contact: str
    coverage: str
    starts_on: date
    ends_on: date
    is_awaited: bool

    def is_current(self, today: date) -> bool:
        return not self.is_awaited and self.starts_on <= today <= self.ends_on

    @property
    def typed(self) -> Insurance:
        return Insurance(
            self.insurer,
            self.contract_number,
            self.contact,
            self.coverage,
            self.starts_on.isoformat(),
            self.ends_on.isoformat(),
        )


async def of(practitioner: int) -> list[Held]:
    """All of them, the one that ends last first. For its practitioner and administrators only: it holds the number."""
    found = await connection.rows(
        "SELECT id, insurer, contract_number, contact, coverage, starts_on, ends_on, is_awaited"
        " FROM insurance WHERE practitioner = $1 ORDER BY ends_on DESC, id DESC",
        practitioner,
    )
    return [_held(row) for row in found]


async def one_of(practitioner: int, insurance: int) -> Held:
    """Raises `NoSuchInsurance`, also for somebody else's."""
    found = next((one for one in await of(practitioner) if one.id == insurance), None)
    if found is None:
        raise NoSuchInsurance
    return found


async def add(practitioner: int, typed: Insurance, *, seen: str, by: UUID, now: datetime) -> int:
    """Tell one; it counts once its certificate has arrived (`documents.hand_over`). Sent twice, it is told once.

    Raises `Refusals`, `Overtaken`.
    """
    values = _checked(typed, today=day_of(now), is_new=True)
    same = [one for one in await of(practitioner) if one.is_awaited and one.typed == typed]
    if same:
        return same[0].id
    async with _edit(practitioner, seen, by, now, "ajoute"):
        count = await connection.number(
            "SELECT count(*) FROM insurance WHERE practitioner = $1", practitioner
        )
        if count >= MOST:
            refuse({"": f"Vous avez déjà {MOST} assurances : supprimez-en une ancienne d’abord."})
        made = await connection.row(
            "INSERT INTO insurance (practitioner, insurer, contract_number, contact, coverage, starts_on,"
            " ends_on, is_awaited) VALUES ($1, $2, $3, $4, $5, $6, $7, true) RETURNING id",
            practitioner,
            *values,
        )
    return int(made["id"]) if made else 0


async def change(
    practitioner: int, insurance: int, typed: Insurance, *, seen: str, by: UUID, now: datetime
) -> None:
    """Correct what was told of one. Raises `Refusals`, `Overtaken`, `StillNeeded`, `NoSuchInsurance`."""
    known = await one_of(practitioner, insurance)
    is_new = typed.ends_on != known.ends_on.isoformat()
    values = _checked(typed, today=day_of(now), is_new=is_new)
    async with _edit(practitioner, seen, by, now, "change"):
        await connection.execute(
            "UPDATE insurance SET insurer = $3, contract_number = $4, contact = $5, coverage = $6,"
            " starts_on = $7, ends_on = $8 WHERE practitioner = $1 AND id = $2",
            practitioner,
            insurance,
            *values,
        )


async def remove(practitioner: int, insurance: int, *, by: UUID, now: datetime) -> None:
    """Take one off; its documents stay a year. Raises `StillNeeded`, `NoSuchInsurance`."""
    async with _edit(practitioner, None, by, now, "retire"):
        await one_of(practitioner, insurance)
        await connection.execute(
            "UPDATE supporting_document SET replaced_at = $2 WHERE insurance = $1 AND replaced_at IS NULL",
            insurance,
            now,
        )
        await connection.execute("DELETE FROM insurance WHERE id = $1", insurance)


def day(typed: str) -> date | None:
    """`2026-11-22`, or `22/11/2026` as people write it; None for anything else."""
    if typed.count("/") == 2:
        typed = "-".join(reversed(typed.split("/")))
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if date(1950, 1, 1) <= found <= date(2100, 1, 1) else None


def _checked(typed: Insurance, *, today: date, is_new: bool) -> list[Any]:
    starts_on, ends_on = day(typed.starts_on), day(typed.ends_on)
    refuse(
        {
            "assureur": text(typed.insurer, 2, 120),
            "numero_contrat": _number_refused(typed.contract_number),
            "contact": text(typed.contact, 5, 200),
            "couverture": "" if typed.coverage in COVERAGES else "Choisissez dans la liste.",
            "debut": "" if starts_on else "Une date, par exemple 01/01/2026.",
            "fin": _end_refused(starts_on, ends_on, today if is_new else None),
        }
    )
    return [
        typed.insurer,
        typed.contract_number,
        typed.contact,
        typed.coverage,
        starts_on,
        ends_on,
    ]


def _number_refused(typed: str) -> str:
    if not typed:
        return REQUIRED
    if rules.CONTRACT_NUMBER.fullmatch(typed):
        return ""
    return "De 3 à 40 caractères : lettres, chiffres, tirets, barres et points."


def _end_refused(starts_on: date | None, ends_on: date | None, today: date | None) -> str:
    if ends_on is None:
        return "Une date, par exemple 31/12/2026."
    if starts_on and ends_on < starts_on:
        return "La fin vient après le début."
    if today and ends_on < today + timedelta(days=1):
        return "Cette assurance est déjà terminée : remettez celle qui court."
    return ""


def _held(row: Record) -> Held:
    return Held(**dict(row.items()))


def _edit(practitioner: int, seen: str | None, by: UUID, now: datetime, action: str) -> Any:
    return editing.edit(
        practitioner, DossierItem.INSURANCE, seen=seen, by=by, now=now, action=action
    )
