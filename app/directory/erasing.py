"""Emptying the public page of somebody who left, and forgetting them for good (RGPD art. 5, 17; law § 2.9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from app.database import connection
from app.directory import completeness, portraits
from app.directory.names import sort_name, sort_tie
from app.storage import files

NOBODY = "Compte fermé"
"""What stands for the name of who left. Their former address stays theirs: it answers that the page is gone."""

_NO_WORDS = (
    "UPDATE profile SET portrait = '', headline = '', presentation = '', audience = '{}', access = '',"
    " languages = '{}', cancellation_terms = '', payment_methods = '{}', remote_link_sealed = NULL,"
    " revision = revision + 1 WHERE practitioner = $1"
)
_LINES = ("theme_chosen", "practice_place", "training_shown", "removal")
"""Practices and services stay: they are items of the dossier (terms § 3.1)."""


async def empty(practitioner: int, *, now: datetime) -> bool:
    """Take off the name, the photograph, its file and all that the public page alone held, in the current transaction;
    answers whether there was anything: twice is once."""
    named: dict[str, Any] = {"first_name": "", "last_name": "", "trade_name": NOBODY}
    named["is_structure"] = True
    left = await connection.row(
        "UPDATE practitioner SET first_name = '', last_name = '', trade_name = $2, is_structure = true,"
        " sort_name = $3, sort_tie = $4, is_jupiterre_user = false, jupiterre_changed_by = ''"
        " WHERE id = $1 AND trade_name <> $2 RETURNING id",
        practitioner,
        NOBODY,
        sort_name(**named),
        sort_tie(**named),
    )
    if left is None:
        return False
    await _drop_portrait(practitioner)
    await connection.execute(_NO_WORDS, practitioner)
    for table in _LINES:
        await connection.execute(
            f"DELETE FROM {table} WHERE practitioner = $1",  # noqa: S608 - names written here
            practitioner,
        )
    await completeness.refresh(practitioner, now=now)
    return True


async def forget(practitioner: int) -> None:
    """Delete the practitioner with every line about them, in the current transaction.

    Rooms above have dropped the files they know of; their lines go with this one (foreign keys).
    """
    await _drop_portrait(practitioner)
    await connection.execute("DELETE FROM practitioner WHERE id = $1", practitioner)


async def _drop_portrait(practitioner: int) -> None:
    if file := portraits.file_of(await portraits.portrait_of(practitioner)):
        await files.drop(UUID(file))
