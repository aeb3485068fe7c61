"""Going to another page after a form, and never to another site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from litestar import Response
from litestar.enums import MediaType

from app.web import flash as flashes

if TYPE_CHECKING:
    from litestar import Request

MAX_ADDRESS = 1_000
_WRITTEN = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")
"""A path and its query; no backslash, space, control character or letter outside ASCII."""


class Elsewhere(Exception):
    """What was asked is found after another page: sign-in, second factor, documents to accept."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def go(request: Request[Any, Any, Any], url: str, *, flash: str = "") -> Response[bytes]:
    """To `url`, which this site made: 303 for a browser, `HX-Redirect` for htmx; `flash` is said on arrival."""
    if flash:
        flashes.leave(request, flash)
    headers = {"cache-control": "no-store"}
    if request.headers.get("hx-request") == "true":
        headers["hx-redirect"] = url
        return Response(b"", status_code=204, headers=headers, media_type=MediaType.HTML)
    headers["location"] = url
    return Response(b"", status_code=303, headers=headers, media_type=MediaType.HTML)


def local(url: str, *, otherwise: str = "/mon-compte") -> str:
    """`url` when it is a page of this site, else `otherwise`: what comes from outside never leads outside.

    Browsers take `//host`, `/\\host` and their variants for another site, some proxies decode before they
    forward, so anything that would be one once decoded is refused too.
    """
    if len(url) > MAX_ADDRESS or not _WRITTEN.fullmatch(url):
        return otherwise
    decoded = url
    for _ in range(3):
        decoded = unquote(decoded)
    path = decoded.partition("?")[0]
    if "//" in path or "\\" in path or not decoded.isprintable() or "/../" in f"{path}/":
        return otherwise
    return url


def with_return(url: str, back: str) -> str:
    """`url` with where to go back to after it (`suite`), unless that is nowhere in particular."""
    return f"{url}?suite={quote(back, safe='/')}" if back not in ("", "/") else url


def asked(request: Request[Any, Any, Any]) -> str:
    """The page the person is on or asks for: path and query, for `suite`."""
    if request.headers.get("hx-request") == "true":
        try:
            current = urlsplit(request.headers.get("hx-current-url", ""))
        except ValueError:  # no address at all
            return "/"
        return local(current.path + (f"?{current.query}" if current.query else ""), otherwise="/")
    query = request.scope["query_string"].decode("ascii", "ignore")
    path = quote(request.scope["path"])
    return local(f"{path}?{query}" if query else path, otherwise="/")
