"""Mails to send and sent, and the comfort mails a person does not want."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import UUID, Bytea, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Unique
from piccolo.table import Table


class MailState(StrEnum):
    """queued → handing (the server is being given the text) → accepted.

    `doubtful`: the worker died between giving the text and hearing the answer; never sent again by itself.
    """

    QUEUED = "queued"
    HANDING = "handing"
    ACCEPTED = "accepted"
    FAILED = "failed"
    DOUBTFUL = "doubtful"


class Mail(Table, tablename="mail"):
    """One mail to one person. `content_sealed` (subject, text, HTML: ciphered) is emptied once accepted."""

    id = UUID(primary_key=True, default=UUID4())
    kind = Varchar(length=60, index=True)
    template_version = SmallInt(default=1)
    recipient = UUID(null=True, default=None, index=True, help_text="the account, if any")
    to_address = Varchar(length=254, null=True, default=None, help_text="null after retention")
    content_sealed = Bytea(null=True, default=None)
    body_sha256 = Bytea()
    state = Varchar(length=10, choices=MailState, default=MailState.QUEUED)
    queued_at = Timestamptz(default=TimestamptzNow(), index=True)
    handed_at = Timestamptz(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    message_id = Varchar(length=200)
    server_reply = Text(default="")


class MailRefused(Table, tablename="mail_refused"):
    """A comfort mail the account does not want; without a row, it is sent."""

    id = Serial(primary_key=True)
    account = UUID(default=None, null=False)
    kind = Varchar(length=60)
    refused_at = Timestamptz(default=TimestamptzNow())
    mail_refused_once = Unique(columns=["account", "kind"])
