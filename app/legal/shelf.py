"""The versions as this process last read them: the legal notice stays readable while the database is away (LCEN)."""

from __future__ import annotations

import asyncio

import structlog

from app.legal import documents
from app.legal.documents import Version
from app.legal.tables import Document

READING_SECONDS = 2.0
"""What a page waits for the database before it takes what was read last."""

_log = structlog.get_logger("legal")
_kept: dict[Document, list[Version]] = {}


async def fill() -> None:
    """Read every document once, at the start of a process."""
    for document in Document:
        await versions_of(document)


async def versions_of(document: Document) -> list[Version]:
    """As `documents.versions_of`; what was read last when the database does not answer.

    Versions never change and nothing can be published without the database, so this cannot be wrong for long.
    """
    try:
        async with asyncio.timeout(READING_SECONDS):
            found = await documents.versions_of(document)
    except Exception as failure:  # whatever the cause, the text is still the text
        if document not in _kept:
            raise
        _log.warning("document shown from memory", cause=type(failure).__name__)
        return _kept[document]
    _kept[document] = found
    return found
