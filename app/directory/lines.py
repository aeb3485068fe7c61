"""The lists of a profile (services, places, trainings): their order, what is taken off, and what is put back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import msgspec
from asyncpg import Record

from app.database import connection
from app.directory import editing
from app.directory.editing import Kind, NoSuchLine, Overtaken
from app.errors import Refused
from app.sealing import signing

LIMITS = {Kind.SERVICE: 50, Kind.PLACE: 10, Kind.TRAINING: 20}
"""How many lines a profile may hold: beyond, nobody reads them, and pages grow heavy for all."""
UNDO = timedelta(minutes=10)
"""How long a line taken off may be put back."""
_WORDS = {Kind.SERVICE: "prestations", Kind.PLACE: "lieux", Kind.TRAINING: "formations"}
_KEY = "ligne"
_KEY_AGE = timedelta(days=1)


class TooManyLines(Refused):
    def __init__(self, kind: Kind) -> None:
        super().__init__(
            f"Vous avez déjà {LIMITS[kind]} {_WORDS[kind]}, le maximum."
            " Supprimez-en une, ou modifiez-en une : ce que vous avez écrit est toujours là."
        )


class TooLate(Refused):
    message = "Trop tard pour annuler : cette ligne est supprimée."


class Removed(msgspec.Struct, frozen=True):
    """A line just taken off, that its owner may still put back where it was (`position`)."""

    line: int
    label: str
    position: int


@asynccontextmanager
async def edit_line(
    practitioner: int, kind: Kind, line: int, *, seen: str, now: datetime
) -> AsyncIterator[None]:
    """`editing.edit`, for one line seen as `seen` (its mark, or `TAKEN_OFF`: then it is put back first).

    Raises `Overtaken`, `TakenOff`, `TooManyLines`, or `NoSuchLine` (404).
    """
    async with editing.edit(practitioner, now=now):
        kept = await _kept(practitioner, kind, line) if seen == editing.TAKEN_OFF else None
        if kept is not None:
            await _put_back(practitioner, kind, line, kept)
        elif await editing.mark_of_line(practitioner, kind, line) != seen:
            raise Overtaken
        yield


# ---- adding -------------------------------------------------------------------------------------


async def new_key(practitioner: int, kind: Kind) -> str:
    """The key of a form that adds a line: sent twice, it adds it once. It names the id the line will have."""
    return signing.sign(_KEY, f"{practitioner}/{kind.value}/{await _next_id(kind)}")


async def _next_id(kind: Kind) -> int:
    found = await connection.rows("SELECT nextval($1::regclass)", f"{kind.value}_id_seq")
    return int(found[0][0])


async def place_for(
    practitioner: int, kind: Kind, key: str, *, now: datetime
) -> tuple[int, int, bool]:
    """For a new line, inside an edit: its id, its position (last), and whether it was added already.

    A key of somebody else, of another list or made up is worth nothing: the line gets an id of its own.
    Raises `TooManyLines`.
    """
    try:
        owner, _, rest = signing.signed(_KEY, key, max_age=_KEY_AGE, now=now).partition("/")
        table, _, given = rest.partition("/")
        number = int(given) if (owner, table) == (str(practitioner), kind.value) else 0
    except (signing.BadSignature, ValueError):
        number = 0
    found = await connection.row(
        f"SELECT count(*) AS n, coalesce(max(position), -1) + 1 AS next, coalesce(bool_or(id = $2), false)"  # noqa: S608
        f" AS is_there FROM {kind.value} WHERE practitioner = $1",
        practitioner,
        number,
    )
    if found is None:
        raise NoSuchLine
    if not found["is_there"] and found["n"] >= LIMITS[kind]:
        raise TooManyLines(kind)
    # A line added, taken off and sent again is a line of its own: putting the first back must stay possible.
    if not number or await connection.row(
        "SELECT 1 FROM removal WHERE kind = $1 AND line = $2", kind.value, number
    ):
        number = await _next_id(kind)
    return number, min(found["next"], 32_000), found["is_there"]


# ---- taking off and putting back ----------------------------------------------------------------


async def remove(practitioner: int, kind: Kind, line: int, *, now: datetime) -> None:
    """Take a line off the profile; it may be put back for `UNDO`. Twice is once. Raises `NoSuchLine` (404)."""
    async with editing.edit(practitioner, now=now):
        # Numbered without gap or tie, so that its place is known when it comes back.
        await _write_order(practitioner, kind, await _order(practitioner, kind))
        gone = await connection.row(
            f"WITH gone AS (DELETE FROM {kind.value} WHERE id = $1 AND practitioner = $2 RETURNING *)"  # noqa: S608
            " INSERT INTO removal (practitioner, kind, line, content, removed_at)"
            " SELECT $2, $3, $1, to_jsonb(gone)::text, $4 FROM gone RETURNING id",
            line,
            practitioner,
            kind.value,
            now,
        )
        if gone is None and not await _kept(practitioner, kind, line):
            raise NoSuchLine


async def restore(practitioner: int, kind: Kind, line: int, *, now: datetime) -> None:
    """Put a line back exactly where it was. Twice is once. Raises `TooLate`, `TooManyLines`, `NoSuchLine` (404)."""
    async with editing.edit(practitioner, now=now):
        kept = await _kept(practitioner, kind, line)
        if kept is None:
            if await _is_there(practitioner, kind, line):
                return
            raise NoSuchLine
        if kept["removed_at"] <= now - UNDO:
            raise TooLate
        await _put_back(practitioner, kind, line, kept)


async def _put_back(practitioner: int, kind: Kind, line: int, kept: Record) -> None:
    await _make_room(practitioner, kind, kept["position"])
    await connection.execute(
        f"INSERT INTO {kind.value} SELECT * FROM jsonb_populate_record(NULL::{kind.value}, $1::text::jsonb)",  # noqa: S608
        kept["content"],
    )
    await connection.execute("DELETE FROM removal WHERE kind = $1 AND line = $2", kind.value, line)


async def removed_of(practitioner: int, kind: Kind, *, now: datetime) -> list[Removed]:
    """What may still be put back, in the order it stood."""
    found = await connection.rows(
        "SELECT line, coalesce(nullif(content::jsonb ->> 'label', ''), content::jsonb ->> 'title',"
        " content::jsonb ->> 'street') AS label, (content::jsonb ->> 'position')::int AS position"
        " FROM removal WHERE practitioner = $1 AND kind = $2 AND removed_at > $3 ORDER BY 3, 1",
        practitioner,
        kind.value,
        now - UNDO,
    )
    return [Removed(row["line"], row["label"] or "", row["position"]) for row in found]


async def forget(now: datetime) -> int:
    """Drop for good what can no longer be put back; how many lines."""
    gone = await connection.rows(
        "DELETE FROM removal WHERE removed_at <= $1 RETURNING id", now - UNDO
    )
    return len(gone)


async def _kept(practitioner: int, kind: Kind, line: int) -> Record | None:
    """Position, moment and content of a line taken off."""
    return await connection.row(
        "SELECT (content::jsonb ->> 'position')::int AS position, removed_at, content FROM removal"
        " WHERE practitioner = $1 AND kind = $2 AND line = $3",
        practitioner,
        kind.value,
        line,
    )


async def _is_there(practitioner: int, kind: Kind, line: int) -> bool:
    return bool(
        await connection.row(
            f"SELECT 1 FROM {kind.value} WHERE id = $1 AND practitioner = $2",  # noqa: S608
            line,
            practitioner,
        )
    )


async def _make_room(practitioner: int, kind: Kind, position: int) -> None:
    """Lines were added or moved meanwhile: those from `position` on step back, if the place is taken."""
    found = await connection.row(
        f"SELECT count(*) AS n, coalesce(bool_or(position = $2), false) AS is_taken FROM {kind.value}"  # noqa: S608
        " WHERE practitioner = $1",
        practitioner,
        position,
    )
    if found is None:
        return
    if found["n"] >= LIMITS[kind]:
        raise TooManyLines(kind)
    if found["is_taken"]:
        await connection.execute(
            f"UPDATE {kind.value} SET position = position + 1 WHERE practitioner = $1 AND position >= $2",  # noqa: S608
            practitioner,
            position,
        )


# ---- order --------------------------------------------------------------------------------------


async def move(practitioner: int, kind: Kind, line: int, *, by: int, now: datetime) -> None:
    """One step up (`by` -1) or down (1) the list; at an end it stays. Raises `NoSuchLine` (404)."""
    async with editing.edit(practitioner, now=now):
        order = await _order(practitioner, kind)
        if line not in order:
            raise NoSuchLine
        at = order.index(line)
        to = min(max(at + by, 0), len(order) - 1)
        order.insert(to, order.pop(at))
        await _write_order(practitioner, kind, order)


async def arrange(practitioner: int, kind: Kind, order: list[int], *, now: datetime) -> None:
    """The whole list in `order`. Raises `NoSuchLine` (404) for a line that is not theirs, `Overtaken` when the
    list has gained or lost a line meanwhile."""
    async with editing.edit(practitioner, now=now):
        current = await _order(practitioner, kind)
        if set(order) != set(current) or len(order) != len(current):
            kept = {each.line for each in await removed_of(practitioner, kind, now=now)}
            if set(order) - set(current) - kept:
                raise NoSuchLine
            raise Overtaken
        await _write_order(practitioner, kind, order)


async def _order(practitioner: int, kind: Kind) -> list[int]:
    found = await connection.rows(
        f"SELECT id FROM {kind.value} WHERE practitioner = $1 ORDER BY position, id",  # noqa: S608
        practitioner,
    )
    return [row["id"] for row in found]


async def _write_order(practitioner: int, kind: Kind, order: list[int]) -> None:
    await connection.execute(
        f"UPDATE {kind.value} l SET position = o.place - 1"  # noqa: S608
        " FROM unnest($2::int[]) WITH ORDINALITY AS o (id, place)"
        " WHERE l.id = o.id AND l.practitioner = $1 AND l.position <> o.place - 1",
        practitioner,
        order,
    )
