from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean
from piccolo.columns.column_types import Bytea
from piccolo.columns.indexes import IndexMethod

from app.database import connection

ID = "2026-11-22T17:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the link of séances at a distance; what a profile was before its practitioner is told; indexes"

# What administrators search by (backoffice/searching, backoffice/dossiers). pg_trgm comes with PostgreSQL, and the
# owner of a database may create it. The SIRET is looked for whole, or by its beginning whatever the collation.
# Changes wait to be sorted into the index, and every search reads those that wait: 256 kB of them, not 4 MB.
FORWARDS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX practitioner_names ON practitioner USING gin (
    sort_name gin_trgm_ops,
    lower(first_name || ' ' || last_name || ' ' || trade_name || ' ' || slug) gin_trgm_ops)
    WITH (gin_pending_list_limit = 256);
CREATE INDEX account_names ON account USING gin (
    lower(first_name || ' ' || last_name || ' ' || coalesce(email, '') || ' ' || id::text) gin_trgm_ops)
    WITH (gin_pending_list_limit = 256);
CREATE INDEX legal_identity_words ON legal_identity USING gin ((lower(email) || ' ' || siret) gin_trgm_ops)
    WITH (gin_pending_list_limit = 256);
CREATE INDEX legal_identity_siret ON legal_identity (siret varchar_pattern_ops);
"""

BACKWARDS = """
DROP INDEX legal_identity_siret, legal_identity_words, account_names, practitioner_names;
DROP EXTENSION pg_trgm;
"""


async def _script(sql: str) -> None:
    """Run several statements at once, in the transaction of the migration (Piccolo's own call prepares one)."""
    current = connection.engine().current_transaction.get()
    if current is None:
        raise RuntimeError("a migration runs in a transaction")
    await current.connection.execute(sql)


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="monpro", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Profile",
        tablename="profile",
        column_name="remote_link_sealed",
        db_column_name="remote_link_sealed",
        column_class_name="Bytea",
        column_class=Bytea,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="Practitioner",
        tablename="practitioner",
        column_name="was_complete",
        db_column_name="was_complete",
        column_class_name="Boolean",
        column_class=Boolean,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    async def run() -> None:
        await _script(FORWARDS)

    async def undo() -> None:
        await _script(BACKWARDS)

    manager.add_raw(run)
    manager.add_raw_backwards(undo)
    return manager
