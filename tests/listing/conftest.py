"""A practitioner with an account, at work on a dossier; another one; and an administrator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from tests.accounts import cast as accounts
from tests.listing import cast
from tests.listing.cast import Owner


@pytest.fixture
async def nobody(pool: None) -> None:
    """No account, no practitioner; the first versions of the texts are in force."""
    await accounts.empty()


@pytest.fixture
async def camille(nobody: None) -> Owner:
    """Somebody whose dossier has everything, not handed over yet."""
    return await cast.owner("Camille")


@pytest.fixture
async def dominique(camille: Owner) -> Owner:
    """Somebody else, the same."""
    return await cast.owner("Dominique")


@pytest.fixture
async def admin(nobody: None) -> UUID:
    return await cast.admin()


@pytest.fixture
async def browser(site: Any, camille: Owner) -> AsyncIterator[Any]:
    """Camille signed in."""
    async with await cast.member(site, camille).sign_in() as member:
        yield member
