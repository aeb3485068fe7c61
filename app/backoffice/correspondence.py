"""The mails sent: to whom, what kind, how it ended; never their text, which is erased once sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.backoffice.pagination import Page, PageOf
from app.backoffice.searching import holding
from app.database import connection
from app.evidence import register
from app.post import outbox
from app.post.kinds import KINDS
from app.post.tables import MailState

PER_PAGE = 50
STATES = {
    MailState.QUEUED: "en attente",
    MailState.HANDING: "en cours d’envoi",
    MailState.ACCEPTED: "accepté par le serveur",
    MailState.FAILED: "en échec",
    MailState.DOUBTFUL: "envoi incertain",
}
AGAIN = (MailState.FAILED, MailState.DOUBTFUL)


class Line(msgspec.Struct, frozen=True):
    """One mail. `server_reply` is what the mail server said, without the address."""

    id: UUID
    kind: str
    recipient: UUID | None
    to_address: str | None
    state: MailState
    queued_at: datetime
    attempts: int
    server_reply: str
    has_content: bool

    @property
    def label(self) -> str:
        return KINDS[self.kind].label if self.kind in KINDS else self.kind

    @property
    def code(self) -> str:
        return KINDS[self.kind].code if self.kind in KINDS else ""

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def can_go_again(self) -> bool:
        return self.state in AGAIN and self.has_content


async def found(state: str, words: str, page: int) -> PageOf[Line]:
    """The mails in `state` (any, when empty or unknown) whose address or kind holds `words`, the latest first."""
    wanted = state if state in STATES else None
    like = holding(words.lower())
    kinds = [kind.name for kind in KINDS.values() if words and words.lower() in kind.label.lower()]
    condition = "($1::text IS NULL OR state = $1) AND (lower(coalesce(to_address, '')) LIKE $2 OR kind = ANY($3))"
    total = await connection.number(
        f"SELECT count(*) FROM mail WHERE {condition}",  # noqa: S608 - written here
        wanted,
        like,
        kinds,
    )
    shown = Page.of(page, total=total, size=PER_PAGE)
    rows = await connection.rows(
        "SELECT id, kind, recipient, to_address, state, queued_at, attempts, server_reply,"  # noqa: S608
        f" content_sealed IS NOT NULL AS has_content FROM mail WHERE {condition}"
        " ORDER BY queued_at DESC, id LIMIT $4 OFFSET $5",
        wanted,
        like,
        kinds,
        PER_PAGE,
        shown.offset,
    )
    return PageOf(shown, [Line(**(dict(row) | {"state": MailState(row["state"])})) for row in rows])


async def send_again(mail: UUID, *, by: UUID, now: datetime) -> None:
    """Send once more a mail that failed, or may have. Raises `outbox.NoSuchMail`, `outbox.NotToSendAgain`."""
    async with connection.transaction():
        again = await outbox.send_again(mail, now=now)
        await register.acted(by, "courriel.renvoye", courriel=str(mail), nouveau=str(again))
