"""Gives each committed entry its place in the chain, in order, one sealer at a time in the whole installation."""

from __future__ import annotations

from datetime import datetime

import msgspec
from asyncpg import Record

from app.database import connection
from app.evidence import chain

BATCH = 2_000
_LOCK = 7_301_007
"""Any number, the same for all: the chain has one end."""

_HEAD = "SELECT position, seal_hash FROM evidence_seal ORDER BY position DESC LIMIT 1"
_PENDING = """
SELECT id, written_at, kind, subject_type, subject_id, content_hash FROM evidence_entry e
WHERE id > $1 AND NOT EXISTS (SELECT FROM evidence_seal s WHERE s.entry = e.id)
ORDER BY id LIMIT $2
"""
_SEAL = """
INSERT INTO evidence_seal (position, entry, previous_hash, seal_hash, sealed_at)
SELECT position, entry, previous_hash, seal_hash, $5
FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[])
    AS sealed (position, entry, previous_hash, seal_hash)
"""
_LAST_NUMBER = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM evidence_entry_number"


class Mark(msgspec.Struct, frozen=True):
    """Every entry numbered up to `number` belongs to a transaction older than `transaction`."""

    number: int
    transaction: int


class Sealer:
    """Seals again and again without reading the whole register each time.

    An entry may be committed after others of higher numbers, so « everything after the last sealed » would miss it.
    `floor` is the number up to which no transaction can bring anything any more: it is raised to a mark once all
    transactions older than the mark have ended. It is only a shortcut, kept in memory: starting again from zero
    gives the same chain.
    """

    def __init__(self) -> None:
        self.floor = 0
        self._mark: Mark | None = None

    async def seal(self, now: datetime) -> int:
        """Seal everything committed so far; answers how many entries were sealed. `now` is UTC."""
        settled = await self._settled()
        sealed = 0
        while count := await self._batch(now):
            sealed += count
            if count < BATCH:
                break
        if settled is not None:
            self.floor = settled.number
            self._mark = None
        if self._mark is None:
            await self._set_mark()
        return sealed

    async def _settled(self) -> Mark | None:
        """The mark, once every transaction older than it has ended."""
        if self._mark is None:
            return None
        oldest = await connection.number(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        )
        return self._mark if oldest > self._mark.transaction else None

    async def _set_mark(self) -> None:
        # Two statements, in this order: a transaction takes its number before those of its entries.
        last = await connection.number(_LAST_NUMBER)
        if last < self.floor:  # the register was put back to an older state under our feet
            self.floor = 0
        elif last > self.floor:
            transaction = await connection.number("SELECT pg_current_xact_id()::text::bigint")
            self._mark = Mark(last, transaction)

    async def _batch(self, now: datetime) -> int:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            pending = await connection.rows(_PENDING, self.floor, BATCH)
            if pending:
                head = await connection.row(_HEAD)
                await connection.execute(_SEAL, *_sealed(pending, head, now), now)
        return len(pending)


async def seal(now: datetime) -> int:
    """Seal everything committed so far, reading the whole register; answers how many entries were sealed."""
    return await Sealer().seal(now)


def _sealed(
    pending: list[Record], head: Record | None, now: datetime
) -> tuple[list[int], list[int], list[bytes], list[bytes]]:
    position = head["position"] if head else 0
    previous = head["seal_hash"] if head else chain.GENESIS
    positions: list[int] = []
    before: list[bytes] = []
    hashes: list[bytes] = []
    for entry in pending:
        position += 1
        positions.append(position)
        before.append(previous)
        previous = chain.seal_hash(
            position,
            entry["id"],
            entry["written_at"],
            entry["kind"],
            entry["subject_type"],
            entry["subject_id"],
            entry["content_hash"],
            now,
            previous,
        )
        hashes.append(previous)
    return positions, [entry["id"] for entry in pending], before, hashes
