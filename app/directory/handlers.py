"""The doors of a practitioner's own page: each part is edited where it stands, by htmx or by plain pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, PathParameter

from app.directory import answers, portrait_page, portraits
from app.directory.editing import Block
from app.directory.forms import BLOCKS, LISTS, ListForm
from app.web import guards, uploads
from app.web.going import go
from app.web.pages import AnyRequest
from app.web.people import asking

_MINE: dict[str, Any] = {"guards": [guards.practitioner_only]}
_BLOCKS = [f"/espace/profil/{block}" for block in BLOCKS if block is not Block.PRACTICES]
"""The practices are the listing's doors: what each one needs is asked there."""
_NEW = [f"/espace/{of.slug}/{new}" for of in LISTS.values() for new in of.new]
_LINE = [f"/espace/{slug}/{{line:int}}" for slug in LISTS]
_OWN_LINE = [path for path in _LINE if not path.startswith("/espace/prestations/")]
"""A service is changed and taken off by the listing's doors: one at least must stay while somebody is listed."""

LineNumber = Annotated[int, PathParameter(ge=1, le=2**31 - 1)]


def _parts(request: AnyRequest) -> list[str]:
    """What follows `/espace/` in the address."""
    path: str = request.scope["path"]
    return path.strip("/").split("/")[1:]


def _block(request: AnyRequest) -> Block:
    return Block(_parts(request)[1])


def _list(request: AnyRequest) -> ListForm:
    return LISTS[_parts(request)[0]]


@get("/espace/profil", name="directory.own_page", **_MINE)
async def own_page(request: AnyRequest) -> Response[bytes]:
    return await answers.part(request, request.query_params.get("partie", ""))


@get([f"/espace/{slug}" for slug in LISTS], name="directory.list", sync_to_thread=False, **_MINE)
def part_of_page(request: AnyRequest) -> Response[bytes]:
    return go(request, f"{answers.PAGE}#bloc-{_list(request).slug}")


@get(_BLOCKS, name="directory.block", **_MINE)
async def block(request: AnyRequest) -> Response[bytes]:
    return await answers.open_block(request, _block(request))


@post(_BLOCKS, name="directory.save_block", **_MINE)
async def save_block(request: AnyRequest) -> Response[bytes]:
    edited = _block(request)
    return await answers.save_block(request, edited, BLOCKS[edited].write)


@get(_NEW, name="directory.new_line", **_MINE)
async def new_line(request: AnyRequest) -> Response[bytes]:
    return await answers.open_new_line(request, _list(request), _parts(request)[1])


@post(_NEW, name="directory.add_line", **_MINE)
async def add_line(request: AnyRequest) -> Response[bytes]:
    return await answers.add_line(request, _list(request), _parts(request)[1])


@get(_LINE, name="directory.line", **_MINE)
async def line_form(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await answers.open_line(request, _list(request), line)


@post(_OWN_LINE, name="directory.change_line", **_MINE)
async def change_line(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await answers.change_line(request, _list(request), line)


@post([f"{path}/supprimer" for path in _OWN_LINE], name="directory.remove_line", **_MINE)
async def remove_line(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await answers.remove_line(request, _list(request), line)


@post([f"{path}/retablir" for path in _LINE], name="directory.restore_line", **_MINE)
async def restore_line(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await answers.restore_line(request, _list(request), line)


@post([f"{path}/monter" for path in _LINE], name="directory.line_up", **_MINE)
async def line_up(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await answers.move_line(request, _list(request), line, by=-1)


@post([f"{path}/descendre" for path in _LINE], name="directory.line_down", **_MINE)
async def line_down(request: AnyRequest, line: LineNumber) -> Response[bytes]:
    return await answers.move_line(request, _list(request), line, by=1)


@post([f"/espace/{slug}/ordre" for slug in LISTS], name="directory.arrange", **_MINE)
async def arrange(request: AnyRequest) -> Response[bytes]:
    return await answers.arrange_lines(request, _list(request))


@post("/espace/profil/mots", name="directory.words", **_MINE)
async def words(request: AnyRequest) -> Response[bytes]:
    return await answers.words(request)


# ---- the photograph -----------------------------------------------------------------------------


@get(portrait_page.PATH, name="directory.portrait_form", **_MINE)
async def portrait_form(request: AnyRequest) -> Response[bytes]:
    return await portrait_page.shown(request)


@uploads.post(portrait_page.PATH, name="directory.give_portrait", **_MINE)
async def give_portrait(request: AnyRequest) -> Response[bytes]:
    return await portrait_page.given(request)


@post(f"{portrait_page.PATH}/retirer", name="directory.take_portrait_off", **_MINE)
async def take_portrait_off(request: AnyRequest) -> Response[bytes]:
    return await portrait_page.taken_off(request)


@get(
    "/portraits/{file_id:uuid}/{name:str}", name="directory.portrait", opt=guards.OPEN_WHILE_PENDING
)
async def portrait(
    request: AnyRequest, file_id: FromPath[UUID], name: FromPath[str]
) -> Response[bytes]:
    """It never changes (another photograph has another address), but it is hidden with its practitioner.

    So nobody keeps it for others, and a browser that keeps it asks again after an hour.
    """
    await portraits.check_shown(file_id, asking(request), now=datetime.now(UTC))
    headers = {"cache-control": "private, max-age=3600", "etag": f'"{file_id.hex}"'}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(b"", status_code=304, headers=headers)
    content, media_type = await portrait_page.drawn(file_id, name)
    return Response(content, media_type=media_type, headers=headers)
