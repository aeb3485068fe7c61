"""The data of the benchmarks: for each size, a database, the index of the product, and an index to compare with.

They are made once and kept under `DATA_DIR`; made again when the generator or the index has changed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from app import config
from app.database import address, connection, embedded, migrating
from app.demo import loading
from app.directory import reference
from app.legal import drafts
from app.search import engine, index
from app.search.meilisearch_gateway import IndexGateway
from benchmarks import site
from benchmarks.site import Engines

FACETS = ["theme_ids", "practice_ids", "regions", "remote"]
"""What the search page counts beside its filters, and what the index to compare with can count."""
CARD = ["slug", "name", "headline", "practices", "places", "remote", "from_price_cents"]
"""What a card shows, kept in the documents of the index to compare with."""
_COMPARED_SETTINGS: dict[str, Any] = {
    **index.SETTINGS,
    "searchableAttributes": index.PRECISE,
    "displayedAttributes": ["id", *CARD],
    "filterableAttributes": [*FACETS, "communes"],
}
_COMPARED_DOCUMENTS = """
SELECT p.id, p.slug, concat_ws(' ', p.first_name, p.last_name, nullif(p.trade_name, '')) AS name, f.headline,
  ARRAY(SELECT t.theme FROM theme_chosen t WHERE t.practitioner = p.id) AS theme_ids,
  ARRAY(SELECT c.label FROM theme_chosen t JOIN theme c ON c.id = t.theme WHERE t.practitioner = p.id) AS themes,
  ARRAY(SELECT array_to_string(c.keywords, ' · ') FROM theme_chosen t JOIN theme c ON c.id = t.theme
         WHERE t.practitioner = p.id) AS needs,
  ARRAY(SELECT o.practice FROM practice_offered o WHERE o.practitioner = p.id) AS practice_ids,
  ARRAY(SELECT c.label FROM practice_offered o JOIN practice c ON c.id = o.practice
         WHERE o.practitioner = p.id) AS practices,
  ARRAY(SELECT array_to_string(c.synonyms, ' · ') FROM practice_offered o JOIN practice c ON c.id = o.practice
         WHERE o.practitioner = p.id) AS synonyms,
  ARRAY(SELECT DISTINCT c.region FROM practice_place l JOIN commune c ON c.code = l.commune
         WHERE l.practitioner = p.id) AS regions,
  ARRAY(SELECT DISTINCT l.commune FROM practice_place l WHERE l.practitioner = p.id) AS communes,
  ARRAY(SELECT DISTINCT c.name FROM practice_place l JOIN commune c ON c.code = l.commune
         WHERE l.practitioner = p.id) AS places,
  (SELECT min(s.price_cents) FROM service s WHERE s.practitioner = p.id AND s.is_active) AS from_price_cents,
  EXISTS (SELECT FROM service s WHERE s.practitioner = p.id AND s.is_active
            AND 'remote' = ANY (s.modes)) AS remote
FROM practitioner p JOIN profile f ON f.practitioner = p.id
WHERE p.listing_state = 'listed' AND (p.listing_ends_at IS NULL OR p.listing_ends_at > now()) AND p.id > $1
ORDER BY p.id LIMIT 5000
"""


class Made(msgspec.Struct, frozen=True):
    """How the data were made; seconds."""

    count: int
    people: str
    index: str
    generated_in: float
    rebuilt_in: float
    on: str


def compared_index() -> str:
    return config.current().index_prefix + "compared"


async def prepare(engines: Engines, count: int, report: Callable[[str], None]) -> Made:
    """Make what is missing for `count` practitioners; the settings of this process must point at them (`site.use`).

    Leaves the pool of this process closed.
    """
    record = engines.folder / f"{count}.json"
    known = msgspec.json.decode(record.read_bytes(), type=Made) if record.exists() else None
    people = fingerprint("app/demo")
    search = fingerprint("app/search/index.py", "benchmarks/data.py")
    if known is not None and (known.people, known.index) == (people, search):
        await _migrated()
        return known
    gateway = IndexGateway(*engine.address())
    if known is None or known.people != people:
        await _drop_database(engines, count)
    await address.ensure_database()
    await open_pool()
    try:
        begun = time.perf_counter()
        generated = known.generated_in if known is not None else 0.0
        if known is None or known.people != people:
            await migrating.migrate()
            await reference.load()
            await _published()
            report(f"{count} praticiens inventés…")
            await loading.load(count, now=datetime.now(UTC), report=report)
            generated = time.perf_counter() - begun
        report("Index de recherche…")
        begun = time.perf_counter()
        await index.rebuild(gateway, report=lambda _: None)
        rebuilt = time.perf_counter() - begun
        report("Index de comparaison…")
        await _build_compared(gateway)
        await connection.execute("DELETE FROM pgqueuer")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close_pool()
    made = Made(
        count, people, search, generated, rebuilt, datetime.now(UTC).isoformat("T", "minutes")
    )
    record.write_bytes(msgspec.json.format(msgspec.json.encode(made)))
    return made


async def _migrated() -> None:
    """Data made before the last migrations are brought up to date."""
    await open_pool()
    try:
        await migrating.migrate()
        await reference.load()
        await _published()
    finally:
        await connection.close_pool()


async def _published() -> None:
    """The site opens in production settings: its legal texts must be there."""
    await drafts.publish_missing(by="mesure", now=datetime.now(UTC))


def fingerprint(*sources: str) -> str:
    """Changes when a file or a folder of `sources` (from the root) does."""
    digest = hashlib.sha256()
    for source in sources:
        root = config.ROOT / source
        for path in [root] if root.is_file() else sorted(_files(root)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.suffix in (".py", ".toml", ".json")]


async def open_pool() -> None:
    """Open the pool of this process on the database of the settings, which change from one size to the next."""
    connection.engine().config["dsn"] = address.database_url()
    await connection.open_pool(4)


async def _drop_database(engines: Engines, count: int) -> None:
    admin = await asyncpg.connect(embedded.url(engines.folder, "postgres"))
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{site.name_of(count)}" WITH (FORCE)')
    finally:
        await admin.close()


async def _build_compared(gateway: IndexGateway) -> None:
    await gateway.drop(compared_index())
    await gateway.create(compared_index(), _COMPARED_SETTINGS)
    last = 0
    while records := await connection.rows(_COMPARED_DOCUMENTS, last):
        await gateway.put(compared_index(), [dict(record) for record in records])
        last = records[-1]["id"]
