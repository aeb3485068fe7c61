"""Who signs in: the account, its credentials, sign-in sessions, acceptances, and the rights on its data."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.legal.tables import DocumentVersion


class Account(Table, tablename="account"):
    """One person (terms § 4). After closure names and address are gone; the row stays, opaque.

    `email` is what people type, normalised (lower case, the domain in ASCII). An account of an administrator is
    separate and made from the command line.
    """

    id = UUID(primary_key=True, default=UUID4())
    email = Varchar(length=254, null=True, default=None, unique=True)
    first_name = Varchar(length=80, default="")
    last_name = Varchar(length=80, default="")
    phone = Varchar(length=20, default="", help_text="E.164, or empty")
    is_admin = Boolean(default=False)
    created_at = Timestamptz(default=TimestamptzNow())
    email_confirmed_at = Timestamptz(null=True, default=None)
    seen_at = Timestamptz(default=TimestamptzNow(), index=True, help_text="last use, to the day")
    inactivity_warned_at = Timestamptz(null=True, default=None)
    inactivity_warnings = SmallInt(default=0, help_text="warnings sent since the last use: 0, 1, 2")
    closed_at = Timestamptz(null=True, default=None)
    account_email_normal = Check("email = lower(email)")
    account_closed_is_empty = Check("(closed_at IS NULL) = (email IS NOT NULL)")


class Password(Table, tablename="password"):
    """The Argon2id hash; `is_long`: 14 characters or more, asked of practitioners and administrators.

    `locked_at`: its holder reported an access that was not theirs; only a new password opens the account again.
    """

    account = ForeignKey(
        references=Account, primary_key=True, null=False, on_delete=OnDelete.cascade
    )
    hash = Varchar(length=200)
    is_long = Boolean(default=False)
    is_long_asked = Boolean(default=False, help_text="its holder is a practitioner")
    changed_at = Timestamptz(default=TimestamptzNow())
    locked_at = Timestamptz(null=True, default=None)


class SecondFactor(Table, tablename="second_factor"):
    """A time-based code (TOTP). The secret is ciphered; `last_step` refuses a code used twice."""

    account = ForeignKey(
        references=Account, primary_key=True, null=False, on_delete=OnDelete.cascade
    )
    secret_sealed = Bytea()
    confirmed_at = Timestamptz(null=True, default=None)
    last_step = BigInt(default=0)


class RecoveryCode(Table, tablename="recovery_code"):
    """A single-use code for who has lost the telephone: only its hash is kept."""

    id = Serial(primary_key=True)
    account = ForeignKey(references=Account, null=False, on_delete=OnDelete.cascade, index=True)
    code_hash = Bytea()
    used_at = Timestamptz(null=True, default=None)


class Session(Table, tablename="session"):
    """An open sign-in session: only a hash of its token. No address is kept here (it is in the evidence, 12 months)."""

    id = UUID(primary_key=True, default=UUID4())
    account = ForeignKey(references=Account, null=False, on_delete=OnDelete.cascade, index=True)
    token_hash = Bytea(unique=True)
    opened_at = Timestamptz(default=TimestamptzNow())
    seen_at = Timestamptz(default=TimestamptzNow(), help_text="to five minutes")
    expires_at = Timestamptz(default=None, null=False)
    proven_at = Timestamptz(
        default=TimestamptzNow(), help_text="last time the person proved who they are"
    )
    has_second_factor = Boolean(default=False)
    device = Varchar(length=120, default="", help_text="« Firefox sur Windows »")


class KnownDevice(Table, tablename="known_device"):
    """A browser that has signed in before, so that only a new one causes a mail."""

    id = Serial(primary_key=True)
    account = ForeignKey(references=Account, null=False, on_delete=OnDelete.cascade)
    token_hash = Bytea()
    seen_at = Timestamptz(default=TimestamptzNow())
    known_device_once = Unique(columns=["account", "token_hash"])


class LinkPurpose(StrEnum):
    CONFIRM_EMAIL = "confirm_email"
    SIGN_IN = "sign_in"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, not a password
    CHANGE_EMAIL = "change_email"
    UNLOCK = "unlock"
    NOT_ME = "not_me"
    DOWNLOAD = "download"


class MailedLink(Table, tablename="mailed_link"):
    """A single-use link sent by mail: only a hash of its token is kept."""

    id = Serial(primary_key=True)
    account = ForeignKey(references=Account, null=False, on_delete=OnDelete.cascade, index=True)
    purpose = Varchar(length=20, choices=LinkPurpose)
    token_hash = Bytea(unique=True)
    carries = Varchar(length=300, default="", help_text="the new address, the number of the export")
    made_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz(default=None, null=False, index=True)
    used_at = Timestamptz(null=True, default=None)


class Throttle(Table, tablename="throttle"):
    """Failures counted for all processes. `key_hash` hides the address or the account it counts for."""

    id = Serial(primary_key=True)
    name = Varchar(length=30)
    key_hash = Bytea()
    failures = Integer(default=0)
    first_at = Timestamptz(default=TimestamptzNow())
    last_at = Timestamptz(default=TimestamptzNow(), index=True)
    blocked_until = Timestamptz(null=True, default=None)
    throttle_once = Unique(columns=["name", "key_hash"])


class Suspension(Table, tablename="suspension"):
    """The operator shuts an account out, with a statement of reasons (terms § 14; DSA art. 17)."""

    id = Serial(primary_key=True)
    reference = Varchar(length=20, unique=True)
    account = ForeignKey(references=Account, null=False, on_delete=OnDelete.cascade, index=True)
    decided_at = Timestamptz(default=TimestamptzNow())
    decided_by = ForeignKey(references=Account, null=False, on_delete=OnDelete.restrict)
    effective_at = Timestamptz(default=None, null=False)
    ends_at = Timestamptz(null=True, default=None, help_text="null: until lifted")
    ground = Varchar(length=60)
    facts = Text()
    lifted_at = Timestamptz(null=True, default=None)
    lifted_by = ForeignKey(references=Account, null=True, default=None, on_delete=OnDelete.restrict)


class Acceptance(Table, tablename="acceptance"):
    """A version of a legal document accepted (or read, for the privacy policy), under the label shown."""

    id = Serial(primary_key=True)
    account = ForeignKey(references=Account, null=False, on_delete=OnDelete.cascade)
    version = ForeignKey(
        references=DocumentVersion, null=False, on_delete=OnDelete.restrict, index=True
    )
    label = Text(help_text="exactly what stood beside the box")
    accepted_at = Timestamptz(default=TimestamptzNow())
    acceptance_once = Unique(columns=["account", "version"])


class ClosedIdentity(Table, tablename="closed_identity"):
    """Who a closed account was, ciphered, for five years (C. civ. 2224; décret 2021-1362), then deleted."""

    account = ForeignKey(
        references=Account, primary_key=True, null=False, on_delete=OnDelete.cascade
    )
    identity_sealed = Bytea()
    closed_at = Timestamptz(default=TimestamptzNow(), index=True)


class DataExport(Table, tablename="data_export"):
    """« Télécharger mes données »: built by a job, ciphered, kept 24 hours. `progress` in percent."""

    id = UUID(primary_key=True, default=UUID4())
    account = ForeignKey(references=Account, null=False, on_delete=OnDelete.cascade, index=True)
    asked_at = Timestamptz(default=TimestamptzNow())
    progress = SmallInt(default=0)
    ready_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)
    archive_sealed = Bytea(null=True, default=None)
    size_bytes = Integer(default=0)


class DataRequest(Table, tablename="data_request"):
    """A request about personal data (RGPD art. 15 to 22), to be answered within a month."""

    id = Serial(primary_key=True)
    reference = Varchar(length=20, unique=True)
    account = ForeignKey(
        references=Account, null=True, default=None, on_delete=OnDelete.set_null, index=True
    )
    email = Varchar(length=254)
    right = Varchar(length=30)
    words_sealed = Bytea(null=True, default=None)
    received_at = Timestamptz(default=TimestamptzNow())
    due_at = Timestamptz(default=None, null=False)
    answered_at = Timestamptz(null=True, default=None)
    answer_sealed = Bytea(null=True, default=None)
    details = JSONB(default="{}")
