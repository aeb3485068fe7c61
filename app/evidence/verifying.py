"""Reads the whole register again and says every place where it is not what was written (terms § 13)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import asyncpg
import msgspec

from app.database import connection
from app.evidence import anchors, chain
from app.evidence.anchors import Anchor

AT_A_TIME = 2_000
MAX_ANOMALIES = 1_000
LATE = timedelta(minutes=15)
"""No transaction lasts so long: an entry dated so much before one already sealed was not written when it says."""


class Wrong(StrEnum):
    """What may be wrong; the value is what people read."""

    CONTENT = "contenu différent de son empreinte"
    ENTRY = "ligne ou sceau modifié"
    ENTRY_REMOVED = "ligne retirée"
    SEAL_REMOVED = "sceau retiré"
    CHAIN = "chaîne rompue : le sceau précédent n’est plus le même"
    BACK_DATED = "ligne insérée après coup ou antidatée"
    TRUNCATED = "fin tronquée : une ancre va plus loin que la chaîne"
    REWRITTEN = "chaîne réécrite : une ancre porte une autre empreinte"
    ANCHOR_REMOVED = "ancre du fichier absente de la base"
    ANCHOR_UNREADABLE = "ligne illisible dans le fichier des ancres"


class Anomaly(msgspec.Struct, frozen=True):
    """Something wrong, and where: the number of an entry, a position of the chain, or a line of the file."""

    wrong: Wrong
    at: int

    def __str__(self) -> str:
        return f"{self.wrong.value} (n° {self.at})"


class Report(msgspec.Struct, frozen=True):
    """What a check saw. `unsealed` entries are not yet protected by the chain, only by the database."""

    sealed: int
    unsealed: int
    emptied: int
    head: Anchor | None
    anchors_in_table: int
    anchors_in_file: int
    anomalies: list[Anomaly]

    @property
    def is_sound(self) -> bool:
        return not self.anomalies


class _Walk:
    """One pass over the chain, in order: what is known of it so far."""

    def __init__(self, wanted: Iterable[Anchor]) -> None:
        self.anomalies: list[Anomaly] = []
        self.anchors: dict[int, set[str]] = {}
        for anchor in wanted:
            self.anchors.setdefault(anchor.position, set()).add(anchor.seal_hash)
        self.sealed = self.unsealed = self.emptied = 0
        self.position = 0
        self.previous = chain.GENESIS
        self.newest: datetime | None = None

    def note(self, wrong: Wrong, at: int) -> None:
        if len(self.anomalies) < MAX_ANOMALIES:
            self.anomalies.append(Anomaly(wrong, at))

    def seal(self, row: Any) -> None:
        """Check one seal and its entry; the chain goes on from the stored hash, so that one fault is one anomaly."""
        position, entry, previous_hash, seal_hash, sealed_at, *fields = row
        for missing in range(self.position + 1, min(position, self.position + MAX_ANOMALIES)):
            self.note(Wrong.SEAL_REMOVED, missing)
        if position == self.position + 1 and previous_hash != self.previous:
            self.note(Wrong.CHAIN, position)
        number, written_at, kind, subject_type, subject_id, content_hash, _, _ = fields
        if number is None:
            self.note(Wrong.ENTRY_REMOVED, entry)
        else:
            expected = chain.seal_hash(
                position,
                number,
                written_at,
                kind,
                subject_type,
                subject_id,
                content_hash,
                sealed_at,
                previous_hash,
            )
            if expected != seal_hash:
                self.note(Wrong.ENTRY, number)
            self.entry(fields)
        told = self.anchors.pop(position, None)
        if told is not None and told != {seal_hash.hex()}:
            self.note(Wrong.REWRITTEN, position)
        self.sealed += 1
        self.position, self.previous = position, seal_hash

    def entry(self, fields: Any) -> None:
        """Check what an entry holds, sealed or not, and that it was not dated back."""
        number, written_at, _, _, _, content_hash, content, salt = fields
        if content is None and salt is None:
            self.emptied += 1
        elif content is None or salt is None or chain.content_hash(salt, content) != content_hash:
            self.note(Wrong.CONTENT, number)
        if self.newest is None or written_at > self.newest:
            self.newest = written_at
        elif written_at < self.newest - LATE:
            self.note(Wrong.BACK_DATED, number)

    def end(self) -> None:
        """Anchors that no seal answered to: beyond the end, or where a seal is missing."""
        for position in sorted(self.anchors):
            self.note(
                Wrong.TRUNCATED if position > self.position else Wrong.REWRITTEN,
                position,
            )


_SEALED = """
SELECT s.position, s.entry, s.previous_hash, s.seal_hash, s.sealed_at,
    e.id, e.written_at, e.kind, e.subject_type, e.subject_id, e.content_hash, e.content, e.salt
FROM evidence_seal s LEFT JOIN evidence_entry e ON e.id = s.entry ORDER BY s.position
"""
_UNSEALED = """
SELECT e.id, e.written_at, e.kind, e.subject_type, e.subject_id, e.content_hash, e.content, e.salt
FROM evidence_entry e
WHERE NOT EXISTS (SELECT FROM evidence_seal s WHERE s.entry = e.id) ORDER BY e.id
"""
_ANCHORS = "SELECT position, seal_hash FROM evidence_anchor"


async def verify(kept_elsewhere: Iterable[Anchor] = ()) -> Report:
    """Check every entry and every seal, and the chain against the anchors of the table, of the file, and those given.

    `kept_elsewhere` are anchors from mails: they alone show a chain, a table and a file rewritten together.
    Reads by cursor, in one picture of the database: any size, while others write.
    """
    in_file, unreadable = anchors.in_file()
    async with _picture() as link:
        in_table = {row["position"]: row["seal_hash"].hex() for row in await link.fetch(_ANCHORS)}
        told = [Anchor(position, seal_hash) for position, seal_hash in in_table.items()]
        walk = _Walk([*told, *in_file, *kept_elsewhere])
        async for row in link.cursor(_SEALED, prefetch=AT_A_TIME):
            walk.seal(row)
        async for row in link.cursor(_UNSEALED, prefetch=AT_A_TIME):
            walk.unsealed += 1
            walk.entry(row)
    walk.end()
    for anchor in in_file:
        if in_table.get(anchor.position) != anchor.seal_hash:
            walk.note(Wrong.ANCHOR_REMOVED, anchor.position)
    for line in unreadable:
        walk.note(Wrong.ANCHOR_UNREADABLE, line)
    return Report(
        sealed=walk.sealed,
        unsealed=walk.unsealed,
        emptied=walk.emptied,
        head=Anchor(walk.position, walk.previous.hex()) if walk.sealed else None,
        anchors_in_table=len(in_table),
        anchors_in_file=len(in_file),
        anomalies=walk.anomalies,
    )


@asynccontextmanager
async def _picture() -> AsyncIterator[asyncpg.Connection]:
    """A connection that sees one moment of the database, and can only read."""
    pool = connection.engine().pool
    if pool is None:
        raise RuntimeError("the connection pool is not open")
    async with (
        pool.acquire() as link,
        link.transaction(isolation="repeatable_read", readonly=True),
    ):
        # The chain is read once, in its order: sorting on disk beats a look-up for each of its entries.
        await link.execute("SET LOCAL work_mem = '32MB'")
        yield link
