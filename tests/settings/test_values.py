"""The settings kept in the database: each change is on record, and counts from its moment on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.database import connection
from app.settings import values
from app.settings.values import JUPITERRE_TIER, UnknownSetting, WrongValue

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("empty")]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


async def test_without_a_change_the_default_holds() -> None:
    """EX-3.2-6: on by default, it is what the terms say."""
    assert await values.value_of(JUPITERRE_TIER, NOW) is True
    assert await values.changed_at(JUPITERRE_TIER, NOW) is None


async def test_a_change_counts_from_its_moment_on() -> None:
    await values.change(JUPITERRE_TIER, False, by="Ada", effective_at=NOW + 15 * DAY)
    assert await values.value_of(JUPITERRE_TIER, NOW) is True
    assert await values.value_of(JUPITERRE_TIER, NOW + 15 * DAY - timedelta(seconds=1)) is True
    assert await values.value_of(JUPITERRE_TIER, NOW + 15 * DAY) is False
    assert await values.changed_at(JUPITERRE_TIER, NOW) is None
    assert await values.changed_at(JUPITERRE_TIER, NOW + 20 * DAY) == NOW + 15 * DAY


async def test_the_last_change_in_effect_wins_whatever_the_order_of_writing() -> None:
    await values.change(JUPITERRE_TIER, True, by="Ada", effective_at=NOW + 2 * DAY)
    await values.change(JUPITERRE_TIER, False, by="Ada", effective_at=NOW)
    assert await values.value_of(JUPITERRE_TIER, NOW + DAY) is False
    assert await values.value_of(JUPITERRE_TIER, NOW + 3 * DAY) is True


async def test_of_two_changes_at_the_same_moment_the_last_written_wins() -> None:
    await values.change(JUPITERRE_TIER, False, by="Ada", effective_at=NOW)
    await values.change(JUPITERRE_TIER, True, by="Bea", effective_at=NOW)
    assert await values.value_of(JUPITERRE_TIER, NOW) is True


async def test_every_change_stays_on_record_with_who_and_when() -> None:
    await values.change(JUPITERRE_TIER, False, by="Ada", effective_at=NOW)
    await values.change(JUPITERRE_TIER, True, by="Bea", effective_at=NOW + DAY)
    found = await connection.rows(
        "SELECT changed_by, effective_at, changed_at FROM setting_change ORDER BY id"
    )
    assert [(row["changed_by"], row["effective_at"]) for row in found] == [
        ("Ada", NOW),
        ("Bea", NOW + DAY),
    ]
    assert all(row["changed_at"] is not None for row in found)


async def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(UnknownSetting, match="n’existe pas"):
        await values.change("ranking.notes", True, by="Ada", effective_at=NOW)


@pytest.mark.parametrize("value", ["false", 0, 1, None, [], "", {"value": False}])
async def test_a_value_of_another_kind_is_refused(value: object) -> None:
    with pytest.raises(WrongValue, match="ne convient pas"):
        await values.change(JUPITERRE_TIER, value, by="Ada", effective_at=NOW)
    assert await connection.rows("SELECT 1 FROM setting_change") == []
