"""The services of a practitioner: what is offered, how long, at which price, where (L111-1, R111-1 C. conso.)."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from app.database import connection
from app.directory import editing, lines, money, vocabulary
from app.directory.editing import Errors, Kind, NoSuchLine, refuse
from app.directory.profiles import too_long
from app.directory.tables import PaymentRule

LONGEST_LABEL = 120
LONGEST_DESCRIPTION = 2_000
DEAREST_CENTS = 200_000


class Service(msgspec.Struct, frozen=True):
    """A service as written in its form: minutes and euros as they were typed."""

    label: str = ""
    description: str = ""
    practice: int = 0
    minutes: str = ""
    price: str = ""
    modes: list[str] = []
    is_active: bool = True


class _Facts(msgspec.Struct, frozen=True):
    """Minutes; euro cents, taxes included."""

    duration_minutes: int
    price_cents: int


def payment_words(rule: PaymentRule, deposit_cents: int) -> str:
    """When a service is paid, as visitors read it; the deposit in euro cents."""
    return {
        PaymentRule.NONE: "Règlement sur place",
        PaymentRule.DEPOSIT: f"Acompte de {money.euros(deposit_cents)}\u00a0€ à la réservation, le reste sur place",
        PaymentRule.FULL: "Règlement à la réservation",
    }[rule]


async def service_of(practitioner: int, line: int) -> Service:
    """Raises `NoSuchLine` (404)."""
    found = await connection.row(
        "SELECT * FROM service WHERE id = $1 AND practitioner = $2", line, practitioner
    )
    if found is None:
        raise NoSuchLine
    return Service(
        label=found["label"],
        description=found["description"],
        practice=found["practice"],
        minutes=str(found["duration_minutes"]),
        price=money.euros(found["price_cents"]),
        modes=list(found["modes"]),
        is_active=found["is_active"],
    )


async def add(practitioner: int, written: Service, *, key: str, now: datetime) -> int:
    """Add a service at the end of the list; answers its id. Sent twice with one `key`, it is added once.

    It is paid on the spot: rules of payment come with payments. Raises `Refusals` or `TooManyLines`.
    """
    facts = _checked(written)
    async with editing.edit(practitioner, now=now):
        await _refuse_practice(practitioner, written.practice)
        line, position, is_there = await lines.place_for(practitioner, Kind.SERVICE, key, now=now)
        if not is_there:
            await connection.execute(
                "INSERT INTO service (id, practitioner, position, practice, label, description,"
                " duration_minutes, price_cents, modes, is_active)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                line,
                practitioner,
                position,
                *_columns(written, facts),
            )
    return line


async def change(
    practitioner: int, line: int, written: Service, *, seen: str, now: datetime
) -> None:
    """Raises `Refusals`, `Overtaken`, `TakenOff`, or `NoSuchLine` (404)."""
    facts = _checked(written)
    async with lines.edit_line(practitioner, Kind.SERVICE, line, seen=seen, now=now):
        await _refuse_practice(practitioner, written.practice, line=line)
        refuse({"prix": await _below_deposit(line, facts.price_cents)})
        await connection.execute(
            "UPDATE service SET practice = $3, label = $4, description = $5, duration_minutes = $6,"
            " price_cents = $7, modes = $8, is_active = $9 WHERE id = $1 AND practitioner = $2",
            line,
            practitioner,
            *_columns(written, facts),
        )


def _columns(written: Service, facts: _Facts) -> tuple[object, ...]:
    return (
        written.practice,
        written.label,
        written.description,
        facts.duration_minutes,
        facts.price_cents,
        [mode for mode in vocabulary.MODES if mode in written.modes],
        written.is_active,
    )


def _checked(written: Service) -> _Facts:
    """Raises `Refusals`."""
    minutes = int(written.minutes) if re.fullmatch(r"[0-9]{1,3}", written.minutes) else 0
    price = money.cents(written.price)
    is_known = set(written.modes) <= set(vocabulary.MODES)
    errors: Errors = {
        "intitule": ""
        if written.label
        else "Donnez un intitulé à cette prestation, par exemple « Séance individuelle ».",
        "description": too_long(written.description, LONGEST_DESCRIPTION),
        "duree": ""
        if 10 <= minutes <= 480 and minutes % 5 == 0
        else "Une durée en minutes, de 10 à 480, par pas de 5 : 60, par exemple.",
        "prix": _wrong_price(price),
        "modes": "" if written.modes and is_known else "Cochez au moins un lieu de séance.",
    }
    errors["intitule"] = errors["intitule"] or too_long(written.label, LONGEST_LABEL)
    refuse(errors)
    return _Facts(minutes, price or 0)


def _wrong_price(price: int | None) -> str:
    if price is None:
        return "Un prix en euros, toutes taxes comprises : 65 ou 65,50. Zéro si c’est gratuit."
    return "" if price <= DEAREST_CENTS else "Le prix ne peut pas dépasser 2 000 €."


async def _refuse_practice(practitioner: int, practice: int, *, line: int = 0) -> None:
    """A service is of a practice the practitioner offers; the one it already had may stay. Raises `Refusals`."""
    found = await connection.row(
        "SELECT 1 FROM practice_offered WHERE practitioner = $1 AND practice = $2"
        " UNION ALL SELECT 1 FROM service WHERE id = $3 AND practitioner = $1 AND practice = $2",
        practitioner,
        practice,
        line,
    )
    refuse({"pratique": "" if found else "Choisissez l’une de vos pratiques."})


async def _below_deposit(line: int, price_cents: int) -> str:
    found = await connection.row("SELECT deposit_cents FROM service WHERE id = $1", line)
    deposit = found["deposit_cents"] if found else 0
    if not deposit or deposit < price_cents:
        return ""
    return f"Le prix doit dépasser l’acompte de cette prestation, {money.euros(deposit)} €."
