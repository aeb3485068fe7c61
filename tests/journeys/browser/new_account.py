"""Opens an account on the browser's site: `python -m tests.journeys.browser.new_account ADDRESS PASSWORD`."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from app.accounts import acceptances, new_password, people
from app.database import connection


async def open_account(email: str, password: str) -> None:
    """An account whose address is confirmed and whose holder accepted the texts in force."""
    now = datetime.now(UTC)
    await connection.open_pool(2)
    try:
        async with connection.transaction():
            account = await people.create(
                first_name="Alix", last_name="Martin", email=email, is_admin=False, now=now
            )
            await new_password.first(account, password, now=now)
            boxes = await acceptances.boxes_of_sign_up(now)
            await acceptances.record(account, boxes, page="/inscription", session=None, now=now)
    finally:
        await connection.close_pool()


if __name__ == "__main__":
    asyncio.run(open_account(sys.argv[1], sys.argv[2]))
