"""The doors of the legal documents: the version in force, all the others, their bytes, and what changes."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.legal import documents, showing
from app.legal.tables import Document
from app.legal.titles import DESCRIPTIONS, TITLES
from app.web.guards import OPEN_WHILE_PENDING
from app.web.pages import AnyRequest, page

OPEN: Any = OPEN_WHILE_PENDING
"""One reads a text before accepting it."""


@get([f"/{document}" for document in Document], name="legal.current", opt=OPEN)
async def current(request: AnyRequest) -> Response[bytes]:
    document = documents.named(request.scope["path"].strip("/"))
    shown, coming = await showing.current(document, datetime.now(UTC))
    return page(
        request,
        "legal/document.html",
        title=TITLES[document],
        description=DESCRIPTIONS[document],
        path=f"/{document}",
        shown=shown,
        coming=coming,
        toc=shown.rendered.toc,
    )


@get("/documents/{document:str}", name="legal.versions", opt=OPEN)
async def versions(request: AnyRequest, document: FromPath[str]) -> Response[bytes]:
    found = documents.named(document)
    return page(
        request,
        "legal/versions.html",
        title=f"{TITLES[found]} – toutes les versions",
        path=f"/documents/{found}",
        is_indexable=False,
        document=found,
        name=TITLES[found],
        versions=await showing.every(found, datetime.now(UTC)),
    )


@get("/documents/{document:str}/{number:int}", name="legal.version", opt=OPEN)
async def version(
    request: AnyRequest, document: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    found = documents.named(document)
    shown = await showing.one(found, number, datetime.now(UTC))
    return page(
        request,
        "legal/document.html",
        title=f"{TITLES[found]} – version {number}",
        path=shown.version.url,
        is_indexable=False,
        shown=shown,
        coming=None,
        toc=shown.rendered.toc,
    )


@get("/documents/{document:str}/{number:int}/telecharger", name="legal.download", opt=OPEN)
async def download(document: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The very bytes whose hash is kept (EX-0-2)."""
    found = await documents.version(documents.named(document), number)
    digest = b64encode(bytes.fromhex(found.sha256)).decode()
    return Response(
        found.body.encode(),
        media_type="text/markdown",
        headers={
            "content-disposition": f'attachment; filename="{found.file_name}"',
            "cache-control": "no-cache",
            "repr-digest": f"sha-256=:{digest}:",
        },
    )


@get("/documents/{document:str}/{number:int}/differences", name="legal.differences", opt=OPEN)
async def differences(
    request: AnyRequest, document: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """Between this version and the one `avec` names, the one before when it names none; the older one first."""
    found = documents.named(document)
    asked = request.query_params.get("avec", "")
    return page(
        request,
        "legal/differences.html",
        title=f"{TITLES[found]} – ce qui change",
        path=f"/documents/{found}/{number}/differences",
        is_indexable=False,
        name=TITLES[found],
        comparison=await showing.comparison(found, number, asked, datetime.now(UTC)),
    )
