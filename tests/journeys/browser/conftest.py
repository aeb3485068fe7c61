"""A real site, in its own process, and a real Chromium: one of each for a worker process of the tests.

Playwright's asynchronous side is used, on the loop of the other tests: its synchronous side would leave a running
loop behind it, in which nothing else can run.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Playwright, StorageState, async_playwright, expect

from app.config import ROOT
from tests.conftest import clone
from tests.journeys.browser import signing_in
from tests.journeys.browser.engine_line import EngineLine
from tests.journeys.browser.walker import Walker

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60.0
PATIENCE_MS = 8_000
"""How long an expectation may take on a machine that does ten other things."""

Arrival = Callable[..., Awaitable[Walker]]


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """The Chromium of this machine; without one, the test is skipped."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.skip("il n’y a pas de Chromium : apt install chromium")
    return found


@pytest.fixture(scope="session")
def settled(chromium_program: str, worker_name: str) -> dict[str, str]:
    """The environment of the site that the browser sees: its database and index, filled."""
    database = asyncio.run(clone(f"monpro_browser_{worker_name}"))
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "MEILISEARCH_INDEX_PREFIX": f"browser_{worker_name}_",
        "ENVIRONMENT": "test",
        "SEARCH_TIMEOUT_MS": "10000",  # the machine may be busy: how long the engine may take is another test's matter
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.browser.population"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return environment


@pytest.fixture(scope="session")
async def engine_line(settled: dict[str, str], anyio_backend: Any) -> AsyncIterator[EngineLine]:
    """The line between the site and the engine."""
    async with EngineLine(settled["MEILISEARCH_URL"]) as line:
        yield line


@pytest.fixture(scope="session")
def address(
    settled: dict[str, str], engine_line: EngineLine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the site, served as in production, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = f"http://127.0.0.1:{port}"
    # Through app.launching, which ties its life to that of the tests, even killed.
    command = [sys.executable, "-m", "app.launching", sys.executable, "-m", "granian"]
    command += ["--interface", "asgi", "--loop", "uvloop", "--no-ws", "--workers", "1"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    command += ["app.main:app"]
    log = tmp_path_factory.mktemp("site") / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**settled, "MEILISEARCH_URL": engine_line.url, "PUBLIC_URL": served},
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(served):
            assert server.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, "the site does not answer"
            time.sleep(0.05)
        yield served
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def working(settled: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], None]]:
    """The worker of the site, at work; called, it stops."""
    command = [sys.executable, "-m", "app.launching", sys.executable, "-m", "app.cli", "worker"]
    with (tmp_path / "worker").open("wb") as output:
        worker = subprocess.Popen(command, cwd=ROOT, env=settled, stdout=output, stderr=output)

    def stop() -> None:
        worker.terminate()
        worker.wait(20)

    yield stop
    stop()


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/robots.txt", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
async def playwright(chromium_program: str, anyio_backend: Any) -> AsyncIterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as started:
        yield started


@pytest.fixture(scope="session")
async def browser(playwright: Playwright, chromium_program: str) -> AsyncIterator[Browser]:
    launched = await playwright.chromium.launch(executable_path=chromium_program, args=FLAGS)
    yield launched
    await launched.close()


@pytest.fixture(scope="session")
async def administrator(browser: Browser, address: str, settled: dict[str, str]) -> StorageState:
    """The cookies of an administrator: a one-time code serves once, and one comes every thirty seconds."""
    admin = signing_in.new_admin(settled)
    return await signing_in.cookies(
        browser, address, lambda walker: signing_in.sign_in_to_the_desk(walker, admin)
    )


@pytest.fixture
async def arrive(browser: Browser) -> AsyncIterator[Arrival]:
    """`await arrive(address, width=360, …)`: somebody new, at a screen of their own; no mishap is forgiven them."""
    walkers: list[Walker] = []

    async def arriving(
        address: str, *, width: int = 1280, height: int = 800, **manners: Any
    ) -> Walker:
        context = await browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            **{"reduced_motion": "reduce", **manners},
        )
        context.set_default_timeout(PATIENCE_MS)
        has_script = manners.get("java_script_enabled", True)
        walkers.append(Walker(await context.new_page(), address, has_script=has_script))
        return walkers[-1]

    yield arriving
    for walker in walkers:
        await walker.page.context.close()
    assert [mishap for walker in walkers for mishap in walker.mishaps] == []


@pytest.fixture
async def reader(arrive: Arrival, address: str) -> Walker:
    """Somebody at a laptop."""
    return await arrive(address)


@pytest.fixture
async def phone_reader(arrive: Arrival, address: str) -> Walker:
    """Somebody with a phone in the hand."""
    return await arrive(address, width=360, height=780, has_touch=True, is_mobile=True)
