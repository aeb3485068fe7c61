"""What the person accepted or declared, and the comfort mails they chose (EX-4-3, convention de preuve)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from app.accounts import acceptances
from app.database import connection
from app.legal import documents
from app.legal.titles import TITLES
from app.post import choices
from app.post.kinds import KINDS, Kind
from app.rendering.moments import moment
from app.space.views import Consent, MailChoice, MailsOwed

FOR_ADMINISTRATORS = "E39"


async def consents_of(account: UUID, now: datetime) -> list[Consent]:
    """Every version accepted or read, the latest first, with the label that stood beside its box."""
    accepted = await acceptances.of(account)
    in_force = {
        document: (await documents.in_force(document, now)).number
        for document in {each.document for each in accepted}
    }
    return [
        Consent(
            document=TITLES[each.document],
            number=each.number,
            url=f"/documents/{each.document.value}/{each.number}",
            label=each.label,
            accepted=moment(each.accepted_at),
            is_in_force=in_force[each.document] == each.number,
            sha256=each.sha256,
        )
        for each in accepted
    ]


async def mails_of(
    account: UUID, *, is_practitioner: bool
) -> tuple[list[MailChoice], list[MailsOwed]]:
    """The comfort mails with the person's choice, then those always sent, by reason; not those of administrators."""
    refused = await choices.refused_by(account)
    comfort = [
        MailChoice(kind.name, kind.label, kind.why, kind.name not in refused)
        for kind in _received(is_practitioner)
        if kind.is_comfort
    ]
    owed: dict[str, list[str]] = {}
    for kind in _received(is_practitioner):
        if not kind.is_comfort:
            owed.setdefault(kind.why, []).append(kind.label)
    return comfort, [MailsOwed(why, titles) for why, titles in owed.items()]


async def choose(account: UUID, wanted: Collection[str], *, is_practitioner: bool) -> None:
    """Receive the comfort mails of `wanted` and no other of those shown; other names change nothing."""
    async with connection.transaction():
        for kind in _received(is_practitioner):
            if kind.is_comfort:
                verb = choices.accept if kind.name in wanted else choices.refuse
                await verb(account, kind.name)


def _received(is_practitioner: bool) -> list[Kind]:
    """What one may receive: a client is not asked about a practitioner's mails, and refuses none unseen."""
    return [
        kind
        for kind in KINDS.values()
        if kind.code != FOR_ADMINISTRATORS and (is_practitioner or not kind.is_for_practitioners)
    ]
