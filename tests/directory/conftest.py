"""A practitioner signed in, alone in the directory or beside another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.accounts import cast
from tests.directory.owner import Owner, owner


@pytest.fixture
async def camille(site: Any, empty: None) -> AsyncIterator[Owner]:
    """A practitioner whose profile is complete."""
    await cast.empty()
    async with await owner(site, practices=("sophrologie", "yoga")) as person:
        yield person


@pytest.fixture
async def dominique(site: Any, camille: Owner) -> AsyncIterator[Owner]:
    """Another one."""
    async with await owner(site, "Dominique") as person:
        yield person
