"""What the nightly jobs leave of the demonstration: all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.accounts import retention
from app.database import connection
from app.demo import loading
from app.listing import nightly
from app.moderation.retention import RULES
from tests.accounts import cast
from tests.accounts.cast import NOW

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def nobody(pool: None) -> AsyncIterator[None]:
    await cast.empty()
    await connection.execute("TRUNCATE practitioner CASCADE")
    yield
    await connection.execute("TRUNCATE practitioner CASCADE")


@pytest.mark.parametrize("days", [0, 90])
async def test_six_hundred_practitioners_stay_six_hundred_after_a_night(days: int) -> None:
    await loading.load(600, now=NOW, report=lambda _: None)
    night = NOW + timedelta(days=days)
    await nightly.run(night)
    await retention.run(night)
    await retention.apply(RULES, night, is_dry=False)
    left = await connection.row("SELECT count(*) AS people FROM practitioner")
    assert left
    assert left["people"] == 600
