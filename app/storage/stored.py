"""What is known of a file that has arrived, and what it is for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from asyncpg import Record

from app.database import connection
from app.errors import NotFound

COLUMNS = "id, purpose, name, media_type, size_bytes, sha256, sent_at, pages"


class Purpose(StrEnum):
    """What a file is for, and the first part of its place in the store."""

    DOSSIER = "dossier"
    PORTRAIT = "portrait"


class Stored(msgspec.Struct, frozen=True):
    """A file that has arrived. `sha256` is that of the file as sent, `name` cleaned, `sent_at` UTC.

    `pages`: how many can be shown; None for a portrait, and for what arrived before they were counted.
    """

    id: UUID
    purpose: str
    name: str
    media_type: str
    size_bytes: int
    sha256: bytes
    sent_at: datetime
    pages: int | None


def of(row: Record) -> Stored:
    return Stored(**dict(row.items()))


async def stored(file_id: UUID) -> Stored:
    """The file `file_id`; raises `NotFound` while it has not arrived, and once it is dropped.

    Whoever asks has been checked by the caller: this room knows no right.
    """
    row = await connection.row(
        f"SELECT {COLUMNS} FROM stored_file WHERE id = $1 AND arrived_at IS NOT NULL",  # noqa: S608
        file_id,
    )
    if row is None:
        raise NotFound
    return of(row)
