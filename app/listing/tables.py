"""What a practitioner hands over to be listed (terms § 3.1): legal identity, insurance, mediator, certificates."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import BigInt, Boolean, Date, ForeignKey, Serial, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.directory.tables import Practice, Practitioner


class LegalForm(StrEnum):
    EI = "EI"
    EURL = "EURL"
    SARL = "SARL"
    SASU = "SASU"
    SAS = "SAS"
    ASSOCIATION = "Association"


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
    is_vat_registered = Boolean(default=False)
    vat_number = Varchar(length=13, default="")
    street = Varchar(length=160)
    postal_code = Varchar(length=5)
    city = Varchar(length=80)
    phone = Varchar(length=20, help_text="E.164")
    email = Varchar(length=254)
    legal_identity_siret_shaped = Check("siret ~ '^[0-9]{14}$'")
    legal_identity_vat_told = Check("is_vat_registered = (vat_number <> '')")


class Insurance(Table, tablename="insurance"):
    """Professional liability insurance. The contract number is private; the rest is public."""

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


class Mediator(Table, tablename="mediator"):
    """The consumer mediator the practitioner depends on."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, unique=True
    )
    name = Varchar(length=160)
    address = Varchar(length=200)
    website = Varchar(length=200)


class TrainingCertificate(Table, tablename="training_certificate"):
    """A certificate handed over; `CertificateCoverage` says which practices it covers."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    title = Varchar(length=160)
    body = Varchar(length=160)
    obtained_on = Date()


class CertificateCoverage(Table, tablename="certificate_coverage"):
    id = Serial(primary_key=True)
    certificate = ForeignKey(references=TrainingCertificate, null=False, on_delete=OnDelete.cascade)
    practice = ForeignKey(references=Practice, null=False, on_delete=OnDelete.restrict)
    certificate_coverage_once = Unique(columns=["certificate", "practice"])
