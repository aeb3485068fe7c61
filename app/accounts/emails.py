"""The address a person signs in with, written in one way only: no two spellings of the same mailbox."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from app.errors import Refused

LONGEST = 254
"""Characters (RFC 5321, errata 1690)."""


class WrongAddress(Refused):
    message = "Cette adresse e-mail n’est pas complète. Exemple : camille.martin@exemple.fr"


class AccentsInAddress(WrongAddress):
    message = (
        "Avant l’arobase, l’adresse ne peut contenir que des lettres sans accent, des chiffres "
        "et les signes . - _ +"
    )


def normal(typed: str) -> str:
    """The address as it is kept: lower case, the domain in ASCII, so that a look-alike letter cannot hide in it.

    No question is asked to the network. Raises `WrongAddress`, or `AccentsInAddress` when the part before the
    « @ » holds anything but ASCII: few servers take it, and it would allow homographs.
    """
    address = typed.strip()
    if len(address) > LONGEST:
        raise WrongAddress("Cette adresse e-mail est trop longue.")
    name, _, domain = address.rpartition("@")
    if domain and not name.isascii():
        raise AccentsInAddress
    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise WrongAddress from None
    kept = (found.ascii_email or "").lower()
    if not kept or len(kept) > LONGEST:
        raise WrongAddress
    return kept
