"""Signing in, by password or by a link sent by mail, then by a one-time code where there is a second factor.

Whether an address has an account is never told: the same work is done, the same words are answered.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.accounts import (
    asking,
    devices,
    emails,
    links,
    passwords,
    people,
    second_factor,
    sessions,
    suspensions,
    throttling,
)
from app.accounts.devices import Origin
from app.accounts.tables import LinkPurpose
from app.database import connection
from app.errors import Refused
from app.evidence import register
from app.post import outbox
from app.sealing import signing
from app.web import addresses

TICKET_LIFE = timedelta(minutes=10)
_TICKET = "second_factor"
NOBODY = UUID(int=0)


class WrongCredentials(Refused):
    message = "L’adresse ou le mot de passe ne correspond pas."


class MustChangePassword(Refused):
    message = (
        "Un accès non autorisé a été signalé : choisissez un nouveau mot de passe, par le lien qui vous a "
        "été envoyé ou par « mot de passe oublié »."
    )


class TicketOver(Refused):
    message = "Trop de temps a passé : recommencez la connexion."


class Entered(msgspec.Struct, frozen=True):
    """Signed in. The browser keeps `session_token` for `lasting`, and `device_token` for thirteen months."""

    account: UUID
    session: UUID
    session_token: str
    device_token: str
    lasting: timedelta


class CodeAsked(msgspec.Struct, frozen=True):
    """The first factor is right; `ticket` says so for ten minutes and gives no access by itself."""

    ticket: str


class _Holder(msgspec.Struct, frozen=True):
    id: UUID
    email: str
    is_admin: bool
    hash: str | None
    is_confirmed: bool
    changed_at: datetime | None
    is_locked: bool
    has_second_factor: bool


_HOLDER = (
    "SELECT a.id, a.email, a.is_admin, a.email_confirmed_at IS NOT NULL AS is_confirmed,"
    " p.hash, p.changed_at, p.locked_at IS NOT NULL AS is_locked,"
    " f.confirmed_at IS NOT NULL AS has_second_factor FROM account a"
    " LEFT JOIN password p ON p.account = a.id LEFT JOIN second_factor f ON f.account = a.id"
    " WHERE a.closed_at IS NULL AND"
)


async def by_password(
    email: str, password: str, *, origin: Origin, now: datetime
) -> Entered | CodeAsked:
    """Sign in with the password. Raises `WrongAddress`, `WrongCredentials`, `TooManyTries`, `Locked`; and to who gave
    the right password, `MustChangePassword` and `Suspended`."""
    address = emails.normal(email)
    network = addresses.network(origin.address)
    await throttling.attempt(throttling.ADDRESS_SIGN_IN, network, now=now)
    holder = await _holder_at(address)
    limit, key = throttling.SIGN_IN, address
    # Asked even when nobody has the address: a cookie made up must not tell the difference.
    if origin.device_token and await devices.is_known(
        holder.id if holder else NOBODY, origin.device_token
    ):
        limit = throttling.SIGN_IN_DEVICE
        key = _device_key(address, signing.digest(origin.device_token))
    tries = await throttling.attempt(limit, key, now=now)
    if not await passwords.is_right(password, holder.hash if holder else None) or holder is None:
        await _refused(holder, address, origin, is_last=tries >= limit.most, now=now)
        raise WrongCredentials
    await throttling.forget(limit, key)
    await throttling.give_back(throttling.ADDRESS_SIGN_IN, network)
    if holder.is_locked:
        raise MustChangePassword
    if holder.hash is not None and passwords.is_outdated(holder.hash):
        await _hash_again(holder.id, password, holder.hash)
    return await _next_step(holder, origin, now)


async def by_link(token: str, *, origin: Origin, now: datetime) -> Entered | CodeAsked:
    """Sign in with a mailed link, which also confirms the address. Raises `DeadLink`, `MustChangePassword`,
    `Suspended`."""
    async with connection.transaction():
        link = await links.use(token, LinkPurpose.SIGN_IN, now=now)
        return await _by_mailbox(link.account, origin, now)


async def by_confirmation(token: str, *, origin: Origin, now: datetime) -> Entered | CodeAsked:
    """Confirm the address of a new account and sign in. Raises as `by_link`."""
    async with connection.transaction():
        link = await links.use(token, LinkPurpose.CONFIRM_EMAIL, now=now)
        return await _by_mailbox(link.account, origin, now)


async def unlock(token: str, *, now: datetime) -> None:
    """Allow tries by password again (« bloqué après dix essais »). Raises `DeadLink`."""
    async with connection.transaction():
        link = await links.use(token, LinkPurpose.UNLOCK, now=now)
        await lift_locks(link.account)
        await people.changed(link.account, ["verrou"])


async def lift_locks(account: UUID) -> None:
    """The person has shown that the mailbox is theirs: failures of strangers no longer count."""
    holder = await people.person(account)
    if holder.email is not None:
        await throttling.forget(throttling.SIGN_IN, holder.email)
        for device in await devices.known_to(account):
            await throttling.forget(throttling.SIGN_IN_DEVICE, _device_key(holder.email, device))
    await throttling.forget(throttling.SECOND_FACTOR, str(account))
    await throttling.forget(throttling.PROOF, str(account))


def _device_key(address: str, token_hash: bytes) -> str:
    return f"{address}:{token_hash.hex()}"


async def by_code(ticket: str, code: str, *, origin: Origin, now: datetime) -> Entered:
    """The second step: a one-time code, or a recovery code. Raises `TicketOver`, `WrongCode`, `TooManyTries`,
    `Locked`, `Suspended`."""
    account, password_of = _said(ticket, now)
    tries = await throttling.attempt(throttling.SECOND_FACTOR, str(account), now=now)
    holder = await _holder(account)
    try:
        async with connection.transaction():
            await second_factor.check(account, code, now=now)
            await throttling.forget(throttling.SECOND_FACTOR, str(account))
            return await _enter(
                account, password_of, origin=origin, now=now, has_second_factor=True
            )
    except second_factor.WrongCode:
        is_last = tries >= throttling.SECOND_FACTOR.most
        await _refused(holder, holder.email, origin, is_last=is_last, now=now)
        raise


def _ticket(holder: _Holder, now: datetime) -> str:
    return signing.sign(_TICKET, f"{holder.id} {_moment(holder.changed_at)}", now=now)


def _said(ticket: str, now: datetime) -> tuple[UUID, str]:
    """Who gave the first factor, and of when their password was. Raises `TicketOver`."""
    try:
        said = signing.signed(_TICKET, ticket, max_age=TICKET_LIFE, now=now)
    except signing.BadSignature:
        raise TicketOver from None
    account, _, password_of = said.partition(" ")
    return UUID(account), password_of


def _moment(changed_at: datetime | None) -> str:
    return changed_at.isoformat() if changed_at else ""


async def _refuse_overtaken(account: UUID, password_of: str) -> None:
    """Raise `MustChangePassword` or `TicketOver` when the account was locked, or its password changed, since the first
    factor was given. The row is held: a change under way ends the session opened next with the others, or is seen."""
    found = await connection.row(
        "SELECT changed_at, locked_at FROM password WHERE account = $1 FOR SHARE", account
    )
    if found is not None and found["locked_at"] is not None:
        raise MustChangePassword
    if _moment(found["changed_at"] if found else None) != password_of:
        raise TicketOver


async def _enter(
    account: UUID,
    password_of: str,
    *,
    origin: Origin,
    now: datetime,
    has_second_factor: bool = False,
) -> Entered:
    """Open the sign-in session of who proved who they are. Raises `Suspended`, and what `_refuse_overtaken` does."""
    async with connection.transaction():
        await _refuse_overtaken(account, password_of)
        await suspensions.refuse_suspended(account, now)
        holder = await _holder(account)
        session, token = await sessions.open_session(
            account,
            is_admin=holder.is_admin,
            has_second_factor=has_second_factor,
            origin=origin,
            now=now,
        )
        device, is_surprising = await devices.remember(account, origin.device_token, now=now)
        await register.write(
            "auth.succes",
            subject_type="compte",
            subject=account,
            content={"session": session, "second_facteur": has_second_factor} | origin.traces(),
        )
        # An address that nobody confirmed may be a stranger's: their mailbox is not filled.
        if is_surprising and holder.is_confirmed:
            await outbox.send(
                "new_device",
                to=holder.email,
                account=account,
                now=now,
                device=devices.label(origin.user_agent),
                seen_at=now,
                not_me_path=await links.make(account, LinkPurpose.NOT_ME, now=now),
            )
    lasting = sessions.LIFE_OF_ADMINS if holder.is_admin else sessions.LIFE
    return Entered(account, session, token, device, lasting)


async def prove(
    account: UUID, session: UUID, password: str, *, origin: Origin, now: datetime
) -> None:
    """The password asked again before what matters most. Raises `WrongCredentials`, `TooManyTries`, `Locked`."""
    await check_password(account, password, origin=origin, now=now)
    await sessions.prove(session, now=now)


async def check_password(account: UUID, password: str, *, origin: Origin, now: datetime) -> None:
    """Raise `WrongCredentials` unless it is the account's password, `TooManyTries` or `Locked` beyond the tries."""
    tries = await throttling.attempt(throttling.PROOF, str(account), now=now)
    holder = await _holder(account)
    if not await passwords.is_right(password, holder.hash):
        is_last = tries >= throttling.PROOF.most
        await _refused(holder, holder.email, origin, is_last=is_last, now=now)
        raise WrongCredentials("Ce mot de passe n’est pas le vôtre.")
    await throttling.forget(throttling.PROOF, str(account))


async def _next_step(holder: _Holder, origin: Origin, now: datetime) -> Entered | CodeAsked:
    await suspensions.refuse_suspended(holder.id, now)
    if holder.has_second_factor:
        return CodeAsked(_ticket(holder, now))
    return await _enter(holder.id, _moment(holder.changed_at), origin=origin, now=now)


async def _by_mailbox(account: UUID, origin: Origin, now: datetime) -> Entered | CodeAsked:
    holder = await _holder(account)
    if holder.is_locked:
        raise MustChangePassword
    await people.confirm(account, now=now)
    await throttling.forget(throttling.SIGN_IN, holder.email)
    return await _next_step(holder, origin, now)


async def _hash_again(account: UUID, password: str, former: str) -> None:
    """The parameters have changed since: keep a hash of today, unless the password changed meanwhile."""
    fresh = await passwords.hashed(password)
    await connection.execute(
        "UPDATE password SET hash = $2 WHERE account = $1 AND hash = $3", account, fresh, former
    )


async def _refused(
    holder: _Holder | None, address: str, origin: Origin, *, is_last: bool, now: datetime
) -> None:
    """Note the failure, under an opaque number where nobody has the address: as much is written in both cases."""
    subject = holder.id if holder else UUID(bytes=signing.mac("nobody", address.encode())[:16])
    async with connection.transaction():
        await register.write(
            "auth.echec", subject_type="compte", subject=subject, content=dict(origin.traces())
        )
        if is_last:
            await asking.leave(LinkPurpose.UNLOCK, address, now=now)


async def _holder_at(address: str) -> _Holder | None:
    found = await connection.row(f"{_HOLDER} a.email = $1", address)
    return _Holder(**found) if found else None


async def _holder(account: UUID) -> _Holder:
    found = await connection.row(f"{_HOLDER} a.id = $1", account)
    if found is None:
        raise WrongCredentials
    return _Holder(**found)
