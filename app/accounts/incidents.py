"""« Ce n’était pas moi »: the person reports an access that is not theirs (EX-4-6; terms § 4).

Everything closes at once, and only a new password, by a link to the person's mailbox, opens the account again.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from app.accounts import (
    administrators,
    closing,
    devices,
    links,
    new_email,
    people,
    second_factor,
    sessions,
)
from app.accounts.devices import Origin
from app.accounts.tables import LinkPurpose
from app.database import connection
from app.evidence import register

ADMIN_PATH = "/admin/personnes"

_MADE_FOR_A_STRANGER = [purpose for purpose in LinkPurpose if purpose is not LinkPurpose.NOT_ME]
"""The other « ce n’était pas moi » links stay: each undoes its own change, in whatever order they are opened."""


async def report(account: UUID, *, origin: Origin, now: datetime) -> None:
    """Reported from the account, by the person signed in: their own sign-in session ends too."""
    async with connection.transaction():
        await _close_everything(account, origin, now)


async def not_me(token: str, *, origin: Origin, now: datetime) -> UUID:
    """Reported by the link of a mail (password, address, second factor changed; new device).

    A change of address is undone, with what followed it, unless somebody has shown since that the former one is
    theirs; a second factor just set is taken off. Raises `DeadLink`.
    """
    async with connection.transaction():
        link = await links.use(token, LinkPurpose.NOT_ME, now=now)
        if link.carries.startswith(new_email.FORMER):
            await _give_back_address(link.account, link.carries.removeprefix(new_email.FORMER), now)
            # Since the change, what was told by mail was told to whoever made it.
            await links.kill_made_since(
                link.account, LinkPurpose.NOT_ME, since=link.made_at, now=now
            )
        if link.carries:
            await second_factor.take_off_set_since(link.account, link.made_at)
        await _close_everything(link.account, origin, now)
        return link.account


async def _close_everything(account: UUID, origin: Origin, now: datetime) -> None:
    holder = await people.person(account)
    if holder.email is None:
        raise links.DeadLink
    await links.kill(account, *_MADE_FOR_A_STRANGER, now=now)
    # Before the sign-in sessions end: a sign-in under way opens its own first, or finds the lock.
    await connection.execute(
        "UPDATE password SET locked_at = coalesce(locked_at, $2) WHERE account = $1", account, now
    )
    await sessions.end_all(account)
    await devices.forget_all(account)
    await second_factor.forget_setup(account)
    await register.write(
        "auth.signale", subject_type="compte", subject=account, content=dict(origin.traces())
    )
    await register.write(
        "compte.verrouille",
        subject_type="compte",
        subject=account,
        content={"motif": "acces_non_autorise", "auteur": "personne"},
    )
    await links.send(LinkPurpose.RESET_PASSWORD, to=holder.email, account=account, now=now)
    # An access that was not its holder's may concern others.
    await administrators.alert(
        "Un accès non autorisé a été signalé", f"{ADMIN_PATH}/{account}", now=now
    )


async def _give_back_address(account: UUID, former: str, now: datetime) -> None:
    async with connection.transaction() as current:
        await closing.close_never_confirmed(former, now=now)
        point = await current.savepoint()
        try:
            await new_email.replace(account, former, now=now)
        except asyncpg.UniqueViolationError:
            # Somebody opened an account there since, and owns the mailbox: the report counts all the same.
            await point.rollback_to()  # type: ignore[no-untyped-call]  # Piccolo's
