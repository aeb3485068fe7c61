"""What the operator changes of themes and practices: told to the search at once, and kept."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.database import connection
from app.directory import catalogue, changes, reference, trade
from tests.accounts import cast

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("empty", "as_delivered")]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BY = uuid4()


@pytest.fixture
async def as_delivered(pool: None) -> None:
    """The themes and practices of the files, whatever a test before changed."""
    for table in ("theme", "practice"):
        await connection.execute(f"UPDATE {table} SET edited_at = NULL, is_active = true")
    await reference.load()


async def _version() -> int:
    return (await changes.since(0))[0]


async def test_words_chosen_by_the_operator_outlive_the_loading_of_the_reference() -> None:
    before = await _version()
    await trade.change_theme(
        "massages",
        label="Massages du corps",
        tagline="Se poser.",
        keywords=["massage", " massage ", "détente"],
        seen=(await trade.theme("massages")).mark,
        by=BY,
        now=NOW,
    )
    assert await _version() == before + 1
    await reference.load()
    found = await trade.theme("massages")
    assert (found.label, found.keywords) == ("Massages du corps", ["massage", "détente"])
    told = await cast.evidence("admin.action", BY)
    assert told[-1]["avant"] == "Massages et détente du corps"


async def test_saying_the_same_again_changes_nothing() -> None:
    found, before = await trade.practice("reiki"), await _version()
    await trade.change_practice(
        "reiki",
        label=found.label,
        definition=found.definition,
        synonyms=found.synonyms,
        needs_vigilance=found.needs_vigilance,
        seen=found.mark,
        by=BY,
        now=NOW,
    )
    assert await _version() == before


async def test_what_is_no_longer_offered_leaves_the_catalogue_and_may_come_back() -> None:
    await trade.offer_practice("reiki", is_active=False, by=BY)
    assert "reiki" not in (await catalogue.load()).practice_by_slug
    await trade.offer_practice("reiki", is_active=True, by=BY)
    assert "reiki" in (await catalogue.load()).practice_by_slug
    await trade.offer_theme("massages", is_active=False, by=BY)
    assert "massages" not in (await catalogue.load()).theme_by_slug


@pytest.mark.parametrize(
    ("label", "tagline", "keywords", "field"),
    [
        ("", "Bien.", [], "libelle"),
        ("x" * 81, "Bien.", [], "libelle"),
        ("Mieux dormir", "Bien.", [], "libelle"),
        ("Massages", "", [], "accroche"),
        ("Massages", "Bien.", ["x" * 81], "mots"),
        ("Massages", "Bien.", [f"mot {n}" for n in range(61)], "mots"),
    ],
)
async def test_words_that_cannot_be_are_refused_with_their_field(
    label: str, tagline: str, keywords: list[str], field: str
) -> None:
    seen = (await trade.theme("massages")).mark
    with pytest.raises(trade.WordsRefused) as refusal:
        await trade.change_theme(
            "massages", label=label, tagline=tagline, keywords=keywords, seen=seen, by=BY, now=NOW
        )
    assert refusal.value.field == field


async def test_a_theme_or_a_practice_that_does_not_exist_is_not_there() -> None:
    with pytest.raises(trade.NoSuchTheme):
        await trade.offer_theme("rien", is_active=False, by=BY)
    with pytest.raises(trade.NoSuchPractice):
        await trade.offer_practice("rien", is_active=False, by=BY)
