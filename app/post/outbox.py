"""Mails to send: each is written, ciphered and noted in the transaction that causes it, and leaves after its commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import msgspec

from app import config
from app.database import connection
from app.errors import NotFound, Refused
from app.evidence import register
from app.jobs import queue
from app.post import choices, writing
from app.post.kinds import KINDS, Kind
from app.post.tables import MailState
from app.post.writing import Written
from app.sealing import sealing

MAIL_QUEUED = "mail_queued"
"""The note of a mail to hand over; it carries the mail's id."""


class NoSuchMail(NotFound):
    message = "Ce courriel n’existe pas, ou n’existe plus."


class NotToSendAgain(Refused):
    message = "Ce courriel ne peut pas être renvoyé : il est parti, ou son texte n’est plus gardé."


async def send(
    kind: str, *, to: str, account: UUID | None, now: datetime, once: str = "", **values: Any
) -> UUID | None:
    """Send one mail to one person once the current transaction is committed; answers its id.

    `account` is whose mail it is, when the person has one. `values` are those that `kinds.KINDS[kind].needs` names.
    `once` names what the mail tells of: about it, the same kind is sent once to the account, however often it is
    asked for. Answers None, and sends nothing, for that, and for a comfort mail that the account refused. Raises
    `RuntimeError` outside a transaction, `KeyError` for a kind that does not exist and `writing.Unwritable` for
    values that do not fit.
    """
    chosen = KINDS[kind]
    if connection.engine().current_transaction.get() is None:
        raise RuntimeError(f"the mail {kind!r} was sent outside a transaction")
    unsubscribe_url = ""
    if chosen.is_comfort and account is not None:
        if kind in await choices.refused_by(account):
            return None
        unsubscribe_url = choices.unsubscribe_url(account, chosen)
    mail = uuid5(NAMESPACE_URL, f"{kind}:{account}:{once}") if once else uuid4()
    if once and await connection.row("SELECT 1 AS one FROM mail WHERE id = $1", mail):
        return None
    written = writing.write(chosen, values, unsubscribe_url=unsubscribe_url)
    return await _queue(mail, chosen, written, to=to, account=account, now=now)


async def send_again(mail: UUID, *, now: datetime) -> UUID:
    """Send once more what was not accepted, or perhaps was: a new mail, with the same words. Answers its id.

    Raises `NoSuchMail`, and `NotToSendAgain` while the first one may still leave by itself or when its text is gone.
    """
    async with connection.transaction():
        found = await connection.row(
            "SELECT kind, recipient, to_address, content_sealed, state FROM mail WHERE id = $1"
            " FOR UPDATE",
            mail,
        )
        if found is None:
            raise NoSuchMail
        is_settled = found["state"] in (MailState.FAILED, MailState.DOUBTFUL)
        if not is_settled or found["content_sealed"] is None or found["to_address"] is None:
            raise NotToSendAgain
        again = await _queue(
            uuid4(),
            KINDS[found["kind"]],
            opened(mail, found["content_sealed"]),
            to=found["to_address"],
            account=found["recipient"],
            now=now,
        )
        # Asked for twice, it is sent again once.
        await connection.execute("UPDATE mail SET content_sealed = NULL WHERE id = $1", mail)
    return again


def opened(mail: UUID, content_sealed: bytes) -> Written:
    """The words of a mail kept ciphered. Raises `sealing.CannotOpen`."""
    plain = sealing.open_sealed(content_sealed, context=sealed_for(mail))
    return msgspec.json.decode(plain, type=Written)


def sealed_for(mail: UUID) -> str:
    """What binds a ciphered text to its row: copied to another mail, it does not open."""
    return f"mail:{mail}"


async def _queue(
    mail: UUID, kind: Kind, written: Written, *, to: str, account: UUID | None, now: datetime
) -> UUID:
    content = sealing.seal(msgspec.json.encode(written), context=sealed_for(mail))
    await connection.execute(
        "INSERT INTO mail (id, kind, template_version, recipient, to_address, content_sealed,"
        " body_sha256, state, queued_at, attempts, message_id, server_reply)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, '')",
        mail,
        kind.name,
        kind.version,
        account,
        to,
        content,
        written.sha256,
        MailState.QUEUED,
        now,
        message_id(mail),
    )
    await register.write(
        "courriel.mis_en_file",
        subject_type="courriel",
        subject=mail,
        content={
            "modele": kind.name,
            "version": kind.version,
            "compte": str(account) if account else None,
            "sha256": written.sha256.hex(),
        },
    )
    await queue.enqueue(MAIL_QUEUED, mail)
    return mail


def message_id(mail: UUID) -> str:
    """The same at each try, so that a server or a reader may see that a mail came twice."""
    domain = config.current().mail_from.rpartition("@")[2]
    return f"<{mail}@{domain}>"
