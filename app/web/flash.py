"""What is said once, on the page that follows a form: a short sentence in a signed cookie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.sealing import signing
from app.web import cookies

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection

COOKIE = "annonce"
LASTING = timedelta(minutes=2)
"""Long enough for a slow page, short enough not to come back another day."""
MAX_LENGTH = 300


def leave(connection: ASGIConnection[Any, Any, Any, Any], sentence: str) -> None:
    """Say `sentence` on the next page; raises `ValueError` for one too long to be read at a glance."""
    if len(sentence) > MAX_LENGTH:
        raise ValueError("a sentence, not a text")
    token = signing.sign(COOKIE, sentence)
    cookies.leave(connection, COOKIE, token, seconds=int(LASTING.total_seconds()))


def left(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """What the page before left to be said, or an empty text; it stays until `taken`."""
    token = cookies.read(connection, COOKIE)
    if not token:
        return ""
    try:
        return signing.signed(COOKIE, token, max_age=LASTING, now=datetime.now(UTC))
    except signing.BadSignature:
        return ""


def taken(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The same, said now: the cookie goes."""
    if cookies.read(connection, COOKIE) and not cookies.is_leaving(connection, COOKIE):
        cookies.withdraw(connection, COOKIE)
    return left(connection)
