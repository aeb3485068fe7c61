"""Opens an administrator's account on the browser's site.

`python -m tests.journeys.browser.new_admin ADDRESS PASSWORD SECRET`, the secret being that of the one-time codes.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from app.accounts import new_password, people, second_factor
from app.database import connection


async def open_admin(email: str, password: str, secret: str) -> None:
    """An administrator whose second factor is set."""
    now = datetime.now(UTC)
    await connection.open_pool(2)
    try:
        async with connection.transaction():
            account = await people.create(
                first_name="Ada", last_name="Byron", email=email, is_admin=True, now=now
            )
            await new_password.first(account, password, now=now)
            await second_factor.put(account, secret, now=now)
    finally:
        await connection.close_pool()


if __name__ == "__main__":
    asyncio.run(open_admin(*sys.argv[1:]))
