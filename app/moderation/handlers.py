"""The doors of one's own listing (its end, the decisions, contesting them), and that of the operator's software."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath

from app.errors import Refused
from app.listing import life
from app.moderation import contest_links, contests, decisions, forms, leaving, receiving
from app.moderation.decisions import Decision
from app.web import csrf
from app.web import forms as sent
from app.web.going import go
from app.web.guards import OPEN_WHILE_PENDING, practitioner, practitioner_only
from app.web.pages import AnyRequest, page
from app.web.people import me

# Leaving is open whatever there is to accept (terms § 15).
_OWN: dict[str, Any] = {"guards": [practitioner_only], "opt": OPEN_WHILE_PENDING}


@get("/espace/referencement", name="moderation.listing", **_OWN)
async def listing(request: AnyRequest) -> Response[bytes]:
    return await _listing(request)


async def _listing(
    request: AnyRequest, *, typed: str = "", errors: dict[str, str] | None = None
) -> Response[bytes]:
    who, now = practitioner(request), datetime.now(UTC)
    return page(
        request,
        "moderation/listing.html",
        title="Référencement",
        is_indexable=False,
        status=422 if errors else 200,
        standing=await life.standing_of(who),
        said=life.EXPLAINED,
        decisions=await decisions.of(who),
        own_end=await leaving.to_come(who, now),
        typed=typed,
        errors=errors or {},
        now=now,
    )


@get("/espace/referencement/fin", name="moderation.leaving", **_OWN)
async def leaving_page(request: AnyRequest) -> Response[bytes]:
    """The second step: what the end does, before the button that does it."""
    typed, now = str(request.query_params.get("le", ""))[:10], datetime.now(UTC)
    try:
        effective_at = await leaving.possible(
            practitioner(request), forms.beginning_of(typed, now), now
        )
    except Refused as refusal:
        return await _listing(request, typed=typed, errors={"le": refusal.message})
    return page(
        request,
        "moderation/leaving.html",
        title="Mettre fin à mon référencement",
        is_indexable=False,
        typed=typed,
        effective_at=effective_at,
        is_now=effective_at == now,
    )


@post("/espace/referencement/fin", name="moderation.leave", **_OWN)
async def leave(request: AnyRequest) -> Response[bytes]:
    typed, now = (await sent.read(request)).text("le", max=10), datetime.now(UTC)
    try:
        reference = await leaving.end(
            practitioner(request),
            account=me(request).account_id,
            effective_at=forms.beginning_of(typed, now),
            now=now,
        )
    except Refused as refusal:
        return await _listing(request, typed=typed, errors={"le": refusal.message})
    said = f"C’est noté (référence {reference}). La confirmation est dans votre boîte aux lettres."
    return go(request, "/espace/referencement", flash=said)


@post("/espace/referencement/maintien", name="moderation.stay", **_OWN)
async def stay(request: AnyRequest) -> Response[bytes]:
    await leaving.take_back(
        practitioner(request), account=me(request).account_id, now=datetime.now(UTC)
    )
    return go(request, "/espace/referencement", flash="Votre référencement continue.")


# ---- contesting a decision ------------------------------------------------------------------------


@get("/contestations/{token:str}", name="moderation.contest", opt=OPEN_WHILE_PENDING)
async def contest(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    return _contest(request, await contest_links.decision_of(token, datetime.now(UTC)))


def _contest(
    request: AnyRequest,
    decision: Decision,
    *,
    words: str = "",
    is_done: bool = False,
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    return page(
        request,
        "moderation/contest.html",
        title="Contester une décision",
        is_indexable=False,
        status=422 if errors else 200,
        headers={"referrer-policy": "no-referrer"},
        decision=decision,
        can_contest=decision.can_be_contested(datetime.now(UTC)),
        words=words,
        is_done=is_done,
        errors=errors or {},
    )


@post("/contestations/{token:str}", name="moderation.contested", opt=OPEN_WHILE_PENDING)
async def contested(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    now = datetime.now(UTC)
    decision = await contest_links.decision_of(token, now)
    words = (await sent.read(request)).prose("raisons", max=6_000)
    try:
        await contests.contest(decision.reference, words, now=now)
    except Refused as refusal:
        return _contest(request, decision, words=words, errors={"raisons": refusal.message})
    return _contest(request, decision, is_done=True)


# ---- the operator's software ----------------------------------------------------------------------


@post(
    "/api/jupiterre",
    name="moderation.customers",
    opt=csrf.EXEMPT | OPEN_WHILE_PENDING,
    request_max_body_size=receiving.MAX_BYTES,
    status_code=200,
)
async def customers(request: AnyRequest) -> Response[bytes]:
    """The list of customers, signed: a machine reads the answer, in JSON."""
    status, told = await receiving.receive(
        await request.body(),
        moment=request.headers.get("x-jupiterre-date", ""),
        signature=request.headers.get("x-jupiterre-signature", ""),
        now=datetime.now(UTC),
    )
    return Response(
        told,
        status_code=status,
        media_type=MediaType.JSON,
        headers={"cache-control": "no-store"},
    )
