"""The servers and the databases of the tests: real ones, started once, one database a worker process."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

TEMPLATE = "monpro_template"
FIRST_TEXTS_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""From when on the first versions of the legal documents are in force."""
_running: list[Any] = []
_folder: Path | None = None


def pytest_configure(config: pytest.Config) -> None:
    """Start the engines before any worker process exists: the workers inherit their addresses."""
    global _folder
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    from app.database import embedded
    from app.search import engine

    _folder = Path(tempfile.mkdtemp(prefix="monpro-tests-"))
    os.environ["DATA_DIR"] = str(_folder)
    os.environ["ENVIRONMENT"] = "test"
    # On a busy machine the engine may take its time: an outage is only what a test makes.
    os.environ.setdefault("SEARCH_TIMEOUT_MS", "5000")
    if not os.environ.get("DATABASE_URL"):
        _running.append(embedded.start(_folder, durable=False))
        os.environ["TEST_DATABASE_SERVER"] = embedded.url(_folder, TEMPLATE)
    else:
        os.environ["TEST_DATABASE_SERVER"] = (
            os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{TEMPLATE}"
        )
    if not os.environ.get("MEILISEARCH_URL"):
        _running.append(engine.start(_folder))
        os.environ["MEILISEARCH_URL"], os.environ["MEILISEARCH_KEY"] = engine.local_address(_folder)
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_SERVER"]
    asyncio.run(_build_template())


async def _build_template() -> None:
    from app.database import address, connection, migrating
    from app.directory import reference
    from app.legal import drafts

    await address.ensure_database()
    await migrating.migrate()
    await connection.open_pool(2)
    await reference.load()
    await drafts.publish_missing(by="essais", now=FIRST_TEXTS_AT)
    await connection.close_pool()


def pytest_unconfigure(config: pytest.Config) -> None:
    while _running:
        _running.pop().stop()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)


def server_url(database: str) -> str:
    """The address of `database` on the test server."""
    return os.environ["TEST_DATABASE_SERVER"].replace(f"/{TEMPLATE}", f"/{database}")


async def clone(database: str, *, of: str = TEMPLATE) -> str:
    """Make `database` a fresh copy of the template; answers its address."""
    admin = await asyncpg.connect(server_url("postgres"))
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        await admin.execute(f'CREATE DATABASE "{database}" TEMPLATE "{of}"')
    finally:
        await admin.close()
    return server_url(database)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """One event loop for the whole run: a pool belongs to its loop."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def own_database(worker_name: str) -> str:
    """This worker's database and index; the settings of the process point at them."""
    from app import config

    url = asyncio.run(clone(f"monpro_{worker_name}"))
    os.environ["DATABASE_URL"] = url
    os.environ["MEILISEARCH_INDEX_PREFIX"] = f"{worker_name}_"
    config.forget()
    return url


@pytest.fixture(scope="session")
async def pool(own_database: str, anyio_backend: Any) -> AsyncIterator[None]:
    """The pool of this process, on this worker's database."""
    from app.database import connection

    connection.engine().config["dsn"] = own_database
    await connection.open_pool(6)
    yield
    await connection.close_pool()


@pytest.fixture(scope="session")
async def index_gateway(own_database: str) -> Any:
    """The orders to the search engine, with this worker's index made."""
    from app.search import engine, index
    from app.search.meilisearch_gateway import IndexGateway

    gateway = IndexGateway(*engine.address())
    await gateway.drop(index.name())
    await gateway.create(index.name(), index.SETTINGS)
    return gateway


@pytest.fixture(scope="session")
async def site(pool: None, index_gateway: Any) -> AsyncIterator[Any]:
    """The whole application, started; ask it through `visitor`."""
    from app import main

    app = main.create_app()
    async with main.parts(app):
        yield app


@pytest.fixture
async def empty(pool: None, index_gateway: Any) -> None:
    """A directory with its reference data and nobody in it."""
    from tests import factories

    await factories.empty_directory(index_gateway)


@pytest.fixture
async def visitor(site: Any, empty: None) -> AsyncIterator[Any]:
    """Somebody without an account, looking at the site."""
    from tests.visitors import Visitor

    async with Visitor(site) as somebody:
        yield somebody


@pytest.fixture
async def guest(site: Any) -> AsyncIterator[Any]:
    """Somebody without an account, in the directory as the file's own fixture made it: nobody empties it."""
    from tests.visitors import Visitor

    async with Visitor(site) as somebody:
        yield somebody
