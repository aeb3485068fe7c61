"""The page « Mes données »: names, telephone, address, and the yearly invitation to read them again (§ 4, § 5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.accounts import new_email, people
from app.accounts.emails import WrongAddress
from app.database import connection
from app.errors import Refused
from app.space.forms import PASSWORD, Asker, Errors, refusals
from app.web.people import SignedIn

YEAR = timedelta(days=365)
FIELDS = ["prenom", "nom", "telephone", "email", "email_confirme"]
"""What the register calls the details a person gives of themselves."""


class Details(msgspec.Struct, frozen=True):
    first_name: str
    last_name: str
    phone: str


async def shown(me: SignedIn, now: datetime) -> dict[str, Any]:
    """What `space/data.html` needs before anything is typed."""
    holder = await people.person(me.account_id)
    return {
        "details": Details(holder.first_name, holder.last_name, holder.phone),
        "email": holder.email,
        "is_email_confirmed": holder.email_confirmed_at is not None,
        "is_check_due": await is_check_due(me.account_id, now),
        "new_email": "",
        "errors": {},
        "email_errors": {},
    }


async def change(asker: Asker) -> tuple[Details, Errors]:
    """Change names and telephone (EX-4-4); what was typed, and what is wrong with each."""
    sent, errors = asker.sent, Errors()
    typed = Details(
        sent.text("prenom", max=200), sent.text("nom", max=200), sent.text("telephone", max=40)
    )
    for field, rule, value in (
        ("prenom", people.name, typed.first_name),
        ("nom", people.name, typed.last_name),
        ("telephone", people.phone, typed.phone),
    ):
        try:
            rule(value)
        except Refused as refusal:
            errors[field] = refusal.message
    if not errors:
        await people.rename(
            asker.account,
            first_name=typed.first_name,
            last_name=typed.last_name,
            phone_typed=typed.phone,
        )
    return typed, errors


async def change_email(asker: Asker) -> tuple[str, Errors]:
    """Have a link sent to the address typed (EX-4-4); the address, and what is refused."""
    typed = asker.sent.text("courriel", max=400)
    asking = new_email.ask(
        asker.account,
        typed,
        password=asker.sent.secret(PASSWORD),
        origin=asker.origin,
        now=asker.now,
    )
    return typed, await refusals(asking, courriel=WrongAddress)


async def is_check_due(account: UUID, now: datetime) -> bool:
    """Whether the person's details were neither given, changed nor read again for a year (EX-5-4)."""
    found = await connection.row(
        "SELECT max(written_at) AS at FROM evidence_entry WHERE subject_type = 'compte'"
        " AND subject_id = $1 AND (kind = 'compte.cree' OR kind = 'compte.modifie'"
        " AND (content::jsonb ? 'relues' OR content::jsonb -> 'champs' ?| $2::text[]))",
        account,
        FIELDS,
    )
    return found is None or found["at"] is None or now - found["at"] > YEAR


async def checked(account: UUID) -> None:
    """The person read their details again and leaves them as they are."""
    async with connection.transaction():
        await people.changed(account, [], relues=True)
