"""The twelve criteria of a complete profile (terms § 3.2; completeness § 5): each broken in turn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.calendar import opening
from app.database import connection
from app.directory import completeness
from app.directory.completeness import BY_NAME, CRITERIA
from app.listing import legal_identity
from tests.factories import LONG_TEXT, NOW, edited, id_of, practitioner
from tests.visitors import Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("pool")]

TODAY = NOW.date()

# The facts that break each criterion, one line a way of breaking it.
BREAKS: list[tuple[str, str, list[Any]]] = [
    ("portrait", "UPDATE profile SET portrait = '' WHERE practitioner = $1", []),
    ("headline", "UPDATE profile SET headline = '' WHERE practitioner = $1", []),
    ("headline", "UPDATE profile SET headline = $2 WHERE practitioner = $1", ["Neuf lett"]),
    ("headline", "UPDATE profile SET headline = $2 WHERE practitioner = $1", ["  Huit let   "]),
    ("presentation", "UPDATE profile SET presentation = '' WHERE practitioner = $1", []),
    ("presentation", "UPDATE profile SET presentation = $2 WHERE practitioner = $1", ["a" * 299]),
    (
        "presentation",
        "UPDATE profile SET presentation = $2 WHERE practitioner = $1",
        ["a" + " " * 400 + "\n" * 20 + "b" + "\t" * 300],
    ),
    ("practices", "DELETE FROM practice_offered WHERE practitioner = $1", []),
    ("practices", "DELETE FROM training_certificate WHERE practitioner = $1", []),
    (
        "practices",
        (
            "INSERT INTO practice_offered (practitioner, practice)"
            " SELECT $1, id FROM practice WHERE slug = 'reiki'"
        ),
        [],
    ),
    ("themes", "DELETE FROM theme_chosen WHERE practitioner = $1", []),
    (
        "themes",
        (
            "INSERT INTO theme_chosen (practitioner, theme)"
            " SELECT $1, id FROM theme WHERE slug <> 'gestion-du-stress' LIMIT 8"
        ),
        [],
    ),
    ("place", "DELETE FROM practice_place WHERE practitioner = $1", []),
    ("place", "UPDATE practice_place SET street = '' WHERE practitioner = $1", []),
    ("services", "DELETE FROM service WHERE practitioner = $1", []),
    ("services", "UPDATE service SET is_active = false WHERE practitioner = $1", []),
    ("services", "UPDATE service SET description = $2 WHERE practitioner = $1", ["b" * 49]),
    ("services", "UPDATE service SET description = $2 WHERE practitioner = $1", [" " * 60]),
    ("hours", "DELETE FROM weekly_opening WHERE practitioner = $1", []),
    ("hours", "DELETE FROM booking_rules WHERE practitioner = $1", []),
    ("hours", "UPDATE booking_rules SET is_open = false WHERE practitioner = $1", []),
    ("training", "DELETE FROM training_shown WHERE practitioner = $1", []),
    ("terms", "UPDATE profile SET cancellation_terms = '' WHERE practitioner = $1", []),
    ("terms", "UPDATE profile SET cancellation_terms = '  ' WHERE practitioner = $1", []),
    ("terms", "UPDATE profile SET payment_methods = '{}' WHERE practitioner = $1", []),
    ("legal", "DELETE FROM legal_identity WHERE practitioner = $1", []),
    ("legal", "UPDATE legal_identity SET phone = '' WHERE practitioner = $1", []),
    ("legal", "UPDATE legal_identity SET email = '' WHERE practitioner = $1", []),
    ("legal", "UPDATE legal_identity SET street = '' WHERE practitioner = $1", []),
    ("legal", "DELETE FROM insurance WHERE practitioner = $1", []),
    (
        "legal",
        "UPDATE insurance SET ends_on = $2 WHERE practitioner = $1",
        [TODAY - timedelta(days=1)],
    ),
    (
        "legal",
        "UPDATE insurance SET starts_on = $2 WHERE practitioner = $1",
        [TODAY + timedelta(days=1)],
    ),
    ("legal", "DELETE FROM mediator WHERE practitioner = $1", []),
    ("audience", "UPDATE profile SET audience = '{}' WHERE practitioner = $1", []),
    ("audience", "UPDATE profile SET access = '' WHERE practitioner = $1", []),
]


async def _settled(person: int) -> bool:
    """What each room does after an edit of the facts it owns."""
    async with connection.transaction():
        await opening.write_criterion(person)
        await legal_identity.write_criteria(person, today=TODAY)
        await completeness.refresh(person, now=NOW)
    return await _is_complete(person)


async def _is_complete(person: int) -> bool:
    found = await connection.row("SELECT is_complete FROM practitioner WHERE id = $1", person)
    assert found is not None
    is_complete: bool = found["is_complete"]
    return is_complete


async def test_the_reference_profile_of_these_tests_is_complete() -> None:
    person = await id_of(await practitioner())
    assert await completeness.missing_of(person) == []
    assert await _is_complete(person)


async def test_every_criterion_is_broken_by_some_test() -> None:
    assert {criterion for criterion, _, _ in BREAKS} == set(BY_NAME)
    assert len(CRITERIA) == len(BY_NAME) == 12


@pytest.mark.parametrize(
    ("criterion", "sql", "values"), BREAKS, ids=[f"{c}-{n}" for n, (c, _, _) in enumerate(BREAKS)]
)
async def test_breaking_one_criterion_makes_the_profile_incomplete_and_names_only_it(
    criterion: str, sql: str, values: list[Any]
) -> None:
    """Completeness § 5, AT."""
    person = await id_of(await practitioner())
    await connection.execute(sql, person, *values)
    assert not await _settled(person)
    assert await completeness.missing_of(person) == [BY_NAME[criterion].missing]
    assert not await _is_complete(person)


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("UPDATE profile SET headline = $2 WHERE practitioner = $1", ["Dix lettre"]),
        ("UPDATE profile SET headline = $2 WHERE practitioner = $1", ["é" * 120]),
        ("UPDATE profile SET presentation = $2 WHERE practitioner = $1", ["é" * 300]),
        ("UPDATE service SET description = $2 WHERE practitioner = $1", ["é" * 50]),
        ("UPDATE service SET price_cents = 0 WHERE practitioner = $1", []),
        ("UPDATE profile SET access = 'no' WHERE practitioner = $1", []),
        ("UPDATE profile SET languages = '{}' WHERE practitioner = $1", []),
        ("UPDATE insurance SET ends_on = $2 WHERE practitioner = $1", [TODAY]),
        ("UPDATE insurance SET starts_on = $2 WHERE practitioner = $1", [TODAY]),
        (
            (
                "INSERT INTO theme_chosen (practitioner, theme)"
                " SELECT $1, id FROM theme WHERE slug <> 'gestion-du-stress' LIMIT 7"
            ),
            [],
        ),
        (
            (
                "UPDATE practice_place SET kind = 'home_area', radius_km = 10, street = ''"
                " WHERE practitioner = $1"
            ),
            [],
        ),
        (
            (
                "INSERT INTO insurance (practitioner, insurer, contract_number, contact, coverage, starts_on,"
                " ends_on) VALUES ($1, 'Ancienne', 'X', 'Y', 'France', '2020-01-01', '2021-01-01')"
            ),
            [],
        ),
        (
            (
                "INSERT INTO service (practitioner, practice, label, description, duration_minutes, price_cents,"
                " modes, is_active) SELECT $1, id, 'En préparation', '', 60, 5000, '{practice}', false"
                " FROM practice WHERE slug = 'sophrologie'"
            ),
            [],
        ),
    ],
)
async def test_just_enough_is_enough(sql: str, values: list[Any]) -> None:
    """The bounds are those told on the ranking page; « non » is a complete answer."""
    person = await id_of(await practitioner())
    await connection.execute(sql, person, *values)
    assert await _settled(person), await completeness.missing_of(person)
    assert await _is_complete(person)


async def test_visio_alone_is_a_place() -> None:
    person = await id_of(await practitioner(places=(), is_remote=True))
    assert await _is_complete(person)
    await connection.execute("UPDATE service SET is_active = false WHERE practitioner = $1", person)
    await _settled(person)
    assert BY_NAME["place"].missing in await completeness.missing_of(person)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE legal_identity SET legal_name = '' WHERE practitioner = $1",
        "UPDATE legal_identity SET postal_code = '' WHERE practitioner = $1",
        "UPDATE legal_identity SET city = '' WHERE practitioner = $1",
        "UPDATE legal_identity SET phone = ' ' WHERE practitioner = $1",
        "UPDATE insurance SET coverage = '' WHERE practitioner = $1",
        "UPDATE mediator SET website = '' WHERE practitioner = $1",
        "UPDATE mediator SET address = '' WHERE practitioner = $1",
    ],
)
async def test_each_part_of_the_legal_block_is_needed(sql: str) -> None:
    """EX-3.1-6, EX-3.1-9; criterion 11."""
    person = await id_of(await practitioner())
    await connection.execute(sql, person)
    await _settled(person)
    assert await completeness.missing_of(person) == [BY_NAME["legal"].missing]


async def test_an_empty_line_of_training_does_not_count() -> None:
    person = await id_of(await practitioner())
    await connection.execute(
        "UPDATE training_shown SET title = '', body = '' WHERE practitioner = $1", person
    )
    assert not await _settled(person)


@pytest.mark.parametrize("is_complete", [True, False])
async def test_the_jupiterre_flag_never_changes_completeness(is_complete: bool) -> None:
    """Completeness § 5, AT."""
    slug = await practitioner(is_complete=is_complete)
    person = await id_of(slug)
    before = await completeness.missing_of(person)
    for flag in (True, False):
        await edited(
            slug, is_jupiterre_user=flag, jupiterre_changed_at=NOW, jupiterre_changed_by="essai"
        )
        assert await _settled(person) is is_complete
        assert await completeness.missing_of(person) == before


async def test_all_twelve_missing_then_all_twelve_restored() -> None:
    person = await id_of(await practitioner())
    kept = {
        table: await connection.rows(f"SELECT * FROM {table} WHERE practitioner = $1", person)
        for table in ("profile", "theme_chosen", "practice_place", "service", "training_shown")
    }
    for sql in (
        (
            "UPDATE profile SET portrait = '', headline = '', presentation = '', audience = '{}',"
            " cancellation_terms = '' WHERE practitioner = $1"
        ),
        "DELETE FROM practice_offered WHERE practitioner = $1",
        "DELETE FROM theme_chosen WHERE practitioner = $1",
        "DELETE FROM practice_place WHERE practitioner = $1",
        "UPDATE service SET is_active = false WHERE practitioner = $1",
        "UPDATE booking_rules SET is_open = false WHERE practitioner = $1",
        "DELETE FROM training_shown WHERE practitioner = $1",
        "DELETE FROM mediator WHERE practitioner = $1",
    ):
        await connection.execute(sql, person)
    assert not await _settled(person)
    assert await completeness.missing_of(person) == [criterion.missing for criterion in CRITERIA]

    theme, place = kept["theme_chosen"][0]["theme"], kept["practice_place"][0]["commune"]
    for sql, *values in (
        (
            (
                "UPDATE profile SET portrait = 'drawn:7', headline = 'Des séances pour souffler',"
                " presentation = $2, audience = '{adults}', cancellation_terms = 'Gratuite' WHERE practitioner = $1"
            ),
            LONG_TEXT,
        ),
        (
            (
                "INSERT INTO practice_offered (practitioner, practice)"
                " SELECT $1, id FROM practice WHERE slug = 'sophrologie'"
            ),
        ),
        ("INSERT INTO theme_chosen (practitioner, theme) VALUES ($1, $2)", theme),
        (
            "INSERT INTO practice_place (practitioner, commune, street) VALUES ($1, $2, '1 rue X')",
            place,
        ),
        ("UPDATE service SET is_active = true WHERE practitioner = $1",),
        ("UPDATE booking_rules SET is_open = true WHERE practitioner = $1",),
        (
            "INSERT INTO training_shown (practitioner, title, body, year) VALUES ($1, 'A', 'B', 2020)",
        ),
        (
            (
                "INSERT INTO mediator (practitioner, name, address, website)"
                " VALUES ($1, 'A', 'B', 'https://mediation.example')"
            ),
        ),
    ):
        assert not await _settled(person)
        await connection.execute(sql, person, *values)
    assert await _settled(person)
    assert await completeness.missing_of(person) == []


async def test_an_insurance_that_ends_loses_its_criterion_the_day_after(visitor: Visitor) -> None:
    """Decision 8."""
    slug = await practitioner()
    person = await id_of(slug)
    await connection.execute(
        "UPDATE insurance SET ends_on = $2 WHERE practitioner = $1", person, date(2026, 12, 31)
    )
    async with connection.transaction():
        await legal_identity.write_criteria(person, today=date(2026, 12, 31))
        assert await completeness.refresh(person, now=NOW)
    assert (await visitor.get("/praticiens")).ranks == [1]
    async with connection.transaction():
        await legal_identity.write_criteria(person, today=date(2027, 1, 1))
        assert not await completeness.refresh(person, now=NOW)
    assert (await visitor.get("/praticiens")).ranks == [3]


async def test_settling_somebody_who_does_not_exist_changes_nothing() -> None:
    async with connection.transaction():
        assert not await completeness.refresh(999_999, now=NOW)


async def test_the_date_of_the_last_reckoning_is_kept() -> None:
    person = await id_of(await practitioner())
    later = NOW + timedelta(days=3)
    async with connection.transaction():
        await completeness.refresh(person, now=later)
    found = await connection.row("SELECT completeness_at FROM practitioner WHERE id = $1", person)
    assert found is not None
    assert found["completeness_at"] == later
