"""What the doors of the personal space are opened with, and what they answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Response

from app.accounts.devices import Origin
from app.space.forms import Asker
from app.web import forms, guards
from app.web import sessions as cookies
from app.web.pages import AnyRequest, page
from app.web.people import me

MINE: dict[str, Any] = {"guards": [guards.signed_in]}
ALWAYS_MINE: dict[str, Any] = MINE | {"opt": guards.OPEN_WHILE_PENDING}
"""Also before a new version of a document is accepted: one's data, their safety, leaving (terms § 12)."""


async def asker_of(request: AnyRequest) -> Asker:
    """Who sends this form, from where, and what it holds."""
    origin = Origin(**cookies.traces(request))
    return Asker(me(request), origin, await forms.read(request), datetime.now(UTC))


def own_page(request: AnyRequest, template: str, title: str, **context: Any) -> Response[bytes]:
    """The page of `template`; 422 when one of its forms is refused."""
    is_refused = any(context.get(key) for key in ("errors", "email_errors", "factor_errors"))
    context["status"] = 422 if is_refused else 200
    return page(request, template, title=title, is_indexable=False, **context)
