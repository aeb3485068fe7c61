"""What every door of the back-office answers with: a page for an administrator, never kept nor indexed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Response

from app.web.forms import Sent
from app.web.guards import admin_only
from app.web.pages import AnyRequest, page
from app.web.people import me

ADMIN: dict[str, Any] = {"guards": [admin_only]}


def desk_page(
    request: AnyRequest,
    template: str,
    title: str,
    *,
    errors: dict[str, str] | None = None,
    **context: Any,
) -> Response[bytes]:
    return page(
        request,
        template,
        title=title,
        is_indexable=False,
        status=422 if errors else 200,
        errors=errors or {},
        now=datetime.now(UTC),
        **context,
    )


def asked(request: AnyRequest, name: str) -> str:
    """A filter of the address, on one line."""
    return Sent(((name, str(request.query_params.get(name, ""))),)).text(name, max=120)


def author(request: AnyRequest) -> str:
    """Who signs a change."""
    who = me(request)
    return f"{who.first_name} {who.last_name}".strip() or who.email


def spreadsheet(content: bytes, name: str) -> Response[bytes]:
    """A file for a spreadsheet, to be kept."""
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
