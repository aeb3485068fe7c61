"""Makes dossiers handed over on the browser's site, the insurance of each proved by a file of two pages.

`python -m tests.journeys.browser.new_dossier NAME…` answers the numbers of their practitioners, in order.
"""

from __future__ import annotations

import asyncio
import sys

from app.database import connection
from tests.backoffice import dossier_cast


async def hand_over(names: list[str]) -> list[int]:
    await connection.open_pool(2)
    try:
        return [(await dossier_cast.handed("Lou", name)).practitioner for name in names]
    finally:
        await connection.close_pool()


if __name__ == "__main__":
    print(*asyncio.run(hand_over(sys.argv[1:])))
