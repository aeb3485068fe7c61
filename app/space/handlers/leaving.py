"""The doors one leaves by: what a closed account loses, and closing it."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get, post

from app.space import leaving
from app.space.forms import Errors
from app.space.handlers.answering import ALWAYS_MINE, MINE, asker_of, own_page
from app.web import sessions as cookies
from app.web.going import go
from app.web.pages import AnyRequest
from app.web.people import me


@get("/mon-compte/resilier", name="space.close", **ALWAYS_MINE)
async def close(request: AnyRequest) -> Response[bytes]:
    gone, kept = await leaving.gone(me(request)), await leaving.kept(me(request), datetime.now(UTC))
    return own_page(request, "space/close.html", "Résilier mon compte", gone=gone, kept=kept)


def _confirm(request: AnyRequest, reason: str, errors: Errors) -> Response[bytes]:
    context = {"reasons": leaving.CHOICES, "reason": reason, "errors": errors}
    return own_page(request, "space/close_confirm.html", "Confirmer la résiliation", **context)


@get("/mon-compte/resilier/confirmer", name="space.confirm", sync_to_thread=False, **ALWAYS_MINE)
def confirm(request: AnyRequest) -> Response[bytes]:
    return _confirm(request, "", {})


@post("/mon-compte/resilier/confirmer", name="space.close_account", **MINE)
async def close_account(request: AnyRequest) -> Response[bytes]:
    reason, errors = await leaving.close(await asker_of(request))
    if errors:
        return _confirm(request, reason, errors)
    cookies.drop(request)
    return go(request, "/mon-compte/resilie")


@get("/mon-compte/resilie", name="space.closed", sync_to_thread=False)
def closed(request: AnyRequest) -> Response[bytes]:
    """Open to all: whoever has just closed their account is nobody any more."""
    return own_page(request, "space/closed.html", "Votre compte est résilié")
