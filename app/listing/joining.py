"""An account becomes that of a practitioner: the name they practise under, and a longer password (decision 13).

A draft that an import prepared for the same e-mail address is taken over, once the address is confirmed: one person,
one page.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts import new_password, passwords, people
from app.accounts.devices import Origin
from app.accounts.signing_in import WrongCredentials
from app.database import connection
from app.directory.editing import Refusals, refuse
from app.directory.ownership import practitioner_of
from app.errors import Refused
from app.listing import drafts, noting
from app.listing.drafts import LONGEST_TRADE_NAME, Name
from app.listing.editing import text
from app.web.people import SignedIn

PAGE = "/devenir-praticien"


class NotForAdministrators(Refused):
    message = "Un compte d’administration reste à part : ouvrez un autre compte pour exercer."


class ConfirmFirst(Refused):
    message = "Confirmez d’abord votre adresse e-mail : le lien est dans votre boîte aux lettres."


class Joined(msgspec.Struct, frozen=True):
    """`is_taken_over`: the page is a draft that had been prepared for the address."""

    practitioner: int
    is_taken_over: bool = False


async def needs_password(account: UUID) -> bool:
    """Whether the account's password is shorter than what is asked of practitioners."""
    return not await passwords.is_long(account)


async def become(
    me: SignedIn, typed: Name, *, password: str, wanted: str, origin: Origin, now: datetime
) -> Joined:
    """Make a draft listing for the account, or take over the one prepared for its address. Asked twice, the first one
    is answered (decision 21).

    `password` is the current one, `wanted` the new one of 14 characters: both only read while `needs_password`.
    Raises `NotForAdministrators`, `ConfirmFirst`, `Refusals`, and what guards the password (`TooManyTries`, `Locked`).
    """
    if me.is_admin:
        raise NotForAdministrators
    known = await practitioner_of(me.account_id)
    if known is not None:
        return Joined(known)
    if not me.is_email_confirmed:
        raise ConfirmFirst
    name = _checked(typed)
    await _lengthen(me, password=password, wanted=wanted, origin=origin, now=now)
    async with connection.transaction():
        # One at a time for one account: of two clicks at once, the second finds what the first made.
        email = await _confirmed_address(me.account_id)
        known = await practitioner_of(me.account_id)
        if known is not None:
            return Joined(known)
        await passwords.ask_long(me.account_id)
        await drafts.one_by_one()
        prepared = await drafts.take_over(me.account_id, email, name, now)
        practitioner = prepared or await drafts.create(name, account=me.account_id, now=now)
        await noting.note(
            "dossier.ouvert", practitioner, by=me.account_id, reprise=prepared is not None
        )
    return Joined(practitioner, is_taken_over=prepared is not None)


async def _confirmed_address(account: UUID) -> str:
    """The address of the account as it is now, held until the end of the transaction. Raises `ConfirmFirst`."""
    found = await connection.row(
        "SELECT email FROM account WHERE id = $1 AND email_confirmed_at IS NOT NULL"
        " AND closed_at IS NULL FOR UPDATE",
        account,
    )
    if found is None:
        raise ConfirmFirst
    return str(found["email"])


def _checked(typed: Name) -> Name:
    errors = {}
    if typed.is_structure:
        errors["nom_commercial"] = text(typed.trade_name, 2, LONGEST_TRADE_NAME)
        if not errors["nom_commercial"] and not any(map(str.isalnum, typed.trade_name)):
            errors["nom_commercial"] = "Écrivez ce nom avec des lettres."
    else:
        for field, value in (("prenom", typed.first_name), ("nom", typed.last_name)):
            try:
                people.name(value)
            except Refused as refusal:
                errors[field] = refusal.message
        if len(typed.trade_name) > LONGEST_TRADE_NAME:
            errors["nom_commercial"] = f"Pas plus de {LONGEST_TRADE_NAME} caractères."
    refuse(errors)
    return typed


async def _lengthen(
    me: SignedIn, *, password: str, wanted: str, origin: Origin, now: datetime
) -> None:
    """Have a password of 14 characters, asked then and from then on (decision 13)."""
    if not await needs_password(me.account_id):
        return
    holder = await people.person(me.account_id)
    try:
        await passwords.refuse_weak(wanted, holder.about, shortest=passwords.SHORTEST_PRIVILEGED)
        await new_password.change(
            me.account_id,
            me.session_id,
            current=password,
            wanted=wanted,
            origin=origin,
            now=now,
        )
    except passwords.WeakPassword as refusal:
        raise Refusals({"mot_de_passe_nouveau": refusal.message}) from None
    except WrongCredentials as refusal:
        raise Refusals({"mot_de_passe": refusal.message}) from None
