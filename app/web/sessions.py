"""The sign-in session of a request: from its cookie to the person, before any route is looked for.

Around the routes and not among them, so that the pages of errors know the person too.
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

import structlog
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType

from app.web import addresses, cookies
from app.web.assets import PREFIX

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

    from app.web.people import Loader, SignedIn

COOKIE = "session"
DEVICE = "appareil"
"""A browser that has signed in before is known by it; it opens nothing."""
LOADING_SECONDS = 2.0
"""What a public page waits for the sign-in session before it is shown as to anybody."""
FAILURE = "session_failure"
_LOADER = "session_loader"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")

_log = structlog.get_logger("web")


class Sessions:
    """Pure ASGI: sets `scope["user"]`, and adds the cookies the request has left to its answer.

    Static files are alike for everybody: no session is read for them. Without a cookie nothing is asked of the
    database. A cookie of an ended session, or chosen by somebody, is erased: a token comes from here or stands for
    nobody.
    """

    def __init__(self, app: ASGIApp, *, load: Loader) -> None:
        self._app = app
        self._load = load

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state[_LOADER] = self._load
        scope["user"] = None
        if any(name == b"cookie" for name, _ in scope["headers"]):
            connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
            scope["user"] = await self._person(connection)

        async def with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *cookies.leaving(state)]
            await send(message)

        await self._app(scope, receive, with_cookies)

    async def _person(self, connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn | None:
        token = cookies.read(connection, COOKIE)
        if not token:
            return None
        found = None
        if _TOKEN.fullmatch(token):
            try:
                async with asyncio.timeout(LOADING_SECONDS):
                    found = await self._load(token, datetime.now(UTC))
            except Exception as failure:  # noqa: BLE001  # a public page is read without it; a guard tells it
                _log.warning("session not read", cause=type(failure).__name__)
                connection.scope["state"][FAILURE] = failure
                return None
        if found is None:
            cookies.withdraw(connection, COOKIE)
        return found


def keep(
    connection: ASGIConnection[Any, Any, Any, Any], token: str, *, lasting: timedelta | None
) -> None:
    """Give the browser the token of the sign-in session just opened, for `lasting`, else until it closes."""
    seconds = None if lasting is None else int(lasting.total_seconds())
    cookies.leave(connection, COOKIE, token, seconds=seconds)


async def opened(connection: ASGIConnection[Any, Any, Any, Any], token: str) -> SignedIn | None:
    """Who holds the sign-in session just opened: the request knew nobody, or somebody else, when it came."""
    load: Loader = connection.scope["state"][_LOADER]
    return await load(token, datetime.now(UTC))


def drop(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Take the token back from the browser, after the sign-in session has ended."""
    cookies.withdraw(connection, COOKIE)


class Traces(TypedDict):
    """What a request says of itself, as the verbs that look out for intruders take it."""

    address: str
    user_agent: str
    device_token: str | None
    session_token: str | None


def traces(connection: ASGIConnection[Any, Any, Any, Any]) -> Traces:
    """A cookie that does not look like one of ours is none."""
    device, session = (cookies.read(connection, name) for name in (DEVICE, COOKIE))
    return {
        "address": addresses.client(connection),
        "user_agent": connection.headers.get("user-agent", ""),
        "device_token": device if _TOKEN.fullmatch(device) else None,
        "session_token": session if _TOKEN.fullmatch(session) else None,
    }
