"""The doors of the operator's customers: the list that replaces the one before, its lines in doubt, one's own flag."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get, post
from litestar.params import FromPath

from app.backoffice import forms
from app.backoffice.handlers.answering import ADMIN, author, desk_page
from app.directory import jupiterre
from app.directory.jupiterre import Author
from app.errors import Refused
from app.listing import customers
from app.listing.customers import Customer, CustomerList
from app.rendering import filters
from app.web import forms as sent
from app.web import uploads
from app.web.going import go
from app.web.guards import admin_only
from app.web.pages import AnyRequest
from app.web.people import me

MAX_LIST_BYTES = 5_000_000
"""A hundred thousand lines."""
_HOME = "/admin/jupiterre"


def _by(request: AnyRequest) -> Author:
    return Author(author(request), me(request).account_id)


async def _home(
    request: AnyRequest, *, pasted: str = "", errors: dict[str, str] | None = None
) -> Response[bytes]:
    return desk_page(
        request,
        "backoffice/customers.html",
        "Clients Jupi’terre",
        doubts=await customers.doubts(),
        count=len(await jupiterre.users()),
        pasted=pasted,
        address=uploads.address(request, f"{_HOME}/fichier"),
        errors=errors,
    )


async def _preview(request: AnyRequest, given: CustomerList) -> Response[bytes]:
    return desk_page(
        request,
        "backoffice/customers_preview.html",
        "Ce qui va changer",
        preview=await customers.preview(given),
        text=given.text,
    )


@get(_HOME, name="backoffice.customers", **ADMIN)
async def home(request: AnyRequest) -> Response[bytes]:
    return await _home(request)


@post(
    f"{_HOME}/apercu",
    name="backoffice.preview_customers",
    request_max_body_size=3 * MAX_LIST_BYTES,
    status_code=200,
    **ADMIN,
)
async def preview(request: AnyRequest) -> Response[bytes]:
    pasted = (await sent.read(request)).prose("liste", max=MAX_LIST_BYTES)
    try:
        return await _preview(request, customers.read(pasted.encode()))
    except Refused as refusal:
        return await _home(request, pasted=pasted, errors={"liste": refusal.message})


@uploads.post(
    f"{_HOME}/fichier",
    name="backoffice.preview_customers_file",
    guards=[admin_only],
    status_code=200,
)
async def preview_file(request: AnyRequest) -> Response[bytes]:
    try:
        raw = await uploads.small_file(request, "fichier", limit_bytes=MAX_LIST_BYTES)
        return await _preview(request, customers.read(raw))
    except Refused as refusal:
        return await _home(request, errors={"fichier": refusal.message})


@post(_HOME, name="backoffice.replace_customers", request_max_body_size=3 * MAX_LIST_BYTES, **ADMIN)
async def replace(request: AnyRequest) -> Response[bytes]:
    form = await sent.read(request)
    text = form.prose("liste", max=MAX_LIST_BYTES)
    try:
        done = await customers.replace(
            customers.read(text.encode()),
            by=_by(request),
            mark=form.text("empreinte", max=40),
            now=datetime.now(UTC),
        )
    except Refused as refusal:
        return await _home(request, pasted=text, errors={"liste": refusal.message})
    marked, unmarked = len(done.marked), len(done.unmarked)
    said = (
        f"Liste prise : {marked} {filters.plural(marked, 'ajout', 'ajouts')},"
        f" {unmarked} {filters.plural(unmarked, 'retrait', 'retraits')}."
    )
    return go(request, _HOME, flash=said)


@post(f"{_HOME}/doutes", name="backoffice.settle_customer", **ADMIN)
async def settle(request: AnyRequest) -> Response[bytes]:
    form = await sent.read(request)
    await customers.settle(
        Customer(form.text("siret", max=14), form.text("email", max=254)),
        form.number("praticien"),
        by=_by(request),
        now=datetime.now(UTC),
    )
    return go(request, _HOME, flash="C’est noté, pour les listes à venir aussi.")


@post("/admin/praticiens/{practitioner:int}/jupiterre", name="backoffice.flag_customer", **ADMIN)
async def flag(request: AnyRequest, practitioner: FromPath[int]) -> Response[bytes]:
    is_user, number = (await sent.read(request)).flag("client"), forms.key(practitioner)
    await jupiterre.change(number, is_user=is_user, by=_by(request), now=datetime.now(UTC))
    said = "Marqué comme client Jupi’terre." if is_user else "N’est plus client Jupi’terre."
    return go(request, f"/admin/praticiens/{number}", flash=said)
