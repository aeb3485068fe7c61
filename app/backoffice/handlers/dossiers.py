"""The doors of the dossiers: the queue, one dossier and its documents, what an administrator finds of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from app.backoffice import dossiers, examination, forms, spreadsheets
from app.backoffice.dossiers import Tab, Wanted
from app.backoffice.handlers.answering import ADMIN, asked, desk_page, spreadsheet
from app.errors import NotFound, Refused
from app.listing import life
from app.moderation.grounds import GROUNDS
from app.storage import files, pages_of, workshop
from app.web import forms as sent
from app.web.going import go
from app.web.pages import AnyRequest
from app.web.people import me

PRIVATE = {"cache-control": "no-store", "content-security-policy": "default-src 'none'; sandbox"}
"""Of a document: nothing is kept, and nothing of it runs."""


def _wanted(request: AnyRequest) -> Wanted:
    tab = asked(request, "onglet")
    return Wanted(
        tab=Tab(tab) if tab in list(Tab) else Tab.TO_EXAMINE,
        words=asked(request, "q"),
        region=asked(request, "region"),
    )


@get("/admin/dossiers", name="backoffice.dossiers", **ADMIN)
async def queue(request: AnyRequest) -> Response[bytes]:
    wanted, number = _wanted(request), forms.number(asked(request, "page"))
    return desk_page(
        request,
        "backoffice/dossiers.html",
        "Dossiers",
        queue=await dossiers.queue(wanted, number, datetime.now(UTC)),
        wanted=wanted,
        tabs=dossiers.TABS,
        explained=dossiers.EXPLAINED[wanted.tab],
        regions=await dossiers.regions(),
    )


@get("/admin/dossiers.csv", name="backoffice.dossiers_sheet", **ADMIN)
async def queue_sheet(request: AnyRequest) -> Response[bytes]:
    wanted, now = _wanted(request), datetime.now(UTC)
    sheet = spreadsheets.of_dossiers(await dossiers.every(wanted, now))
    await spreadsheets.told(f"dossiers.{wanted.tab}", by=me(request).account_id)
    return spreadsheet(sheet, f"dossiers-{wanted.tab}.csv")


async def _exam(
    request: AnyRequest,
    practitioner: int,
    *,
    line: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    now = datetime.now(UTC)
    exam = await examination.opened(practitioner, by=me(request).account_id, now=now)
    chosen = exam.line(line or asked(request, "ligne"))
    viewed = asked(request, "piece")
    shown = next(
        (one for one in exam.documents if str(one.id) == viewed),
        next(iter([*chosen.documents, *exam.documents]), None),
    )
    return desk_page(
        request,
        "backoffice/dossier.html",
        exam.name,
        exam=exam,
        chosen=chosen,
        viewer=await _viewer(request, shown.file) if shown else None,
        shown=shown,
        grounds=[(key, ground.label) for key, ground in GROUNDS.items()],
        states=life.WORDS,
        typed=typed or {},
        errors=errors,
    )


async def _viewer(request: AnyRequest, file: UUID) -> dict[str, Any]:
    """Which page is shown, how large, and how many there are: 0 when the file cannot be drawn."""
    try:
        count = await pages_of.count(file)
    except (NotFound, workshop.CannotRead):
        count = 0
    number = min(max(1, forms.number(asked(request, "feuille"))), max(1, count))
    is_large = asked(request, "zoom") == "1"
    return {"count": count, "number": number, "is_large": is_large}


@get("/admin/dossiers/{practitioner:int}", name="backoffice.dossier", **ADMIN)
async def dossier(request: AnyRequest, practitioner: FromPath[int]) -> Response[bytes]:
    return await _exam(request, forms.key(practitioner))


@get(
    "/admin/dossiers/{practitioner:int}/pieces/{document:str}",
    name="backoffice.dossier_document",
    **ADMIN,
)
async def document(
    request: AnyRequest, practitioner: FromPath[int], document: FromPath[str]
) -> Stream:
    found = await examination.looked_at(
        forms.key(practitioner),
        forms.identifier(document),
        by=me(request).account_id,
        how="telechargement",
    )
    name = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    content = await files.open(found.file)
    return Stream(
        content,
        media_type="application/octet-stream",
        headers=PRIVATE | {"content-disposition": name},
    )


@get(
    "/admin/dossiers/{practitioner:int}/pieces/{document:str}/{sheet:int}",
    name="backoffice.dossier_page",
    **ADMIN,
)
async def document_page(
    request: AnyRequest, practitioner: FromPath[int], document: FromPath[str], sheet: FromPath[int]
) -> Response[bytes]:
    """One page as a picture."""
    found = await examination.looked_at(
        forms.key(practitioner),
        forms.identifier(document),
        by=me(request).account_id,
        how="lecture",
    )
    width = pages_of.WIDTHS[1 if asked(request, "zoom") == "1" else 0]
    try:
        drawn = await pages_of.page(found.file, sheet, width=width)
    except workshop.CannotRead:
        raise NotFound from None
    return Response(drawn, media_type="image/webp", headers=PRIVATE)


# ---- what is found of it --------------------------------------------------------------------------


def _address(practitioner: int, line: str = "") -> str:
    query = f"?{urlencode({'ligne': line})}#ligne-{line}" if line else ""
    return f"/admin/dossiers/{practitioner}{query}"


@post("/admin/dossiers/{practitioner:int}/lignes/{line:str}", name="backoffice.note_line", **ADMIN)
async def note_line(
    request: AnyRequest, practitioner: FromPath[int], line: FromPath[str]
) -> Response[bytes]:
    form, number, now = await sent.read(request), forms.key(practitioner), datetime.now(UTC)
    ground = form.text("motif", max=600) or form.text("motif_pret", max=600)
    try:
        await examination.note(
            number,
            line,
            is_delivered=form.text("constat", max=20) == "remis",
            ground=ground,
            seen=form.text("vu", max=120),
            by=me(request).account_id,
            now=now,
        )
    except Refused as refusal:
        errors = {f"motif-{line}": refusal.message}
        return await _exam(request, number, line=line, typed={line: ground}, errors=errors)
    exam = await examination.exam(number, now)
    return go(request, _address(number, exam.after(line).slug))


@post(
    "/admin/dossiers/{practitioner:int}/tout-remis", name="backoffice.everything_delivered", **ADMIN
)
async def everything_delivered(request: AnyRequest, practitioner: FromPath[int]) -> Response[bytes]:
    form, number = await sent.read(request), forms.key(practitioner)
    try:
        await examination.everything_delivered(
            number, seen=form.text("vu", max=120), by=me(request).account_id, now=datetime.now(UTC)
        )
    except Refused as refusal:
        return await _exam(request, number, errors={"": refusal.message})
    return go(request, _address(number), flash="Les huit lignes sont notées « remis ».")


@post("/admin/dossiers/{practitioner:int}/referencer", name="backoffice.list_dossier", **ADMIN)
async def list_dossier(request: AnyRequest, practitioner: FromPath[int]) -> Response[bytes]:
    """Then on to the next dossier of the queue."""
    form, number, now = await sent.read(request), forms.key(practitioner), datetime.now(UTC)
    try:
        await examination.record_delivery(
            number, seen=form.text("vu", max=120), by=me(request).account_id, now=now
        )
    except Refused as refusal:
        return await _exam(request, number, errors={"": refusal.message})
    following = await dossiers.next_of(number, now)
    address = _address(following) if following else "/admin/dossiers"
    said = "Remise constatée : le praticien est référencé, un courriel le lui dit."
    return go(request, address, flash=f"{said} Voici le dossier suivant." if following else said)


@post("/admin/dossiers/{practitioner:int}/correction", name="backoffice.ask_correction", **ADMIN)
async def ask_correction(request: AnyRequest, practitioner: FromPath[int]) -> Response[bytes]:
    form, number = await sent.read(request), forms.key(practitioner)
    try:
        await examination.ask_correction(
            number, seen=form.text("vu", max=120), by=me(request).account_id, now=datetime.now(UTC)
        )
    except Refused as refusal:
        return await _exam(request, number, errors={"": refusal.message})
    return go(request, "/admin/dossiers", flash="Correction demandée par courriel.")


@post("/admin/dossiers/{practitioner:int}/refus", name="backoffice.refuse_dossier", **ADMIN)
async def refuse_dossier(request: AnyRequest, practitioner: FromPath[int]) -> Response[bytes]:
    form, number = await sent.read(request), forms.key(practitioner)
    typed = {"ground": form.text("motif", max=60), "facts": form.prose("faits", max=5_000)}
    try:
        reference = await examination.refuse(
            number,
            **typed,
            seen=form.text("vu", max=120),
            decision=form.number("decision") or 0,
            by=me(request).account_id,
            now=datetime.now(UTC),
        )
    except Refused as refusal:
        errors = {refusal.field: refusal.message}
        return await _exam(request, number, typed=typed, errors=errors)
    return go(request, "/admin/dossiers", flash=f"Refus {reference}, envoyé avec ses motifs.")


@post("/admin/dossiers/{practitioner:int}/de-cote", name="backoffice.put_aside", **ADMIN)
async def put_aside(request: AnyRequest, practitioner: FromPath[int]) -> Response[bytes]:
    is_in_trouble, number = (await sent.read(request)).flag("probleme"), forms.key(practitioner)
    await examination.put_aside(
        number, is_in_trouble=is_in_trouble, by=me(request).account_id, now=datetime.now(UTC)
    )
    said = "Dossier mis de côté." if is_in_trouble else "Dossier repris."
    return go(request, _address(number), flash=said)
