"""A listed practitioner, signed in or not, two administrators, and everybody else looking."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.listing import life
from tests import factories
from tests.accounts import cast as accounts
from tests.backoffice.conftest import signed
from tests.listing import cast
from tests.listing.cast import Owner
from tests.visitors import Visitor


@pytest.fixture
async def nobody(pool: None, index_gateway: Any) -> AsyncIterator[None]:
    """No account, no practitioner, an empty index; and as much left behind."""
    await accounts.empty()
    await factories.empty_directory(index_gateway)
    yield
    await accounts.empty()
    await factories.empty_directory(index_gateway)


@pytest.fixture
async def camille(nobody: None) -> Owner:
    """Somebody listed, since this morning."""
    who = await cast.owner("Camille")
    await listed(who)
    return who


async def listed(who: Owner) -> None:
    await life.submit(who.practitioner, by=who.account, now=cast.NOW)
    await life.list_(who.practitioner, by=who.account, now=cast.NOW)


@pytest.fixture
async def admin(nobody: None) -> UUID:
    return await accounts.admin()


@pytest.fixture
async def other_admin(nobody: None) -> UUID:
    return await accounts.admin("grace@exemple.fr")


@pytest.fixture
async def desk(site: Any, admin: UUID) -> AsyncIterator[Visitor]:
    """The administrator, at the desk."""
    async with Visitor(site) as visitor:
        await signed(visitor, admin, is_admin=True)
        yield visitor


@pytest.fixture
async def anybody(site: Any, nobody: None) -> AsyncIterator[Visitor]:
    async with Visitor(site) as visitor:
        yield visitor


@pytest.fixture
async def own(site: Any, camille: Owner) -> AsyncIterator[Visitor]:
    """Camille signed in."""
    async with Visitor(site) as visitor:
        await signed(visitor, camille.account, is_admin=False, has_factor=False)
        yield visitor


def now() -> datetime:
    return datetime.now(UTC)
