"""Page or fragment: the only place that knows htmx's headers. A handler names the template and its blocks."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

import brotli
from jinja2 import Environment
from litestar import Request, Response
from litestar.enums import MediaType

from app import config
from app.web import csrf, flash
from app.web.headers import accepts
from app.web.people import SignedIn, asking

AnyRequest = Request[SignedIn | None, Any, Any]
AnyAnswer = Response[bytes]

VARY = "HX-Request, HX-Request-Type, HX-History-Restore-Request, Accept-Encoding"
"""Without the first three, the browser's Back button would show a bare fragment."""
_COMPRESSED_FROM = 600
_PAGE_QUALITY, _FRAGMENT_QUALITY = 2, 1
"""Of Brotli, for answers made anew each time. On a page of results, 4 takes twice the time of 2 for a twelfth of the
weight; 1 takes half of it, and weighs a twentieth more."""


def is_fragment(request: AnyRequest) -> bool:
    """Whether htmx swaps the answer into a part of the page; Back and boosted links get the whole page."""
    headers = request.headers
    return (
        headers.get("hx-request") == "true"
        and headers.get("hx-request-type") == "partial"
        and headers.get("hx-history-restore-request") != "true"
    )


def page(
    request: AnyRequest,
    template: str,
    *,
    title: str,
    description: str = "",
    path: str = "",
    is_indexable: bool = True,
    blocks: tuple[str, ...] = (),
    status: int = 200,
    push_url: str = "",
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response[bytes]:
    """Answer `template`, or only its `blocks` when htmx asks for a part.

    `path` is the canonical address of the page, without the site's; `push_url` what the address bar shows after
    a fragment. Every template may say `me` (who is signed in, or none), `here` (the path asked), `form_token`
    (given to `ui.csrf`) and `flash` (what the form before left to be said). What belongs to one person stays in
    their browser.
    """
    environment: Environment = request.app.state.templates
    settings = config.current()
    me = asking(request)
    is_part = bool(blocks) and is_fragment(request)
    said = "" if is_part else flash.taken(request)
    values = {
        "page_title": title,
        "title": title,
        "status": status,
        "description": description,
        "canonical_url": settings.public_url + path if path else "",
        "is_indexable": is_indexable,
        "operator": settings.operator,
        "year": datetime.now(UTC).year,
        "here": request.scope["path"],
        "me": me,
        "flash": said,
        "form_token": partial(csrf.token, request),
        **context,
    }
    found = environment.get_template(template)
    sent = {"vary": VARY, "cache-control": "no-cache"}
    if is_part:
        rendered = found.new_context({**values, "fragment": True})
        html = "".join("".join(found.blocks[block](rendered)) for block in blocks)
        if push_url:
            sent["hx-push-url"] = push_url
    else:
        html = found.render(values)
    if me is not None or said or csrf.has_form(request):
        sent |= {"vary": f"{VARY}, Cookie", "cache-control": "private, no-cache"}
    sent |= headers or {}
    return _answer(request, html.encode(), status, sent)


def tidied(request: AnyRequest) -> Response[bytes] | None:
    """To the same page without its empty parameters (`?q=&lieu=`, as a form sends them), when it has some.

    One address for one page; a part of a page is answered as asked.
    """
    query: bytes = request.scope["query_string"]
    if not (b"=&" in query or query.endswith(b"=")) or is_fragment(request):
        return None
    pairs = query.split(b"&")
    blank = {pair for pair in pairs if pair.find(b"=") == len(pair) - 1 > 0}
    if not blank:
        return None
    kept = [pair for pair in pairs if pair and pair not in blank]
    address = quote(request.scope["path"])
    if kept:
        # Already encoded by whoever asked: only what cannot stand in a header is.
        address += "?" + quote(b"&".join(kept), safe="%&=+/?:@!$'()*,;~")
    headers = {"location": address, "vary": VARY, "cache-control": "no-cache"}
    return Response(b"", status_code=301, headers=headers, media_type=MediaType.HTML)


def shape(request: AnyRequest) -> tuple[bytes, bool, bool, bool, str]:
    """What a page without a form depends on, besides what is known: query, part or page, encoding, the header.

    The header only tells whether somebody is signed in, not who; and the page says what was left to be said.
    """
    return (
        request.scope["query_string"],
        is_fragment(request),
        accepts(request.headers.get("accept-encoding", ""), "br"),
        asking(request) is not None,
        flash.left(request),
    )


def again(request: AnyRequest, answer: Response[bytes]) -> Response[bytes]:
    """An answer made before, or « not modified » when the browser has it."""
    if not is_fragment(request):
        flash.taken(request)
    etag = answer.headers.get("etag")
    if etag and request.headers.get("if-none-match") == etag:
        headers = {
            name: value for name, value in answer.headers.items() if name != "content-encoding"
        }
        return Response(b"", status_code=304, headers=headers, media_type=MediaType.HTML)
    return answer


def _answer(
    request: AnyRequest, body: bytes, status: int, headers: dict[str, str]
) -> Response[bytes]:
    if status == 200:
        etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        headers["etag"] = etag
        if request.headers.get("if-none-match") == etag:
            return Response(b"", status_code=304, headers=headers, media_type=MediaType.HTML)
    if len(body) >= _COMPRESSED_FROM and accepts(request.headers.get("accept-encoding", ""), "br"):
        quality = _FRAGMENT_QUALITY if is_fragment(request) else _PAGE_QUALITY
        body = brotli.compress(body, quality=quality)
        headers["content-encoding"] = "br"
    return Response(body, status_code=status, headers=headers, media_type=MediaType.HTML)
