"""Another address to sign in with: it takes effect once its own mailbox has answered (EX-4-4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from app.accounts import emails, links, people, signing_in, throttling
from app.accounts.devices import Origin
from app.accounts.people import AddressTaken
from app.accounts.tables import LinkPurpose
from app.database import connection
from app.errors import NotFound
from app.post import outbox

FORMER = "email:"
"""How the « ce n’était pas moi » link sent to the former address carries it."""


class SameAddress(emails.WrongAddress):
    message = "C’est déjà votre adresse."


async def ask(account: UUID, typed: str, *, password: str, origin: Origin, now: datetime) -> None:
    """Send a link to the new address; until it is used, nothing changes. An address that another account uses gets
    the same answer, and its holder a mail.

    Raises `WrongAddress`, `SameAddress`, `WrongCredentials`, `TooManyTries`, `Locked`.
    """
    address = emails.normal(typed)
    holder = await people.person(account)
    if address == holder.email:
        raise SameAddress
    await signing_in.check_password(account, password, origin=origin, now=now)
    await throttling.attempt(throttling.MAILS_ASKED, address, now=now)
    async with connection.transaction():
        if await people.at(address) is not None:
            await people.tell_holder(address, now)
            return
        purpose = LinkPurpose.CHANGE_EMAIL
        await links.send(purpose, to=address, account=account, now=now, carries=address)


async def take_effect(token: str, *, now: datetime) -> UUID:
    """Change the address, by the link sent to the new one; the old one is told, with a way back.

    Raises `DeadLink`, and `AddressTaken` when another account took it meanwhile.
    """
    try:
        async with connection.transaction():
            link = await links.use(token, LinkPurpose.CHANGE_EMAIL, now=now)
            former = await replace(link.account, link.carries, now=now)
            for address, carries in ((former, f"{FORMER}{former}"), (link.carries, "")):
                await outbox.send(
                    "email_changed",
                    to=address,
                    account=link.account,
                    now=now,
                    changed_at=now,
                    not_me_path=await links.make(
                        link.account, LinkPurpose.NOT_ME, now=now, carries=carries
                    ),
                )
            return link.account
    except asyncpg.UniqueViolationError:
        raise AddressTaken from None


async def replace(account: UUID, address: str, *, now: datetime) -> str:
    """Put `address` in the place of the account's, in the current transaction; answers the former one.

    What was sent to the former mailbox dies with it. Raises asyncpg's `UniqueViolationError` when it is taken.
    """
    former = await connection.row(
        "SELECT email FROM account WHERE id = $1 AND closed_at IS NULL FOR UPDATE", account
    )
    if former is None:
        raise NotFound
    await connection.execute(
        "UPDATE account SET email = $2, email_confirmed_at = $3 WHERE id = $1",
        account,
        address,
        now,
    )
    await links.kill(
        account,
        LinkPurpose.RESET_PASSWORD,
        LinkPurpose.SIGN_IN,
        LinkPurpose.CONFIRM_EMAIL,
        LinkPurpose.UNLOCK,
        LinkPurpose.CHANGE_EMAIL,
        now=now,
    )
    await people.changed(account, ["email"])
    address_before: str = former["email"]
    return address_before
