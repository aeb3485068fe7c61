"""One's requests about one's data, with their deadlines and their answers."""

from __future__ import annotations

from uuid import UUID

import msgspec

from app.accounts import requests
from app.rendering.moments import day_of, moment
from app.space.forms import Asker, Errors, refusals
from app.space.views import RequestLine

CHOICES = [("", "Choisissez dans la liste"), *requests.RIGHTS.items()]


async def requests_of(account: UUID) -> list[RequestLine]:
    """The latest first."""
    return [
        RequestLine(
            reference=each.reference,
            right=each.right_label,
            words=each.words,
            received=moment(each.received_at),
            due_on=day_of(each.due_at),
            answered=moment(each.answered_at) if each.answered_at else "",
            answer=each.answer,
        )
        for each in await requests.of(account)
    ]


class Asked(msgspec.Struct, frozen=True):
    """A request as typed."""

    right: str = ""
    words: str = ""


async def send(asker: Asker) -> tuple[Asked, Errors]:
    """Enter a request in the register; what was typed, and what is refused."""
    typed = Asked(asker.sent.text("droit", max=40), asker.sent.prose("precisions"))
    sending = requests.receive(
        typed.right, typed.words, email=asker.me.email, account=asker.account, now=asker.now
    )
    refused = await refusals(
        sending, field="", precisions=requests.WordsTooLong, droit=requests.NotARequest
    )
    return typed, refused
