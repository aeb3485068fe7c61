"""The texts the product comes with, filled in with the operator's identity: published once, then kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app import config
from app.config import Operator
from app.database import connection
from app.legal import documents, publishing
from app.legal.documents import Version
from app.legal.tables import Document
from app.legal.titles import LABELS
from app.rendering.written import written
from app.settings import values

FOLDER = Path(__file__).parent / "first_versions"
FIRST_SUMMARY = "Première version."


def draft(document: Document, operator: Operator, *, jupiterre_tier: bool) -> str:
    """The Markdown of `document`. Only the ranking rules depend on `jupiterre_tier` (terms § 3.2)."""
    return written(FOLDER, f"{document}.md", operator=operator, jupiterre_tier=jupiterre_tier)


async def publish_missing(*, by: str, now: datetime) -> list[Version]:
    """Publish the first version of each document that has none, in force at once (`now`, UTC); answers them.

    Nobody is bound by an earlier version, so nobody is owed a notice. Raises what `publishing.publish` does.
    """
    operator = config.current().operator
    published: list[Version] = []
    async with connection.transaction():
        await publishing.alone_to_publish()
        tier = await values.value_of(values.JUPITERRE_TIER, now)
        for document in Document:
            if await documents.versions_of(document):
                continue
            version = await publishing.publish(
                document,
                draft(document, operator, jupiterre_tier=tier),
                effective_at=now,
                is_acceptance_required=document in LABELS,
                summary=FIRST_SUMMARY,
                by=by,
                now=now,
                is_generated=True,
            )
            published.append(version)
    return published
