"""The ranking rules and the setting they are generated from: one verb changes both, for the same moment."""

from __future__ import annotations

from datetime import datetime

from app import config
from app.database import connection
from app.errors import Refused
from app.evidence import register
from app.legal import documents, drafts, publishing
from app.legal.documents import Version
from app.legal.refusals import NotPublished
from app.legal.tables import Document
from app.settings import values
from app.settings.values import JUPITERRE_TIER, WrongValue

_SUMMARIES = {
    True: (
        "Les praticiens qui utilisent le logiciel Jupi’terre et dont le profil est incomplet forment un "
        "groupe, avant les autres profils incomplets."
    ),
    False: "Utiliser le logiciel Jupi’terre n’a plus d’effet sur le classement.",
}


class NothingToChange(Refused):
    message = "Ce réglage a déjà cette valeur."


async def change_tier(value: object, *, by: str, now: datetime, seen: int | None = None) -> Version:
    """Let users of Jupi'terre form a group of their own, or not: from fifteen days after `now` (UTC) on.

    The rules so generated are published for the same moment as the setting (terms § 3.2; P2B art. 3(2) and 5):
    what is written is what the search does. `seen` as `values.change` has it. Raises `WrongValue`, `NothingToChange`,
    `values.ChangedMeanwhile`, and `NotPublished` before the first version of the rules.
    """
    if not isinstance(value, bool):
        raise WrongValue
    operator = config.current().operator
    async with connection.transaction():
        await publishing.alone_to_publish()
        past = await documents.versions_of(Document.RANKING)
        if not past:
            raise NotPublished
        # A change announced and not in force yet counts: the new one comes after it.
        effective_at = max(now + publishing.NOTICE, past[0].effective_at)
        before = await values.value_of(JUPITERRE_TIER, effective_at)
        if before is value:
            raise NothingToChange
        await values.change(JUPITERRE_TIER, value, by=by, effective_at=effective_at, seen=seen)
        published = await publishing.publish(
            Document.RANKING,
            drafts.draft(Document.RANKING, operator, jupiterre_tier=value),
            effective_at=effective_at,
            is_acceptance_required=False,
            summary=_SUMMARIES[value],
            by=by,
            now=now,
            is_generated=True,
        )
        await register.write(
            "reglage.classement",
            subject_type="document",
            subject=publishing.evidence_subject(Document.RANKING),
            content={
                "reglage": JUPITERRE_TIER,
                "avant": before,
                "apres": value,
                "par": by,
                "date_effet": effective_at.isoformat(),
                "version": published.number,
            },
        )
    return published
