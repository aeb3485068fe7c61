"""The register of evidence keeps its own promises: numbers and dates from the database, nothing changed afterwards."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import connection

ID = "2026-11-22T15:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "evidence: number and date from the database, nothing changed afterwards, purge"

FORWARDS = """
CREATE SEQUENCE evidence_entry_number OWNED BY evidence_entry.id;

-- The transaction number is taken before the entry's: the sealer relies on it (docs/decisions/0008).
CREATE FUNCTION evidence_entry_arrives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_current_xact_id();
    NEW.id := nextval('evidence_entry_number');
    NEW.written_at := clock_timestamp();
    IF NEW.content IS NULL OR NEW.salt IS NULL OR octet_length(NEW.salt) < 16
       OR NEW.content_hash IS DISTINCT FROM sha256(NEW.salt || convert_to(NEW.content, 'UTF8')) THEN
        RAISE EXCEPTION 'registre de preuves : le contenu et son empreinte ne vont pas ensemble'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END;
$$;

CREATE FUNCTION evidence_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'registre de preuves : ajout seul (% de %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END;
$$;

-- The one change allowed: the content and its salt are emptied together, all the rest stays.
CREATE FUNCTION evidence_entry_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.content IS NULL AND NEW.salt IS NULL
       AND (NEW.id, NEW.written_at, NEW.kind, NEW.subject_type, NEW.subject_id, NEW.content_hash)
           IS NOT DISTINCT FROM
           (OLD.id, OLD.written_at, OLD.kind, OLD.subject_type, OLD.subject_id, OLD.content_hash) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'registre de preuves : ajout seul (UPDATE de evidence_entry)'
        USING ERRCODE = 'restrict_violation';
END;
$$;

CREATE TRIGGER evidence_entry_arrives BEFORE INSERT ON evidence_entry
    FOR EACH ROW EXECUTE FUNCTION evidence_entry_arrives();
CREATE TRIGGER evidence_entry_changes BEFORE UPDATE ON evidence_entry
    FOR EACH ROW EXECUTE FUNCTION evidence_entry_changes();
CREATE TRIGGER evidence_entry_refuses BEFORE DELETE ON evidence_entry
    FOR EACH ROW EXECUTE FUNCTION evidence_refuses();
CREATE TRIGGER evidence_seal_refuses BEFORE UPDATE OR DELETE ON evidence_seal
    FOR EACH ROW EXECUTE FUNCTION evidence_refuses();
CREATE TRIGGER evidence_anchor_refuses BEFORE UPDATE OR DELETE ON evidence_anchor
    FOR EACH ROW EXECUTE FUNCTION evidence_refuses();
CREATE TRIGGER evidence_entry_stays BEFORE TRUNCATE ON evidence_entry
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuses();
CREATE TRIGGER evidence_seal_stays BEFORE TRUNCATE ON evidence_seal
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuses();
CREATE TRIGGER evidence_anchor_stays BEFORE TRUNCATE ON evidence_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuses();

-- Runs with the rights of the owner: who may call it may empty old contents, and nothing else.
CREATE FUNCTION evidence_purge(of_kinds text[], before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    emptied bigint;
BEGIN
    UPDATE evidence_entry SET content = NULL, salt = NULL
    WHERE written_at < before AND kind = ANY (of_kinds) AND content IS NOT NULL;
    GET DIAGNOSTICS emptied = ROW_COUNT;
    RETURN emptied;
END;
$$;
REVOKE EXECUTE ON FUNCTION evidence_purge FROM PUBLIC;

-- A few pages for the whole table: the nightly purge reads only the old end of it.
CREATE INDEX evidence_entry_written ON evidence_entry USING brin (written_at);
"""

BACKWARDS = """
DROP INDEX evidence_entry_written;
DROP FUNCTION evidence_purge;
DROP TRIGGER evidence_anchor_stays ON evidence_anchor;
DROP TRIGGER evidence_seal_stays ON evidence_seal;
DROP TRIGGER evidence_entry_stays ON evidence_entry;
DROP TRIGGER evidence_anchor_refuses ON evidence_anchor;
DROP TRIGGER evidence_seal_refuses ON evidence_seal;
DROP TRIGGER evidence_entry_refuses ON evidence_entry;
DROP TRIGGER evidence_entry_changes ON evidence_entry;
DROP TRIGGER evidence_entry_arrives ON evidence_entry;
DROP FUNCTION evidence_entry_changes;
DROP FUNCTION evidence_refuses;
DROP FUNCTION evidence_entry_arrives;
DROP SEQUENCE evidence_entry_number;
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
        await _script(FORWARDS)

    async def undo() -> None:
        await _script(BACKWARDS)

    manager.add_raw(run)
    manager.add_raw_backwards(undo)
    return manager
