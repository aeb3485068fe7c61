"""Publishes another version of the terms on the browser's site: `python -m tests.journeys.browser.new_terms WORDS`."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from app.database import connection
from app.legal import documents, publishing
from app.legal.tables import Document


async def publish(words: str) -> None:
    """Add a paragraph made of `words` to the terms, in force at once, to be accepted."""
    now = datetime.now(UTC)
    await connection.open_pool(2)
    try:
        latest = await documents.in_force(Document.TERMS, now)
        await publishing.publish(
            Document.TERMS,
            f"{latest.body}\n{words}\n",
            effective_at=now,
            is_acceptance_required=True,
            summary="Un article s’ajoute à la fin.",
            by="essai",
            now=now,
        )
    finally:
        await connection.close_pool()


if __name__ == "__main__":
    asyncio.run(publish(sys.argv[1]))
