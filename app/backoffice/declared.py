"""What a practitioner declared, item by item, as an administrator reads it beside the documents."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from app.database import connection
from app.listing import certificates, insurance
from app.listing.tables import DossierItem
from app.rendering import filters, moments


class Priced(msgspec.Struct, frozen=True):
    """A service offered; euro cents, minutes."""

    label: str
    price_cents: int
    duration_minutes: int


class Accepted(msgspec.Struct, frozen=True):
    """The last version of the listing contract accepted."""

    number: int
    accepted_at: datetime


class Declared(msgspec.Struct, frozen=True):
    """Everything declared. `identity` and `mediator` are None before they are given."""

    account: UUID | None
    account_name: str
    identity: Record | None
    insurances: list[insurance.Held]
    certificates: list[certificates.Held]
    uncovered: list[str]
    mediator: Record | None
    services: list[Priced]
    accepted: Accepted | None


async def of(practitioner: int) -> Declared:
    """What this practitioner declared so far."""
    person = await connection.row(
        "SELECT a.id, a.first_name, a.last_name FROM practitioner p JOIN account a ON a.id = p.account"
        " WHERE p.id = $1",
        practitioner,
    )
    accepted = await connection.row(
        "SELECT v.number, c.accepted_at FROM practitioner p JOIN acceptance c ON c.account = p.account"
        " JOIN document_version v ON v.id = c.version AND v.document = 'contrat-de-referencement'"
        " WHERE p.id = $1 ORDER BY v.number DESC LIMIT 1",
        practitioner,
    )
    uncovered = await connection.rows(
        "SELECT r.label FROM practice_offered o JOIN practice r ON r.id = o.practice"
        " WHERE o.practitioner = $1 AND NOT EXISTS (SELECT FROM certificate_coverage c"
        "   JOIN training_certificate t ON t.id = c.certificate"
        "   WHERE t.practitioner = $1 AND c.practice = o.practice AND NOT t.is_awaited)"
        " UNION SELECT r.label FROM practice_waiting w JOIN practice r ON r.id = w.practice"
        " WHERE w.practitioner = $1 ORDER BY 1",
        practitioner,
    )
    services = await connection.rows(
        "SELECT label, price_cents, duration_minutes FROM service WHERE practitioner = $1 AND is_active"
        " ORDER BY position, id",
        practitioner,
    )
    return Declared(
        account=person["id"] if person else None,
        account_name=f"{person['first_name']} {person['last_name']}".strip() if person else "",
        identity=await connection.row(
            "SELECT * FROM legal_identity WHERE practitioner = $1", practitioner
        ),
        insurances=await insurance.of(practitioner),
        certificates=await certificates.of(practitioner),
        uncovered=[row["label"] for row in uncovered],
        mediator=await connection.row(
            "SELECT * FROM mediator WHERE practitioner = $1", practitioner
        ),
        services=[Priced(**row) for row in services],
        accepted=Accepted(**accepted) if accepted else None,
    )


def facts(declared: Declared, item: DossierItem) -> list[tuple[str, str]]:
    """The lines of one item: words, and what was declared."""
    return [(words, said) for words, said in _FACTS[item](declared) if said]


def _identity(declared: Declared) -> list[tuple[str, str]]:
    found = declared.identity
    if found is None:
        return []
    regime = " (micro-entreprise)" if found["is_micro_enterprise"] else ""
    capital = filters.price(found["capital_cents"]) if found["capital_cents"] else ""
    return [
        ("Nom ou dénomination", found["legal_name"]),
        ("Forme", f"{found['legal_form']}{regime}"),
        ("Capital", capital),
        ("Adresse", f"{found['street']}, {found['postal_code']} {found['city']}"),
        ("Téléphone", filters.phone(found["phone"])),
        ("Adresse e-mail", found["email"]),
        ("Nom du compte", declared.account_name),
    ]


def _siret(declared: Declared) -> list[tuple[str, str]]:
    found = declared.identity
    if found is None:
        return []
    return [
        ("SIRET", filters.siret(found["siret"])),
        ("Immatriculation", f"{found['registration']} {found['registration_city']}".strip()),
    ]


def _insurance(declared: Declared) -> list[tuple[str, str]]:
    return [
        line
        for each in declared.insurances
        for line in (
            ("Assureur", each.insurer),
            ("Contrat", each.contract_number),
            ("Coordonnées", each.contact),
            ("Couverture", each.coverage),
            ("Dates", f"du {_day(each.starts_on)} au {_day(each.ends_on)}"),
        )
    ]


def _certificates(declared: Declared) -> list[tuple[str, str]]:
    lines = []
    for each in declared.certificates:
        end = f", jusqu’au {_day(each.ends_on)}" if each.ends_on else ""
        hours = f", {each.hours} heures" if each.hours else ""
        code = f", {each.code}" if each.code else ""
        told = f"{each.body}, {_day(each.obtained_on)}{end}{hours}{code}"
        lines += [(each.title, told), ("Pratiques couvertes", ", ".join(each.labels))]
    return lines


def _mediator(declared: Declared) -> list[tuple[str, str]]:
    found = declared.mediator
    if found is None:
        return []
    return [
        ("Médiateur", found["name"]),
        ("Adresse", found["address"]),
        ("Site", found["website"]),
        ("Numéro d’adhésion", found["membership_number"]),
        ("Fin de l’adhésion", _day(found["ends_on"]) if found["ends_on"] else ""),
    ]


def _vat(declared: Declared) -> list[tuple[str, str]]:
    found = declared.identity
    if found is None:
        return []
    return [
        ("Soumis à la TVA", "oui" if found["is_vat_registered"] else "non"),
        ("Numéro", found["vat_number"]),
    ]


def _services(declared: Declared) -> list[tuple[str, str]]:
    return [
        (
            each.label,
            f"{filters.price(each.price_cents)}, {filters.duration(each.duration_minutes)}",
        )
        for each in declared.services
    ]


def _contract(declared: Declared) -> list[tuple[str, str]]:
    if declared.accepted is None:
        return []
    accepted = declared.accepted
    return [("Accepté", f"version {accepted.number}, le {moments.moment(accepted.accepted_at)}")]


def _day(when: date) -> str:
    return filters.day(when)


_FACTS = {
    DossierItem.IDENTITY: _identity,
    DossierItem.SIRET: _siret,
    DossierItem.INSURANCE: _insurance,
    DossierItem.CERTIFICATES: _certificates,
    DossierItem.MEDIATOR: _mediator,
    DossierItem.VAT: _vat,
    DossierItem.SERVICES: _services,
    DossierItem.CONTRACT: _contract,
}
