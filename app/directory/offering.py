"""What a practitioner offers: practices of the closed list, and the themes they wish to be found by."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.database import connection
from app.directory import editing
from app.directory.editing import Block, refuse

MOST_THEMES = 8
"""Terms § 3.2: themes help to be found, not to be everywhere."""
MOST_PRACTICES = 20


class Practices(msgspec.Struct, frozen=True):
    """Their ids, in the order of the list."""

    practices: list[int] = []


class Themes(msgspec.Struct, frozen=True):
    themes: list[int] = []


async def practices_of(practitioner: int) -> Practices:
    found = await connection.rows(
        "SELECT practice FROM practice_offered WHERE practitioner = $1 ORDER BY position, id",
        practitioner,
    )
    return Practices([row["practice"] for row in found])


async def choose_practices(
    practitioner: int, chosen: Practices, *, seen: str, now: datetime
) -> None:
    """Offer these practices, and no other. Raises `Refusals` or `Overtaken`.

    Called by the listing room, which says what each practice needs (a certificate) and re-runs its gate.
    """
    wanted = list(dict.fromkeys(chosen.practices))
    too_many = f"Choisissez {MOST_PRACTICES} pratiques au plus."
    refuse({"pratiques": too_many if len(wanted) > MOST_PRACTICES else ""})
    async with editing.edit_block(practitioner, Block.PRACTICES, seen=seen, now=now):
        offered = set((await practices_of(practitioner)).practices)
        refuse({"pratiques": await _unknown("practice", wanted, kept=offered)})
        refuse({"pratiques": await _still_used(practitioner, offered - set(wanted))})
        await _write("practice_offered", "practice", practitioner, wanted)


async def themes_of(practitioner: int) -> Themes:
    found = await connection.rows(
        "SELECT theme FROM theme_chosen WHERE practitioner = $1 ORDER BY position, id",
        practitioner,
    )
    return Themes([row["theme"] for row in found])


async def choose_themes(practitioner: int, chosen: Themes, *, seen: str, now: datetime) -> None:
    """Be found by these themes, eight at most. Raises `Refusals` or `Overtaken`."""
    wanted = list(dict.fromkeys(chosen.themes))
    too_many = f"Choisissez {MOST_THEMES} thématiques au plus : vous en avez coché {len(wanted)}."
    refuse({"thematiques": too_many if len(wanted) > MOST_THEMES else ""})
    async with editing.edit_block(practitioner, Block.THEMES, seen=seen, now=now):
        kept = set((await themes_of(practitioner)).themes)
        refuse({"thematiques": await _unknown("theme", wanted, kept=kept)})
        await _write("theme_chosen", "theme", practitioner, wanted)


async def _unknown(table: str, wanted: list[int], *, kept: set[int]) -> str:
    """One no longer on offer may be kept, not chosen anew."""
    found = await connection.rows(
        f"SELECT id FROM {table} WHERE id = ANY($1::int[]) AND (is_active OR id = ANY($2::int[]))",  # noqa: S608
        wanted,
        list(kept),
    )
    return "" if len(found) == len(wanted) else "Choisissez dans la liste."


async def _still_used(practitioner: int, dropped: set[int]) -> str:
    """A service says which practice it is of: it is changed first."""
    found = await connection.row(
        "SELECT p.label AS practice, s.label AS service FROM service s JOIN practice p ON p.id = s.practice"
        " WHERE s.practitioner = $1 AND s.practice = ANY($2::int[]) ORDER BY s.position, s.id LIMIT 1",
        practitioner,
        list(dropped),
    )
    if found is None:
        return ""
    return (
        f"« {found['practice']} » est la pratique de votre prestation « {found['service']} » :"
        " changez ou supprimez d’abord cette prestation."
    )


async def _write(table: str, column: str, practitioner: int, wanted: list[int]) -> None:
    await connection.execute(
        f"DELETE FROM {table} WHERE practitioner = $1 AND {column} <> ALL($2::int[])",  # noqa: S608
        practitioner,
        wanted,
    )
    await connection.execute(
        f"INSERT INTO {table} (practitioner, {column}, position)"  # noqa: S608
        " SELECT $1, w.id, w.place - 1 FROM unnest($2::int[]) WITH ORDINALITY AS w (id, place)"
        f" ON CONFLICT (practitioner, {column}) DO UPDATE SET position = excluded.position",
        practitioner,
        wanted,
    )
