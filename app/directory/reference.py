"""Loads the reference data kept in `data/`: places of France, themes, practices; re-runnable."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.database import connection

DATA = Path(__file__).parent / "data"


def _csv(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _json(name: str) -> list[dict[str, Any]]:
    return msgspec.json.decode((DATA / name).read_bytes(), type=list[dict[str, Any]])


async def load() -> None:
    """Bring the reference tables up to the files; what the operator disabled or edited (`trade.py`) stays so.

    Opens its own transaction.
    """
    async with connection.transaction():
        await _places()
        await _themes_and_practices()


async def _upsert(table: str, key: str, records: list[dict[str, Any]]) -> None:
    """Copy `records` into `table` through a temporary one, updating those whose `key` exists."""
    columns = list(records[0])
    names = ", ".join(columns)
    updates = ", ".join(f"{column} = excluded.{column}" for column in columns if column != key)
    present = ", ".join(f"{table}.{column}" for column in columns)
    arriving = ", ".join(f"excluded.{column}" for column in columns)
    current = connection.engine().current_transaction.get()
    if current is None:
        raise RuntimeError("reference data is loaded inside a transaction")
    await connection.execute(
        f"CREATE TEMPORARY TABLE arriving ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA"
    )
    await current.connection.copy_records_to_table(
        "arriving", records=[tuple(record.values()) for record in records], columns=columns
    )
    await connection.execute(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM arriving"
        f" ON CONFLICT ({key}) DO UPDATE SET {updates} WHERE ({present}) IS DISTINCT FROM ({arriving})"
    )
    await connection.execute("DROP TABLE arriving")


async def _places() -> None:
    await _upsert(
        "region",
        "code",
        [{**line, "is_overseas": line["is_overseas"] == "1"} for line in _csv("regions.csv")],
    )
    await _upsert(
        "department",
        "code",
        [{**line, "is_overseas": line["is_overseas"] == "1"} for line in _csv("departments.csv")],
    )
    await _upsert(
        "commune",
        "code",
        [
            {
                **line,
                "postal_codes": line["postal_codes"].split(),
                "population": int(line["population"] or 0),
                "latitude": float(line["latitude"]),
                "longitude": float(line["longitude"]),
                "is_approximate": line["is_approximate"] == "1",
            }
            for line in _csv("communes.csv")
        ],
    )


async def _themes_and_practices() -> None:
    themes = [
        {key: theme[key] for key in ("slug", "label", "tagline", "keywords", "position")}
        | {"is_active": True}
        for theme in _json("themes.json")
    ]
    kept = (
        "slug", "label", "family", "definition", "synonyms", "remote",
        "needs_vigilance", "price_low_cents", "price_high_cents", "position",
    )  # fmt: skip
    practices = _json("practices.json")
    await _upsert_but_edited("theme", themes)
    await _upsert_but_edited(
        "practice", [{key: p[key] for key in kept} | {"is_active": True} for p in practices]
    )
    await connection.execute("DELETE FROM theme_of_practice")
    await connection.execute(
        "INSERT INTO theme_of_practice (practice, theme)"
        " SELECT p.id, t.id FROM unnest($1::text[], $2::text[]) AS pair (practice, theme)"
        " JOIN practice p ON p.slug = pair.practice JOIN theme t ON t.slug = pair.theme",
        [p["slug"] for p in practices for _ in p["themes"]],
        [theme for p in practices for theme in p["themes"]],
    )


async def _upsert_but_edited(table: str, records: list[dict[str, Any]]) -> None:
    known = {
        record["slug"]: record
        for record in await connection.rows(f"SELECT slug, is_active, edited_at FROM {table}")
    }
    arriving = [
        record
        | {"is_active": known[record["slug"]]["is_active"] if record["slug"] in known else True}
        for record in records
        if record["slug"] not in known or known[record["slug"]]["edited_at"] is None
    ]
    if arriving:
        await _upsert(table, "slug", arriving)
