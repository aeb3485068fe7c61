"""An administrator at their desk, and a client somewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app.accounts import sessions
from tests.accounts import cast
from tests.visitors import Visitor


class Desk(msgspec.Struct, frozen=True):
    """Who sits at the desk, and the account they look at."""

    admin: UUID
    client: UUID
    visitor: Visitor


@pytest.fixture
async def nobody(pool: None) -> None:
    await cast.empty()


async def signed(
    visitor: Visitor, account: UUID, *, is_admin: bool, has_factor: bool = True
) -> None:
    """Give the visitor a sign-in session of `account`."""
    _, token = await sessions.open_session(
        account,
        is_admin=is_admin,
        has_second_factor=has_factor,
        origin=cast.HOME,
        now=datetime.now(UTC),
    )
    visitor.cookies.set("session", token)


@pytest.fixture
async def desk(site: Any, nobody: None) -> AsyncIterator[Desk]:
    client, admin = await cast.client(), await cast.admin()
    async with Visitor(site) as visitor:
        await signed(visitor, admin, is_admin=True)
        yield Desk(admin, client, visitor)
