"""Links asked for with an address alone: a new password, a connection, the end of a lock.

The page only leaves a note; the worker looks whether the address has an account. So the page takes the same time,
and says the same, whoever asks about whom.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from app.accounts import emails, links, people, suspensions, throttling
from app.accounts.devices import Origin
from app.accounts.tables import LinkPurpose
from app.database import connection
from app.jobs import queue
from app.web import addresses

LINK_ASKED = "link_asked"
"""The note the worker reads; it carries an `Asked`."""

NOTE_LIFE = timedelta(hours=2)
"""A note read later than this sends nothing: the person has long since asked again."""

_LIMITS = {
    LinkPurpose.RESET_PASSWORD: throttling.ADDRESS_RESET,
    LinkPurpose.SIGN_IN: throttling.ADDRESS_LINK,
}
"""By network: how often each is asked for from one place."""


class Asked(msgspec.Struct, frozen=True):
    purpose: LinkPurpose
    email: str
    at: datetime


async def ask(purpose: LinkPurpose, email: str, *, origin: Origin, now: datetime) -> None:
    """Ask for a link to be sent to `email`, if an account is open there. Raises `WrongAddress`, `TooManyTries`."""
    address = emails.normal(email)
    await throttling.attempt(_LIMITS[purpose], addresses.network(origin.address), now=now)
    await throttling.attempt(throttling.MAILS_ASKED, address, now=now)
    async with connection.transaction():
        await leave(purpose, address, now=now)


async def leave(purpose: LinkPurpose, address: str, *, now: datetime) -> None:
    """Leave the note, in the current transaction."""
    await queue.enqueue(LINK_ASKED, Asked(purpose, address, now))


async def answer(note: bytes, *, now: datetime) -> bool:
    """Send the link that `note` asks for, if the address has an account that may use it; answers whether it did."""
    asked = msgspec.json.decode(note, type=Asked)
    if now - asked.at > NOTE_LIFE:
        return False
    async with connection.transaction():
        holder = await people.at(asked.email)
        if holder is None or await suspensions.is_suspended(holder.id, now):
            return False
        await links.send(asked.purpose, to=asked.email, account=holder.id, now=now)
    return True
