"""The doors about listings: practitioners, decisions and their reasons, decisions contested."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get, post
from litestar.params import FromPath

from app.backoffice import contested, deciding, forms, practitioners
from app.backoffice.handlers.answering import ADMIN, asked, desk_page
from app.backoffice.practitioners import FILTERS, Filter
from app.errors import Refused
from app.listing import life
from app.moderation import contests, grounds
from app.moderation import forms as moderation_forms
from app.moderation.forms import DecisionForm
from app.web import forms as sent
from app.web.going import go
from app.web.pages import AnyRequest
from app.web.people import me


@get("/admin/praticiens", name="backoffice.practitioners", **ADMIN)
async def listings(request: AnyRequest) -> Response[bytes]:
    words, state = asked(request, "q"), asked(request, "etat")
    chosen = Filter(state) if state in list(Filter) else Filter.ALL
    number = forms.number(asked(request, "page"))
    found = await practitioners.found(words, chosen, number, datetime.now(UTC))
    return desk_page(
        request,
        "backoffice/practitioners.html",
        "Praticiens",
        found=found,
        words=words,
        chosen=chosen,
        filters=FILTERS,
    )


async def _listing(
    request: AnyRequest,
    practitioner: int,
    *,
    typed: DecisionForm | None = None,
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    now = datetime.now(UTC)
    sheet = await practitioners.sheet(practitioner, by=me(request).account_id, now=now)
    return desk_page(
        request,
        "backoffice/practitioner.html",
        sheet.name,
        sheet=sheet,
        states=life.WORDS,
        typed=typed or DecisionForm(seen=sheet.latest),
        measures=deciding.measures(sheet.standing, now),
        can_restore=deciding.can_restore(sheet.standing),
        grounds=[(key, one.label) for key, one in grounds.GROUNDS.items()],
        exceptions=[("", "Aucune : le délai est respecté"), *grounds.EXCEPTIONS.items()],
        first_day=moderation_forms.first_day_with_notice(now).isoformat(),
        errors=errors,
    )


@get("/admin/praticiens/{practitioner:int}", name="backoffice.practitioner", **ADMIN)
async def listing(request: AnyRequest, practitioner: FromPath[int]) -> Response[bytes]:
    return await _listing(request, forms.key(practitioner))


@post("/admin/praticiens/{practitioner:int}/decision", name="backoffice.decide", **ADMIN)
async def decide(request: AnyRequest, practitioner: FromPath[int]) -> Response[bytes]:
    typed, number = moderation_forms.decision(await sent.read(request)), forms.key(practitioner)
    try:
        reference = await deciding.decide(
            number, typed, by=me(request).account_id, now=datetime.now(UTC)
        )
    except Refused as refusal:
        errors = {refusal.field: refusal.message}
        return await _listing(request, number, typed=typed, errors=errors)
    return go(request, f"/admin/praticiens/{number}", flash=f"Décision {reference} prise.")


# ---- contested decisions ----------------------------------------------------------------------------


@get("/admin/contestations", name="backoffice.contests", **ADMIN)
async def contest_list(request: AnyRequest) -> Response[bytes]:
    is_answered = asked(request, "etat") == "repondues"
    number = forms.number(asked(request, "page"))
    return desk_page(
        request,
        "backoffice/contests.html",
        "Contestations",
        listed=await contested.listed(number, is_answered=is_answered),
        is_answered=is_answered,
    )


async def _contest(
    request: AnyRequest,
    reference: str,
    *,
    outcome: str = "",
    answer: str = "",
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    found = await contests.about(reference)
    return desk_page(
        request,
        "backoffice/contest.html",
        f"Contestation {reference}",
        found=found,
        is_own=found.is_by_the_same_person(me(request).account_id),
        outcome=outcome,
        answer=answer,
        errors=errors,
    )


@get("/admin/contestations/{reference:str}", name="backoffice.contest", **ADMIN)
async def contest(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    return await _contest(request, reference)


@post("/admin/contestations/{reference:str}", name="backoffice.reexamine", **ADMIN)
async def reexamine(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    form = await sent.read(request)
    words, outcome = form.prose("reponse", max=6_000), form.text("resultat", max=20)
    try:
        told = await deciding.reexamine(
            reference,
            words,
            outcome,
            by=me(request).account_id,
            now=datetime.now(UTC),
        )
    except Refused as refusal:
        field = "resultat" if isinstance(refusal, deciding.OutcomeMissing) else "reponse"
        errors = {field: refusal.message}
        return await _contest(request, reference, outcome=outcome, answer=words, errors=errors)
    return go(request, "/admin/contestations", flash=told)
