"""A request exactly as a server hands it over: what no well-behaved client would send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
from litestar.types import ASGIApp, Message, Scope


class Answer(msgspec.Struct):
    """What came back; `sent` is the headers as sent, `headers` the same by lower-case name."""

    status: int
    sent: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def html(self) -> str:
        return self.body.decode()


async def ask(
    app: ASGIApp,
    path: str,
    *,
    method: str = "GET",
    query: bytes = b"",
    headers: Mapping[str, str] | None = None,
    body: Sequence[bytes] = (b"",),
) -> Answer:
    """Send one request to `app`, its `path` already decoded, its `body` in as many pieces as given."""
    pieces = [
        {"type": "http.request", "body": piece, "more_body": number < len(body)}
        for number, piece in enumerate(body, 1)
    ]
    answered: list[dict[str, Any]] = []

    async def receive() -> Any:
        return pieces.pop(0) if pieces else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answered.append(cast("dict[str, Any]", message))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "query_string": query,
        "root_path": "",
        "headers": [
            (b"host", b"testserver"),
            *((name.lower().encode(), value.encode()) for name, value in (headers or {}).items()),
        ],
        "client": ("203.0.113.9", 40_000),
        "server": ("testserver", 80),
    }
    await app(cast("Scope", scope), receive, send)
    sent = [(name.decode().lower(), value.decode()) for name, value in answered[0]["headers"]]
    return Answer(
        status=answered[0]["status"],
        sent=sent,
        headers=dict(sent),
        body=b"".join(message.get("body", b"") for message in answered[1:]),
    )
