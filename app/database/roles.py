"""Who may do what on the server: the owner of the tables, the application, and the purge of old evidence.

The application owns nothing, and can only read and add to the register of evidence. Where one account does
everything, the triggers of the register still refuse; `standing` tells which protections hold.
"""

from __future__ import annotations

import contextlib

import asyncpg
import msgspec

from app import config
from app.database import address, connection

ADD_ONLY = {
    "evidence_entry": "(kind, subject_type, subject_id, content, salt, content_hash)",
    "evidence_seal": "",
    "evidence_anchor": "",
}
"""The tables the application only reads and adds to, with the columns it gives (empty: all of them)."""

PURGE = "evidence_purge(text[], timestamptz)"
_GUARDS = 8  # the triggers of migration 0005


class Standing(msgspec.Struct, frozen=True):
    """What protects the register on this server, as the application's own account sees it."""

    role: str
    has_triggers: bool
    """The database refuses every change of an entry, whoever asks."""
    is_separate: bool
    """The application's account cannot put the triggers aside: it owns nothing and is no superuser."""
    is_purge_apart: bool
    """The application's account cannot empty old contents."""


async def settle() -> None:
    """Give each account of the settings what it needs, and no more. The owner's account must answer.

    On the local server the accounts are made; elsewhere they exist, and are told by `DATABASE_URL`,
    `DATABASE_PURGE_URL` and `DATABASE_OWNER_URL`.
    """
    link = await asyncpg.connect(address.owner_url())
    try:
        if config.current().database_url is None:
            application, purge = address.APPLICATION, address.PURGE
            await create(link, application)
            await create(link, purge)
        else:
            application = await _account_of(address.database_url())
            purge = await _account_of(address.purge_url())
        await grant(link, application=application, purge=purge)
    finally:
        await link.close()


async def create(link: asyncpg.Connection, role: str) -> None:
    """Make an account that can sign in and nothing else; leave it as it is when it exists."""
    with contextlib.suppress(asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        await link.execute(f"CREATE ROLE {_quoted(role)} LOGIN")


async def grant(link: asyncpg.Connection, *, application: str, purge: str) -> None:
    """Grant, as the owner on `link`; what is already granted is granted again. Nothing for the owner itself."""
    owner = await link.fetchval("SELECT current_user")
    async with link.transaction():
        if application != owner:
            await _grant_application(link, _quoted(application))
        if purge not in {owner, application}:
            await link.execute(f"GRANT USAGE ON SCHEMA public TO {_quoted(purge)}")
            await link.execute(f"GRANT EXECUTE ON FUNCTION {PURGE} TO {_quoted(purge)}")


async def _grant_application(link: asyncpg.Connection, role: str) -> None:
    everything = "ALL TABLES IN SCHEMA public"
    await link.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    await link.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {everything} TO {role}")
    if link.get_server_version().major >= 17:  # the planner's figures, after a load
        await link.execute(f"GRANT MAINTAIN ON {everything} TO {role}")
    await link.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    await link.execute(f"REVOKE INSERT, UPDATE, DELETE ON migration FROM {role}")
    for table, columns in ADD_ONLY.items():
        await link.execute(f"REVOKE ALL ON {table} FROM {role}")
        await link.execute(f"GRANT SELECT, INSERT {columns} ON {table} TO {role}")
    await link.execute(f"REVOKE EXECUTE ON FUNCTION {PURGE} FROM {role}")


async def standing() -> Standing:
    """Which protections of the register hold on this server."""
    found = await connection.row(_STANDING, list(ADD_ONLY), PURGE)
    if found is None:
        raise LookupError("the server did not answer")
    return Standing(
        role=found["role"],
        has_triggers=found["guards"] == _GUARDS,
        is_separate=found["is_separate"],
        is_purge_apart=not found["can_purge"],
    )


_STANDING = """
SELECT current_user::text AS role,
    (SELECT count(*) FROM pg_trigger
     WHERE tgrelid = ANY (SELECT name::regclass FROM unnest($1::text[]) AS name)
        AND NOT tgisinternal AND tgenabled IN ('O', 'A')) AS guards,
    NOT EXISTS (
        SELECT FROM pg_class
        WHERE oid = ANY (SELECT name::regclass FROM unnest($1::text[]) AS name)
            AND (pg_has_role(relowner, 'MEMBER') OR has_any_column_privilege(oid, 'UPDATE')
                OR has_table_privilege(oid, 'DELETE, TRUNCATE, TRIGGER'))
    ) AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_separate,
    has_function_privilege($2::text, 'EXECUTE') AS can_purge
"""


async def _account_of(url: str) -> str:
    link = await asyncpg.connect(url)
    try:
        name: str = await link.fetchval("SELECT current_user")
    finally:
        await link.close()
    return name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
