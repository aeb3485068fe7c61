"""Brings the schema up to date, one process at a time."""

from __future__ import annotations

import contextlib
import io

import asyncpg
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration

from app.database.address import database_url

APPLICATION = "monpro"
_LOCK = 7_301_001
"""Any number, the same for all: Piccolo's own migrations collide when two run at once."""


class MigrationFailed(Exception):
    """A migration stopped; the message is what Piccolo printed."""


async def migrate() -> None:
    """Run every migration not yet run; raises `MigrationFailed`. The Piccolo pool must be closed or idle."""
    guard = await asyncpg.connect(database_url())
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", _LOCK)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            result = await ForwardsMigrationManager(app_name=APPLICATION, migration_id="all").run()
        if not result.success:
            raise MigrationFailed(result.message or printed.getvalue())
    finally:
        await guard.close()


async def is_current() -> bool:
    """Whether every migration of this version of the program has run."""
    if not await Migration.table_exists():
        return False
    manager = BaseMigrationManager()
    folder = manager.get_app_config(app_name=APPLICATION).resolved_migrations_folder_path
    known = manager.get_migration_ids(manager.get_migration_modules(folder))
    ran = await Migration.get_migrations_which_ran(app_name=APPLICATION)
    return set(known) <= set(ran)
