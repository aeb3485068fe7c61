"""The consumer mediator a practitioner depends on (EX-3.1-6; C. conso. L616-1)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.database import connection
from app.directory import links
from app.directory.editing import refuse
from app.listing import editing, rules
from app.listing.editing import text
from app.listing.insurance import day
from app.listing.tables import DossierItem


class Mediator(msgspec.Struct, frozen=True):
    """As typed; the membership number is private, the day it ends optional."""

    name: str = ""
    address: str = ""
    website: str = ""
    phone: str = ""
    email: str = ""
    membership_number: str = ""
    ends_on: str = ""


async def of(practitioner: int) -> Mediator:
    """Empty while none is told. For its practitioner and administrators only."""
    found = await connection.row("SELECT * FROM mediator WHERE practitioner = $1", practitioner)
    if found is None:
        return Mediator()
    names = [name for name in Mediator.__struct_fields__ if name != "ends_on"]
    ends_on = found["ends_on"].isoformat() if found["ends_on"] else ""
    return Mediator(ends_on=ends_on, **{name: found[name] for name in names})


async def save(practitioner: int, typed: Mediator, *, seen: str, by: UUID, now: datetime) -> None:
    """Raises `Refusals`, `Overtaken`, `StillNeeded`."""
    website = links.https(typed.website, longest=200)
    phone = rules.phone(typed.phone) if typed.phone else ""
    email = rules.email(typed.email) if typed.email else ""
    ends_on = day(typed.ends_on) if typed.ends_on else None
    refuse(
        {
            "nom": text(typed.name, 2, 160),
            "adresse": text(typed.address, 5, 200),
            "site": "" if website else "L’adresse d’un site qui commence par https://",
            "telephone": "" if phone is not None else "Ce numéro ne semble pas complet.",
            "courriel": "" if email is not None else "Cette adresse n’est pas complète.",
            "adhesion": "Pas plus de 40 caractères." if len(typed.membership_number) > 40 else "",
            "fin": "Une date, par exemple 31/12/2026." if typed.ends_on and not ends_on else "",
        }
    )
    async with editing.edit(
        practitioner, DossierItem.MEDIATOR, seen=seen, by=by, now=now, action="enregistre"
    ):
        await connection.execute(
            "INSERT INTO mediator (practitioner, name, address, website, phone, email, membership_number,"
            " ends_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (practitioner) DO UPDATE SET"
            " name = excluded.name, address = excluded.address, website = excluded.website,"
            " phone = excluded.phone, email = excluded.email,"
            " membership_number = excluded.membership_number, ends_on = excluded.ends_on",
            practitioner,
            typed.name,
            typed.address,
            website,
            phone,
            email,
            typed.membership_number,
            ends_on,
        )
