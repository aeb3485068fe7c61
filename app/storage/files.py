"""Files of people: received piece by piece, ciphered on the way to the store, opened again by whoever may.

A row is written before the first byte and counts once the file has arrived: there is no file without a row, and a
sending that was cut leaves a row, which the night tidies.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID, uuid4

import structlog

from app.database import connection
from app.errors import NotFound
from app.sealing import sealing, streams
from app.storage import places, signatures
from app.storage.arriving import Empty, Incoming, NotAccepted, TooBig, Unreadable
from app.storage.stored import Purpose, Stored, stored

__all__ = [
    "Empty", "Incoming", "NotAccepted", "Purpose", "Stored", "TooBig", "Unreadable",
    "drop", "open", "pieces", "receiving", "stored",
]  # fmt: skip

DOCUMENTS = frozenset({signatures.PDF, signatures.JPEG, signatures.PNG, signatures.WEBP})
PICTURES = DOCUMENTS - {signatures.PDF}
_log = structlog.get_logger("storage")


def sealed_for(file_id: UUID) -> str:
    """What the key of a file is sealed with."""
    return f"stored_file:{file_id}"


@asynccontextmanager
async def receiving(
    *,
    owner: UUID,
    purpose: Purpose,
    name: str,
    limit_bytes: int,
    now: datetime,
    accepted: frozenset[str] = DOCUMENTS,
) -> AsyncIterator[Incoming]:
    """Receive a file: `write` each piece, then `keep`. Not kept when the block ends: nothing is left of it.

    Raises what `Incoming` refuses, and `RuntimeError` inside a transaction, which would wait for a slow sender;
    `incoming.finish()`, then a transaction with `keep` in it, is right.
    """
    if connection.engine().current_transaction.get() is not None:
        raise RuntimeError("a file is not received inside a transaction")
    file_id = uuid4()
    incoming = Incoming(
        file_id, purpose=purpose, name=name, limit_bytes=limit_bytes, accepted=accepted
    )
    try:
        await connection.execute(
            "INSERT INTO stored_file (id, owner, purpose, name, media_type, place, sealed_key, sent_at)"
            " VALUES ($1, $2, $3, '', '', $4, $5, $6)",
            file_id,
            owner,
            purpose,
            incoming.place,
            sealing.seal(incoming.key, context=sealed_for(file_id)),
            now,
        )
        yield incoming
    finally:
        await _end(incoming)


async def _end(incoming: Incoming) -> None:
    """Whatever the failure, what was received and not kept goes; what cannot go now is left to the night."""
    try:
        await incoming.end_arrival()
        if not incoming.is_kept:
            await connection.execute("DELETE FROM stored_file WHERE id = $1", incoming.id)
    except Exception as failure:  # noqa: BLE001  # the first failure is the one to tell
        _log.warning("left to the night", file=str(incoming.id), cause=type(failure).__name__)


async def open(file_id: UUID) -> AsyncIterator[bytes]:  # noqa: A001  # the word of files
    """The bytes of a file, as they were sent, in pieces; the first one is read at once.

    Raises `NotFound`, `Away`, `Missing` (no bytes), or `CannotOpen` (altered), this one also on the way.
    """
    plain = await pieces(file_id)
    first = await asyncio.to_thread(next, plain, b"")
    return _in_turn(first, plain)


async def pieces(file_id: UUID) -> Iterator[bytes]:
    """The same for whoever reads in a thread: nothing is read yet. Raises `NotFound`."""
    row = await connection.row(
        "SELECT place, sealed_key FROM stored_file WHERE id = $1 AND arrived_at IS NOT NULL",
        file_id,
    )
    if row is None or row["sealed_key"] is None:
        raise NotFound
    key = sealing.open_sealed(row["sealed_key"], context=sealed_for(file_id))
    return streams.opened(key, places.store().read(row["place"]))


async def _in_turn(first: bytes, plain: Iterator[bytes]) -> AsyncIterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = await asyncio.to_thread(next, plain, b"")


async def drop(file_id: UUID) -> None:
    """Forget a file, in the transaction under way: from its commit on nobody can read it, its key being gone.

    The ciphered bytes leave the store the night after (`tidying`).
    """
    await connection.execute(
        "UPDATE stored_file SET arrived_at = NULL, sealed_key = NULL WHERE id = $1", file_id
    )
