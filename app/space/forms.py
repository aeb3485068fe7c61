"""What the forms of the space send, and how a refusal is told beside its field."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts import passwords, signing_in
from app.accounts.devices import Origin
from app.errors import Refused
from app.web.forms import Sent
from app.web.people import SignedIn

Errors = dict[str, str]
"""By name of field; the empty name is for what concerns no field."""

PASSWORD = "mot_de_passe"  # noqa: S105  # the name of a field


class Asker(msgspec.Struct, frozen=True):
    """Who sends a form, from where, what it says, and when (UTC)."""

    me: SignedIn
    origin: Origin
    sent: Sent
    now: datetime

    @property
    def account(self) -> UUID:
        return self.me.account_id


async def refusals(
    work: Awaitable[object], *, field: str = PASSWORD, **kinds: type[Refused]
) -> Errors:
    """Do `work`; what it refuses, under the field of its kind, else under `field`: the password that allows it, to be
    typed again whatever is refused, or empty where none is asked."""
    try:
        await work
    except Refused as refusal:
        named = (name for name, kind in kinds.items() if isinstance(refusal, kind))
        errors = {next(named, field): refusal.message}
        if field:
            errors.setdefault(field, passwords.TYPE_AGAIN)
        return errors
    return {}


async def password_refused(asker: Asker, field: str = PASSWORD) -> Errors:
    """What is wrong with the password of `field`, for what asks for it each time."""
    password = asker.sent.secret(field)
    checking = signing_in.check_password(
        asker.account, password, origin=asker.origin, now=asker.now
    )
    return await refusals(checking, field=field)


async def identity_refused(asker: Asker) -> Errors:
    """Take the password sent as a proof of who asks, good for a while; what is wrong with it."""
    proving = signing_in.prove(
        asker.account,
        asker.me.session_id,
        asker.sent.secret(PASSWORD),
        origin=asker.origin,
        now=asker.now,
    )
    return await refusals(proving)


def page_number(typed: str) -> int:
    """The number of a page as an address says it; 1 for anything else."""
    return int(typed) if typed.isdecimal() and len(typed) < 7 else 1
