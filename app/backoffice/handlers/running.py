"""The doors of what runs: the desk, mails, jobs, evidence, settings."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath

from app.backoffice import adjusting, correspondence, desk, forms, standing
from app.backoffice.handlers.answering import ADMIN, asked, author, desk_page
from app.errors import Refused
from app.evidence.verifying import Report
from app.jobs import dead
from app.settings import values
from app.web import forms as sent
from app.web.going import go
from app.web.pages import AnyRequest
from app.web.people import me


@get("/admin", name="backoffice.desk", **ADMIN)
async def home(request: AnyRequest) -> Response[bytes]:
    return desk_page(
        request, "backoffice/desk.html", "Bureau", desk=await desk.desk(datetime.now(UTC))
    )


@get("/admin/courriels", name="backoffice.mails", **ADMIN)
async def mails(request: AnyRequest) -> Response[bytes]:
    state, words = asked(request, "etat"), asked(request, "q")
    found = await correspondence.found(state, words, forms.number(asked(request, "page")))
    return desk_page(
        request,
        "backoffice/mails.html",
        "Courriels",
        found=found,
        state=state,
        words=words,
        states=correspondence.STATES,
    )


@post("/admin/courriels/{mail:str}/renvoyer", name="backoffice.send_again", **ADMIN)
async def send_again(request: AnyRequest, mail: FromPath[str]) -> Response[bytes]:
    """Then back to the list as it was filtered."""
    form = await sent.read(request)
    await correspondence.send_again(
        forms.identifier(mail), by=me(request).account_id, now=datetime.now(UTC)
    )
    filtered = urlencode({name: form.text(name, max=120) for name in ("etat", "q")})
    return go(request, f"/admin/courriels?{filtered}", flash="Le courriel repart.")


@get("/admin/taches", name="backoffice.jobs", **ADMIN)
async def jobs(request: AnyRequest) -> Response[bytes]:
    return desk_page(
        request,
        "backoffice/jobs.html",
        "Tâches",
        held=await dead.dead(),
        recurring=await standing.recurring(),
    )


@post("/admin/taches/{job:int}/relancer", name="backoffice.run_again", **ADMIN)
async def run_again(request: AnyRequest, job: FromPath[int]) -> Response[bytes]:
    await dead.run_again(forms.key(job))
    return go(request, "/admin/taches", flash="La tâche est relancée.")


@get("/admin/preuves", name="backoffice.evidence", **ADMIN)
async def evidence(request: AnyRequest) -> Response[bytes]:
    return await _evidence(request)


async def _evidence(
    request: AnyRequest, *, report: Report | None = None, errors: dict[str, str] | None = None
) -> Response[bytes]:
    return desk_page(
        request,
        "backoffice/evidence.html",
        "Registre de preuves",
        standing=await standing.standing(),
        report=report,
        errors=errors,
    )


@post("/admin/preuves", name="backoffice.check", **ADMIN)
async def check(request: AnyRequest) -> Response[bytes]:
    try:
        return await _evidence(request, report=await standing.check(by=me(request).account_id))
    except Refused as refusal:
        return await _evidence(request, errors={"": refusal.message})


async def _settings(
    request: AnyRequest,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    found = await adjusting.adjustables(datetime.now(UTC))
    return desk_page(
        request,
        "backoffice/settings.html",
        "Réglages",
        found=found,
        typed=typed or {},
        errors=errors,
    )


@get("/admin/reglages", name="backoffice.settings", **ADMIN)
async def settings(request: AnyRequest) -> Response[bytes]:
    return await _settings(request)


@post("/admin/reglages", name="backoffice.adjust", **ADMIN)
async def adjust(request: AnyRequest) -> Response[bytes]:
    form, now = await sent.read(request), datetime.now(UTC)
    name, typed = form.text("reglage", max=80), form.text("valeur", max=20)
    try:
        effective_at = await adjusting.adjust(
            name,
            typed,
            seen=form.number("vu") or 0,
            by=me(request).account_id,
            author=author(request),
            now=now,
        )
    except Refused as refusal:
        known = name if name in values.DEFAULTS else ""
        return await _settings(request, typed={name: typed}, errors={known: refusal.message})
    return go(request, "/admin/reglages", flash=adjusting.told(effective_at, now))
