"""Two administrators publish at the same moment: numbers follow each other, and the rules match the setting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import Refused
from app.legal import documents, ranking
from app.legal.publishing import publish
from app.legal.tables import Document
from app.settings import values
from tests.factories import first_texts_only

pytestmark = [pytest.mark.anyio, pytest.mark.race]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def first_texts(empty: None) -> AsyncIterator[None]:
    yield
    await first_texts_only()


async def test_numbers_stay_consecutive_under_concurrent_publications() -> None:
    async def one(number: int) -> int:
        found = await publish(
            Document.TERMS,
            f"Texte {number}.",
            effective_at=NOW + timedelta(days=20),
            is_acceptance_required=False,
            summary="",
            by=f"admin {number}",
            now=NOW,
        )
        return found.number

    numbers = await asyncio.gather(*(one(number) for number in range(6)))
    assert sorted(numbers) == [2, 3, 4, 5, 6, 7]
    kept = await documents.versions_of(Document.TERMS)
    assert [version.number for version in kept] == [7, 6, 5, 4, 3, 2, 1]


async def test_the_same_change_of_the_tiers_asked_twice_at_once_is_made_once() -> None:
    asked = (ranking.change_tier(False, by=name, now=NOW) for name in ("Ada", "Bea", "Cléo"))
    found = await asyncio.gather(*asked, return_exceptions=True)
    made = [one for one in found if not isinstance(one, BaseException)]
    assert [one.number for one in made] == [2]
    assert all(isinstance(one, Refused) for one in found if isinstance(one, BaseException))
    assert await values.value_of(values.JUPITERRE_TIER, made[0].effective_at) is False
