"""A new password: chosen in the account, or by the link of « mot de passe oublié » (terms § 4; EX-4-2, EX-4-6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.accounts import devices, links, passwords, people, second_factor, sessions, signing_in
from app.accounts.devices import Origin
from app.accounts.people import Person
from app.accounts.tables import LinkPurpose
from app.database import connection
from app.evidence import register
from app.post import outbox


class SamePassword(passwords.WeakPassword):
    message = "C’est déjà votre mot de passe : choisissez-en un autre."


async def change(
    account: UUID,
    session: UUID,
    *,
    current: str,
    wanted: str,
    origin: Origin,
    now: datetime,
) -> None:
    """Change it, knowing the current one; the other sign-in sessions end.

    Raises `WrongCredentials`, `TooManyTries`, `Locked`, `WeakPassword`, `SamePassword`.
    """
    holder = await people.person(account)
    await signing_in.check_password(account, current, origin=origin, now=now)
    fresh = await _acceptable(holder, wanted)
    async with connection.transaction():
        await _kill_links(account, now=now)
        await passwords.keep(account, wanted, fresh, now=now)
        await sessions.end_all(account, but=session)
        await sessions.prove(session, now=now)
        await second_factor.forget_setup(account)
        await _told(holder, "changement", origin, now)


async def reset(token: str, wanted: str, *, origin: Origin, now: datetime) -> UUID:
    """Choose another one by the mailed link; answers whose it is. Every sign-in session ends, every other link
    dies, the locks are lifted (EX-4-6).

    Raises `DeadLink`, `WeakPassword`, `SamePassword`; the link still works after a password refused.
    """
    link = await links.look(token, now=now)
    if link.purpose is not LinkPurpose.RESET_PASSWORD:
        raise links.DeadLink
    holder = await people.person(link.account)
    fresh = await _acceptable(holder, wanted)
    async with connection.transaction():
        await links.use(token, LinkPurpose.RESET_PASSWORD, now=now)
        await _kill_links(holder.id, LinkPurpose.UNLOCK, now=now)
        await passwords.keep(holder.id, wanted, fresh, now=now)
        await sessions.end_all(holder.id)
        await signing_in.lift_locks(holder.id)
        await devices.forget_all(holder.id)
        await second_factor.forget_setup(holder.id)
        await people.confirm(holder.id, now=now)
        await _told(holder, "lien", origin, now)
    return holder.id


async def first(account: UUID, wanted: str, *, now: datetime) -> None:
    """Give a password to an account made from the command line. Raises `WeakPassword`."""
    fresh = await _acceptable(await people.person(account), wanted)
    await passwords.keep(account, wanted, fresh, now=now)


async def _acceptable(holder: Person, wanted: str) -> str:
    """The hash of `wanted`, once it meets the rule and differs from the current one."""
    await passwords.refuse_weak(wanted, holder.about, shortest=holder.shortest_password)
    kept = await passwords.hash_of(holder.id)
    if kept is not None and await passwords.is_right(wanted, kept):
        raise SamePassword
    return await passwords.hashed(wanted)


async def _kill_links(account: UUID, *more: LinkPurpose, now: datetime) -> None:
    """What was asked for with the former password no longer works. Before the password is changed: a link being used
    at that very moment has then opened its session, which ends with the others."""
    await links.kill(
        account,
        LinkPurpose.RESET_PASSWORD,
        LinkPurpose.SIGN_IN,
        LinkPurpose.CHANGE_EMAIL,
        *more,
        now=now,
    )


async def _told(holder: Person, way: str, origin: Origin, now: datetime) -> None:
    """E4, and the evidence."""
    await register.write(
        "auth.mdp_change",
        subject_type="compte",
        subject=holder.id,
        content={"par": way} | origin.traces(),
    )
    if holder.email is not None:
        await outbox.send(
            "password_changed",
            to=holder.email,
            account=holder.id,
            now=now,
            changed_at=now,
            not_me_path=await links.make(holder.id, LinkPurpose.NOT_ME, now=now),
        )
