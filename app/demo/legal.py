"""The legal side of an invented practitioner: identity, insurance, mediator, all recognisably fictional."""

from __future__ import annotations

import random

import msgspec

from app.demo.geography import DemoCommune, geography
from app.demo.naming import slug_of
from app.demo.person import DemoInsurance, DemoLegalIdentity, DemoMediator
from app.demo.words import bank
from app.listing.tables import LegalForm, Registration

_FICTION_PREFIXES = {
    "11": "+3319900",
    **dict.fromkeys(("24", "28", "52", "53"), "+3326191"),
    **dict.fromkeys(("27", "32", "44"), "+3335301"),
    **dict.fromkeys(("84", "93", "94"), "+3346571"),
    "75": "+3353649",
    "76": "+3353649",
}
_FICTION_MOBILE = "+3363998"
"""Numbers the regulator keeps for works of fiction (ARCEP, numbering plan): four free digits each, by region of the
landline; overseas and mobile phones share one range."""


class Party(msgspec.Struct, frozen=True):
    """Who signs: a person, or a structure under its trade name."""

    first_name: str
    last_name: str
    trade_name: str
    is_structure: bool
    index: int


class Seat(msgspec.Struct, frozen=True):
    street: str
    postal_code: str


def luhn_digit(digits: str) -> str:
    """The digit which makes `digits` followed by it valid (Luhn)."""
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if rank % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def siret(index: int) -> str:
    """A valid SIRET, of its own for each of the first 100 000 people.

    The SIREN begins with 999: the very end of the range, so that the number passes every check, is recognised as a
    demonstration at a glance, and has the least chance of being a real company's.
    """
    siren = f"999{index % 100_000:05}"
    siren += luhn_digit(siren)
    establishment = siren + "0001"
    return establishment + luhn_digit(establishment)


def vat_number(siret: str) -> str:
    """The French number of a SIREN: its key is (12 + 3 × (SIREN mod 97)) mod 97."""
    siren = siret[:9]
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def legal_identity(
    party: Party, commune: DemoCommune, seat: Seat, rng: random.Random
) -> DemoLegalIdentity:
    form = _form(party, rng)
    number = siret(party.index)
    is_company = form not in (LegalForm.EI, LegalForm.ASSOCIATION)
    registration = Registration.RNE
    if is_company or (form is LegalForm.EI and rng.random() < 0.12):
        registration = Registration.RCS
    elif form is LegalForm.ASSOCIATION:
        registration = Registration.EXEMPT
    pays_vat = rng.random() < (0.3 if is_company else 0.03)
    return DemoLegalIdentity(
        legal_name=_legal_name(party, form),
        legal_form=form.value,
        capital_cents=rng.choice((10_000, 50_000, 100_000, 200_000, 500_000, 1_000_000))
        if is_company
        else None,
        siret=number,
        registration=registration.value,
        registration_city=geography().seats[commune.department]
        if registration is Registration.RCS
        else "",
        vat_number=vat_number(number) if pays_vat else "",
        street=seat.street,
        postal_code=seat.postal_code,
        city=commune.city_name,
        phone=_phone(commune, rng),
        email=_email(party),
    )


def _form(party: Party, rng: random.Random) -> LegalForm:
    if party.is_structure:
        forms = (
            LegalForm.SARL,
            LegalForm.SASU,
            LegalForm.SAS,
            LegalForm.EURL,
            LegalForm.ASSOCIATION,
        )
        return rng.choices(forms, weights=(32, 24, 12, 14, 18))[0]
    return rng.choices((LegalForm.EI, LegalForm.SASU, LegalForm.EURL), weights=(90, 6, 4))[0]


def _legal_name(party: Party, form: LegalForm) -> str:
    if form is LegalForm.EI:
        # The « EI » the law asks of a sole trader is added where the name is shown.
        return f"{party.first_name} {party.last_name.upper()}"
    return party.trade_name or f"{party.last_name} Bien-être"


def _phone(commune: DemoCommune, rng: random.Random) -> str:
    landline = _FICTION_PREFIXES.get(commune.region)
    prefix = landline if landline and rng.random() < 0.35 else _FICTION_MOBILE
    return f"{prefix}{rng.randint(0, 9999):04}"


def _email(party: Party) -> str:
    """`.example` is reserved (RFC 2606): no message can ever reach anybody."""
    if party.is_structure:
        return f"bonjour@{slug_of(party.trade_name)[:60].strip('-')}.example"
    return f"{slug_of(party.first_name)}.{slug_of(party.last_name)}@courriel.example"


def insurance(index: int, rng: random.Random) -> DemoInsurance:
    insurer = rng.choice(bank().practicalities.insurers)
    return DemoInsurance(
        insurer=insurer.name,
        contract_number=f"DEMO-{index + 1:06}",
        contact=insurer.contact,
        coverage=rng.choices(("France", "Union européenne", "Monde"), weights=(80, 15, 5))[0],
        started_days_ago=rng.randint(10, 340),
        # Far enough for a demonstration left running over the summer.
        ends_in_days=rng.randint(120, 365),
    )


def mediator(rng: random.Random) -> DemoMediator:
    chosen = rng.choice(bank().practicalities.mediators)
    return DemoMediator(name=chosen.name, address=chosen.address, website=chosen.website)
