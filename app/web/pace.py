"""How fast one network may ask for pages: people never meet this limit, a program that copies the site does.

Terms § 5 and § 9. Counted in each process and in memory only: no address is kept, and no page waits for a count.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app import config
from app.errors import TooMany
from app.web import addresses
from app.web.assets import FILES

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection

MOST_NETWORKS = 20_000
"""Remembered at once, a few megabytes; beyond, those that have been quiet for longest are forgotten."""
EXEMPT = {"/sante"}


class TooFast(TooMany):
    """More pages in a minute than anybody reads."""

    message = "Vous avez fait beaucoup de demandes en peu de temps."


class Pace:
    """A bucket for each network: it holds `per_minute` requests, and fills again evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, network: str) -> int:
        """Count a request; answers 0, or the seconds to wait when there are too many."""
        now = self._clock()
        left, at = self._left.pop(network, (float(self.per_minute), now))
        left = min(self.per_minute, left + (now - at) * self.per_minute / 60)
        waits = 0 if left >= 1 else int((1 - left) * 60 / self.per_minute) + 1
        # Put back last: the first ones of the dict are those that have been quiet for longest.
        self._left[network] = (left - (1 if not waits else 0), now)
        while len(self._left) > MOST_NETWORKS:
            del self._left[next(iter(self._left))]
        return waits


_paces: dict[int, Pace] = {}


def checked(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Count this request (EX-5-6, EX-9-2); raises `TooFast`. Files and the health page are not counted."""
    per_minute = config.current().requests_per_minute
    path = connection.scope["path"]
    if not per_minute or path.startswith(FILES) or path in EXEMPT:
        return
    pace = _paces.setdefault(per_minute, Pace(per_minute))
    if seconds := pace.take(addresses.network(addresses.client(connection))):
        raise TooFast(seconds)
