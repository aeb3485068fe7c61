"""The doors about who one is: name, telephone, e-mail address."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Response, get, post

from app.accounts import people
from app.space import details
from app.space.handlers.answering import ALWAYS_MINE, MINE, asker_of, own_page
from app.web.going import go
from app.web.pages import AnyRequest
from app.web.people import me


async def _details(request: AnyRequest, **context: Any) -> Response[bytes]:
    shown = await details.shown(me(request), datetime.now(UTC))
    return own_page(request, "space/data.html", "Mes données", **shown | context)


@get("/mon-compte/donnees", name="space.details", **ALWAYS_MINE)
async def details_page(request: AnyRequest) -> Response[bytes]:
    return await _details(request)


@post("/mon-compte/donnees", name="space.change_details", **MINE)
async def change_details(request: AnyRequest) -> Response[bytes]:
    typed, errors = await details.change(await asker_of(request))
    if errors:
        return await _details(request, details=typed, errors=errors)
    return go(request, "/mon-compte/donnees", flash="Vos données sont enregistrées.")


@post("/mon-compte/donnees/courriel", name="space.change_email", **MINE)
async def change_email(request: AnyRequest) -> Response[bytes]:
    typed, errors = await details.change_email(await asker_of(request))
    if errors:
        return await _details(request, email_errors=errors, new_email=typed)
    sentence = "Un lien est parti à la nouvelle adresse : elle changera quand vous l’aurez suivi."
    return go(request, "/mon-compte/donnees", flash=sentence)


@post("/mon-compte/donnees/confirmation", name="space.confirmation", **MINE)
async def confirmation(request: AnyRequest) -> Response[bytes]:
    await people.ask_confirmation_again(me(request).account_id, now=datetime.now(UTC))
    return go(request, "/mon-compte", flash="Le lien est renvoyé. Regardez aussi les indésirables.")


@post("/mon-compte/donnees/relues", name="space.details_checked", **MINE)
async def details_checked(request: AnyRequest) -> Response[bytes]:
    await details.checked(me(request).account_id)
    return go(request, "/mon-compte/donnees", flash="C’est noté, merci.")
