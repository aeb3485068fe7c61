"""The doors of the dossier, of the listing contract, and the one by which an account becomes a practitioner's."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, PathParameter
from litestar.response import Stream

from app.accounts.devices import Origin
from app.directory import answers as own_page
from app.directory.forms import LISTS
from app.listing import agreeing, answers, documents, prices
from app.listing.items import BY_KEY, BY_SLUG, CONTRACT, DOSSIER
from app.listing.joining import PAGE
from app.listing.showing import WITH_FILES
from app.storage import files
from app.web import forms, guards, uploads
from app.web import sessions as cookies
from app.web.going import go
from app.web.pages import AnyRequest, page
from app.web.people import asking, me

_MINE: dict[str, Any] = {"guards": [guards.practitioner_only]}
_ITEMS = [f"{DOSSIER}/{slug}" for slug in BY_SLUG]
_WITH_LINES = [f"{DOSSIER}/assurance", f"{DOSSIER}/formations"]
_LINES = [f"{path}/{{line:int}}" for path in _WITH_LINES]
_FILES = [f"{BY_KEY[item].url}/fichier" for item in WITH_FILES]

LineNumber = Annotated[int, PathParameter(ge=1, le=2**31 - 1)]


def _slug(request: AnyRequest) -> str:
    path: str = request.scope["path"]
    return path.strip("/").split("/")[2]


@get(DOSSIER, name="listing.dossier", **_MINE)
async def dossier(request: AnyRequest) -> Response[bytes]:
    return await answers.shown(request)


@post(DOSSIER, name="listing.submit", **_MINE)
async def submit(request: AnyRequest) -> Response[bytes]:
    return await answers.submit(request)


@get(_ITEMS, name="listing.item", **_MINE)
async def item(request: AnyRequest) -> Response[bytes]:
    return await answers.open_item(request, _slug(request))


@post(_ITEMS, name="listing.save_item", **_MINE)
async def save_item(request: AnyRequest) -> Response[bytes]:
    return await answers.save_item(request, _slug(request))


@get(_LINES, name="listing.line", **_MINE)
async def line_form(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await answers.open_item(request, _slug(request), line)


@post(_LINES, name="listing.save_line", **_MINE)
async def save_line(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await answers.save_item(request, _slug(request), line)


@post([f"{path}/supprimer" for path in _LINES], name="listing.remove_line", **_MINE)
async def remove_line(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await answers.remove_line(request, _slug(request), line)


@uploads.post(_FILES, name="listing.send_file", **_MINE)
async def send_file(request: AnyRequest) -> Response[bytes]:
    return await answers.receive(request, _slug(request))


@uploads.post([f"{path}/fichier" for path in _LINES], name="listing.send_line_file", **_MINE)
async def send_line_file(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await answers.receive(request, _slug(request), line)


@get(f"{DOSSIER}/documents/{{document:uuid}}", name="listing.document", **_MINE)
async def document(request: AnyRequest, document: FromPath[UUID]) -> Stream:
    """Never shown inline: what somebody sent is only ever downloaded."""
    found = await documents.document_of(guards.practitioner(request), document)
    content = await files.open(found.file)
    await documents.read(found, by=me(request).account_id)
    return Stream(content, media_type=found.media_type, headers=documents.headers(found))


@post(f"{DOSSIER}/documents/{{document:uuid}}/retirer", name="listing.take_off", **_MINE)
async def take_off(request: AnyRequest, document: FromPath[UUID]) -> Response[bytes]:
    practitioner, by = guards.practitioner(request), me(request).account_id
    await documents.take_off(practitioner, document, by=by, now=answers.now())
    return go(request, DOSSIER, flash="Le document est retiré.")


# ---- practices, on the profile --------------------------------------------------------------------


@get("/espace/profil/pratiques", name="listing.practices", **_MINE)
async def practices(request: AnyRequest) -> Response[bytes]:
    return await answers.open_practices(request)


@post("/espace/profil/pratiques", name="listing.save_practices", **_MINE)
async def save_practices(request: AnyRequest) -> Response[bytes]:
    return await answers.save_practices(request)


# ---- services, on the profile --------------------------------------------------------------------

_SERVICE = "/espace/prestations/{line:int}"


@post(_SERVICE, name="listing.change_service", **_MINE)
async def change_service(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await own_page.change_line(request, LISTS["prestations"], line, prices.change)


@post(f"{_SERVICE}/supprimer", name="listing.remove_service", **_MINE)
async def remove_service(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await own_page.remove_line(request, LISTS["prestations"], line, prices.remove)


# ---- the contract, and joining --------------------------------------------------------------------


async def _contract(request: AnyRequest, errors: dict[str, str]) -> Response[bytes]:
    shown = await agreeing.shown(me(request), guards.practitioner(request), answers.now())
    template, status = "listing/contract.html", 422 if errors else 200
    return page(
        request,
        template,
        title="Mon contrat",
        is_indexable=False,
        status=status,
        errors=errors,
        **shown,
    )


@get(CONTRACT, name="listing.contract", **_MINE)
async def contract(request: AnyRequest) -> Response[bytes]:
    return await _contract(request, {})


@post(CONTRACT, name="listing.accept", **_MINE)
async def accept(request: AnyRequest) -> Response[bytes]:
    sent, practitioner = await forms.read(request), guards.practitioner(request)
    if errors := await agreeing.accept(me(request), practitioner, sent, answers.now()):
        return await _contract(request, errors)
    return go(
        request, CONTRACT, flash="C’est noté : vous avez accepté le contrat de référencement."
    )


async def _joining(request: AnyRequest, **context: Any) -> Response[bytes]:
    shown = await agreeing.joining_shown(asking(request)) | context
    return page(
        request,
        "listing/joining.html",
        title="Devenir praticien référencé",
        description="Ce qu’il faut pour être référencé, gratuitement : un dossier, un contrat, une page.",
        path=PAGE,
        status=422 if shown["errors"] else 200,
        **shown,
    )


@get(PAGE, name="listing.joining")
async def joining(request: AnyRequest) -> Response[bytes]:
    person = asking(request)
    if person is not None and person.practitioner is not None:
        return go(request, DOSSIER)
    return await _joining(request)


@post(PAGE, name="listing.join", guards=[guards.signed_in])
async def join(request: AnyRequest) -> Response[bytes]:
    sent, origin = await forms.read(request), Origin(**cookies.traces(request))
    typed, errors, said = await agreeing.join(me(request), sent, origin, answers.now())
    if errors:
        return await _joining(request, typed=typed, errors=errors)
    return go(request, DOSSIER, flash=said)
