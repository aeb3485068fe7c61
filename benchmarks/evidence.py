"""What the register of evidence costs: entries written a second, and the time to read 100 000 of them again."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import msgspec

from app import config
from app.database import address, connection, embedded, migrating
from app.evidence import chain, register, sealer, verifying
from benchmarks.site import Engines

DATABASE = "bench_evidence"
SECONDS = 3.0
ROWS = 100_000
CONNECTIONS = (1, 8)

_CONTENT = {
    "case": "conditions",
    "libelle": "J’ai lu et j’accepte les conditions d’utilisation.",
    "document": "conditions-utilisation",
    "version": 3,
    "sha256": "a" * 64,
}
_BARE = """
CREATE TABLE bare (LIKE evidence_entry INCLUDING DEFAULTS INCLUDING INDEXES);
ALTER TABLE bare ALTER COLUMN id SET DEFAULT nextval('evidence_entry_number');
ALTER TABLE bare ALTER COLUMN written_at SET DEFAULT clock_timestamp();
"""
_INSERT = (
    "INSERT INTO bare (kind, subject_type, subject_id, content, salt, content_hash)"
    " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id"
)
_FILL = """
INSERT INTO evidence_entry (kind, subject_type, subject_id, content, salt, content_hash)
SELECT 'consentement.donne', 'compte', gen_random_uuid(), $2, salt, sha256(salt || convert_to($2, 'UTF8'))
FROM (SELECT decode(md5(n::text), 'hex') AS salt FROM generate_series(1, $1) AS n) AS salts
"""


class Writing(msgspec.Struct, frozen=True):
    """Entries a second, each in a committed transaction, and bare rows of the same content the same way."""

    connections: int
    entries_a_second: float
    bare_a_second: float


class Evidence(msgspec.Struct, frozen=True):
    """Sealing and checking `rows` entries; `reading_seconds`: reading them and looking at nothing, the limit."""

    writing: list[Writing]
    rows: int
    sealing_seconds: float
    verifying_seconds: float
    reading_seconds: float


def measure(engines: Engines, report: Callable[[str], None]) -> Evidence:
    """Measure on a database of its own, durable, made again each time."""
    os.environ["DATABASE_URL"] = embedded.url(engines.folder, DATABASE)
    config.forget()
    return asyncio.run(_measure(engines, report))


async def _measure(engines: Engines, report: Callable[[str], None]) -> Evidence:
    admin = await asyncpg.connect(embedded.url(engines.folder, "postgres"))
    await admin.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
    await admin.close()
    await address.ensure_database()
    connection.engine().config["dsn"] = address.database_url()
    await migrating.migrate()
    await connection.open_pool(max(CONNECTIONS))
    try:
        async with connection.transaction() as current:
            await current.connection.execute(_BARE)  # several statements at once
        writing = []
        for count in CONNECTIONS:
            report(f"Preuves écrites sur {count} connexion(s)…")
            # In turns, so that a slow moment of the machine falls on both.
            turns = [
                (await _rate(count, _write), await _rate(count, _write_bare)) for _ in range(3)
            ]
            writing.append(Writing(count, *(sorted(side)[1] for side in zip(*turns, strict=True))))
        return await _verified(writing, report)
    finally:
        await connection.close_pool()


async def _verified(writing: list[Writing], report: Callable[[str], None]) -> Evidence:
    report(f"{ROWS} preuves à sceller et à relire…")
    await sealer.seal(datetime.now(UTC))
    already = (await verifying.verify()).sealed
    missing = max(0, ROWS - already)
    await connection.execute(_FILL, missing, chain.canonical(_CONTENT))
    await connection.execute("VACUUM ANALYZE")
    begun = time.perf_counter()
    await sealer.seal(datetime.now(UTC))
    sealing_seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    found = await verifying.verify()
    verifying_seconds = time.perf_counter() - begun
    if not found.is_sound:
        raise RuntimeError(str(found.anomalies[0]))
    begun = time.perf_counter()
    await _read_only()
    reading_seconds = time.perf_counter() - begun
    return Evidence(
        writing,
        found.sealed,
        sealing_seconds * ROWS / max(1, missing),
        verifying_seconds,
        reading_seconds,
    )


async def _read_only() -> None:
    query = (
        "SELECT s.*, e.* FROM evidence_seal s JOIN evidence_entry e ON e.id = s.entry"
        " ORDER BY s.position"
    )
    async with connection.transaction() as current:
        async for _ in current.connection.cursor(query, prefetch=verifying.AT_A_TIME):
            pass


async def _rate(count: int, write: Callable[[], Awaitable[None]]) -> float:
    """Committed transactions a second over `count` connections."""
    until = time.perf_counter() + SECONDS / 3
    done = 0

    async def repeat() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await write()
            done += 1

    begun = time.perf_counter()
    await asyncio.gather(*(repeat() for _ in range(count)))
    return done / (time.perf_counter() - begun)


async def _write() -> None:
    async with connection.transaction():
        await register.write(
            "consentement.donne", subject_type="compte", subject=uuid4(), content=_CONTENT
        )


async def _write_bare() -> None:
    text = chain.canonical(_CONTENT)
    salt = os.urandom(chain.SALT_BYTES)
    hashed = chain.content_hash(salt, text)
    async with connection.transaction() as current:
        await current.connection.fetchval(
            _INSERT, "consentement.donne", "compte", uuid4(), text, salt, hashed
        )


def shown(found: Evidence) -> str:
    """The figures beside their limits, in French."""
    lines = [
        f"  {each.connections} connexion(s) : {each.entries_a_second:.0f} preuves/s ; "
        f"INSERT seul : {each.bare_a_second:.0f}/s "
        f"(× {each.bare_a_second / each.entries_a_second:.2f})"
        for each in found.writing
    ]
    checked = (
        f"  {found.rows} lignes : scellées en {found.sealing_seconds:.1f} s, contrôlées en "
        f"{found.verifying_seconds:.1f} s (les lire seulement : {found.reading_seconds:.1f} s)"
    )
    return "\n".join(
        ["Registre de preuves (chaque écriture validée sur le disque)", *lines, checked]
    )
