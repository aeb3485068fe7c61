"""Page or fragment: the only place that knows htmx's headers. A handler names the template and its blocks."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import brotli
from jinja2 import Environment
from litestar import Request, Response
from litestar.enums import MediaType

from app import config
from app.web.headers import accepts

AnyRequest = Request[None, None, Any]

VARY = "HX-Request, HX-Request-Type, HX-History-Restore-Request, Accept-Encoding"
"""Without the first three, the browser's Back button would show a bare fragment."""
_COMPRESSED_FROM = 600
_PAGE_QUALITY, _FRAGMENT_QUALITY = 4, 1
"""A first visit is made as light as can be; the parts that follow, as quick."""


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
    a fragment.
    """
    environment: Environment = request.app.state.templates
    settings = config.current()
    values = {
        "page_title": title,
        "title": title,
        "status": status,
        "description": description,
        "canonical_url": settings.public_url + path if path else "",
        "is_indexable": is_indexable,
        "operator": settings.operator,
        "year": datetime.now(UTC).year,
        **context,
    }
    found = environment.get_template(template)
    sent = {"vary": VARY, "cache-control": "no-cache", **(headers or {})}
    if blocks and is_fragment(request):
        rendered = found.new_context({**values, "fragment": True})
        html = "".join("".join(found.blocks[block](rendered)) for block in blocks)
        if push_url:
            sent["hx-push-url"] = push_url
    else:
        html = found.render(values)
    return _answer(request, html.encode(), status, sent)


def shape(request: AnyRequest) -> tuple[bytes, bool, bool]:
    """What an answer to an anonymous visitor depends on, besides what is known: query, part or page, encoding."""
    return (
        request.scope["query_string"],
        is_fragment(request),
        accepts(request.headers.get("accept-encoding", ""), "br"),
    )


def again(request: AnyRequest, answer: Response[bytes]) -> Response[bytes]:
    """An answer made before, or « not modified » when the browser has it."""
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
