"""An installation with its legal texts in force, and people signed in to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.accounts import cast
from tests.space.member import Member, somebody


@pytest.fixture
async def nobody(pool: None) -> None:
    """No account, no mail; the first versions of the texts are in force."""
    await cast.empty()


@pytest.fixture
async def camille(site: Any, nobody: None) -> AsyncIterator[Member]:
    """Somebody signed in on one device."""
    async with await (await somebody(site)).sign_in() as member:
        yield member


@pytest.fixture
async def dominique(site: Any, camille: Member) -> AsyncIterator[Member]:
    """Somebody else, signed in too."""
    async with await (await somebody(site, "Dominique")).sign_in() as member:
        yield member
