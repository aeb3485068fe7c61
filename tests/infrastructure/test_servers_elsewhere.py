"""A database elsewhere that is not there, refuses, or goes away: said at once, in French."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from app import config, engines, logs, worker
from app.database import address, embedded
from app.launching import CannotStart


def named(monkeypatch: pytest.MonkeyPatch, url: str, environment: str = "development") -> None:
    settings = msgspec.structs.replace(config.read({"DATABASE_URL": url}), environment=environment)
    monkeypatch.setattr(config, "current", lambda: settings)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("ailleurs")
    with embedded.start(folder, durable=False):
        yield folder


def test_a_refused_address_is_named_at_once_and_not_waited_for_two_minutes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert engines.ELSEWHERE_SECONDS <= 30
    monkeypatch.setattr(engines, "ELSEWHERE_SECONDS", 0.2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        named(monkeypatch, f"postgresql://somebody:secret@127.0.0.1:{port}/x")
        begun = time.monotonic()
        with pytest.raises(CannotStart, match=rf"\(127\.0\.0\.1:{port}\) ne répond pas"):
            engines.wait()
    assert time.monotonic() - begun < 10
    said = capsys.readouterr().out
    assert f"La base de données (127.0.0.1:{port}) ne répond pas encore" in said
    assert "secret" not in said


def test_a_refused_account_is_said_without_waiting(
    monkeypatch: pytest.MonkeyPatch, there: Path
) -> None:
    named(monkeypatch, embedded.url(there, "postgres", user="nobody"))
    with pytest.raises(CannotStart, match="refuse le compte ou le mot de passe"):
        engines.wait()


def test_a_database_that_does_not_exist_is_said_where_nothing_creates_it(
    monkeypatch: pytest.MonkeyPatch, there: Path
) -> None:
    url = embedded.url(there, "absente")
    named(monkeypatch, url, "production")
    with pytest.raises(CannotStart, match="« absente » n’existe pas"):
        engines.wait()
    named(monkeypatch, url)
    assert asyncio.run(address.is_answering()), "it is created in development"


def test_a_worker_that_loses_the_database_says_so_and_any_other_failure_is_told_whole(
    monkeypatch: pytest.MonkeyPatch, there: Path
) -> None:
    async def fails() -> None:
        raise asyncpg.InterfaceError("connection has been released")

    monkeypatch.setattr(worker, "_work", fails)
    monkeypatch.setattr(logs, "configure", lambda: None)
    named(monkeypatch, "postgresql://somebody@127.0.0.1:1/x")
    with pytest.raises(CannotStart, match="ne répond plus"):
        worker.run()
    named(monkeypatch, embedded.url(there, "postgres"))
    with pytest.raises(asyncpg.InterfaceError):
        worker.run()


def test_the_pool_tells_a_cut_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    logs.configure()
    logging.getLogger("asyncpg.pool").error("cut", exc_info=ConnectionRefusedError())
    assert [(record.message, record.exc_info) for record in caplog.records] == [("cut", None)]
