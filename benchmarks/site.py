"""The site as it runs in production, on engines of its own: what every benchmark and audit measures."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from app import config, launching
from app.database import embedded
from app.launching import CannotStart
from app.search import engine

WORKERS = 2
START_SECONDS = 90.0


class Engines(msgspec.Struct, frozen=True):
    """The database and search servers of the benchmarks, with the process at the root of each."""

    folder: Path
    database_pid: int
    search_pid: int
    search_port: int
    search_key: str

    @property
    def search_url(self) -> str:
        return f"http://127.0.0.1:{self.search_port}"


def folder() -> Path:
    """Where the benchmarks keep what they make: `DATA_DIR`/benchmarks."""
    found = config.current().data_dir / "benchmarks"
    found.mkdir(parents=True, exist_ok=True)
    return found


@contextlib.contextmanager
def engines(where: Path) -> Iterator[Engines]:
    """Start both engines, set as in development (durable); raises `CannotStart` when another run holds them."""
    with embedded.start(where) as database, engine.start(where) as search:
        if database.process is None or search.process is None:
            raise CannotStart(f"Une autre mesure est en cours dans {where}.")
        yield Engines(
            folder=where,
            database_pid=database.process.pid,
            search_pid=search.process.pid,
            search_port=int(search.url.rsplit(":", 1)[1]),
            search_key=search.key,
        )


def name_of(count: int) -> str:
    """The database of `count` practitioners, and the beginning of the name of its index."""
    return f"bench_{count}"


def use(engines: Engines, count: int) -> None:
    """Point the settings of this process at the data of `count` practitioners."""
    os.environ.update(_environ(engines, count))
    config.forget()


def _environ(engines: Engines, count: int) -> dict[str, str]:
    """Production settings: templates and files are kept in memory, nothing is looked at twice."""
    operator = {
        f"OPERATOR_{field.upper()}": "Mesure"
        for field in config.OPERATOR_LABELS
        if f"OPERATOR_{field.upper()}" not in os.environ
    }
    return operator | {
        "ENVIRONMENT": "production",
        "REQUESTS_PER_MINUTE": "0",
        "HOST": "127.0.0.1",
        "PUBLIC_URL": "https://localhost",
        "SECRET_KEY": "secret of the benchmarks, worth nothing elsewhere",
        "SEALING_KEYS": f"mesure:{base64.urlsafe_b64encode(bytes(32)).decode()}",
        "SMTP_HOST": "127.0.0.1",
        "ANCHOR_ADDRESSES": "mesure@exemple.fr",
        "WEB_WORKERS": str(WORKERS),
        "DATABASE_URL": embedded.url(engines.folder, name_of(count)),
        "MEILISEARCH_URL": engines.search_url,
        "MEILISEARCH_KEY": engines.search_key,
        "MEILISEARCH_INDEX_PREFIX": f"{name_of(count)}_",
        # On a busy machine a slow answer must be measured, not cut.
        "SEARCH_TIMEOUT_MS": "5000",
    }


class Server(msgspec.Struct, frozen=True):
    """A server that answers on `port` of the loopback; `pid` is the root of its processes."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def web(engines: Engines, count: int) -> Iterator[Server]:
    """The site on the data of `count` practitioners, by the command of the Procfile."""
    port = free_port()
    environ = _environ(engines, count) | {"PORT": str(port)}
    command = [sys.executable, "-m", "app.cli", "web"]
    with process(command, environ, engines.folder / "web.log") as pid:
        _wait_until_answering(port, "/sante", engines.folder / "web.log")
        yield Server(port, pid)


@contextlib.contextmanager
def worker(engines: Engines, count: int) -> Iterator[int]:
    """The background process on the same data."""
    command = [sys.executable, "-m", "app.cli", "worker"]
    with process(command, _environ(engines, count), engines.folder / "worker.log") as pid:
        yield pid


@contextlib.contextmanager
def hello(engines: Engines) -> Iterator[Server]:
    """A bare page of the framework under the same server."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--loop",
        "uvloop",
        "--no-ws",
    ]
    command += ["--port", str(port), "--workers", str(WORKERS), "--log-level", "warning"]
    with process([*command, "benchmarks.hello:app"], {}, engines.folder / "hello.log") as pid:
        _wait_until_answering(port, "/", engines.folder / "hello.log")
        yield Server(port, pid)


@contextlib.contextmanager
def process(command: list[str], environ: dict[str, str], log_file: Path) -> Iterator[int]:
    """Run `command` for the time of the block; it ends with this process whatever happens."""
    with log_file.open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "app.launching", *command],
            cwd=config.ROOT,
            env=os.environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield started.pid
    finally:
        launching.stop(started, ((signal.SIGTERM, 10.0),))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """The status and the text of one answer."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        asked.request("GET", path, headers=headers or {})
        answer = asked.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        asked.close()


def _wait_until_answering(port: int, path: str, log_file: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if fetch(port, path)[0] == 200:
                return
        time.sleep(0.05)
    raise CannotStart(
        f"Le site ne démarre pas. Fin de {log_file} :\n{launching.last_lines(log_file)}"
    )
