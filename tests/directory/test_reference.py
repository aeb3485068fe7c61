"""The reference data: themes, practices and places, loaded again at each start."""

from __future__ import annotations

import json

import pytest

from app.database import connection
from app.directory import catalogue, reference

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("empty")]

TABLES = ("region", "department", "commune", "theme", "practice", "theme_of_practice")


async def _counts() -> dict[str, int]:
    return {
        table: (await connection.rows(f"SELECT count(*) AS n FROM {table}"))[0]["n"]
        for table in TABLES
    }


async def test_loading_again_changes_nothing() -> None:
    before, ids = (
        await _counts(),
        await connection.rows("SELECT id, slug FROM practice ORDER BY id"),
    )
    await reference.load()
    assert await _counts() == before
    assert await connection.rows("SELECT id, slug FROM practice ORDER BY id") == ids


async def test_what_the_operator_took_off_stays_off_and_what_was_altered_is_mended() -> None:
    await connection.execute("UPDATE practice SET is_active = false WHERE slug = 'reiki'")
    await connection.execute("UPDATE theme SET is_active = false WHERE slug = 'mieux-dormir'")
    await connection.execute("UPDATE theme SET label = 'Autre' WHERE slug = 'massages'")
    await reference.load()
    known = await catalogue.load()
    assert "reiki" not in known.practice_by_slug
    assert "mieux-dormir" not in known.theme_by_slug
    assert known.theme_by_slug["massages"].label == "Massages et détente du corps"


async def test_the_catalogue_is_that_of_the_specification() -> None:
    """EX-3.2-3: 27 themes, the four named ones among them; 69 practices, none of those never offered."""
    known = await catalogue.load()
    assert len(known.themes) == 27
    assert {"manger-mieux", "arreter-le-tabac", "gestion-du-stress", "massages"} <= set(
        known.theme_by_slug
    )
    assert len(known.practices) == 69
    excluded = json.loads((reference.DATA / "excluded_practices.json").read_text(encoding="utf-8"))
    assert len(excluded) == 19
    labels = {practice.label.casefold() for practice in known.practices.values()}
    assert not {str(next(iter(entry.values()))).casefold() for entry in excluded} & labels
    for practice in known.practices.values():
        assert practice.themes, practice.slug
        assert set(practice.themes) <= set(known.themes), practice.slug
        assert 0 <= practice.price_low_cents <= practice.price_high_cents


async def test_every_arrondissement_belongs_to_a_city_that_is_there() -> None:
    orphans = await connection.rows(
        "SELECT code FROM commune p WHERE city <> '' AND NOT EXISTS"
        " (SELECT FROM commune c WHERE c.code = p.city AND c.city = '')"
    )
    assert orphans == []
    found = await connection.rows(
        "SELECT city, count(*) AS n FROM commune WHERE city <> '' GROUP BY city ORDER BY city"
    )
    assert [tuple(row) for row in found] == [("13055", 16), ("69123", 9), ("75056", 20)]
