"""The doors about what one agrees to: mails, consents given, the new version of a document."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get, post

from app.space import agreeing, consents
from app.space.forms import Errors
from app.space.handlers.answering import ALWAYS_MINE, MINE, asker_of, own_page
from app.web import forms
from app.web.going import go, local
from app.web.pages import AnyRequest
from app.web.people import me


@get("/mon-compte/notifications", name="space.notifications", **MINE)
async def notifications(request: AnyRequest) -> Response[bytes]:
    who = me(request)
    comfort, owed = await consents.mails_of(
        who.account_id, is_practitioner=who.practitioner is not None
    )
    return own_page(
        request, "space/notifications.html", "Notifications", comfort=comfort, legal=owed
    )


@post("/mon-compte/notifications", name="space.choose_notifications", **MINE)
async def choose_notifications(request: AnyRequest) -> Response[bytes]:
    who, wanted = me(request), (await forms.read(request)).many("mail")
    await consents.choose(who.account_id, wanted, is_practitioner=who.practitioner is not None)
    return go(request, "/mon-compte/notifications", flash="Vos choix sont enregistrés.")


@get("/mon-compte/consentements", name="space.consents", **ALWAYS_MINE)
async def consents_page(request: AnyRequest) -> Response[bytes]:
    found = await consents.consents_of(me(request).account_id, datetime.now(UTC))
    return own_page(request, "space/consents.html", "Mes consentements", consents=found)


async def _to_accept(request: AnyRequest, back: str, errors: Errors) -> Response[bytes]:
    context = {"pending": await agreeing.pending(me(request), datetime.now(UTC)), "back": back}
    if not context["pending"]:
        return go(request, back)
    return own_page(request, "space/to_accept.html", "Avant de continuer", errors=errors, **context)


@get(agreeing.PAGE, name="space.to_accept", **ALWAYS_MINE)
async def to_accept(request: AnyRequest) -> Response[bytes]:
    return await _to_accept(request, local(request.query_params.get("suite", "")), {})


@post(agreeing.PAGE, name="space.accept", **MINE)
async def accept(request: AnyRequest) -> Response[bytes]:
    asker = await asker_of(request)
    back, errors = local(asker.sent.text("suite", max=1_000)), await agreeing.accept(asker)
    return await _to_accept(request, back, errors) if errors else go(request, back)
