"""The logs: one line a request, in JSON in production, without what was searched or by whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import structlog

from app import config, logs
from app.web import headers
from app.web.headers import Surroundings
from tests.web.asking import ask

pytestmark = pytest.mark.anyio


@pytest.fixture
def production_logs(monkeypatch: pytest.MonkeyPatch, own_database: str) -> Iterator[None]:
    """The shape the logs have in production."""
    settings = msgspec.structs.replace(config.current(), environment="production")
    kept = structlog.get_config()
    with monkeypatch.context() as patch:
        patch.setattr(config, "current", lambda: settings)
        logs.configure()
    monkeypatch.setattr(headers, "_log", structlog.get_logger("web"))
    yield
    # The very same list of steps: loggers already made hold on to it.
    structlog.configure(**kept)


async def test_a_request_is_one_line_of_json_without_its_query_nor_its_author(
    production_logs: None, site: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await ask(
        Surroundings(site, is_production=True),
        "/praticiens",
        query=b"lieu=Lyon&visio=1",
        headers={
            "User-Agent": "Essai/1.0",
            "Referer": "https://exemple.example/?q=Lyon",
            "X-Forwarded-For": "198.51.100.7",
            "Cookie": "jeton=abc",
        },
    )
    written = capsys.readouterr().out
    assert written.count("\n") == 1
    line = json.loads(written)
    assert set(line) == {"event", "level", "timestamp", "id", "method", "path", "status", "ms"}
    assert line["id"] == answer.headers["x-request-id"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/praticiens", 200)
    for private in ("Lyon", "visio", "203.0.113.9", "198.51", "Essai/", "exemple", "jeton"):
        assert private not in written


async def test_a_head_is_logged_as_one(
    production_logs: None, site: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await ask(Surroundings(site, is_production=True), "/precautions", method="HEAD")
    assert json.loads(capsys.readouterr().out)["method"] == "HEAD"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/liens/{}"),
        ("OPTIONS", "/liens/{}"),
        ("GET", "/liens/{}"),
        ("GET", "/liens/{}/"),
        ("GET", "/liens/{}/autre"),
        ("DELETE", "/desabonnement/{}"),
    ],
)
async def test_the_token_of_a_mailed_link_is_never_written_whatever_is_done_with_it(
    production_logs: None,
    site: Any,
    capsys: pytest.CaptureFixture[str],
    method: str,
    path: str,
) -> None:
    token = "a" * 43
    await ask(Surroundings(site, is_production=True), path.format(token), method=method)
    written = capsys.readouterr().out
    assert token not in written
    assert path.split("/")[1] in json.loads(written.splitlines()[-1])["path"]


async def test_an_address_cannot_forge_a_line(
    production_logs: None, site: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await ask(Surroundings(site, is_production=True), '/x\n{"event":"forged"}\u2028')
    written = capsys.readouterr().out
    assert written.count("\n") == 1
    assert json.loads(written)["event"] == "request"
