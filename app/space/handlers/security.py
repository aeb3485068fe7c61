"""The doors about signing in: password, devices, second factor, an access that was not one’s own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from app.accounts import incidents, sessions
from app.space import security
from app.space.forms import Errors
from app.space.handlers.answering import ALWAYS_MINE, MINE, asker_of, own_page
from app.web import sessions as cookies
from app.web.going import go
from app.web.pages import AnyRequest
from app.web.people import me


async def _security(request: AnyRequest, **context: Any) -> Response[bytes]:
    shown = await security.shown(me(request), datetime.now(UTC))
    return own_page(request, "space/security.html", "Sécurité", **shown | context)


@get("/mon-compte/securite", name="space.security", **ALWAYS_MINE)
async def security_page(request: AnyRequest) -> Response[bytes]:
    return await _security(request)


@post("/mon-compte/securite/mot-de-passe", name="space.change_password", **MINE)
async def change_password(request: AnyRequest) -> Response[bytes]:
    if errors := await security.change_password(await asker_of(request)):
        return await _security(request, errors=errors)
    sentence = "Votre mot de passe est changé ; vos autres appareils sont déconnectés."
    return go(request, "/mon-compte/securite", flash=sentence)


@post("/mon-compte/securite/appareils/{session:uuid}", name="space.end_session", **MINE)
async def end_session(request: AnyRequest, session: FromPath[UUID]) -> Response[bytes]:
    await sessions.end(me(request).account_id, session)
    return go(request, "/mon-compte/securite", flash="Cet appareil est déconnecté.")


@post("/mon-compte/securite/appareils", name="space.end_other_sessions", **MINE)
async def end_other_sessions(request: AnyRequest) -> Response[bytes]:
    await sessions.end_all(me(request).account_id, but=me(request).session_id)
    return go(request, "/mon-compte/securite", flash="Vos autres appareils sont déconnectés.")


@get("/mon-compte/securite/acces-non-autorise", name="space.report_access", **ALWAYS_MINE)
async def report_access(request: AnyRequest) -> Response[bytes]:
    opened, title = (
        await security.devices(me(request), datetime.now(UTC)),
        "Signaler un accès non autorisé",
    )
    return own_page(request, "space/report_access.html", title, others=len(opened) - 1)


@post("/mon-compte/securite/acces-non-autorise", name="space.access_reported", **MINE)
async def access_reported(request: AnyRequest) -> Response[bytes]:
    asker = await asker_of(request)
    await incidents.report(asker.account, origin=asker.origin, now=asker.now)
    cookies.drop(request)
    sentence = "Tout est déconnecté. Un lien pour choisir un nouveau mot de passe vous est envoyé."
    return go(request, "/connexion", flash=sentence)


async def _second_factor(request: AnyRequest, errors: Errors) -> Response[bytes]:
    title, setup = "Mettre en place un second facteur", await security.setup(me(request))
    return own_page(request, "space/second_factor.html", title, errors=errors, setup=setup)


def _codes(request: AnyRequest, codes: list[str]) -> Response[bytes]:
    """Shown by the answer itself, once, and kept by nobody on the way."""
    context = {"headers": {"cache-control": "no-store"}, "file": security.codes_file(codes)}
    return own_page(
        request, "space/recovery_codes.html", "Vos codes de secours", codes=codes, **context
    )


@get("/mon-compte/securite/second-facteur", name="space.second_factor", **MINE)
async def second_factor(request: AnyRequest) -> Response[bytes]:
    return await _second_factor(request, {})


@post("/mon-compte/securite/second-facteur", name="space.turn_factor_on", **MINE)
async def turn_factor_on(request: AnyRequest) -> Response[bytes]:
    codes, errors = await security.turn_on(await asker_of(request))
    return await _second_factor(request, errors) if errors else _codes(request, codes)


@post("/mon-compte/securite/codes", name="space.new_codes", **MINE)
async def new_codes(request: AnyRequest) -> Response[bytes]:
    codes, errors = await security.new_codes(await asker_of(request))
    return await _security(request, factor_errors=errors) if errors else _codes(request, codes)


@post("/mon-compte/securite/second-facteur/retirer", name="space.turn_factor_off", **MINE)
async def turn_factor_off(request: AnyRequest) -> Response[bytes]:
    if errors := await security.turn_off(await asker_of(request)):
        return await _security(request, factor_errors=errors)
    return go(request, "/mon-compte/securite", flash="Le second facteur est désactivé.")
