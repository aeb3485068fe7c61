"""Brings the schema up to date, one process at a time."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

import asyncpg
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration

from app.database import address, connection, roles

APPLICATION = "monpro"
_LOCK = 7_301_001
"""Any number, the same for all: Piccolo's own migrations collide when two run at once."""


class MigrationFailed(Exception):
    """A migration stopped; the message is what Piccolo printed."""


async def migrate() -> None:
    """Run every migration not yet run, as the owner of the tables, then settle the rights of the other accounts.

    Raises `MigrationFailed`, and `RuntimeError` while a pool of another account is open: Piccolo would take it.
    """
    guard = await asyncpg.connect(address.owner_url())
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", _LOCK)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), _as_owner():
            result = await ForwardsMigrationManager(app_name=APPLICATION, migration_id="all").run()
        if not result.success:
            raise MigrationFailed(result.message or printed.getvalue())
        await roles.settle()
    finally:
        await guard.close()


@contextlib.contextmanager
def _as_owner() -> Iterator[None]:
    """Have Piccolo connect as the owner: without a pool it opens a connection for each transaction."""
    if address.owner_url() == address.database_url():
        yield
        return
    engine = connection.engine()
    if engine.pool is not None:
        raise RuntimeError("migrations run as the owner: close the pool first")
    before = engine.config["dsn"]
    engine.config["dsn"] = address.owner_url()
    try:
        yield
    finally:
        engine.config["dsn"] = before


async def is_current() -> bool:
    """Whether every migration of this version of the program has run."""
    if not await Migration.table_exists():
        return False
    manager = BaseMigrationManager()
    folder = manager.get_app_config(app_name=APPLICATION).resolved_migrations_folder_path
    known = manager.get_migration_ids(manager.get_migration_modules(folder))
    ran = await Migration.get_migrations_which_ran(app_name=APPLICATION)
    return set(known) <= set(ran)
