"""Where the database is: the server the settings name, else the local one of the data folder."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from app import config
from app.database import embedded
from app.launching import CannotStart


def database_url() -> str:
    """The address of the product's database, as asyncpg and Piccolo read it."""
    settings = config.current()
    return settings.database_url or embedded.url(settings.data_dir)


async def is_answering(url: str | None = None) -> bool:
    """Whether the server behind `url` (the settings' one when omitted) accepts connections.

    A server that answers « this database does not exist » is there: `ensure_database` will create it.
    """
    try:
        connection = await asyncpg.connect(url or database_url(), timeout=5)
    except asyncpg.InvalidCatalogNameError:
        return True
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    await connection.close()
    return True


async def ensure_database(url: str | None = None) -> None:
    """Create the database that `url` (the settings' one when omitted) names, when the server does not have it.

    Raises `CannotStart` when the account may not create it.
    """
    wanted = url or database_url()
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
            f"La base « {name} » n’existe pas et ce compte ne peut pas la créer ({refusal})."
        ) from refusal
