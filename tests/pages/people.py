"""People to read about: one whose every public field is filled, one who writes what browsers would run."""

from __future__ import annotations

from typing import Any

from app.database import connection
from app.directory import changes
from tests.factories import id_of, practitioner

HOSTILE = "</script><script>alert(1)</script><b onload=x>\"'&{{ 7*7 }}%7B"
"""What a field may hold, and a page must only show."""


async def everything_filled() -> str:
    """Élodie d’Aubigné: two practices (one under vigilance), a practice address and a home area, four services."""
    slug = await practitioner(
        "Élodie",
        "d’Aubigné",
        practices=("sophrologie", "iridologie"),
        themes=("gestion-du-stress", "mieux-dormir"),
        places=("69123",),
        home_areas=(("69266", 15),),
        is_remote=True,
        headline="Respirer, dormir, avancer",
        presentation="Je travaille avec le souffle et la voix. " * 9
        + "\n\nMon second paragraphe.\n",
        price_cents=6550,
    )
    person = await id_of(slug)
    await _changed(
        person,
        "UPDATE profile SET audience = '{adults,children,companies}', access = 'partial',"
        " languages = '{Français,Occitan}', payment_methods = '{card,cheque,gift}',"
        " cancellation_terms = E'Gratuite jusqu’à 24 h avant.\\nLa moitié du prix ensuite.'"
        " WHERE practitioner = $1",
    )
    await _changed(
        person,
        "UPDATE practice_place SET label = 'Cabinet des Tilleuls', access_notes = 'Métro Saxe, 2e étage'"
        " WHERE practitioner = $1 AND kind = 'practice'",
    )
    for label, minutes, cents, modes, rule, deposit, is_active in (
        ("Bilan du sommeil", 90, 9000, ["practice"], "deposit", 2550, True),
        ("Séance au téléphone", 45, 5000, ["phone"], "full", 0, True),
        ("Premier échange", 20, 0, ["remote"], "none", 0, True),
        ("Ancienne formule", 60, 4000, ["practice"], "none", 0, False),
    ):
        await _changed(
            person,
            "INSERT INTO service (practitioner, practice, label, description, duration_minutes, price_cents,"
            " modes, payment_rule, deposit_cents, is_active, position)"
            " SELECT $1, practice, $2, '', $3, $4, $5, $6, $7, $8, 1 FROM service"
            " WHERE practitioner = $1 LIMIT 1",
            label,
            minutes,
            cents,
            modes,
            rule,
            deposit,
            is_active,
        )
    await _changed(
        person,
        "INSERT INTO weekly_opening (practitioner, weekday, opens_at_minute, closes_at_minute)"
        " VALUES ($1, 1, 840, 1110), ($1, 4, 510, 780)",
    )
    return slug


async def hostile() -> str:
    """Somebody whose every written field tries to leave its place in the page."""
    slug = await practitioner(
        HOSTILE[:80], HOSTILE[:80], headline=HOSTILE, presentation=f"{HOSTILE}\n{HOSTILE}" * 6
    )
    person = await id_of(slug)
    for table, columns in {
        "profile": ("cancellation_terms",),
        "practice_place": ("label", "street", "access_notes"),
        "service": ("label", "description"),
        "training_shown": ("title", "body"),
        "legal_identity": ("legal_name", "street", "city", "email"),
        "insurance": ("insurer", "contact"),
        "mediator": ("name", "address"),
    }.items():
        assigned = ", ".join(f"{column} = left($2, 80)" for column in columns)
        await _changed(person, f"UPDATE {table} SET {assigned} WHERE practitioner = $1", HOSTILE)
    await _changed(
        person,
        "UPDATE profile SET languages = ARRAY[left($2, 30)] WHERE practitioner = $1",
        HOSTILE,
    )
    return slug


async def _changed(person: int, sql: str, *values: Any) -> None:
    async with connection.transaction():
        await connection.execute(sql, person, *values)
        await changes.record(person)


async def papers_changed(slug: str, table: str, **facts: Any) -> None:
    """Change columns of what was handed over: `papers_changed(slug, "insurance", ends_on=yesterday)`."""
    columns = ", ".join(f"{name} = ${number}" for number, name in enumerate(facts, 2))
    await _changed(
        await id_of(slug),
        f"UPDATE {table} SET {columns} WHERE practitioner = $1",
        *facts.values(),
    )
