"""« Ce n’était pas moi »: the person reports an access that is not theirs (EX-4-6; terms § 4).

Everything closes at once, and only a new password, by a link to the person's mailbox, opens the account again.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from app.accounts import devices, links, new_email, people, second_factor, sessions
from app.accounts.devices import Origin
from app.accounts.tables import LinkPurpose
from app.database import connection
from app.evidence import register
from app.post import outbox

ADMIN_PATH = "/admin/personnes"

_MADE_FOR_A_STRANGER = [purpose for purpose in LinkPurpose if purpose is not LinkPurpose.NOT_ME]
"""The other « ce n’était pas moi » links stay: each undoes its own change, in whatever order they are opened."""


async def report(account: UUID, *, origin: Origin, now: datetime) -> None:
    """Reported from the account, by the person signed in: this session ends too."""
    async with connection.transaction():
        await _close_everything(account, origin, now)


async def not_me(token: str, *, origin: Origin, now: datetime) -> UUID:
    """Reported by the link of a mail (password, address, second factor changed; new device).

    A change of address is undone while the former one is free; a second factor just set is taken off. Raises
    `DeadLink`.
    """
    async with connection.transaction():
        link = await links.use(token, LinkPurpose.NOT_ME, now=now)
        if link.carries.startswith(new_email.FORMER):
            await _give_back_address(link.account, link.carries.removeprefix(new_email.FORMER), now)
        if link.carries == second_factor.SECOND_FACTOR_SET:
            await _take_off_second_factor(link.account)
        await _close_everything(link.account, origin, now)
        return link.account


async def _close_everything(account: UUID, origin: Origin, now: datetime) -> None:
    holder = await people.person(account)
    if holder.email is None:
        raise links.DeadLink
    await sessions.end_all(account)
    await devices.forget_all(account)
    await links.kill(account, *_MADE_FOR_A_STRANGER, now=now)
    await connection.execute(
        "UPDATE password SET locked_at = coalesce(locked_at, $2) WHERE account = $1", account, now
    )
    await register.write(
        "auth.signale", subject_type="compte", subject=account, content=dict(origin.traces())
    )
    await register.write(
        "compte.verrouille",
        subject_type="compte",
        subject=account,
        content={"motif": "acces_non_autorise", "auteur": "personne"},
    )
    purpose = LinkPurpose.RESET_PASSWORD
    await outbox.send(
        "reset_password",
        to=holder.email,
        account=account,
        now=now,
        path=await links.make(account, purpose, now=now),
        minutes=links.minutes(purpose),
    )
    await _alert_admins(account, now)


async def _give_back_address(account: UUID, former: str, now: datetime) -> None:
    async with connection.transaction() as current:
        point = await current.savepoint()
        try:
            await new_email.replace(account, former, now=now)
        except asyncpg.UniqueViolationError:
            # Somebody opened an account there since: the report counts all the same.
            await point.rollback_to()  # type: ignore[no-untyped-call]  # Piccolo's


async def _take_off_second_factor(account: UUID) -> None:
    await connection.execute(
        "DELETE FROM second_factor f USING account a WHERE f.account = $1 AND a.id = $1"
        " AND NOT a.is_admin",
        account,
    )
    await connection.execute(
        "DELETE FROM recovery_code c USING account a WHERE c.account = $1 AND a.id = $1"
        " AND NOT a.is_admin",
        account,
    )


async def _alert_admins(account: UUID, now: datetime) -> None:
    """E39: an access that was not its holder's may concern others."""
    admins = await connection.rows(
        "SELECT id, email FROM account WHERE is_admin AND closed_at IS NULL"
    )
    for admin in admins:
        await outbox.send(
            "admin_alert",
            to=admin["email"],
            account=admin["id"],
            now=now,
            links=[("Un accès non autorisé a été signalé", f"{ADMIN_PATH}/{account}")],
        )
