"""Hands the mails over, at most once each where the server may have taken it (docs/decisions/0012)."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from uuid import UUID

import msgspec
import structlog

from app import mail as door
from app.database import connection
from app.evidence import register
from app.mail import InDoubt, Refused, TryLater, Unsendable
from app.post import outbox
from app.post.tables import MailState

MAX_ATTEMPTS = 18
"""With the delays of the worker, about half a day; then the mail is failed, and said so."""
_log = structlog.get_logger("post")


class Overtaken(Exception):
    """Another worker took this mail meanwhile."""


class _Ready(msgspec.Struct, frozen=True):
    """A mail whose turn it is."""

    id: UUID
    to: str
    content_sealed: bytes
    message_id: str
    queued_at: datetime
    attempts: int


async def deliver(mail: UUID) -> None:
    """Hand `mail` over if it is its turn. Raises `TryLater` when it has to be tried again.

    Read twice, the note does no harm: an accepted mail is left alone, and one whose handing was never answered
    becomes doubtful.
    """
    ready = await _ready(mail)
    if ready is None:
        return
    try:
        reply = await door.hand(_message(ready), before_text=partial(_handing, ready.id))
    except Overtaken:
        return
    except (Refused, Unsendable) as refusal:
        await _settle(ready, MailState.FAILED, str(refusal))
    except InDoubt as doubt:
        await _settle(ready, MailState.DOUBTFUL, str(doubt))
    except TryLater as failure:
        if ready.attempts >= MAX_ATTEMPTS:
            await _settle(ready, MailState.FAILED, str(failure))
            return
        await _back_in_queue(ready, str(failure))
        raise
    else:
        await _settle(ready, MailState.ACCEPTED, reply)


async def _ready(mail: UUID) -> _Ready | None:
    """The mail, one attempt more; None when there is nothing to hand over."""
    async with connection.transaction():
        found = await connection.row(
            "SELECT id, to_address, content_sealed, message_id, queued_at, attempts, state FROM mail"
            " WHERE id = $1 FOR UPDATE",
            mail,
        )
        if found is None or found["content_sealed"] is None or found["to_address"] is None:
            return None
        ready = _Ready(
            id=mail,
            to=found["to_address"],
            content_sealed=found["content_sealed"],
            message_id=found["message_id"],
            queued_at=found["queued_at"],
            attempts=found["attempts"] + 1,
        )
        if found["state"] == MailState.HANDING:
            # Whoever was handing it over died, or is slower than anything: it may have been taken.
            await _settle(ready, MailState.DOUBTFUL, "interrupted while the text was given")
            return None
        if found["state"] != MailState.QUEUED:
            return None
        await connection.execute(
            "UPDATE mail SET attempts = $2 WHERE id = $1", mail, ready.attempts
        )
    return ready


def _message(ready: _Ready) -> EmailMessage:
    written = outbox.opened(ready.id, ready.content_sealed)
    return door.compose(
        to=ready.to,
        subject=written.subject,
        text=written.text,
        html=written.html,
        message_id=ready.message_id,
        written_at=ready.queued_at,
        unsubscribe_url=written.unsubscribe_url,
    )


async def _handing(mail: UUID) -> None:
    """Committed just before the text is given: from here on, the mail may have been sent."""
    taken = await connection.row(
        "UPDATE mail SET state = $2, handed_at = clock_timestamp() WHERE id = $1 AND state = $3"
        " RETURNING id",
        mail,
        MailState.HANDING,
        MailState.QUEUED,
    )
    if taken is None:
        raise Overtaken


async def _back_in_queue(ready: _Ready, reply: str) -> None:
    await connection.execute(
        "UPDATE mail SET state = $2, handed_at = NULL, server_reply = $3 WHERE id = $1"
        " AND state IN ($2, $4)",
        ready.id,
        MailState.QUEUED,
        reply,
        MailState.HANDING,
    )


async def _settle(ready: _Ready, state: MailState, reply: str) -> None:
    """Write how it ended, and the evidence of it; what the server took is not kept any longer."""
    # Servers like to repeat the address they refuse: the evidence holds nothing that names somebody.
    told = re.sub(re.escape(ready.to), "…", reply, flags=re.IGNORECASE)
    async with connection.transaction():
        settled = await connection.row(
            "UPDATE mail SET state = $2::varchar, server_reply = $3, settled_at = clock_timestamp(),"
            " content_sealed = CASE WHEN $2::varchar = 'accepted' THEN NULL ELSE content_sealed END"
            # A slow worker that hears « accepted » at last knows better than the doubt about it.
            " WHERE id = $1 AND state IN ('queued', 'handing', 'doubtful') RETURNING id",
            ready.id,
            state,
            told,
        )
        if settled is None:
            return
        is_accepted = state == MailState.ACCEPTED
        await register.write(
            "courriel.accepte" if is_accepted else "courriel.echec",
            subject_type="courriel",
            subject=ready.id,
            content={
                "message_id": ready.message_id,
                "reponse": told,
                "essais": ready.attempts,
                "etat": state.value,
            },
        )
    _log.info("mail", id=str(ready.id), state=state.value, attempts=ready.attempts)
