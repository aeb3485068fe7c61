"""What a practitioner hands over to be listed (terms § 3.1), what is found of it, and the life of a listing."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.accounts.tables import Account
from app.directory.tables import Practice, Practitioner
from app.storage.tables import StoredFile


class LegalForm(StrEnum):
    """Micro-enterprise is a regime of the EI, not a form; the EIRL can no longer be created (since 2022)."""

    EI = "EI"
    EURL = "EURL"
    SARL = "SARL"
    SASU = "SASU"
    SAS = "SAS"
    SNC = "SNC"
    SA = "SA"
    SELARL = "SELARL"
    COOPERATIVE = "SCOP ou SCIC"
    ASSOCIATION = "Association"
    EMPLOYED_ENTREPRENEUR = "CAE"
    UMBRELLA = "Portage"
    OTHER = "Autre"


class Registration(StrEnum):
    RCS = "RCS"
    RNE = "RNE"
    EXEMPT = "Dispense"


class LegalIdentity(Table, tablename="legal_identity"):
    """The legal identity shown on the profile; capital in euro cents, only for companies."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, unique=True
    )
    legal_name = Varchar(length=160)
    legal_form = Varchar(length=20, choices=LegalForm)
    capital_cents = BigInt(null=True, default=None)
    siret = Varchar(length=14)
    registration = Varchar(length=8, choices=Registration)
    registration_city = Varchar(length=60, default="")
    is_micro_enterprise = Boolean(default=False, help_text="regime of an EI")
    has_variable_capital = Boolean(default=False)
    is_vat_registered = Boolean(default=False)
    is_vat_told = Boolean(default=True, help_text="the question was answered")
    vat_number = Varchar(length=13, default="")
    street = Varchar(length=160)
    postal_code = Varchar(length=5)
    city = Varchar(length=80)
    phone = Varchar(length=20, help_text="E.164")
    email = Varchar(length=254)
    legal_identity_siret_shape = Check("siret ~ '^([0-9]{14})?$'")
    legal_identity_vat_told = Check("is_vat_registered = (vat_number <> '')")


class Insurance(Table, tablename="insurance"):
    """Professional liability insurance. The contract number is private; the rest is public.

    `is_awaited`: told, its certificate has not arrived: it counts for nothing yet.
    """

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    insurer = Varchar(length=120)
    contract_number = Varchar(length=40)
    contact = Varchar(length=200)
    coverage = Varchar(length=20, help_text="France, Union européenne, Monde")
    starts_on = Date()
    ends_on = Date()
    is_awaited = Boolean(default=False)


class Mediator(Table, tablename="mediator"):
    """The consumer mediator the practitioner depends on. The membership number is private."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, unique=True
    )
    name = Varchar(length=160)
    address = Varchar(length=200)
    website = Varchar(length=200)
    phone = Varchar(length=20, default="", help_text="E.164, or empty")
    email = Varchar(length=254, default="")
    membership_number = Varchar(length=40, default="")
    ends_on = Date(null=True, default=None)


class TrainingCertificate(Table, tablename="training_certificate"):
    """A certificate handed over; `CertificateCoverage` says which practices it covers.

    `is_awaited`: told, its file has not arrived: it covers nothing yet. `ends_on`: the last day, for one that ends.
    """

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    title = Varchar(length=160)
    body = Varchar(length=160)
    obtained_on = Date()
    hours = SmallInt(null=True, default=None)
    code = Varchar(length=10, default="", help_text="RNCP or RS")
    ends_on = Date(null=True, default=None)
    is_awaited = Boolean(default=False)


class CertificateCoverage(Table, tablename="certificate_coverage"):
    id = Serial(primary_key=True)
    certificate = ForeignKey(references=TrainingCertificate, null=False, on_delete=OnDelete.cascade)
    practice = ForeignKey(references=Practice, null=False, on_delete=OnDelete.restrict)
    certificate_coverage_once = Unique(columns=["certificate", "practice"])


class PracticeWaiting(Table, tablename="practice_waiting"):
    """A practice that somebody listed wants to show: public once a certificate covers it (EX-3.1-2)."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(references=Practitioner, null=False, on_delete=OnDelete.cascade)
    practice = ForeignKey(references=Practice, null=False, on_delete=OnDelete.restrict)
    asked_at = Timestamptz(default=TimestamptzNow())
    practice_waiting_once = Unique(columns=["practitioner", "practice"])


class DossierItem(StrEnum):
    """What is handed over to be listed (terms § 3.1), in the order of the examination."""

    IDENTITY = "identity"
    SIRET = "siret"
    INSURANCE = "insurance"
    CERTIFICATES = "certificates"
    MEDIATOR = "mediator"
    VAT = "vat"
    SERVICES = "services"
    CONTRACT = "contract"


class Dossier(Table, tablename="dossier"):
    """The dossier of a practitioner, and whom it waits for.

    `submitted_at`: since when it waits for the platform, null once looked at. `correction_asked_at`: since when it
    waits for the practitioner (then `submitted_at` keeps the last handing over). `revision` grows with each change
    of an item: an examination names the one it looked at.
    """

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, unique=True
    )
    submitted_at = Timestamptz(null=True, default=None, index=True)
    correction_asked_at = Timestamptz(null=True, default=None)
    is_in_trouble = Boolean(default=False, help_text="put aside by an administrator")
    revision = Integer(default=0)


class DossierLine(Table, tablename="dossier_line"):
    """What an administrator found of one item: handed over, or to correct and why. Never whether it is true."""

    id = Serial(primary_key=True)
    dossier = ForeignKey(references=Dossier, null=False, on_delete=OnDelete.cascade)
    item = Varchar(length=20, choices=DossierItem)
    is_delivered = Boolean(default=False)
    ground = Varchar(
        length=300, default="", help_text="what to correct, as the practitioner reads it"
    )
    found_at = Timestamptz(default=TimestamptzNow())
    found_by = ForeignKey(references=Account, null=False, on_delete=OnDelete.restrict)
    dossier_line_once = Unique(columns=["dossier", "item"])


class SupportingDocument(Table, tablename="supporting_document"):
    """A file handed over for an item; one that was replaced stays a year (spec/law § 2.9)."""

    id = UUID(primary_key=True, default=UUID4())
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    item = Varchar(length=20, choices=DossierItem)
    file = ForeignKey(references=StoredFile, null=False, on_delete=OnDelete.restrict, unique=True)
    insurance = ForeignKey(
        references=Insurance, null=True, default=None, on_delete=OnDelete.set_null
    )
    certificate = ForeignKey(
        references=TrainingCertificate, null=True, default=None, on_delete=OnDelete.set_null
    )
    handed_at = Timestamptz(default=TimestamptzNow())
    replaced_at = Timestamptz(null=True, default=None)


class ListingStep(Table, tablename="listing_step"):
    """A change in the life of a listing: from, to, who, why (draft → submitted → listed ⇄ suspended → delisted)."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    from_state = Varchar(length=12)
    to_state = Varchar(length=12)
    changed_at = Timestamptz(default=TimestamptzNow())
    changed_by = ForeignKey(
        references=Account, null=True, default=None, on_delete=OnDelete.restrict
    )
    ground = Varchar(length=60, default="")
    reference = Varchar(length=20, default="")


class ExpiryReminder(Table, tablename="expiry_reminder"):
    """A reminder sent before (30, 7 days) or on the day something ends: each once."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(references=Practitioner, null=False, on_delete=OnDelete.cascade)
    item = Varchar(length=20, choices=DossierItem)
    ends_on = Date()
    days_before = SmallInt()
    sent_at = Timestamptz(default=TimestamptzNow())
    expiry_reminder_once = Unique(columns=["practitioner", "item", "ends_on", "days_before"])
