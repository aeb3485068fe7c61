"""Where a request comes from: what proxies say counts only when they are the operator's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from litestar.connection import ASGIConnection

from app import config
from app.web import addresses

PROXY, STRANGER = "10.0.0.7", "203.0.113.9"


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    config.forget()


def asking(
    peer: str | None, forwarded: str | None = None, **headers: str
) -> ASGIConnection[Any, Any, Any, Any]:
    named = dict(headers) | ({"x-forwarded-for": forwarded} if forwarded is not None else {})
    scope: dict[str, Any] = {
        "type": "http",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "client": (peer, 1) if peer is not None else None,
        "state": {},
    }
    return ASGIConnection(cast("Any", scope))


def trust(behind: pytest.MonkeyPatch, listed: str) -> None:
    behind.setenv("TRUSTED_PROXIES", listed)
    config.forget()


def test_without_a_trusted_proxy_nobody_chooses_their_address(
    behind: pytest.MonkeyPatch,
) -> None:
    trust(behind, "")
    assert addresses.client(asking(STRANGER, "198.51.100.1")) == STRANGER
    assert addresses.client(asking(STRANGER, forwarded="x")) == STRANGER


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("198.51.100.1:51234", "198.51.100.1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("6.6.6.6, unknown", PROXY),
        ("6.6.6.6,", PROXY),
        ("", PROXY),
    ],
)
def test_behind_ours_it_is_the_rightmost_that_is_not_ours(
    behind: pytest.MonkeyPatch, forwarded: str, found: str
) -> None:
    trust(behind, "10.0.0.0/8, 192.0.2.1")
    assert addresses.client(asking(PROXY, forwarded)) == found


def test_a_proxy_may_add_a_header_of_its_own_after_a_forged_one(
    behind: pytest.MonkeyPatch,
) -> None:
    """RFC 9110, § 5.3: several lines of the same name are one list."""
    trust(behind, "10.0.0.0/8")
    request = asking(PROXY)
    request.scope["headers"] = [
        (b"x-forwarded-for", b"6.6.6.6"),
        (b"x-forwarded-for", b"198.51.100.1"),
    ]
    assert addresses.client(request) == "198.51.100.1"


def test_a_stranger_does_not_pass_for_a_proxy(behind: pytest.MonkeyPatch) -> None:
    trust(behind, "10.0.0.0/8")
    assert addresses.client(asking(STRANGER, "10.0.0.9, 198.51.100.1")) == STRANGER


def test_a_server_that_does_not_know_says_nothing(behind: pytest.MonkeyPatch) -> None:
    trust(behind, "10.0.0.0/8")
    assert addresses.client(asking(None, "198.51.100.1")) == ""


@pytest.mark.parametrize("listed", ["proxy.exemple.example", "10.0.0.0/99", "10.0.0.1; 10.0.0.2"])
def test_what_is_not_a_network_is_refused_at_the_start(
    behind: pytest.MonkeyPatch, listed: str
) -> None:
    trust(behind, listed)
    with pytest.raises(config.UnsafeSetup, match="TRUSTED_PROXIES"):
        config.current()
