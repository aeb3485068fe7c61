"""Decisions about practitioners, each with its statement of reasons (terms § 3.3; DSA art. 17; P2B art. 4)."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import Boolean, Bytea, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from app.accounts.tables import Account
from app.directory.tables import Practitioner


class Measure(StrEnum):
    SUSPENSION = "suspension"
    DELISTING = "delisting"
    REFUSAL = "refusal"
    RELISTING = "relisting"


class Decision(Table, tablename="decision"):
    """What was decided, why, and from when on. Less than thirty days before a delisting, an exception says why."""

    id = Serial(primary_key=True)
    reference = Varchar(length=20, unique=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    measure = Varchar(length=12, choices=Measure)
    ground = Varchar(length=60)
    facts = Text()
    exception = Varchar(length=60, default="", help_text="why there are less than thirty days")
    decided_at = Timestamptz(default=TimestamptzNow())
    decided_by = ForeignKey(
        references=Account, null=True, default=None, on_delete=OnDelete.restrict
    )
    is_by_practitioner = Boolean(default=False)
    effective_at = Timestamptz(default=None, null=False)
    ends_at = Timestamptz(null=True, default=None)
    contested_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    decision_has_an_author = Check("is_by_practitioner OR decided_by IS NOT NULL")


class Contest(Table, tablename="contest"):
    """A decision contested by the practitioner, and its second examination; the words are ciphered."""

    decision = ForeignKey(
        references=Decision, null=False, on_delete=OnDelete.cascade, primary_key=True
    )
    words_sealed = Bytea(default=None, null=False)
    received_at = Timestamptz(default=TimestamptzNow())
    answered_at = Timestamptz(null=True, default=None)
    answered_by = ForeignKey(
        references=Account, null=True, default=None, on_delete=OnDelete.restrict
    )
    is_upheld = Boolean(null=True, default=None)
    answer_sealed = Bytea(null=True, default=None)
    contest_answered_whole = Check(
        "(answered_at IS NULL) = (answered_by IS NULL)"
        " AND (answered_at IS NULL) = (is_upheld IS NULL)"
        " AND (answered_at IS NULL) = (answer_sealed IS NULL)"
    )
