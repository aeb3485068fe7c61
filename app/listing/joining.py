"""An account becomes that of a practitioner: the name they practise under, and a longer password (decision 13)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts import new_password, passwords, people
from app.accounts.devices import Origin
from app.accounts.signing_in import WrongCredentials
from app.database import connection
from app.directory import completeness
from app.directory.editing import Refusals
from app.directory.names import base_letters, sort_name, sort_tie
from app.directory.ownership import practitioner_of
from app.directory.tables import ListingState
from app.errors import Refused
from app.listing import legal_identity, noting
from app.listing.editing import refuse, text
from app.listing.gate import today
from app.web.people import SignedIn

PAGE = "/devenir-praticien"
LONGEST_TRADE_NAME = 120
LONGEST_SLUG = 110


class NotForAdministrators(Refused):
    message = "Un compte d’administration reste à part : ouvrez un autre compte pour exercer."


class ConfirmFirst(Refused):
    message = "Confirmez d’abord votre adresse e-mail : le lien est dans votre boîte aux lettres."


class Name(msgspec.Struct, frozen=True):
    """The name to be listed under, as typed; the trade name alone for a structure."""

    first_name: str = ""
    last_name: str = ""
    trade_name: str = ""
    is_structure: bool = False


async def needs_password(account: UUID) -> bool:
    """Whether the account's password is shorter than what is asked of practitioners."""
    return not await passwords.is_long(account)


async def become(
    me: SignedIn, typed: Name, *, password: str, wanted: str, origin: Origin, now: datetime
) -> int:
    """Make a draft listing for the account; answers its number. Asked twice, the first one is answered (decision 21).

    `password` is the current one, `wanted` the new one of 14 characters: both only read while `needs_password`.
    Raises `NotForAdministrators`, `ConfirmFirst`, `Refusals`, and what guards the password (`TooManyTries`, `Locked`).
    """
    if me.is_admin:
        raise NotForAdministrators
    known = await practitioner_of(me.account_id)
    if known is not None:
        return known
    if not me.is_email_confirmed:
        raise ConfirmFirst
    name = _checked(typed)
    await _lengthen(me, password=password, wanted=wanted, origin=origin, now=now)
    async with connection.transaction():
        # One at a time for one account: of two clicks at once, the second finds what the first made.
        await connection.execute("SELECT 1 FROM account WHERE id = $1 FOR UPDATE", me.account_id)
        known = await practitioner_of(me.account_id)
        if known is not None:
            return known
        await passwords.ask_long(me.account_id)
        practitioner = await create(name, account=me.account_id, now=now)
        await noting.note("dossier.ouvert", practitioner, by=me.account_id)
    return practitioner


async def create(name: Name, *, account: UUID | None, now: datetime) -> int:
    """A draft listing under this name, with an address of its own and nothing else yet; in a transaction."""
    named = msgspec.structs.asdict(name)
    # Two namesakes at once would find the same address free.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtext('practitioner_slug'))")
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
    await legal_identity.write_criteria(practitioner, today=today(now))
    await completeness.write(practitioner, "hours", is_met=False)
    await completeness.refresh(practitioner, now=now)
    return practitioner


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
