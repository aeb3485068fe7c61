"""Makes an installation ready to serve: schema, reference data, demo data and texts in development, index."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from app import config
from app.database import address, connection, migrating
from app.demo import loading, logins
from app.directory import reference
from app.legal import drafts
from app.sealing.rotation import SealedColumn
from app.search import engine, index
from app.search.meilisearch_gateway import IndexGateway

DEMO_COUNT = 600

SEALED = (
    SealedColumn("mail", "id", "content_sealed", "mail:{key}"),
    SealedColumn("second_factor", "account", "secret_sealed", "second_factor:{key}"),
    SealedColumn("closed_identity", "account", "identity_sealed", "closed_identity:{key}"),
    SealedColumn("data_export", "id", "archive_sealed", "data_export:{key}"),
    SealedColumn("data_request", "reference", "words_sealed", "data_request:{key}:words"),
    SealedColumn("data_request", "reference", "answer_sealed", "data_request:{key}:answer"),
    SealedColumn("contest", "decision", "words_sealed", "contest:{key}:words"),
    SealedColumn("contest", "decision", "answer_sealed", "contest:{key}:answer"),
    SealedColumn("profile", "practitioner", "remote_link_sealed", "remote_link:{key}"),
    SealedColumn("stored_file", "id", "sealed_key", "stored_file:{key}"),
)
"""Every ciphered column of the rooms, for the rotation of the keys."""
PREPARATION = "préparation de l’installation"


async def prepare_all(report: Callable[[str], None]) -> None:
    """Bring everything up to date; the second time, only look. The engines must answer."""
    await address.ensure_database()
    await migrating.migrate()
    await connection.open_pool(4)
    try:
        await reference.load()
        if not config.current().is_production:
            # In production somebody reads them first, then publishes them: nobody else answers for the texts.
            await drafts.publish_missing(by=PREPARATION, now=datetime.now(UTC))
        if config.current().environment == "development" and await _is_empty():
            await _load_demo(DEMO_COUNT, report)
        if config.current().environment == "development":
            await logins.load(datetime.now(UTC))
        gateway = IndexGateway(*engine.address())
        if not await index.is_built(gateway):
            report("Index de recherche…")
            await index.rebuild(gateway, report=report)
    finally:
        await connection.close_pool()


async def _is_empty() -> bool:
    return await connection.row("SELECT 1 AS one FROM practitioner LIMIT 1") is None


async def _load_demo(count: int, report: Callable[[str], None]) -> None:
    report(f"{count} praticiens de démonstration…")
    await loading.load(count, now=datetime.now(UTC), report=report)


def prepare(report: Callable[[str], None] = print) -> None:
    """The same, from a command."""
    asyncio.run(prepare_all(report))
