"""The legal identity as its three forms take it: who one is, the SIRET, the VAT.

EX-3.1-4, EX-3.1-5, EX-3.1-7, EX-3.1-9; validation § 4.2.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.database import connection
from app.directory import money
from app.directory.editing import refuse
from app.directory.places_of import POSTAL_CODE
from app.listing import editing, rules
from app.listing.editing import REQUIRED, text
from app.listing.tables import DossierItem, LegalForm, Registration

YES, NO = "oui", "non"
FORMS = (
    (LegalForm.EI, "Entreprise individuelle (EI)"),
    (LegalForm.EURL, "EURL"),
    (LegalForm.SARL, "SARL"),
    (LegalForm.SASU, "SASU"),
    (LegalForm.SAS, "SAS"),
    (LegalForm.SNC, "SNC"),
    (LegalForm.SA, "SA"),
    (LegalForm.SELARL, "SELARL"),
    (LegalForm.COOPERATIVE, "SCOP ou SCIC"),
    (LegalForm.ASSOCIATION, "Association"),
    (LegalForm.EMPLOYED_ENTREPRENEUR, "Coopérative d’activité et d’emploi (CAE)"),
    (LegalForm.UMBRELLA, "Portage salarial"),
    (LegalForm.OTHER, "Autre forme"),
)
REGISTRATIONS = (
    (Registration.RNE, "Registre national des entreprises (RNE)"),
    (Registration.RCS, "Registre du commerce et des sociétés (RCS)"),
    (Registration.EXEMPT, "Dispensé d’immatriculation"),
)


class Identity(msgspec.Struct, frozen=True):
    """Who one is, as typed; the capital in euros."""

    legal_name: str = ""
    legal_form: str = ""
    capital: str = ""
    is_micro_enterprise: bool = False
    has_variable_capital: bool = False
    street: str = ""
    postal_code: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""


class Registry(msgspec.Struct, frozen=True):
    """`vat_number`: typed again with a SIRET of another enterprise, for who is registered."""

    siret: str = ""
    registration: str = ""
    registration_city: str = ""
    vat_number: str = ""


class Vat(msgspec.Struct, frozen=True):
    """`answer`: « oui », « non », or nothing yet."""

    answer: str = ""
    number: str = ""


class Told(msgspec.Struct, frozen=True):
    """What was told by the three forms; empty where nothing was."""

    identity: Identity = Identity()
    registry: Registry = Registry()
    vat: Vat = Vat()


async def told_of(practitioner: int) -> Told:
    found = await _row(practitioner)
    if found is None:
        return Told()
    names = [name for name in Identity.__struct_fields__ if name != "capital"]
    cents = found["capital_cents"]
    capital = "" if cents is None else money.euros(cents)
    answer = YES if found["is_vat_registered"] else NO
    return Told(
        Identity(capital=capital, **{name: found[name] for name in names}),
        Registry(**{name: found[name] for name in Registry.__struct_fields__}),
        Vat(answer, found["vat_number"]) if found["is_vat_told"] else Vat(),
    )


async def identity_of(practitioner: int) -> Identity:
    return (await told_of(practitioner)).identity


async def registry_of(practitioner: int) -> Registry:
    return (await told_of(practitioner)).registry


async def vat_of(practitioner: int) -> Vat:
    return (await told_of(practitioner)).vat


async def save_identity(
    practitioner: int, typed: Identity, *, seen: str, by: UUID, now: datetime
) -> None:
    """Raises `Refusals`, `Overtaken`, `StillNeeded`."""
    capital = money.cents(typed.capital) if typed.capital else None
    phone, email = rules.phone(typed.phone), rules.email(typed.email)
    refuse(
        {
            "denomination": text(typed.legal_name, 2, 160),
            "forme": "" if typed.legal_form in set(LegalForm) else "Choisissez dans la liste.",
            "capital": _capital_refused(typed, capital),
            "micro": "La micro-entreprise est un régime de l’entreprise individuelle."
            if typed.is_micro_enterprise and typed.legal_form != LegalForm.EI
            else "",
            "rue": text(typed.street, 2, 160),
            "code_postal": ""
            if POSTAL_CODE.fullmatch(typed.postal_code)
            else "Cinq chiffres, par exemple 69003.",
            "commune": text(typed.city, 1, 80),
            "telephone": ""
            if phone
            else "Un numéro où vous joindre, sans surtaxe. Exemples : 06 12 34 56 78, 0692 12 34 56.",
            "courriel": ""
            if email
            else "Cette adresse n’est pas complète. Exemple : camille@exemple.fr",
        }
    )
    async with editing.edit(
        practitioner, DossierItem.IDENTITY, seen=seen, by=by, now=now, action="enregistre"
    ):
        await _write(
            practitioner,
            legal_name=typed.legal_name,
            legal_form=typed.legal_form,
            capital_cents=capital,
            is_micro_enterprise=typed.is_micro_enterprise,
            has_variable_capital=typed.has_variable_capital and capital is not None,
            street=typed.street,
            postal_code=typed.postal_code,
            city=typed.city,
            phone=phone,
            email=email,
        )


async def save_registry(
    practitioner: int, typed: Registry, *, seen: str, by: UUID, now: datetime
) -> None:
    """Raises `Refusals`, `Overtaken`, `StillNeeded`.

    Who is registered for VAT and takes the SIRET of another enterprise gives its VAT number with it: one without the
    other would not hold.
    """
    number = rules.digits(typed.siret)
    is_rcs = typed.registration == Registration.RCS
    known = await _row(practitioner)
    is_registered = bool(known and known["is_vat_registered"])
    vat = rules.vat_number(typed.vat_number) if typed.vat_number and is_registered else ""
    vat = vat or (known["vat_number"] if known else "")
    vat_refused = rules.vat_refused(is_registered=is_registered, number=vat, siren=number[:9])
    refuse(
        {
            "siret": _siret_refused(typed.siret, number),
            "immatriculation": ""
            if typed.registration in set(Registration)
            else "Choisissez dans la liste.",
            "greffe": text(typed.registration_city, 2, 60) if is_rcs else "",
            "numero_tva": "Il finit par les 9 premiers chiffres du SIRET."
            if vat_refused and rules.is_siret(number)
            else "",
        }
    )
    async with editing.edit(
        practitioner, DossierItem.SIRET, seen=seen, by=by, now=now, action="enregistre"
    ):
        await _write(
            practitioner,
            siret=number,
            registration=typed.registration,
            registration_city=typed.registration_city if is_rcs else "",
            vat_number=vat,
        )


async def save_vat(practitioner: int, typed: Vat, *, seen: str, by: UUID, now: datetime) -> None:
    """Raises `Refusals`, `Overtaken`, `StillNeeded`."""
    number = rules.vat_number(typed.number)
    is_registered = typed.answer == YES
    siren = (await registry_of(practitioner)).siret[:9]
    errors = {"assujetti": "" if typed.answer in (YES, NO) else "Répondez par oui ou par non."}
    if not errors["assujetti"] and rules.vat_refused(
        is_registered=is_registered, number=number, siren=siren
    ):
        errors["numero_tva"] = _vat_words(is_registered, number, siren)
    refuse(errors)
    async with editing.edit(
        practitioner, DossierItem.VAT, seen=seen, by=by, now=now, action="enregistre"
    ):
        await _write(
            practitioner, is_vat_told=True, is_vat_registered=is_registered, vat_number=number
        )


def _capital_refused(typed: Identity, cents: int | None) -> str:
    if typed.capital and cents is None:
        return "Un montant en euros, par exemple 1000 ou 1000,50."
    if not rules.capital_refused(typed.legal_form, cents):
        return ""
    if typed.legal_form in rules.WITHOUT_CAPITAL:
        return "Cette forme juridique n’a pas de capital social."
    return "Le capital social est obligatoire pour une société, et supérieur à zéro."


def _siret_refused(typed: str, number: str) -> str:
    if rules.is_siret(number):
        return ""
    if not typed:
        return REQUIRED
    if len(number) != 14:
        return f"Un SIRET a 14 chiffres ; il y en a {len(number)}."
    return "Ce numéro n’est pas un SIRET : relisez-le, un chiffre est peut-être de travers."


def _vat_words(is_registered: bool, number: str, siren: str) -> str:
    if not is_registered:
        return "Vous répondez « non » : laissez ce champ vide."
    if not number:
        return REQUIRED
    if not siren:
        return "Donnez d’abord votre SIRET : le numéro de TVA finit par ses 9 premiers chiffres."
    return f"Un numéro français, « FR » puis 11 caractères, qui finit par {siren}."


async def _row(practitioner: int) -> Any:
    return await connection.row(
        "SELECT * FROM legal_identity WHERE practitioner = $1", practitioner
    )


_EMPTY: dict[str, Any] = {
    "legal_name": "",
    "legal_form": "",
    "capital_cents": None,
    "siret": "",
    "registration": "",
    "registration_city": "",
    "is_vat_told": False,
    "is_vat_registered": False,
    "vat_number": "",
    "street": "",
    "postal_code": "",
    "city": "",
    "phone": "",
    "email": "",
    "is_micro_enterprise": False,
    "has_variable_capital": False,
}


async def _write(practitioner: int, **values: Any) -> None:
    """Change these columns; the row is made when it is the first part told. The practitioner is locked."""
    changed = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, 2))
    if await connection.row(
        f"UPDATE legal_identity SET {changed} WHERE practitioner = $1 RETURNING id",  # noqa: S608  # names of the code
        practitioner,
        *values.values(),
    ):
        return
    whole = _EMPTY | values
    places = ", ".join(f"${number}" for number in range(2, len(whole) + 2))
    await connection.execute(
        f"INSERT INTO legal_identity (practitioner, {', '.join(whole)}) VALUES ($1, {places})",  # noqa: S608  # idem
        practitioner,
        *whole.values(),
    )
