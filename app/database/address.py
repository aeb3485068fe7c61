"""Where the database is: the server the settings name, else the local one of the data folder."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from app import config
from app.database import embedded
from app.launching import CannotStart

APPLICATION = "monpro_app"
PURGE = "monpro_purge"
"""The accounts of the local server, beside its owner."""


def database_url() -> str:
    """The address of the product's database, as asyncpg and Piccolo read it, for the application's account."""
    settings = config.current()
    return settings.database_url or embedded.url(settings.data_dir, user=APPLICATION)


def owner_url() -> str:
    """The same database, for the account that owns the tables: migrations and grants."""
    settings = config.current()
    return settings.database_owner_url or settings.database_url or embedded.url(settings.data_dir)


def purge_url() -> str:
    """The same database, for the account that may empty old evidence."""
    settings = config.current()
    if settings.database_purge_url is None and settings.database_url is None:
        return embedded.url(settings.data_dir, user=PURGE)
    return settings.database_purge_url or owner_url()


def elsewhere() -> str:
    """The server the settings name, as people read it (host:port); empty for the one of the data folder."""
    named = config.current().database_url
    return (urlsplit(named).netloc.rpartition("@")[2] or "sur cette machine") if named else ""


async def is_answering() -> bool:
    """Whether the server of the settings accepts connections.

    A server that answers « this database does not exist » is there: `ensure_database` will create it. So is the
    local one that does not know the application's account yet. Raises `CannotStart` when waiting changes nothing:
    another server refuses the account, or lacks the database where no command creates it.
    """
    server = elsewhere()
    try:
        connection = await asyncpg.connect(database_url(), timeout=5)
    except asyncpg.InvalidCatalogNameError as refusal:
        if config.current().is_production:
            name = unquote(urlsplit(database_url()).path.lstrip("/"))
            raise CannotStart(
                f"La base « {name} » n’existe pas ({server}) : corrigez DATABASE_URL, ou créez-la."
            ) from refusal
        return True
    except asyncpg.InvalidAuthorizationSpecificationError as refusal:
        if server:
            raise CannotStart(
                f"La base de données ({server}) refuse le compte ou le mot de passe : corrigez DATABASE_URL."
            ) from refusal
        return True
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    await connection.close()
    return True


async def ensure_database(url: str | None = None) -> None:
    """Create the database that `url` (the settings' one when omitted) names, when the server does not have it.

    Raises `CannotStart` when the account (the owner's, for the settings' one) may not create it.
    """
    wanted = url or owner_url()
    try:
        connection = await asyncpg.connect(wanted)
    except asyncpg.InvalidCatalogNameError:
        await _create(wanted)
    else:
        await connection.close()


async def _create(wanted: str) -> None:
    parts = urlsplit(wanted)
    name = unquote(parts.path.lstrip("/"))
    quoted = '"' + name.replace('"', '""') + '"'
    try:
        connection = await asyncpg.connect(urlunsplit(parts._replace(path="/postgres")))
        try:
            # template0 because UTF8 may differ from the encoding of the server's own template.
            await connection.execute(f"CREATE DATABASE {quoted} ENCODING 'UTF8' TEMPLATE template0")
        finally:
            await connection.close()
    except asyncpg.DuplicateDatabaseError:
        pass  # another process has just created it
    except asyncpg.PostgresError as refusal:
        raise CannotStart(
            f"La base « {name} » n’existe pas et ce compte ne peut pas la créer ({refusal}) : "
            "corrigez le nom dans DATABASE_URL, ou créez-la."
        ) from refusal
