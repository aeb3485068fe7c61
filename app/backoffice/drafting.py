"""A new version of a legal document, from the form to publication: shown as it will read, then published."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time

import msgspec

from app.legal import documents, publishing, showing
from app.legal.documents import Version
from app.legal.refusals import WrongMoment
from app.legal.showing import Difference
from app.legal.tables import Document
from app.rendering.moments import PARIS, day_of


class WrongDay(WrongMoment):
    message = "Donnez une date (jj/mm/aaaa)."


class Draft(msgspec.Struct, frozen=True):
    """What the form holds. `effective_on` is a day of Paris as `<input type="date">` sends it; empty: at once.

    `seen`: the number of the last version when it was begun; 0 for none.
    """

    body: str
    summary: str = ""
    effective_on: str = ""
    is_acceptance_required: bool = False
    seen: int = 0

    def effective_at(self, now: datetime) -> datetime:
        """The moment it takes effect (UTC): midnight in Paris, or `now`. Raises `WrongDay`."""
        if not self.effective_on:
            return now
        try:
            begins = datetime.combine(date.fromisoformat(self.effective_on), time(0), PARIS)
        except ValueError:
            raise WrongDay from None
        is_today = begins.date() == day_of(now)
        return now if is_today else begins


async def starting_from(document: Document) -> Draft:
    """The last version published, ready to be changed."""
    past = await documents.versions_of(document)
    return Draft(
        past[0].body if past else "",
        is_acceptance_required=bool(past and past[0].is_acceptance_required),
        seen=past[0].number if past else 0,
    )


async def changes(document: Document, draft: Draft, now: datetime) -> Difference | None:
    """What the draft changes of the last version; None for a first one. Raises what would refuse to publish it."""
    past, body = await documents.versions_of(document), publishing.tidied(draft.body)
    sha256 = hashlib.sha256(body.encode())
    publishing.check_next(
        document, past, sha256.digest(), draft.effective_at(now), now, seen=draft.seen
    )
    if not past:
        return None
    future = Version(
        id=0,
        document=document,
        number=past[0].number + 1,
        body=body,
        sha256=sha256.hexdigest(),
        effective_at=draft.effective_at(now),
        is_acceptance_required=draft.is_acceptance_required,
        summary=draft.summary,
        acceptance_from=past[0].acceptance_from,
    )
    return await showing.compared(past[0], future)


async def publish(document: Document, draft: Draft, *, author: str, now: datetime) -> Version:
    """Publish the draft. Raises the refusals of `publishing.publish`, and `WrongDay`."""
    return await publishing.publish(
        document,
        draft.body,
        effective_at=draft.effective_at(now),
        is_acceptance_required=draft.is_acceptance_required,
        summary=draft.summary,
        by=author,
        now=now,
        seen=draft.seen,
    )
