"""The doors about what is kept of a person: the evidence, a copy of it all, requests about it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from app.accounts import sessions
from app.space import following, personal_data, proofs
from app.space.forms import Errors, identity_refused, page_number
from app.space.handlers.answering import ALWAYS_MINE, MINE, asker_of, own_page
from app.web.going import Elsewhere, go, local, with_return
from app.web.pages import AnyRequest
from app.web.people import me

_MINUTES = int(sessions.PROVEN_FOR.total_seconds()) // 60
"""How long a password given again is good for."""


def _kept_as(name: str) -> dict[str, str]:
    """The headers of a file to keep, that nobody else does."""
    disposition = f'attachment; filename="{name}"'
    return {"content-disposition": disposition, "cache-control": "private, no-store"}


@get("/mon-compte/preuves", name="space.evidence", **ALWAYS_MINE)
async def evidence(request: AnyRequest) -> Response[bytes]:
    number = page_number(request.query_params.get("page", ""))
    found = await proofs.page_of(me(request).account_id, number)
    return own_page(request, "space/evidence.html", "Mes preuves", page=found)


@get(list(proofs.FILES), name="space.evidence_file", **ALWAYS_MINE)
async def evidence_file(request: AnyRequest) -> Response[bytes]:
    form = proofs.FILES[request.scope["path"].rstrip("/")]
    content = await proofs.file_of(me(request).account_id, form, datetime.now(UTC))
    return Response(content, media_type=form.media_type, headers=_kept_as(form.name))


def _is_proven(request: AnyRequest) -> bool:
    return datetime.now(UTC) - me(request).proven_at <= sessions.PROVEN_FOR


def _identity(request: AnyRequest, back: str, errors: Errors) -> Response[bytes]:
    context = {"back": back, "errors": errors, "minutes": _MINUTES}
    return own_page(request, "space/identity.html", "Est-ce bien vous ?", **context)


@get("/mon-compte/identite", name="space.identity", sync_to_thread=False, **ALWAYS_MINE)
def identity(request: AnyRequest) -> Response[bytes]:
    return _identity(request, local(request.query_params.get("suite", "")), {})


@post("/mon-compte/identite", name="space.prove_identity", **MINE)
async def prove_identity(request: AnyRequest) -> Response[bytes]:
    asker = await asker_of(request)
    back = local(asker.sent.text("suite", max=1_000))
    errors = await identity_refused(asker)
    return _identity(request, back, errors) if errors else go(request, back)


async def _download(request: AnyRequest, errors: Errors) -> Response[bytes]:
    export = await personal_data.standing(me(request).account_id, datetime.now(UTC))
    context = {"export": export, "errors": errors, "minutes": _MINUTES}
    return own_page(
        request,
        "space/download.html",
        "Télécharger mes données",
        blocks=("progress",),
        is_proven=_is_proven(request),
        **context,
    )


@get("/mon-compte/telecharger", name="space.download", **ALWAYS_MINE)
async def download(request: AnyRequest) -> Response[bytes]:
    return await _download(request, {})


@post("/mon-compte/telecharger", name="space.ask_archive", **MINE)
async def ask_archive(request: AnyRequest) -> Response[bytes]:
    asker = await asker_of(request)
    if not _is_proven(request) and (errors := await identity_refused(asker)):
        return await _download(request, errors)
    await personal_data.ask(asker.account, now=asker.now)
    return go(request, "/mon-compte/telecharger")


@get("/mon-compte/telecharger/{archive:uuid}", name="space.archive", **ALWAYS_MINE)
async def take_archive(request: AnyRequest, archive: FromPath[UUID]) -> Stream:
    if not _is_proven(request):
        raise Elsewhere(with_return("/mon-compte/identite", request.scope["path"]))
    content = await personal_data.taken(me(request).account_id, archive, now=datetime.now(UTC))
    return Stream(content, media_type="application/zip", headers=_kept_as("mes-donnees.zip"))


async def _requests(request: AnyRequest, typed: following.Asked, errors: Errors) -> Response[bytes]:
    kept = await following.requests_of(me(request).account_id)
    context = {"requests": kept, "rights": following.CHOICES, "values": typed, "errors": errors}
    return own_page(request, "space/requests.html", "Mes demandes", **context)


@get("/mon-compte/demandes", name="space.requests", **ALWAYS_MINE)
async def requests_page(request: AnyRequest) -> Response[bytes]:
    return await _requests(request, following.Asked(), {})


@post("/mon-compte/demandes", name="space.send_request", **MINE)
async def send_request(request: AnyRequest) -> Response[bytes]:
    typed, errors = await following.send(await asker_of(request))
    if errors:
        return await _requests(request, typed, errors)
    sentence = "Votre demande est enregistrée. Un courriel vous le confirme."
    return go(request, "/mon-compte/demandes", flash=sentence)
