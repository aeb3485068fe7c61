"""Published versions never change, and bear the hash of their own bytes: the database refuses anything else."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import connection

ID = "2026-11-22T15:48:20:318400"
VERSION = "1.38.0"
DESCRIPTION = "published versions of the legal documents never change"

KEPT = """
ALTER TABLE document_version ADD CONSTRAINT document_version_hash
  CHECK (sha256 = sha256(convert_to(body, 'UTF8')));
CREATE FUNCTION document_version_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published version of a legal document is kept as it is';
END $$;
CREATE TRIGGER document_version_kept BEFORE UPDATE OR DELETE ON document_version
  FOR EACH ROW EXECUTE FUNCTION document_version_kept();
CREATE TRIGGER document_version_kept_whole BEFORE TRUNCATE ON document_version
  FOR EACH STATEMENT EXECUTE FUNCTION document_version_kept();
"""

FREE = """
DROP TRIGGER document_version_kept_whole ON document_version;
DROP TRIGGER document_version_kept ON document_version;
DROP FUNCTION document_version_kept();
ALTER TABLE document_version DROP CONSTRAINT document_version_hash;
"""


async def _script(sql: str) -> None:
    """Run several statements at once, in the transaction of the migration (Piccolo's own call prepares one)."""
    current = connection.engine().current_transaction.get()
    if current is None:
        raise RuntimeError("a migration runs in a transaction")
    await current.connection.execute(sql)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="monpro", description=DESCRIPTION)

    async def run() -> None:
        await _script(KEPT)

    async def undo() -> None:
        await _script(FREE)

    manager.add_raw(run)
    manager.add_raw_backwards(undo)
    return manager
