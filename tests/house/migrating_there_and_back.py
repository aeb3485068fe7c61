"""Run as a program on a database of its own: undo the last migration, do it again, and compare the schemas."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os

import asyncpg
from piccolo.apps.migrations.commands.backwards import BackwardsMigrationManager

from app.database import migrating

SCHEMA = """
SELECT 'column' AS kind, table_name AS of, column_name || ' ' || data_type || ' ' || is_nullable || ' '
  || coalesce(column_default, '') || ' ' || coalesce(collation_name, '') AS what
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2, 3
"""


async def schema() -> list[str]:
    link = await asyncpg.connect(os.environ["DATABASE_URL"])
    try:
        return [" | ".join(record) for record in await link.fetch(SCHEMA)]
    finally:
        await link.close()


async def there_and_back() -> dict[str, object]:
    before = await schema()
    with contextlib.redirect_stdout(io.StringIO()):
        undone = await BackwardsMigrationManager(
            app_name=migrating.APPLICATION, migration_id="1", auto_agree=True
        ).run()
    between = await schema()
    was_current = await migrating.is_current()
    await migrating.migrate()
    after = await schema()
    return {
        "undone": undone.success,
        "current_between": was_current,
        "current_after": await migrating.is_current(),
        "changed_between": before != between,
        "lost": sorted(set(before) - set(after)),
        "added": sorted(set(after) - set(before)),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(there_and_back())))
