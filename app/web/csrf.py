"""That a form was sent from a page of this site, by the person it was shown to.

Two locks on every unsafe request. The browser says where it comes from (`Sec-Fetch-Site`, `Origin`); and the form
carries a token bound to the session, or, for somebody not signed in, to a random cookie that only pages with a form
set. A token is masked anew each time, so that compressed pages tell nothing of it (BREACH).
"""

from __future__ import annotations

import hmac
import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from litestar import Request

from app import config
from app.sealing import letters, signing
from app.web import cookies, forms
from app.web.people import asking

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

COOKIE = "formulaire"
EXEMPT = {"csrf_exempt": True}
"""`opt=` of a route that machines post to, which proves in another way who asks (a signed link, a signature)."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_BYTES = 16
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
_HAS_FORM = "has_form"
_FRESH = "form_cookie"


class FormExpired(Exception):
    """The form is not one shown to this person, or no longer. `fields`: what was typed, to be sent again.

    Empty when the request does not prove that it comes from this site: one must not be led to confirm a form
    written by somebody else.
    """

    def __init__(
        self, fields: tuple[tuple[str, str], ...] = (), *, is_signed_out: bool = False
    ) -> None:
        super().__init__("form expired")
        self.fields = fields
        self.is_signed_out = is_signed_out


class FromElsewhere(Exception):
    """Another site had the browser send this."""


def token(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The token of the forms of this page; for somebody neither signed in nor with a form's cookie, leaves one."""
    state = connection.scope["state"]
    state[_HAS_FORM] = True
    person = asking(connection)
    if person is not None:
        return _masked(_bound(f"session:{person.session_id}"))
    value = _cookie(connection) or state.get(_FRESH)
    if value is None:
        value = state[_FRESH] = signing.token()
        cookies.leave(connection, COOKIE, value)
    return _masked(_bound(f"cookie:{value}"))


def has_form(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the page being made holds a form, and so belongs to one person."""
    return bool(connection.scope["state"].get(_HAS_FORM))


async def checked(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """On the whole site, refuse an unsafe request that another site sent, or without its form's token.

    Raises `FromElsewhere` before the body is read, `FormExpired` after.
    """
    assert isinstance(connection, Request)  # noqa: S101  # what the framework gives to the guards of a route
    if connection.method in SAFE_METHODS or handler.opt.get("csrf_exempt"):
        return
    proof = origin_proof(connection)
    if proof is False:
        raise FromElsewhere
    sent = await forms.read(connection)
    given = next((value for name, value in sent.pairs if name == forms.TOKEN), "")
    if not is_right(connection, given):
        raise FormExpired(sent.kept if proof else ())


def is_right(connection: ASGIConnection[Any, Any, Any, Any], given: str) -> bool:
    """Whether the token is one of the session, or of the cookie: a form may have been opened before signing in."""
    code = _unmasked(given)
    if code is None:
        return False
    person = asking(connection)
    identities = [f"session:{person.session_id}"] if person else []
    if cookie := _cookie(connection):
        identities.append(f"cookie:{cookie}")
    return any(hmac.compare_digest(code, _bound(identity)) for identity in identities)


def origin_proof(connection: ASGIConnection[Any, Any, Any, Any]) -> bool | None:
    """True: a page of this site sent it; False: another site did; None: nothing says so (an old browser, a program).

    The order is the one of the W3C's resource isolation: `Sec-Fetch-Site` cannot be written by a page.
    """
    headers = connection.headers
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return None
    try:
        host = urlsplit(origin).netloc
    except ValueError:  # no address at all: no browser of this site wrote it
        return False
    # A browser writes Host itself: a page cannot choose it for a request to us.
    return bool(host) and (host == headers.get("host") or origin == config.current().public_url)


def _cookie(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    value = cookies.read(connection, COOKIE)
    return value if _COOKIE_VALUE.fullmatch(value) else None


def _bound(identity: str) -> bytes:
    return signing.mac("form", identity.encode())[:_BYTES]


def _masked(code: bytes) -> str:
    pad = secrets.token_bytes(_BYTES)
    both = pad + bytes(a ^ b for a, b in zip(pad, code, strict=True))
    return letters.written(both)


def _unmasked(given: str) -> bytes | None:
    try:
        both = letters.read(given)
    except ValueError:
        return None
    if len(both) != 2 * _BYTES:
        return None
    return bytes(a ^ b for a, b in zip(both[:_BYTES], both[_BYTES:], strict=True))
