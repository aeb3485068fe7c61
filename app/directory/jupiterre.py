"""Who uses the operator's software, Jupi'terre: one flag, set by a person or by the operator's list (terms § 3.2).

The second tier of the ranking rests on it, so each change says when and by whom, and is evidence. It never counts in
the completeness of a profile.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import connection
from app.directory import changes, noting
from app.errors import NotFound

EVIDENCE = "profil.jupiterre_change"


class Author(msgspec.Struct, frozen=True):
    """Who says so: an administrator (`account`), or the operator's software (None). `name` is kept beside the flag."""

    name: str
    account: UUID | None = None


SOFTWARE = Author("logiciel de l’exploitant")


async def change(practitioner: int, *, is_user: bool, by: Author, now: datetime) -> bool:
    """Set the flag; answers whether it changed. Raises `NotFound`."""
    async with connection.transaction():
        if not await connection.row("SELECT 1 FROM practitioner WHERE id = $1", practitioner):
            raise NotFound
        return bool(await change_each([practitioner], is_user=is_user, by=by, now=now))


async def change_each(
    practitioners: Collection[int], *, is_user: bool, by: Author, now: datetime
) -> list[int]:
    """Set the flag of several at once; answers those for whom it changed."""
    async with connection.transaction():
        # Locked in one order, so that two lists at once never wait for each other.
        await connection.execute(
            "SELECT 1 FROM practitioner WHERE id = ANY($1::int[]) ORDER BY id FOR NO KEY UPDATE",
            sorted(practitioners),
        )
        changed = await connection.rows(
            "UPDATE practitioner SET is_jupiterre_user = $2, jupiterre_changed_at = $3,"
            " jupiterre_changed_by = $4 WHERE id = ANY($1::int[]) AND is_jupiterre_user <> $2"
            " RETURNING id, account",
            sorted(practitioners),
            is_user,
            now,
            by.name[:120],
        )
        for row in changed:
            await _note(row["id"], row["account"], is_user=is_user, by=by)
        ids = sorted(row["id"] for row in changed)
        await changes.record_each(ids)
        return ids


async def users() -> list[int]:
    """Everybody marked, whatever the state of their listing."""
    found = await connection.rows("SELECT id FROM practitioner WHERE is_jupiterre_user ORDER BY id")
    return [row["id"] for row in found]


async def _note(practitioner: int, account: UUID | None, *, is_user: bool, by: Author) -> None:
    await noting.note(
        EVIDENCE,
        practitioner,
        account,
        avant=not is_user,
        apres=is_user,
        auteur="administration" if by.account else "logiciel",
        par=str(by.account) if by.account else None,
    )
