"""The pages of the listing contract and of joining: what they show, and what their forms do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from app.accounts.acceptances import Box, NotAccepted
from app.accounts.devices import Origin
from app.directory.editing import Errors, Refusals
from app.directory.tables import ListingState
from app.errors import Refused
from app.legal import documents, showing
from app.legal.tables import Document
from app.listing import contract, drafts, forms, items, joining, life, notice
from app.listing.items import CONTRACT
from app.web.forms import Sent
from app.web.people import SignedIn


class Waiting(msgspec.Struct, frozen=True):
    """A version that may be accepted, its box, and what changes since the last one accepted."""

    waiting: showing.Waiting
    box: Box
    is_in_force: bool


async def shown(me: SignedIn, practitioner: int, now: datetime) -> dict[str, Any]:
    """What `listing/contract.html` needs."""
    number = await contract.accepted_number(me.account_id)
    version = await contract.in_force(now)
    return {
        "version": version,
        "accepted": number,
        "is_accepted": await contract.is_accepted(me.account_id, now),
        "to_accept": [
            Waiting(
                await showing.waiting(box.version, accepted=number),
                box,
                box.version.number == version.number,
            )
            for box in (await contract.boxes(me.account_id, now))[:1]
            if box.version is not None
        ],
        "versions": await documents.versions_of(Document.LISTING_CONTRACT),
        "is_listed": (await life.standing_of(practitioner)).state is ListingState.LISTED,
    }


async def accept(me: SignedIn, practitioner: int, sent: Sent, now: datetime) -> Errors:
    """Accept the version ticked, which ends a suspension due to it alone; what is refused."""
    try:
        await contract.accept(
            me.account_id, dict(sent.pairs), page=CONTRACT, session=me.session_id, now=now
        )
    except NotAccepted as refusal:
        return refusal.errors
    await notice.resume(practitioner, now=now)
    return {}


async def joining_shown(me: SignedIn | None) -> dict[str, Any]:
    """What `listing/joining.html` needs before anything is typed. Only who showed that the mailbox is theirs is told of
    the draft prepared for it."""
    prepared = None
    if me is not None and me.is_email_confirmed:
        prepared = await drafts.prepared_name(me.email)
    own = drafts.Name(me.first_name, me.last_name) if me else drafts.Name()
    return {
        "typed": prepared or own,
        "is_prepared": prepared is not None,
        "needs_password": me is not None
        and not me.is_admin
        and await joining.needs_password(me.account_id),
        "items": items.ITEMS,
        "errors": {},
    }


OPENED = "Votre espace praticien est ouvert : voici votre dossier."
TAKEN_OVER = (
    "Votre espace praticien est ouvert. Une page avait été préparée pour votre adresse e-mail : vous la"
    " reprenez, avec ce qu’elle contenait. Relisez chaque ligne avant de déposer votre dossier."
)


async def join(
    me: SignedIn, sent: Sent, origin: Origin, now: datetime
) -> tuple[drafts.Name, Errors, str]:
    """Open the practitioner's space of the account; what was typed, what is refused, and what was done."""
    typed = forms.name_sent(sent)
    try:
        joined = await joining.become(
            me,
            typed,
            password=sent.secret("mot_de_passe"),
            wanted=sent.secret("mot_de_passe_nouveau"),
            origin=origin,
            now=now,
        )
    except Refusals as refusal:
        return typed, refusal.errors, ""
    except Refused as refusal:
        return typed, {"": refusal.message}, ""
    return typed, {}, TAKEN_OVER if joined.is_taken_over else OPENED
