"""Opens a practitioner's account on the browser's site.

`python -m tests.journeys.browser.new_practitioner ADDRESS PASSWORD`
"""

from __future__ import annotations

import asyncio
import sys
from uuid import uuid4

from app.accounts import people
from app.database import connection
from tests.factories import practitioner
from tests.journeys.browser.new_account import open_account


async def open_practitioner(email: str, password: str) -> str:
    """An account and its listed profile, with one service; answers the slug."""
    await open_account(email, password)
    await connection.open_pool(2)
    try:
        account = await people.at(email)
        assert account is not None
        slug = await practitioner(
            "Alix", "Martin", practices=("sophrologie", "yoga"), slug=f"alix-{uuid4().hex[:8]}"
        )
        await connection.execute(
            "UPDATE practitioner SET account = $1 WHERE slug = $2", account.id, slug
        )
    finally:
        await connection.close_pool()
    return slug


if __name__ == "__main__":
    print(asyncio.run(open_practitioner(sys.argv[1], sys.argv[2])))
