"""The account of a person: signing up, confirming the address, and changing what it says of them (terms § 4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from app.accounts import acceptances, emails, links, passwords, throttling
from app.accounts.devices import Origin
from app.accounts.tables import LinkPurpose
from app.database import connection
from app.errors import NotFound, Refused
from app.evidence import register
from app.post import outbox
from app.web import addresses

LONGEST_NAME = 80
SIGN_UP_PAGE = "/inscription"
SIGN_IN_PATH = "/connexion"
FORGOTTEN_PATH = "/mot-de-passe/oublie"

_NOT_IN_NAMES = re.compile(r"[<>{}\[\]\\|@#$%^*=~`\"/;:!?&+_\d]|https?|www\.", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s().·-]+")
_FRENCH_NUMBER = re.compile(r"0([1-9]\d{8})")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


class WrongName(Refused):
    message = "Écrivez ce nom avec des lettres, des espaces, des traits d’union ou des apostrophes."


class NameMissing(WrongName):
    message = "Ce champ est obligatoire."


class NameTooLong(WrongName):
    message = f"Pas plus de {LONGEST_NAME} caractères."


class WrongPhone(Refused):
    message = "Ce numéro ne semble pas complet. Exemples : 06 12 34 56 78, +32 470 12 34 56."


class Person(msgspec.Struct, frozen=True):
    """An account, as its holder and the administrators see it; after closure only `id` and dates are left."""

    id: UUID
    email: str | None
    first_name: str
    last_name: str
    phone: str
    is_admin: bool
    created_at: datetime
    email_confirmed_at: datetime | None
    seen_at: datetime
    closed_at: datetime | None
    password_changed_at: datetime | None
    is_locked: bool
    has_second_factor: bool
    is_long_asked: bool = False

    @property
    def about(self) -> tuple[str, ...]:
        """What a password must not contain."""
        return tuple(filter(None, (self.email, self.first_name, self.last_name)))

    @property
    def shortest_password(self) -> int:
        is_privileged = self.is_admin or self.is_long_asked
        return passwords.SHORTEST_PRIVILEGED if is_privileged else passwords.SHORTEST


_PERSON = (
    "SELECT a.id, a.email, a.first_name, a.last_name, a.phone, a.is_admin, a.created_at,"
    " a.email_confirmed_at, a.seen_at, a.closed_at, p.changed_at AS password_changed_at,"
    " p.locked_at IS NOT NULL AS is_locked, f.confirmed_at IS NOT NULL AS has_second_factor,"
    " coalesce(p.is_long_asked, false) AS is_long_asked"
    " FROM account a LEFT JOIN password p ON p.account = a.id"
    " LEFT JOIN second_factor f ON f.account = a.id"
)


async def person(account: UUID) -> Person:
    """Raises `NotFound`."""
    found = await connection.row(f"{_PERSON} WHERE a.id = $1", account)
    if found is None:
        raise NotFound
    return Person(**found)


async def at(email: str) -> Person | None:
    """Who signs in with `email` (normalised)."""
    found = await connection.row(f"{_PERSON} WHERE a.email = $1", email)
    return Person(**found) if found else None


def name(typed: str) -> str:
    """A first or last name, spaces folded. Raises `WrongName`: what cannot be a name would end up in mails."""
    folded = " ".join(unicodedata.normalize("NFC", typed).split())
    if not folded:
        raise NameMissing
    if len(folded) > LONGEST_NAME:
        raise NameTooLong
    if (
        _NOT_IN_NAMES.search(folded)
        or not folded.isprintable()
        or not any(map(str.isalpha, folded))
    ):
        raise WrongName
    return folded


def phone(typed: str) -> str:
    """A telephone number in E.164 (`+33612345678`), or nothing. Ten French digits are read as such.

    Raises `WrongPhone`.
    """
    bare = _SEPARATORS.sub("", typed)
    if not bare:
        return ""
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if french := _FRENCH_NUMBER.fullmatch(bare):
        bare = f"+33{french[1]}"
    if bare.startswith("+330"):
        bare = f"+33{bare[4:]}"
    if not _E164.fullmatch(bare) or (bare.startswith("+33") and len(bare) != 12):
        raise WrongPhone
    return bare


async def sign_up(
    *,
    first_name: str,
    last_name: str,
    email: str,
    password: str,
    boxes: Mapping[str, str],
    origin: Origin,
    now: datetime,
    back: str = "",
) -> None:
    """Open an account, to be confirmed by the link sent; `boxes` are the ticked ones, by key (EX-4-1, EX-4-3).

    `back` is the page the link leads to once used, one of this site.

    When the address has an account already, nothing is said: its holder receives a mail, and the same work is
    done. Raises `WrongName`, `WrongAddress`, `WeakPassword`, `BoxMissing`, `VersionChanged`, `TooManyTries`.
    """
    names = name(first_name), name(last_name)
    address = emails.normal(email)
    asked = await acceptances.boxes_of_sign_up(now)
    acceptances.check(asked, boxes)
    await passwords.refuse_weak(password, (address, *names))
    await throttling.attempt(throttling.ADDRESS_SIGN_UP, addresses.network(origin.address), now=now)
    await throttling.attempt(throttling.MAILS_ASKED, address, now=now)
    kept_hash = await passwords.hashed(password)
    async with connection.transaction():
        account = await _insert(address, *names, now=now)
        if account is None:
            await tell_holder(address, now)
            return
        await passwords.keep(account, password, kept_hash, now=now)
        await _created(account, "personne")
        await acceptances.record(account, asked, page=SIGN_UP_PAGE, session=None, now=now)
        carries = back if len(back) <= links.LONGEST_CARRIED else ""
        await links.send(
            LinkPurpose.CONFIRM_EMAIL, to=address, account=account, now=now, carries=carries
        )


async def create(
    *, first_name: str, last_name: str, email: str, is_admin: bool, now: datetime
) -> UUID:
    """Make an account from the command line, its address taken as confirmed; it has no password yet.

    Raises `AddressTaken`, `WrongName`, `WrongAddress`.
    """
    address = emails.normal(email)
    names = name(first_name), name(last_name)
    async with connection.transaction():
        account = await _insert(address, *names, now=now, is_admin=is_admin)
        if account is None:
            raise AddressTaken
        await connection.execute(
            "UPDATE account SET email_confirmed_at = $2 WHERE id = $1", account, now
        )
        await _created(account, "ligne de commande")
        return account


class AddressTaken(Refused):
    message = "Un compte utilise déjà cette adresse."


async def confirm(account: UUID, *, now: datetime) -> bool:
    """The person has shown that the mailbox is theirs; answers whether that was news."""
    news = await connection.row(
        "UPDATE account SET email_confirmed_at = $2 WHERE id = $1 AND email_confirmed_at IS NULL"
        " AND closed_at IS NULL RETURNING email",
        account,
        now,
    )
    if news is None:
        return False
    await links.kill(account, LinkPurpose.CONFIRM_EMAIL, now=now)
    await changed(account, ["email_confirme"])
    await outbox.send(
        "welcome", to=news["email"], account=account, now=now, links=await _accepted(account)
    )
    return True


async def rename(account: UUID, *, first_name: str, last_name: str, phone_typed: str) -> None:
    """Change the names and the telephone (EX-4-4). Raises `WrongName`, `WrongPhone`."""
    wanted = {
        "prenom": name(first_name),
        "nom": name(last_name),
        "telephone": phone(phone_typed),
    }
    async with connection.transaction():
        found = await connection.row(
            "SELECT first_name AS prenom, last_name AS nom, phone AS telephone FROM account"
            " WHERE id = $1 AND closed_at IS NULL FOR UPDATE",
            account,
        )
        if found is None:
            raise NotFound
        different = [field for field, value in wanted.items() if found[field] != value]
        if not different:
            return
        await connection.execute(
            "UPDATE account SET first_name = $2, last_name = $3, phone = $4 WHERE id = $1",
            account,
            *wanted.values(),
        )
        await changed(account, different)


async def changed(account: UUID, fields: list[str], **more: Any) -> None:
    """Evidence of a change by the person: the names of the fields, never their content."""
    await register.write(
        "compte.modifie",
        subject_type="compte",
        subject=account,
        content={"champs": fields, "auteur": "personne"} | more,
    )


async def _insert(
    address: str, first_name: str, last_name: str, *, now: datetime, is_admin: bool = False
) -> UUID | None:
    """The new account, or None when the address is taken: of two sign-ups at once, one makes it (EX-5-3)."""
    found = await connection.row(
        "INSERT INTO account (id, email, first_name, last_name, phone, is_admin, created_at, seen_at,"
        " inactivity_warnings) VALUES ($1, $2, $3, $4, '', $5, $6, $6, 0)"
        " ON CONFLICT (email) DO NOTHING RETURNING id",
        uuid4(),
        address,
        first_name,
        last_name,
        is_admin,
        now,
    )
    return found["id"] if found else None


async def _created(account: UUID, by: str) -> None:
    await register.write(
        "compte.cree", subject_type="compte", subject=account, content={"auteur": by}
    )


async def tell_holder(address: str, now: datetime) -> None:
    holder = await at(address)
    await outbox.send(
        "already_registered",
        to=address,
        account=holder.id if holder else None,
        now=now,
        sign_in_path=SIGN_IN_PATH,
        reset_path=FORGOTTEN_PATH,
    )


async def ask_confirmation_again(account: UUID, *, now: datetime) -> None:
    """Send the link of confirmation once more, to the person signed in. Raises `TooManyTries`."""
    async with connection.transaction():
        holder = await person(account)
        if holder.email is None or holder.email_confirmed_at is not None:
            return
        await throttling.attempt(throttling.MAILS_ASKED, holder.email, now=now)
        await links.send(LinkPurpose.CONFIRM_EMAIL, to=holder.email, account=account, now=now)


async def _accepted(account: UUID) -> list[tuple[str, str]]:
    """The accepted texts, with where each is read and downloaded for ever (E2)."""
    return [
        (line.label, f"/documents/{line.document.value}/{line.number}")
        for line in await acceptances.of(account)
    ]
