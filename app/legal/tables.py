"""Versions of the legal documents, readable for ever."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import Boolean, Bytea, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Document(StrEnum):
    """The documents of the platform; the value is the slug of their address under `/documents`."""

    TERMS = "conditions-utilisation"
    PRIVACY = "politique-de-protection-des-donnees"
    NOTICE = "mentions-legales"
    RANKING = "classement"
    REVIEWS = "regles-des-avis"
    LISTING_CONTRACT = "contrat-de-referencement"


class DocumentVersion(Table, tablename="document_version"):
    """A published text (Markdown, byte for byte what is downloaded and hashed), in force from `effective_at` (UTC)."""

    id = Serial(primary_key=True)
    document = Varchar(length=60, choices=Document)
    number = Integer(help_text="1, 2, 3… inside its document")
    body = Text(help_text="Markdown; the downloaded file is its UTF-8 bytes")
    sha256 = Bytea(help_text="of the UTF-8 bytes of the body")
    effective_at = Timestamptz(default=None, null=False)
    is_acceptance_required = Boolean(default=False)
    summary = Text(default="", help_text="what changes, in the publisher's words")
    published_at = Timestamptz(default=TimestamptzNow())
    published_by = Varchar(length=120)
    document_version_once = Unique(columns=["document", "number"])
    document_version_number = Check("number >= 1")
