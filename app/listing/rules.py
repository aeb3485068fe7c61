"""What the numbers of an enterprise must look like (validation § 4.1, § 4.2); only their form, never whose they are."""

from __future__ import annotations

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberType
from stdnum.exceptions import ValidationError
from stdnum.fr import siret, tva

from app.listing.tables import LegalForm

WITH_CAPITAL = frozenset(
    {
        LegalForm.EURL,
        LegalForm.SARL,
        LegalForm.SASU,
        LegalForm.SAS,
        LegalForm.SA,
        LegalForm.SELARL,
        LegalForm.COOPERATIVE,
    }
)
WITHOUT_CAPITAL = frozenset({LegalForm.EI, LegalForm.ASSOCIATION})
"""The others may tell one or not."""

_OVERSEAS = ("RE", "YT", "GP", "GF", "MQ", "PM")
_NOT_ONE_S_OWN = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.TOLL_FREE,
    }
)
TRAINING_CODE = re.compile(r"(RNCP|RS)\d{3,6}")
CONTRACT_NUMBER = re.compile(r"[A-Za-z0-9/. -]{3,40}")


def digits(typed: str) -> str:
    """What is typed without spaces, dashes, dots: python-stdnum refuses some of them."""
    return re.sub(r"[^0-9]", "", typed)


def is_siret(number: str) -> bool:
    """Fourteen digits with the right key, La Poste's too; a SIREN of zeros, which the key lets through, is none."""
    return (
        re.fullmatch(r"[0-9]{14}", number) is not None
        and not number.startswith("0" * 9)
        and bool(siret.is_valid(number))
    )


def vat_number(typed: str) -> str:
    """`FR` and eleven characters, or what was typed without its separators when it is no French number.

    The key is not computed again from the SIREN: keys of letters exist.
    """
    bare = re.sub(r"[\s.·-]", "", typed).upper()
    try:
        compact: str = tva.validate(bare)
    except ValidationError:
        return bare
    return f"FR{compact}"


def vat_refused(*, is_registered: bool, number: str, siren: str) -> bool:
    """EX-3.1-7: a number if, and only if, one is registered, and it ends with the SIREN."""
    if not is_registered:
        return number != ""
    return not (
        re.fullmatch(r"FR[0-9A-Z]{11}", number) and tva.is_valid(number) and number[-9:] == siren
    )


def capital_refused(form: str, cents: int | None) -> bool:
    """EX-3.1-4: a capital for companies, none for an EI nor an association."""
    if form in WITH_CAPITAL:
        return not cents or cents <= 0
    return cents is not None and (form in WITHOUT_CAPITAL or cents <= 0)


def phone(typed: str) -> str | None:
    """A telephone number in E.164; None for one that does not exist, a short one or one that costs more.

    Numbers overseas bear ten digits like the others and are only known under their own region.
    """
    for region in ("FR", *_OVERSEAS):
        try:
            found = phonenumbers.parse(typed, region)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(found):
            if phonenumbers.number_type(found) in _NOT_ONE_S_OWN:
                return None
            return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return None


def email(typed: str) -> str | None:
    """An address as it is written to, without asking the network; None for what is none."""
    try:
        found = validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    kept = (found.ascii_email or "").lower()
    return kept if kept and len(kept) <= 254 else None
