"""Writes evidence: an entry in the transaction of the fact it tells, so that both exist or neither."""

from __future__ import annotations

import os
import re
from typing import Any
from uuid import UUID

from app.database import connection
from app.evidence import chain
from app.evidence.kinds import KINDS

_WRITE = (
    "INSERT INTO evidence_entry (kind, subject_type, subject_id, content, salt, content_hash)"
    " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id"
)
_SUBJECT_TYPE = re.compile(r"[a-z_]{1,20}")


async def write(kind: str, *, subject_type: str, subject: UUID, content: dict[str, Any]) -> int:
    """Add an entry to the register, in the current transaction; answers its number (terms § 13).

    `content` holds identifiers, hashes, labels shown and dates: no free text, no health data, no message. The number
    and the date are the database's. No lock is taken: the sealer gives the entry its place in the chain afterwards.
    Raises `RuntimeError` outside a transaction, `KeyError` for a kind that `kinds` does not list, `chain.NotAFact`.
    """
    current = connection.engine().current_transaction.get()
    if current is None:
        raise RuntimeError(f"the evidence {kind!r} was written outside the transaction of its fact")
    if not _SUBJECT_TYPE.fullmatch(subject_type):
        raise chain.NotAFact(f"{subject_type!r} is not a type of subject")
    text = chain.canonical(content)
    salt = os.urandom(chain.SALT_BYTES)
    hashed = chain.content_hash(salt, text)
    number: int = await current.connection.fetchval(
        _WRITE, KINDS[kind].name, subject_type, subject, text, salt, hashed
    )
    return number


async def acted(by: UUID, action: str, **content: Any) -> int:
    """What the administrator `by` did or looked at is itself a fact, about them; as `write` otherwise."""
    return await write(
        "admin.action", subject_type="compte", subject=by, content={"action": action} | content
    )
