"""The database and the search server of a command: started, borrowed or waited for, and made ready."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator

from app import config, launching
from app.launching import CannotStart

WAIT_SECONDS = 120.0
ELSEWHERE_SECONDS = 20.0
"""For a server that the settings name: it should be there already."""


@contextlib.asynccontextmanager
async def pool() -> AsyncIterator[None]:
    """The database, open for the time of a command."""
    from app.database import connection

    await connection.open_pool(4)
    try:
        yield
    finally:
        await connection.close_pool()


@contextlib.contextmanager
def local(*, search: bool = True) -> Iterator[None]:
    """For the time of a command, the local engines the settings call for: borrowed when « make run » runs them."""
    from app.database import embedded
    from app.search import engine

    settings = config.current()
    with contextlib.ExitStack() as started:
        if not settings.database_url:
            started.enter_context(embedded.start(settings.data_dir))
        if search and not settings.meilisearch_url:
            started.enter_context(engine.start(settings.data_dir))
        yield


def wait() -> None:
    """Wait for the database and the search server, wherever they are.

    Raises `CannotStart` after two minutes for the local ones, sooner for a server that the settings name.
    """
    from app.database import address
    from app.search import engine

    def search_answers() -> bool:
        with contextlib.suppress(CannotStart):  # the local server has not written its address yet
            return engine.is_answering(engine.address()[0])
        return False

    _wait("La base de données", address.elsewhere(), lambda: asyncio.run(address.is_answering()))
    _wait("Le moteur de recherche", config.current().meilisearch_url or "", search_answers)


def _wait(subject: str, elsewhere: str, answers: Callable[[], bool]) -> None:
    if answers():
        return
    seconds = WAIT_SECONDS
    if elsewhere:
        subject, seconds = f"{subject} ({elsewhere})", ELSEWHERE_SECONDS
        print(f"{subject} ne répond pas encore : attente de {seconds:.0f} s au plus…", flush=True)
    deadline = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > deadline:
            raise CannotStart(f"{subject} ne répond pas au bout de {seconds:.0f} secondes.")
        time.sleep(0.05)


def prepare() -> None:
    """Prepare the data folder, one process at a time, and once for the whole life of a runner."""
    data_dir = config.current().data_dir
    runner = os.environ.get(launching.RUNNER_PID)
    done = data_dir / "preparation.done"
    lock = launching.claim_within(data_dir / "preparation.lock", 3600)
    try:
        if runner is not None and done.exists() and done.read_text("ascii") == runner:
            return
        from app import preparation

        preparation.prepare()
        done.write_text(runner or "", "ascii")
    finally:
        if lock is not None:
            os.close(lock)
