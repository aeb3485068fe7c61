"""Closing an account (terms § 4, § 14): its holder may at any time, without an obstacle; the operator for a reason.

The row is emptied and stays, opaque, so that what refers to it keeps its sense. The identity goes to an archive,
ciphered, that no page reads, for as long as a claim may be made.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts import references, suspensions, throttling
from app.accounts.suspensions import GROUNDS
from app.database import connection
from app.errors import NotFound, Refused
from app.evidence import register
from app.jobs import queue
from app.post import choices, outbox
from app.sealing import sealing
from app.settings import values

REASONS = {
    "plus_besoin": "Je n’en ai plus besoin",
    "autre_solution": "J’utilise une autre solution",
    "donnees": "Je préfère que mes données soient effacées",
    "difficile": "Le site est difficile à utiliser",
    "autre": "Une autre raison",
}
"""Optional, chosen from a list: no text of the person is kept for it."""

BY_HOLDER = "personne"
BY_RETENTION = "conservation"


class LastAdministrator(Refused):
    message = (
        "C’est le seul compte d’administration : créez-en un autre avant de fermer celui-ci "
        "(« admin-create »)."
    )


class Identity(msgspec.Struct, frozen=True):
    """Who a closed account was."""

    email: str
    first_name: str
    last_name: str
    phone: str
    created_at: datetime
    email_confirmed_at: datetime | None


Kept = tuple[str, str]
"""What is kept after a closure, and for how long, in words."""


async def kept_after(now: datetime) -> list[Kept]:
    """What every account leaves, and for how long: told before it, and in the mail that follows (EX-4-8)."""
    return [
        (words, period(await values.value_of(setting, now)))
        for words, setting in (
            (
                "Votre identité (nom, adresse e-mail, téléphone), à l’écart et chiffrée",
                values.CLOSED_IDENTITY_MONTHS,
            ),
            (
                "Les éléments de preuve (consentements, opérations du compte), sans votre nom",
                values.EVIDENCE_MONTHS,
            ),
            ("Les traces de connexion (adresse IP, navigateur)", values.CONNECTION_MONTHS),
        )
    ]


def period(months: int) -> str:
    """« 5 ans », « 18 mois »."""
    years, rest = divmod(months, 12)
    return f"{months} mois" if rest or years < 2 else f"{years} ans"


async def close(
    account: UUID, *, reason: str = "", kept: list[Kept] | None = None, now: datetime
) -> None:
    """Close the account of who asks: access is lost at once, whatever is going on (EX-4-7, EX-14-2, EX-14-3).

    `kept`: what the mail says is kept, when it is more than every account leaves (`moderation.closing`).
    Raises `NotFound` when it is closed already, `LastAdministrator`.
    """
    async with connection.transaction():
        identity = await _empty(account, now)
        content = {"auteur": BY_HOLDER, "motif": reason if reason in REASONS else None}
        await _noted(account, content)
        await outbox.send(
            "account_closed",
            to=identity.email,
            account=account,
            now=now,
            closed_at=now,
            kept=kept or await kept_after(now),
        )


async def close_forgotten(account: UUID, *, now: datetime) -> None:
    """Close an account that nobody has used for long; its holder was told twice (E34)."""
    async with connection.transaction():
        await _empty(account, now)
        await _noted(account, {"auteur": BY_RETENTION, "motif": "inactivite"})


async def close_never_confirmed(address: str, *, now: datetime) -> None:
    """Close the account opened with `address` if nobody ever showed that the mailbox is theirs: the one who does has
    just disowned it. In the current transaction."""
    found = await connection.row(
        "SELECT id FROM account WHERE email = $1 AND email_confirmed_at IS NULL FOR UPDATE", address
    )
    if found is not None:
        await _empty(found["id"], now)
        await _noted(found["id"], {"auteur": BY_HOLDER, "motif": "adresse_d_autrui"})


async def terminate(
    account: UUID,
    *,
    by: UUID,
    ground: str,
    facts: str,
    kept: list[Kept] | None = None,
    now: datetime,
) -> str:
    """The operator ends the contract, with a statement of reasons (EX-14-1, E33); answers the reference.

    `kept`: as for `close`.
    Raises `NotAStatement` for a statement without ground or facts, `NotFound`.
    """
    said = suspensions.statement(ground, facts)
    reference = references.new("R", now)
    async with connection.transaction():
        found = await connection.row("SELECT is_admin FROM account WHERE id = $1", account)
        if found is None or found["is_admin"]:
            raise NotFound
        identity = await _empty(account, now)
        await _noted(account, {"auteur": str(by), "motif": ground, "decision": reference})
        await register.acted(by, "compte.clos", cible=str(account), decision=reference)
        await outbox.send(
            "account_terminated",
            to=identity.email,
            account=account,
            now=now,
            reference=reference,
            closed_at=now,
            ground=GROUNDS[ground],
            facts=said,
            kept=kept or await kept_after(now),
        )
    return reference


def sealed_for(account: UUID) -> str:
    """What binds an archived identity to its row."""
    return f"closed_identity:{account}"


async def identity_of(account: UUID) -> Identity:
    """Who a closed account was: for a claim or a request of a court only. Raises `NotFound`."""
    found = await connection.row(
        "SELECT identity_sealed FROM closed_identity WHERE account = $1", account
    )
    if found is None:
        raise NotFound
    plain = sealing.open_sealed(found["identity_sealed"], context=sealed_for(account))
    return msgspec.json.decode(plain, type=Identity)


async def _empty(account: UUID, now: datetime) -> Identity:
    """Archive the identity, empty the row, end all access; of two closures at once, one finds nothing to close."""
    found = await connection.row(
        "SELECT email, first_name, last_name, phone, created_at, email_confirmed_at, is_admin"
        " FROM account WHERE id = $1 AND closed_at IS NULL FOR UPDATE",
        account,
    )
    if found is None:
        raise NotFound
    if found["is_admin"] and await _is_last_admin(account):
        raise LastAdministrator
    identity = msgspec.convert(dict(found), Identity)
    await connection.execute(
        "INSERT INTO closed_identity (account, identity_sealed, closed_at) VALUES ($1, $2, $3)",
        account,
        sealing.seal(msgspec.json.encode(identity), context=sealed_for(account)),
        now,
    )
    await connection.execute(
        "UPDATE account SET email = NULL, first_name = '', last_name = '', phone = '',"
        " closed_at = $2 WHERE id = $1",
        account,
        now,
    )
    for sql in _ENDING:
        await connection.execute(sql, account)
    for kind in await choices.refused_by(account):
        await choices.accept(account, kind)
    await throttling.forget(throttling.SIGN_IN, identity.email)
    await queue.enqueue(suspensions.STANDING_CHANGED, account)
    return identity


_ENDING = [
    f"DELETE FROM {table} WHERE account = $1"  # noqa: S608 - names written here
    for table in (
        "session",
        "password",
        "second_factor",
        "recovery_code",
        "mailed_link",
        "known_device",
        "data_export",
    )
]


_LEAVING = 7_301_051
"""Any number, the same for all: administrators leave one after the other, or each would count on the other."""


async def _is_last_admin(account: UUID) -> bool:
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LEAVING)
    other = await connection.row(
        "SELECT 1 AS one FROM account WHERE is_admin AND closed_at IS NULL AND id <> $1", account
    )
    return other is None


async def _noted(account: UUID, content: dict[str, str | None]) -> None:
    await register.write("compte.clos", subject_type="compte", subject=account, content=content)
