"""What surrounds every answer: security headers, HEAD, the request's number, and one line of log."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING

import structlog
from litestar.enums import HttpMethod, ScopeType

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " manifest-src 'self'"
)
SECURITY = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
STRICT_TRANSPORT = {"strict-transport-security": "max-age=63072000; includeSubDomains"}

_TOKEN = re.compile(r"(?<=/)[\w.-]{40,}", re.ASCII)
"""What a part of a path looks like that may be a token (43 characters, or more when it is signed)."""

_log = structlog.get_logger("web")


def accepts(accept_encoding: str, encoding: str) -> bool:
    """Whether the browser takes `encoding` (a refusal by `;q=0` counts)."""
    for part in accept_encoding.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip() == encoding:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _told(scope: Scope) -> str:
    """The path alone: what was searched is nobody's business, and no address is kept. A token opens an account: it is
    left out, also where no route answered (another method, a link cut or lengthened by a reader of mail)."""
    template = str(scope.get("path_template", ""))
    if "{token" in template:
        return template
    return scope["path"] if template else _TOKEN.sub("…", scope["path"])


class Surroundings:
    """Pure ASGI, around the whole application, so that errors and static files get the same treatment."""

    def __init__(self, app: ASGIApp, *, is_production: bool) -> None:
        self._app = app
        headers = SECURITY | (STRICT_TRANSPORT if is_production else {})
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        number = secrets.token_hex(8)
        method = scope["method"]
        if method == HttpMethod.HEAD:
            # The framework answers 405 to HEAD on a GET handler.
            scope["method"] = HttpMethod.GET
        scope.setdefault("state", {})["request_id"] = number
        status = 0

        async def surrounded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                sent = list(message["headers"])
                present = {name.lower() for name, _ in sent}
                sent += [pair for pair in self._headers if pair[0] not in present]
                sent.append((b"x-request-id", number.encode()))
                message["headers"] = sent
            elif message["type"] == "http.response.body" and method == HttpMethod.HEAD:
                message["body"] = b""
            await send(message)

        await self._app(scope, receive, surrounded)
        _log.info(
            "request",
            id=number,
            method=method,
            path=_told(scope),
            status=status,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )
