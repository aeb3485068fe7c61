"""Who lives in the directory that the browser sees: 120 people of the demonstration, and four whom the tests know.

Run by itself, so that neither its pool nor its settings meet those of the tests:
`python -m tests.journeys.browser.population`, with the address of an empty database and a prefix for the index.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from app.database import connection
from app.demo import loading
from app.search import engine, index
from app.search.meilisearch_gateway import IndexGateway
from tests.factories import practitioner

DEMO_COUNT = 120
FIRST_LISTED, LAST_LISTED = "Zacharie Quatremer", "Zélie Quatremer"
"""Two people of one rare name, in the order of the alphabet."""


async def settle() -> None:
    """Fill the database and build its index."""
    await connection.open_pool(4)
    try:
        await loading.load(DEMO_COUNT, now=datetime.now(UTC), report=print)
        await practitioner("Zélie", "Quatremer", slug="zelie-quatremer", is_remote=True)
        await practitioner(
            "Zacharie",
            "Quatremer",
            slug="zacharie-quatremer",
            practices=("yoga",),
            themes=("mieux-dormir",),
            places=("42218",),
        )
        await practitioner("Ludivine", "Vauquelin", slug="au-nord", places=("93066",))
        await practitioner("Ludovic", "Vauquelin", slug="au-sud", places=("97411",))
        await index.rebuild(IndexGateway(*engine.address()), report=print)
    finally:
        await connection.close_pool()


if __name__ == "__main__":
    asyncio.run(settle())
