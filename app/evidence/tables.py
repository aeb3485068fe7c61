"""The register of evidence (terms § 13): one row a fact, its place in the chain, and the anchors kept elsewhere."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.column_types import ForeignKey
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class EvidenceEntry(Table, tablename="evidence_entry"):
    """A fact, written in its own transaction, never changed.

    `content_hash` is sha256(salt ‖ content). After the retention time `content` and `salt` become null, and the
    chain still checks. `subject_id` is opaque: names live in the tables of the accounts.
    """

    id = BigInt(primary_key=True, help_text="given by a sequence of the database")
    written_at = Timestamptz(help_text="the database's clock, UTC")
    kind = Varchar(length=60, index=True)
    subject_type = Varchar(length=20)
    subject_id = UUID(index=True, default=None, null=False)
    content = Text(null=True, default=None, help_text="canonical JSON")
    salt = Bytea(null=True, default=None)
    content_hash = Bytea()


class EvidenceSeal(Table, tablename="evidence_seal"):
    """The place of an entry in the chain: each seal covers the entry and the seal before it."""

    position = BigInt(primary_key=True)
    entry = ForeignKey(
        references=EvidenceEntry, null=False, unique=True, on_delete=OnDelete.restrict
    )
    previous_hash = Bytea()
    seal_hash = Bytea()
    sealed_at = Timestamptz(default=TimestamptzNow())


class EvidenceAnchor(Table, tablename="evidence_anchor"):
    """The head of the chain as it was sent out of the database (mail and file)."""

    position = BigInt(primary_key=True)
    seal_hash = Bytea()
    anchored_at = Timestamptz(default=TimestamptzNow())
    sent_to = JSONB(help_text="addresses and file the head was sent to")
