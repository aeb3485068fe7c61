"""A visitor of a directory that a whole file shares: nobody empties it between two tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.visitors import Visitor


@pytest.fixture
async def guest(site: Any) -> AsyncIterator[Visitor]:
    """Somebody without an account, in the directory as the file's own fixture made it."""
    async with Visitor(site) as somebody:
        yield somebody
