"""The doors one comes in by: the homes of the two spaces, and the parts that are to come."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get

from app.accounts import people
from app.space import parts, practitioner_home
from app.space.handlers.answering import MINE, own_page
from app.web import guards
from app.web.going import go
from app.web.pages import AnyRequest
from app.web.people import me


@get("/mon-compte", name="space.home", **MINE)
async def home(request: AnyRequest) -> Response[bytes]:
    who = me(request)
    waiting = await parts.attentions(
        who, await people.person(who.account_id), now=datetime.now(UTC)
    )
    context = {"parts": parts.ACTIVITY, "account_parts": parts.ACCOUNT, "attentions": waiting}
    context["can_join"] = who.practitioner is None and not who.is_admin
    return own_page(request, "space/home.html", "Mon compte", first_name=who.first_name, **context)


@get(list(parts.EMPTY), name="space.empty", sync_to_thread=False, **MINE)
def empty(request: AnyRequest) -> Response[bytes]:
    part = parts.EMPTY[request.scope["path"].rstrip("/")]
    return own_page(request, "space/empty_part.html", part.title, part=part)


@get("/espace", name="space.practitioner_home", **MINE)
async def practitioner_home_page(request: AnyRequest) -> Response[bytes]:
    if me(request).practitioner is None:
        sentence = "L’espace praticien s’ouvre ici : ce compte n’en a pas encore."
        return go(request, "/devenir-praticien", flash=sentence)
    shown = await practitioner_home.shown(guards.practitioner(request), datetime.now(UTC))
    return own_page(request, "space/practitioner.html", "Espace praticien", home=shown)
