"""What the person has still to accept before going on, with what changes since the version they know (terms § 12)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.accounts import acceptances
from app.accounts.acceptances import Box, NotAccepted
from app.legal import showing
from app.legal.showing import Waiting
from app.space.forms import Asker, Errors
from app.web.people import SignedIn

PAGE = "/documents/a-accepter"


class ToAccept(msgspec.Struct, frozen=True):
    """A version to accept, what changes, and the box that accepts it."""

    waiting: Waiting
    box: Box


async def pending(me: SignedIn, now: datetime) -> list[ToAccept]:
    """The versions `me` has still to accept at `now` (UTC), each compared with the last one accepted."""
    accepted = await acceptances.of(me.account_id)
    return [
        ToAccept(
            await showing.waiting(
                version,
                accepted=max(
                    (each.number for each in accepted if each.document is version.document),
                    default=0,
                ),
            ),
            acceptances.box_of(version),
        )
        for version in await acceptances.pending(me.account_id, now)
    ]


async def accept(asker: Asker) -> Errors:
    """Accept all that is pending; what is missing, box by box."""
    ticked = dict(asker.sent.pairs)
    try:
        await acceptances.accept(
            asker.account, ticked, page=PAGE, session=asker.me.session_id, now=asker.now
        )
    except NotAccepted as refusal:
        return refusal.errors
    return {}
