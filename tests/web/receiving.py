"""Two doors that receive a file as the rooms write them, and a sender who speaks to them byte by byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Response, get

from app.errors import Refused
from app.sealing import signing
from app.storage.files import Purpose
from app.web import guards, uploads
from app.web.headers import Surroundings
from app.web.pages import AnyRequest
from app.web.people import SignedIn
from tests.web.asking import Answer
from tests.web.sending import CONTENT_TYPE, Wire, cut, form

DOOR = "/essai/fichier"
LIMIT = 300_000
SESSION = "s" * 43
PERSON = SignedIn(
    account_id=UUID(int=7),
    session_id=UUID(int=8),
    email="camille@exemple.example",
    first_name="Camille",
    last_name="Roche",
    is_admin=False,
    has_second_factor=False,
    proven_at=datetime(2026, 11, 22, tzinfo=UTC),
    is_email_confirmed=True,
)


@uploads.post(DOOR, guards=[guards.signed_in])
async def door(request: AnyRequest) -> Response[bytes]:
    """A handler as the rooms write them."""
    now = datetime.now(UTC)
    async with uploads.arriving(
        request, "fichier", purpose=Purpose.DOSSIER, limit_bytes=LIMIT, now=now
    ) as sent:
        try:
            stored = await sent.file.keep(now=now)
        except Refused as refusal:
            said = {"refused": refusal.message, "note": sent.fields.text("note")}
            return Response(json.dumps(said).encode(), status_code=422)
    answer = {"id": str(stored.id), "name": stored.name, "note": sent.fields.text("note")}
    return Response(json.dumps(answer).encode(), status_code=200)


@get("/essai/formulaire", sync_to_thread=False)
def its_form(request: AnyRequest) -> Response[bytes]:
    return Response(uploads.address(request, DOOR).encode())


async def post(
    served: Surroundings,
    wire: Wire,
    *,
    token: str | None = None,
    content_type: str = CONTENT_TYPE,
    **headers: str,
) -> Answer:
    given = signing.sign("upload", f"{PERSON.session_id} {DOOR}") if token is None else token
    sent = {
        "host": "testserver",
        "cookie": f"session={SESSION}",
        "content-type": content_type,
        "sec-fetch-site": "same-origin",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    answered: list[Any] = []

    async def send(message: Any) -> None:
        answered.append(message)

    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": DOOR,
        "raw_path": DOOR.encode(),
        "query_string": f"jeton={given}".encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items() if value],
        "client": ("203.0.113.9", 40_000),
        "server": ("testserver", 80),
    }
    receive: Any = wire.receive
    await served(scope, receive, send)
    told = [(name.decode().lower(), value.decode()) for name, value in answered[0]["headers"]]
    body = b"".join(message.get("body", b"") for message in answered[1:])
    return Answer(answered[0]["status"], told, dict(told), body)


def wired(*parts: bytes, piece_bytes: int = 30_000) -> Wire:
    return Wire(cut(form(*parts), piece_bytes))


def left(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
