"""The second factor: a time-based code (TOTP, RFC 6238), and ten recovery codes for who has lost the telephone.

Compulsory for administrators, offered to the others.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from uuid import UUID

import msgspec
import pyotp
from asyncpg import Record

from app.accounts import links, people, sessions
from app.accounts.tables import LinkPurpose
from app.database import connection
from app.errors import Refused
from app.evidence import register
from app.post import outbox
from app.sealing import sealing, signing

STEP_SECONDS = 30
TOLERATED_STEPS = 1
"""Clocks differ: the code before and the code after are taken too."""
RECOVERY_CODES = 10
SECOND_FACTOR_SET = "second_factor"
"""What the « ce n’était pas moi » link carries when the second factor has just been set."""
ISSUER = "Mon Pro du Bien-Être"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 12
"""Sixty bits: a code can be tried ten times at most."""


class WrongCode(Refused):
    message = "Ce code ne convient pas. Un code ne sert qu’une fois : attendez le suivant."


class AlreadyOn(Refused):
    message = "La double authentification est déjà active."


class Compulsory(Refused):
    message = "La double authentification est obligatoire pour l’administration."


class Setup(msgspec.Struct, frozen=True):
    """What the person enters in their application: `uri` as a QR code, or `secret` by hand."""

    secret: str
    uri: str


async def begin(account: UUID) -> Setup:
    """A secret to set up, the same until it is confirmed (the page may be read again). Raises `AlreadyOn`."""
    found = await connection.row(
        "INSERT INTO second_factor (account, secret_sealed, last_step) VALUES ($1, $2, 0)"
        " ON CONFLICT (account) DO UPDATE SET last_step = second_factor.last_step"
        " RETURNING secret_sealed, confirmed_at",
        account,
        sealing.seal(pyotp.random_base32().encode(), context=sealed_for(account)),
    )
    if found is None or found["confirmed_at"] is not None:
        raise AlreadyOn
    holder = await people.person(account)
    secret = _opened(account, found["secret_sealed"])
    uri = pyotp.TOTP(secret, name=holder.email or "", issuer=ISSUER).provisioning_uri()
    return Setup(secret, uri)


async def confirm(account: UUID, session: UUID, code: str, *, now: datetime) -> list[str]:
    """Turn it on, once the application gives a right code; answers the recovery codes, shown once.

    The account's other sign-in sessions end. Raises `WrongCode`, `AlreadyOn`.
    """
    async with connection.transaction():
        found = await _locked_row(account)
        if found is None:
            raise WrongCode
        if found["confirmed_at"] is not None:
            raise AlreadyOn
        step = _right_step(account, found["secret_sealed"], code, found["last_step"], now)
        await connection.execute(
            "UPDATE second_factor SET confirmed_at = $2, last_step = $3 WHERE account = $1",
            account,
            now,
            step,
        )
        codes = await _renew_codes(account)
        await sessions.prove(session, now=now, with_second_factor=True)
        await sessions.end_all(account, but=session)
        await _told(account, "on", now)
    return codes


async def check(account: UUID, code: str, *, now: datetime) -> None:
    """Use up a one-time code or a recovery code, in the transaction of the sign-in. Raises `WrongCode`."""
    typed = "".join(code.split()).replace("-", "").upper()
    if len(typed) == _CODE_LENGTH:
        await _use_recovery_code(account, typed, now)
        return
    found = await _locked_row(account)
    if found is None or found["confirmed_at"] is None:
        raise WrongCode
    step = _right_step(account, found["secret_sealed"], typed, found["last_step"], now)
    await connection.execute(
        "UPDATE second_factor SET last_step = $2 WHERE account = $1", account, step
    )


async def new_codes(account: UUID, *, now: datetime) -> list[str]:
    """Ten new recovery codes, shown once; the former ones no longer work."""
    async with connection.transaction():
        codes = await _renew_codes(account)
        await _told(account, "codes", now)
    return codes


async def codes_left(account: UUID) -> int:
    return await connection.number(
        "SELECT count(*) FROM recovery_code WHERE account = $1 AND used_at IS NULL", account
    )


async def remove(account: UUID, *, now: datetime) -> None:
    """Turn it off; the caller has asked for the password again. Raises `Compulsory` for an administrator."""
    async with connection.transaction():
        if (await people.person(account)).is_admin:
            raise Compulsory
        gone = await connection.row(
            "DELETE FROM second_factor WHERE account = $1 RETURNING confirmed_at", account
        )
        await connection.execute("DELETE FROM recovery_code WHERE account = $1", account)
        if gone is not None and gone["confirmed_at"] is not None:
            await _told(account, "off", now)


async def take_off_set_since(account: UUID, since: datetime) -> None:
    """Take off, in the current transaction, what a stranger set at `since` or later: it would keep the holder out even
    with a new password. An administrator keeps theirs."""
    gone = await connection.row(
        "DELETE FROM second_factor f USING account a WHERE f.account = $1 AND a.id = $1"
        " AND NOT a.is_admin AND f.confirmed_at >= $2 RETURNING f.account",
        account,
        since,
    )
    if gone is None:
        return
    await connection.execute("DELETE FROM recovery_code WHERE account = $1", account)
    await _noted(account, "off")


async def forget_setup(account: UUID) -> None:
    """Whoever saw the secret under way knew the former password: the next setup begins with another."""
    await connection.execute(
        "DELETE FROM second_factor WHERE account = $1 AND confirmed_at IS NULL", account
    )


async def put(account: UUID, secret: str, *, now: datetime) -> None:
    """Give the account a secret known beforehand, already confirmed: the demonstration's administrator."""
    await connection.execute(
        "INSERT INTO second_factor (account, secret_sealed, confirmed_at, last_step)"
        " VALUES ($1, $2, $3, 0) ON CONFLICT (account) DO UPDATE"
        " SET secret_sealed = excluded.secret_sealed, confirmed_at = excluded.confirmed_at",
        account,
        sealing.seal(secret.encode(), context=sealed_for(account)),
        now,
    )


def sealed_for(account: UUID) -> str:
    """What binds a sealed secret to its row."""
    return f"second_factor:{account}"


def _opened(account: UUID, sealed: bytes) -> str:
    return sealing.open_sealed(sealed, context=sealed_for(account)).decode()


async def _locked_row(account: UUID) -> Record | None:
    """The row, locked: of the same code sent twice at once, the second waits and finds it used."""
    return await connection.row(
        "SELECT secret_sealed, confirmed_at, last_step FROM second_factor WHERE account = $1"
        " FOR UPDATE",
        account,
    )


def _right_step(account: UUID, sealed: bytes, code: str, last: int, now: datetime) -> int:
    """The step whose code was typed, later than `last`; raises `WrongCode`."""
    generator = pyotp.TOTP(_opened(account, sealed), interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    typed = "".join(code.split())
    for step in range(current - TOLERATED_STEPS, current + TOLERATED_STEPS + 1):
        expected = generator.at(step * STEP_SECONDS)
        if step > last and hmac.compare_digest(expected.encode(), typed.encode()):
            return step
    raise WrongCode


async def _renew_codes(account: UUID) -> list[str]:
    await connection.execute("DELETE FROM recovery_code WHERE account = $1", account)
    codes = [
        "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    await connection.execute(
        "INSERT INTO recovery_code (account, code_hash) SELECT $1, unnest($2::bytea[])",
        account,
        [_digest(account, code) for code in codes],
    )
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


async def _use_recovery_code(account: UUID, typed: str, now: datetime) -> None:
    used = await connection.row(
        "UPDATE recovery_code SET used_at = $3 WHERE account = $1 AND code_hash = $2"
        " AND used_at IS NULL RETURNING id",
        account,
        _digest(account, typed),
        now,
    )
    if used is None:
        raise WrongCode


def _digest(account: UUID, code: str) -> bytes:
    """Keyed: sixty bits are few for a bare hash."""
    return signing.mac("recovery_code", f"{account}:{code}".encode())


async def _told(account: UUID, change: str, now: datetime) -> None:
    """E4, and the evidence."""
    await _noted(account, change)
    holder = await people.person(account)
    if holder.email is not None:
        await outbox.send(
            "second_factor_changed",
            to=holder.email,
            account=account,
            now=now,
            change=change,
            changed_at=now,
            not_me_path=await links.make(
                account,
                LinkPurpose.NOT_ME,
                now=now,
                # Set by a stranger, it would keep its holder out even with a new password.
                carries=SECOND_FACTOR_SET if change == "on" else "",
            ),
        )


async def _noted(account: UUID, change: str) -> None:
    await register.write(
        "auth.2fa", subject_type="compte", subject=account, content={"changement": change}
    )
