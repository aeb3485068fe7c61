"""Files sent by forms, read as they arrive and never held whole (python-multipart; decision 18).

The address of such a form carries a token, checked before the first byte of the body is read: what a stranger sends
is not even received. A form is sent in parts in the order of its fields: its one file is the last of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar import post as litestar_post
from litestar.exceptions import HTTPException

from app.errors import Refused
from app.sealing import signing
from app.sealing.signing import BadSignature
from app.storage import files
from app.storage.files import Incoming, Purpose, TooBig
from app.web import csrf, forms
from app.web.multipart import Parts, boundary_of
from app.web.pages import AnyRequest
from app.web.people import asking, me

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

TOKEN = "jeton"  # noqa: S105  # the name of the parameter
LIFE = timedelta(hours=12)
"""How long a form may stay open before its file is sent."""
STALL_SECONDS = 30.0
"""A sender who says nothing for so long has gone."""
WHOLE_SECONDS = 900.0
DISCARDED_BYTES = 200_000_000
"""What is still received, and thrown away, of a file refused: a browser hears an answer only once it has sent all."""
_PURPOSE = "upload"


class NoFile(Refused):
    message = "Choisissez d’abord un fichier."


class Interrupted(HTTPException):
    """The sender went away or fell silent: nothing is kept."""

    status_code = 408


class Arrived:
    """What a form with a file sent: `fields`, and the file unless none was chosen or it was refused."""

    def __init__(self) -> None:
        self.fields = forms.Sent()
        self.refusal: Refused | None = None
        self._incoming: Incoming | None = None

    @property
    def has_file(self) -> bool:
        return self._incoming is not None

    @property
    def file(self) -> Incoming:
        """The file, checked and in the store, to be kept; raises why it was refused, or `NoFile`."""
        if self.refusal is not None:
            raise self.refusal
        if self._incoming is None:
            raise NoFile
        return self._incoming

    def came(self, incoming: Incoming) -> None:
        self._incoming = incoming


def post(
    path: str | list[str], *, guards: list[Any], **options: Any
) -> Callable[[Callable[..., Any]], Any]:
    """`@uploads.post(…)`: a route that reads its body itself, after its token; `guards` come after the token."""
    opt = csrf.EXEMPT | options.pop("opt", {})
    return litestar_post(
        path, guards=[token_checked, *guards], opt=opt, request_max_body_size=None, **options
    )


def address(connection: ASGIConnection[Any, Any, Any, Any], path: str) -> str:
    """Where a form with a file is sent: `path`, as this person, for twelve hours."""
    token = signing.sign(_PURPOSE, _said(me(connection).session_id, path))
    return f"{path}?{TOKEN}={token}"


async def token_checked(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """Guard of a streamed route: raises `FromElsewhere` or `FormExpired`, the body unread."""
    if csrf.origin_proof(connection) is False:
        raise csrf.FromElsewhere
    person = asking(connection)
    if person is None:
        raise csrf.FormExpired(is_signed_out=True)
    try:
        token = connection.query_params.get(TOKEN, "")
        said = signing.signed(_PURPOSE, token, max_age=LIFE, now=datetime.now(UTC))
    except BadSignature:
        raise csrf.FormExpired from None
    if said != _said(person.session_id, connection.scope["path"]):
        raise csrf.FormExpired


@asynccontextmanager
async def arriving(
    request: AnyRequest,
    field: str,
    *,
    purpose: Purpose,
    limit_bytes: int,
    now: datetime,
    accepted: frozenset[str] = files.DOCUMENTS,
) -> AsyncIterator[Arrived]:
    """Read the form, its file `field` received on the way; not kept by the end of the block, nothing is left of it.

    A file refused is told by `Arrived.file`, so that the form can come back with all that was typed. Raises
    `Interrupted`, `TooBig` for what is out of all proportion, and a 400 for what is not such a form.
    """
    arrived = Arrived()

    async def begin(name: str) -> Callable[[bytes], Awaitable[None]]:
        incoming = await stack.enter_async_context(
            files.receiving(
                owner=me(request).account_id,
                purpose=purpose,
                name=name,
                limit_bytes=limit_bytes,
                now=now,
                accepted=accepted,
            )
        )
        arrived.came(incoming)
        return incoming.write

    async with AsyncExitStack() as stack:
        parts = Parts(boundary_of(request.headers.get("content-type", "")), field, begin)
        await _read(request, parts, limit_bytes)
        arrived.fields, arrived.refusal = forms.Sent(tuple(parts.pairs)), parts.refusal
        if arrived.has_file and arrived.refusal is None:
            try:
                await arrived.file.finish()
            except Refused as refusal:
                arrived.refusal = refusal
        yield arrived


async def small_file(request: AnyRequest, field: str, *, limit_bytes: int) -> bytes:
    """The file of a form, read whole and kept nowhere: a list, to be looked at. Raises `NoFile`, `TooBig`."""
    held = bytearray()

    async def take(piece: bytes) -> None:
        held.extend(piece)
        if len(held) > limit_bytes:
            held.clear()
            raise TooBig(limit_bytes)

    async def begin(_: str) -> Callable[[bytes], Awaitable[None]]:
        return take

    parts = Parts(boundary_of(request.headers.get("content-type", "")), field, begin)
    await _read(request, parts, limit_bytes)
    if parts.refusal is not None:
        raise parts.refusal
    if not held:
        raise NoFile
    return bytes(held)


async def _read(request: AnyRequest, parts: Parts, limit_bytes: int) -> None:
    left = limit_bytes + DISCARDED_BYTES
    if (request.content_length or 0) > left:
        raise TooBig(limit_bytes)
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            async for piece in _pieces(request):
                left -= len(piece)
                if left < 0:
                    raise TooBig(limit_bytes)
                await parts.write(piece)
    except TimeoutError:
        raise Interrupted(detail="too slow") from None
    parts.end()


async def _pieces(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The body as the server hands it over: the next piece is asked for once this one is dealt with."""
    while True:
        async with asyncio.timeout(STALL_SECONDS):
            message = await request.receive()
        if message["type"] != "http.request":
            raise Interrupted(detail="cut")
        if message["body"]:
            yield message["body"]
        if not message.get("more_body"):
            return


def _said(session_id: object, path: str) -> str:
    return f"{session_id} {path}"
