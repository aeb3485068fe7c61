"""Ciphers again, with the current key, what older keys ciphered: afterwards those can be thrown away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from app.database import connection
from app.errors import Refused
from app.sealing import keys, sealing
from app.sealing.sealing import CannotOpen

BATCH = 20  # an archive of personal data may weigh megabytes


class SealedColumn(msgspec.Struct, frozen=True):
    """A column of sealed texts. `context` is what its room seals with, `{key}` standing for the row's `key`."""

    table: str
    key: str
    column: str
    context: str


class Unreadable(Refused):
    """A text that no key opens: nothing is thrown away before somebody has looked."""

    def __init__(self, column: SealedColumn, key: Any) -> None:
        super().__init__(
            f"Le texte chiffré de {column.table}.{column.column} ({key}) ne s’ouvre avec aucune clé : "
            "gardez toutes les clés, et cherchez laquelle manque."
        )


async def rotate(columns: Iterable[SealedColumn]) -> dict[str, int]:
    """Cipher again every text not ciphered with the current key; how many, by column.

    May be stopped and started again, while the site works: a text changed meanwhile is left to the next turn.
    Raises `Unreadable`.
    """
    done = {}
    for column in columns:
        name = f"{column.table}.{column.column}"
        done[name] = 0
        while changed := await _batch(column):
            done[name] += changed
    return done


async def _batch(column: SealedColumn) -> int:
    # Names of tables and columns come from the code, never from outside.
    head = sealing.head(keys.keyring().current)
    older = await connection.rows(
        f"SELECT {column.key} AS key, {column.column} AS sealed FROM {column.table}"  # noqa: S608
        f" WHERE {column.column} IS NOT NULL AND substr({column.column}, 1, $1) <> $2 LIMIT {BATCH}",
        len(head),
        head,
    )
    for row in older:
        context = column.context.format(key=row["key"])
        try:
            plain = sealing.open_sealed(row["sealed"], context=context)
        except CannotOpen:
            raise Unreadable(column, row["key"]) from None
        await connection.execute(
            f"UPDATE {column.table} SET {column.column} = $1"  # noqa: S608
            f" WHERE {column.key} = $2 AND {column.column} = $3",
            sealing.seal(plain, context=context),
            row["key"],
            row["sealed"],
        )
    return len(older)
