"""A practitioner whose profile lacks nothing but hours, signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.calendar import opening
from app.database import connection
from app.directory import completeness
from tests.accounts import cast
from tests.directory.owner import Owner, owner
from tests.factories import NOW


@pytest.fixture
async def camille(site: Any, empty: None) -> AsyncIterator[Owner]:
    await cast.empty()
    async with await owner(site) as person:
        await connection.execute("TRUNCATE weekly_opening, booking_rules")
        async with connection.transaction():
            await opening.write_criterion(person.practitioner)
            await completeness.refresh(person.practitioner, now=NOW)
        yield person
