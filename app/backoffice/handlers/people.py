"""The doors about people: who has an account, decisions about them, requests about personal data."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get, post
from litestar.params import FromPath

from app.accounts import requests, suspensions
from app.backoffice import forms, persons
from app.backoffice.forms import Decision
from app.backoffice.handlers.answering import ADMIN, asked, desk_page
from app.backoffice.persons import Standing
from app.errors import Refused
from app.moderation import closing
from app.web import forms as sent
from app.web.going import go
from app.web.pages import AnyRequest
from app.web.people import me


@get("/admin/personnes", name="backoffice.people", **ADMIN)
async def people(request: AnyRequest) -> Response[bytes]:
    words, state = asked(request, "q"), asked(request, "etat")
    chosen = Standing(state) if state in list(Standing) else Standing.ALL
    number = forms.number(asked(request, "page"))
    found = await persons.found(words, chosen, number, datetime.now(UTC))
    return desk_page(
        request,
        "backoffice/people.html",
        "Personnes",
        found=found,
        words=words,
        standing=chosen,
        standings=persons.STANDINGS,
    )


async def _person(
    request: AnyRequest,
    account: str,
    *,
    decision: Decision | None = None,
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    sheet = await persons.sheet(
        forms.identifier(account), by=me(request).account_id, now=datetime.now(UTC)
    )
    return desk_page(
        request,
        "backoffice/person.html",
        f"{sheet.person.first_name} {sheet.person.last_name}".strip() or "Compte fermé",
        sheet=sheet,
        grounds=list(suspensions.GROUNDS.items()),
        decision=decision or Decision(),
        errors=errors,
    )


@get("/admin/personnes/{account:str}", name="backoffice.person", **ADMIN)
async def person(request: AnyRequest, account: FromPath[str]) -> Response[bytes]:
    return await _person(request, account)


@post("/admin/personnes/{account:str}/suspension", name="backoffice.suspend", **ADMIN)
async def suspend(request: AnyRequest, account: FromPath[str]) -> Response[bytes]:
    typed, now = forms.decision(await sent.read(request)), datetime.now(UTC)
    if typed.is_day_wrong:
        return await _person(
            request, account, decision=typed, errors={"fin": "Donnez une date (jj/mm/aaaa)."}
        )
    try:
        reference = await suspensions.suspend(
            forms.identifier(account),
            by=me(request).account_id,
            ground=typed.ground,
            facts=typed.facts,
            effective_at=now,
            ends_at=typed.ends_at,
            now=now,
        )
    except Refused as refusal:
        return await _person(
            request, account, decision=typed, errors={refusal.field: refusal.message}
        )
    return go(
        request,
        f"/admin/personnes/{forms.identifier(account)}",
        flash=f"Compte suspendu. Décision {reference}, envoyée.",
    )


@post(
    "/admin/personnes/{account:str}/suspension/{reference:str}/levee",
    name="backoffice.lift",
    **ADMIN,
)
async def lift(
    request: AnyRequest, account: FromPath[str], reference: FromPath[str]
) -> Response[bytes]:
    await suspensions.lift(reference, by=me(request).account_id, now=datetime.now(UTC))
    return go(request, f"/admin/personnes/{forms.identifier(account)}", flash="Suspension levée.")


@post("/admin/personnes/{account:str}/fermeture", name="backoffice.terminate", **ADMIN)
async def terminate(request: AnyRequest, account: FromPath[str]) -> Response[bytes]:
    typed = forms.decision(await sent.read(request))
    try:
        reference = await closing.terminate(
            forms.identifier(account),
            by=me(request).account_id,
            ground=typed.ground,
            facts=typed.facts,
            now=datetime.now(UTC),
        )
    except Refused as refusal:
        return await _person(
            request, account, decision=typed, errors={refusal.field: refusal.message}
        )
    return go(
        request,
        f"/admin/personnes/{forms.identifier(account)}",
        flash=f"Compte fermé. Décision {reference}, envoyée.",
    )


# ---- requests about personal data ----------------------------------------------------------------


@get("/admin/demandes", name="backoffice.requests", **ADMIN)
async def data_requests(request: AnyRequest) -> Response[bytes]:
    is_open = asked(request, "etat") != "repondues"
    found = await requests.register_of(is_open=is_open)
    return desk_page(request, "backoffice/requests.html", "Demandes", found=found, is_open=is_open)


@get("/admin/demandes/{reference:str}", name="backoffice.request", **ADMIN)
async def data_request(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    found = await requests.one(reference)
    return desk_page(
        request, "backoffice/request.html", f"Demande {found.reference}", found=found, answer=""
    )


@post("/admin/demandes/{reference:str}", name="backoffice.answer", **ADMIN)
async def answer(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    words = (await sent.read(request)).prose("reponse", max=10_000)
    try:
        await requests.answer(reference, words, by=me(request).account_id, now=datetime.now(UTC))
    except Refused as refusal:
        found = await requests.one(reference)
        errors = {"reponse": refusal.message}
        return desk_page(
            request,
            "backoffice/request.html",
            f"Demande {reference}",
            found=found,
            answer=words,
            errors=errors,
        )
    return go(request, "/admin/demandes", flash=f"Réponse à la demande {reference} envoyée.")
