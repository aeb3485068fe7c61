"""The signed link by which a decision is contested: it needs no account, which may be shut."""

from __future__ import annotations

from datetime import datetime

from app.errors import NotFound
from app.moderation import decisions
from app.moderation.decisions import Decision
from app.sealing import signing

_PURPOSE = "contest"


class DeadContestLink(NotFound):
    message = "Ce lien de contestation n’est pas valable. Reprenez celui du courriel, en entier."


def path_of(reference: str, now: datetime) -> str:
    """The address that the mail gives."""
    return f"/contestations/{signing.sign(_PURPOSE, reference, now=now)}"


async def decision_of(token: str, now: datetime) -> Decision:
    """The decision a link is about; how long it can be contested is the decision's. Raises `DeadContestLink`."""
    try:
        reference = signing.signed(_PURPOSE, token, max_age=None, now=now)
    except signing.BadSignature:
        raise DeadContestLink from None
    return await decisions.named(reference)
