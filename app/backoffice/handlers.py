"""The doors of the back-office: the desk, people, requests, documents, mails, jobs, evidence, settings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.accounts import closing, requests, suspensions
from app.backoffice import adjusting, correspondence, desk, drafting, forms, persons, standing
from app.backoffice.drafting import Draft
from app.backoffice.forms import Decision
from app.backoffice.persons import Standing
from app.errors import Refused
from app.jobs import dead
from app.legal import documents, publishing
from app.legal.tables import Document
from app.legal.titles import LABELS, TITLES
from app.web import forms as sent
from app.web.going import go
from app.web.guards import admin_only
from app.web.pages import AnyRequest, page
from app.web.people import me

MAX_DOCUMENT_BYTES = 2_000_000
"""A text of 200 kB whose every letter is sent as several signs."""
_ADMIN: dict[str, Any] = {"guards": [admin_only]}


def _page(
    request: AnyRequest,
    template: str,
    title: str,
    *,
    errors: dict[str, str] | None = None,
    **context: Any,
) -> Response[bytes]:
    return page(
        request,
        f"backoffice/{template}.html",
        title=title,
        is_indexable=False,
        status=422 if errors else 200,
        errors=errors or {},
        now=datetime.now(UTC),
        **context,
    )


def _asked(request: AnyRequest, name: str) -> str:
    return " ".join(str(request.query_params.get(name, "")).split())[:120]


def _author(request: AnyRequest) -> str:
    who = me(request)
    return f"{who.first_name} {who.last_name}".strip() or who.email


@get("/admin", name="backoffice.desk", **_ADMIN)
async def home(request: AnyRequest) -> Response[bytes]:
    return _page(request, "desk", "Bureau", desk=await desk.desk(datetime.now(UTC)))


# ---- people -------------------------------------------------------------------------------------


@get("/admin/personnes", name="backoffice.people", **_ADMIN)
async def people(request: AnyRequest) -> Response[bytes]:
    words, state = _asked(request, "q"), _asked(request, "etat")
    chosen = Standing(state) if state in list(Standing) else Standing.ALL
    number = forms.number(_asked(request, "page"))
    found = await persons.found(words, chosen, number, datetime.now(UTC))
    return _page(
        request,
        "people",
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
    return _page(
        request,
        "person",
        f"{sheet.person.first_name} {sheet.person.last_name}".strip() or "Compte fermé",
        sheet=sheet,
        grounds=list(suspensions.GROUNDS.items()),
        decision=decision or Decision(),
        errors=errors,
    )


@get("/admin/personnes/{account:str}", name="backoffice.person", **_ADMIN)
async def person(request: AnyRequest, account: FromPath[str]) -> Response[bytes]:
    return await _person(request, account)


@post("/admin/personnes/{account:str}/suspension", name="backoffice.suspend", **_ADMIN)
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
        return await _person(request, account, decision=typed, errors={"faits": refusal.message})
    return go(
        request,
        f"/admin/personnes/{account}",
        flash=f"Compte suspendu. Décision {reference}, envoyée.",
    )


@post(
    "/admin/personnes/{account:str}/suspension/{reference:str}/levee",
    name="backoffice.lift",
    **_ADMIN,
)
async def lift(
    request: AnyRequest, account: FromPath[str], reference: FromPath[str]
) -> Response[bytes]:
    await suspensions.lift(reference, by=me(request).account_id, now=datetime.now(UTC))
    return go(request, f"/admin/personnes/{forms.identifier(account)}", flash="Suspension levée.")


@post("/admin/personnes/{account:str}/fermeture", name="backoffice.terminate", **_ADMIN)
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
        return await _person(request, account, decision=typed, errors={"faits": refusal.message})
    return go(
        request,
        f"/admin/personnes/{account}",
        flash=f"Compte fermé. Décision {reference}, envoyée.",
    )


# ---- requests about personal data ----------------------------------------------------------------


@get("/admin/demandes", name="backoffice.requests", **_ADMIN)
async def data_requests(request: AnyRequest) -> Response[bytes]:
    is_open = _asked(request, "etat") != "repondues"
    found = await requests.register_of(is_open=is_open)
    return _page(request, "requests", "Demandes", found=found, is_open=is_open)


@get("/admin/demandes/{reference:str}", name="backoffice.request", **_ADMIN)
async def data_request(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    found = await requests.one(reference)
    return _page(request, "request", f"Demande {found.reference}", found=found, answer="")


@post("/admin/demandes/{reference:str}", name="backoffice.answer", **_ADMIN)
async def answer(request: AnyRequest, reference: FromPath[str]) -> Response[bytes]:
    words = (await sent.read(request)).prose("reponse", max=10_000)
    try:
        await requests.answer(reference, words, by=me(request).account_id, now=datetime.now(UTC))
    except Refused as refusal:
        found = await requests.one(reference)
        errors = {"reponse": refusal.message}
        return _page(
            request, "request", f"Demande {reference}", found=found, answer=words, errors=errors
        )
    return go(request, "/admin/demandes", flash=f"Réponse à la demande {reference} envoyée.")


# ---- documents ----------------------------------------------------------------------------------


@get("/admin/documents", name="backoffice.documents", **_ADMIN)
async def texts(request: AnyRequest) -> Response[bytes]:
    now = datetime.now(UTC)
    found = [(one, TITLES[one], await documents.versions_of(one)) for one in Document]
    return _page(
        request, "documents", "Documents", found=found, generated=publishing.GENERATED, at=now
    )


async def _draft(
    request: AnyRequest,
    document: Document,
    draft: Draft,
    *,
    is_preview: bool = False,
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    changes = await drafting.changes(document, draft, datetime.now(UTC)) if is_preview else None
    return _page(
        request,
        "draft",
        f"Nouvelle version : {TITLES[document]}",
        document=document,
        draft=draft,
        is_preview=is_preview,
        difference=changes,
        can_be_accepted=document in LABELS,
        notice_days=publishing.NOTICE.days if document in publishing.ANNOUNCED else 0,
        errors=errors,
    )


@get("/admin/documents/{slug:str}", name="backoffice.draft", **_ADMIN)
async def draft(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    document = documents.named(slug)
    return await _draft(request, document, await drafting.starting_from(document))


@post(
    "/admin/documents/{slug:str}",
    name="backoffice.publish",
    request_max_body_size=MAX_DOCUMENT_BYTES,
    **_ADMIN,
)
async def publish(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """First shown as it will read, then, from that page, published."""
    form, document, now = await sent.read(request), documents.named(slug), datetime.now(UTC)
    typed = forms.draft(form)
    try:
        if not form.flag("publier"):
            typed.effective_at(now)
            return await _draft(request, document, typed, is_preview=not form.flag("corriger"))
        made = await drafting.publish(document, typed, author=_author(request), now=now)
    except Refused as refusal:
        return await _draft(request, document, typed, errors={"texte": refusal.message})
    return go(request, "/admin/documents", flash=f"{made.title} : version {made.number} publiée.")


# ---- mails and jobs -----------------------------------------------------------------------------


@get("/admin/courriels", name="backoffice.mails", **_ADMIN)
async def mails(request: AnyRequest) -> Response[bytes]:
    state, words = _asked(request, "etat"), _asked(request, "q")
    found = await correspondence.found(state, words, forms.number(_asked(request, "page")))
    return _page(
        request,
        "mails",
        "Courriels",
        found=found,
        state=state,
        words=words,
        states=correspondence.STATES,
    )


@post("/admin/courriels/{mail:str}/renvoyer", name="backoffice.send_again", **_ADMIN)
async def send_again(request: AnyRequest, mail: FromPath[str]) -> Response[bytes]:
    await correspondence.send_again(
        forms.identifier(mail), by=me(request).account_id, now=datetime.now(UTC)
    )
    return go(request, "/admin/courriels", flash="Le courriel repart.")


@get("/admin/taches", name="backoffice.jobs", **_ADMIN)
async def jobs(request: AnyRequest) -> Response[bytes]:
    return _page(
        request, "jobs", "Tâches", held=await dead.dead(), recurring=await standing.recurring()
    )


@post("/admin/taches/{job:int}/relancer", name="backoffice.run_again", **_ADMIN)
async def run_again(request: AnyRequest, job: FromPath[int]) -> Response[bytes]:
    await dead.run_again(job)
    return go(request, "/admin/taches", flash="La tâche est relancée.")


# ---- evidence and settings ----------------------------------------------------------------------


@get("/admin/preuves", name="backoffice.evidence", **_ADMIN)
async def evidence(request: AnyRequest) -> Response[bytes]:
    return _page(
        request, "evidence", "Registre de preuves", standing=await standing.standing(), report=None
    )


@post("/admin/preuves", name="backoffice.check", **_ADMIN)
async def check(request: AnyRequest) -> Response[bytes]:
    report = await standing.check(by=me(request).account_id)
    return _page(
        request,
        "evidence",
        "Registre de preuves",
        standing=await standing.standing(),
        report=report,
    )


async def _settings(
    request: AnyRequest, *, errors: dict[str, str] | None = None
) -> Response[bytes]:
    found = await adjusting.adjustables(datetime.now(UTC))
    return _page(request, "settings", "Réglages", found=found, errors=errors)


@get("/admin/reglages", name="backoffice.settings", **_ADMIN)
async def settings(request: AnyRequest) -> Response[bytes]:
    return await _settings(request)


@post("/admin/reglages", name="backoffice.adjust", **_ADMIN)
async def adjust(request: AnyRequest) -> Response[bytes]:
    form, now = await sent.read(request), datetime.now(UTC)
    name = form.text("reglage", max=80)
    try:
        effective_at = await adjusting.adjust(
            name,
            form.text("valeur", max=20),
            by=me(request).account_id,
            author=_author(request),
            now=now,
        )
    except Refused as refusal:
        return await _settings(request, errors={name: refusal.message})
    return go(request, "/admin/reglages", flash=adjusting.told(effective_at, now))
