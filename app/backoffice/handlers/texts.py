"""The doors of the legal documents: their versions, and the next one."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.backoffice import drafting, forms
from app.backoffice.drafting import Draft
from app.backoffice.handlers.answering import ADMIN, author, desk_page
from app.errors import Refused
from app.legal import documents, publishing
from app.legal.refusals import Generated, PublishedMeanwhile, SummaryTooLong, WrongMoment
from app.legal.tables import Document
from app.legal.titles import LABELS, TITLES
from app.web import forms as sent
from app.web.going import go
from app.web.pages import AnyRequest

MAX_DOCUMENT_BYTES = 2_000_000
"""A text of 200 kB whose every letter is sent as several signs."""


@get("/admin/documents", name="backoffice.documents", **ADMIN)
async def texts(request: AnyRequest) -> Response[bytes]:
    now = datetime.now(UTC)
    found = [(one, TITLES[one], await documents.versions_of(one)) for one in Document]
    return desk_page(
        request,
        "backoffice/documents.html",
        "Documents",
        found=found,
        generated=publishing.GENERATED,
        at=now,
    )


async def _draft(
    request: AnyRequest,
    document: Document,
    draft: Draft,
    *,
    is_preview: bool = False,
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    changes = await drafting.changes(document, draft, datetime.now(UTC)) if is_preview else None
    return desk_page(
        request,
        "backoffice/draft.html",
        f"Nouvelle version : {TITLES[document]}",
        document=document,
        draft=draft,
        is_preview=is_preview,
        difference=changes,
        can_be_accepted=document in LABELS,
        notice_days=publishing.NOTICE.days if document in publishing.ANNOUNCED else 0,
        errors=errors,
    )


@get("/admin/documents/{slug:str}", name="backoffice.draft", **ADMIN)
async def draft(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """What a version begins with; a text made from the settings is changed there."""
    document = documents.named(slug)
    if document in publishing.GENERATED:
        return go(request, "/admin/reglages", flash=Generated.message)
    return await _draft(request, document, await drafting.starting_from(document))


@post(
    "/admin/documents/{slug:str}",
    name="backoffice.publish",
    request_max_body_size=MAX_DOCUMENT_BYTES,
    **ADMIN,
)
async def publish(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """First shown as it will read, then, from that page, published."""
    form, document, now = await sent.read(request), documents.named(slug), datetime.now(UTC)
    typed = forms.draft(form)
    try:
        if not form.flag("publier"):
            return await _draft(request, document, typed, is_preview=not form.flag("corriger"))
        made = await drafting.publish(document, typed, author=author(request), now=now)
    except Refused as refusal:
        if isinstance(refusal, PublishedMeanwhile):
            typed = msgspec.structs.replace(typed, seen=refusal.number)
        return await _draft(request, document, typed, errors={_field(refusal): refusal.message})
    return go(request, "/admin/documents", flash=f"{made.title} : version {made.number} publiée.")


def _field(refusal: Refused) -> str:
    if isinstance(refusal, WrongMoment):
        return "effet"
    return "resume" if isinstance(refusal, SummaryTooLong) else "texte"
