"""The doors of one's opening hours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Response, get, post

from app.calendar import forms, opening
from app.calendar.forms import Week
from app.directory.editing import Errors, Overtaken, Refusals
from app.web import forms as sent_forms
from app.web import guards
from app.web.going import go
from app.web.pages import AnyRequest, page

_MINE: dict[str, Any] = {"guards": [guards.practitioner_only]}


async def _form(
    request: AnyRequest, week: Week, *, seen: str, errors: Errors | None = None, told: str = ""
) -> Response[bytes]:
    return page(
        request,
        "calendar/hours.html",
        title="Horaires",
        is_indexable=False,
        status=409 if told else 422 if errors else 200,
        week=week,
        seen=seen,
        errors=errors or {},
        told=told,
        step_seconds=forms.STEP_MINUTES * 60,
    )


@get("/espace/horaires", name="calendar.hours", **_MINE)
async def hours(request: AnyRequest) -> Response[bytes]:
    who = guards.practitioner(request)
    return await _form(request, await forms.load(who), seen=await opening.mark_of(who))


@post("/espace/horaires", name="calendar.save_hours", **_MINE)
async def save_hours(request: AnyRequest) -> Response[bytes]:
    """Refused, what was typed comes back; of two windows, the second is told before it overwrites."""
    who, sent = guards.practitioner(request), await sent_forms.read(request)
    week, seen = forms.read(sent), sent.text("vu", max=64)
    try:
        await opening.write_week(
            who, forms.checked(week), is_open=week.is_open, seen=seen, now=datetime.now(UTC)
        )
    except Refusals as refusal:
        return await _form(request, week, seen=seen, errors=refusal.errors)
    except Overtaken as overtaken:
        seen = await opening.mark_of(who)
        return await _form(request, week, seen=seen, told=overtaken.message)
    return go(request, "/espace/profil#bloc-horaires", flash="Vos horaires sont enregistrés.")
