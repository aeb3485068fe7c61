"""The gate of the listing: which items are missing, by presence and form, never by truth (terms § 3.1; EX-3.1-1)."""

from __future__ import annotations

from datetime import datetime

import msgspec
from asyncpg import Record

from app.database import connection
from app.listing import contract, rules
from app.listing.items import BY_KEY, ITEMS
from app.listing.tables import DossierItem
from app.rendering.moments import day_of


class Missing(msgspec.Struct, frozen=True):
    """One thing that closes the gate: of which item, in words, and where it is given."""

    item: DossierItem
    words: str
    url: str


async def missing(practitioner: int, now: datetime) -> list[Missing]:
    """What closes the gate at `now` (UTC), in the order of the examination; empty when it is open."""
    found = await connection.row(_FACTS, practitioner, day_of(now))
    if found is None:
        raise LookupError(f"no practitioner {practitioner}")
    told: dict[DossierItem, list[str]] = {
        DossierItem.IDENTITY: _identity(found),
        DossierItem.SIRET: _siret(found),
        DossierItem.INSURANCE: _insurance(found),
        DossierItem.CERTIFICATES: _certificates(found),
        DossierItem.MEDIATOR: _mediator(found),
        DossierItem.VAT: _vat(found),
        DossierItem.SERVICES: _services(found),
        DossierItem.CONTRACT: await _contract(found, now),
    }
    return [
        Missing(item.key, words, BY_KEY[item.key].url) for item in ITEMS for words in told[item.key]
    ]


async def missing_of(practitioner: int, item: DossierItem, now: datetime) -> list[Missing]:
    """The same for one item."""
    return [one for one in await missing(practitioner, now) if one.item is item]


_FACTS = """
SELECT p.account, l.id AS identity, l.*,
  m.id AS mediator, coalesce(m.ends_on >= $2, true) AS is_mediator_current, m.name AS mediator_name,
  m.address AS mediator_address, m.website AS mediator_website,
  EXISTS (SELECT FROM insurance i WHERE i.practitioner = p.id) AS is_insurance_told,
  EXISTS (SELECT FROM insurance i WHERE i.practitioner = p.id AND NOT i.is_awaited) AS is_insurance_handed,
  EXISTS (SELECT FROM insurance i WHERE i.practitioner = p.id AND NOT i.is_awaited
            AND $2 BETWEEN i.starts_on AND i.ends_on) AS is_insured,
  (SELECT count(*) FROM practice_offered o WHERE o.practitioner = p.id) AS practices,
  ARRAY(SELECT r.label FROM practice_offered o JOIN practice r ON r.id = o.practice
        WHERE o.practitioner = p.id AND NOT EXISTS (
          SELECT FROM certificate_coverage c JOIN training_certificate t ON t.id = c.certificate
          WHERE t.practitioner = p.id AND c.practice = o.practice AND NOT t.is_awaited
            AND coalesce(t.ends_on >= $2, true))
        ORDER BY o.position, o.id) AS uncovered,
  (SELECT count(*) FROM service s WHERE s.practitioner = p.id AND s.is_active) AS services
FROM practitioner p
LEFT JOIN legal_identity l ON l.practitioner = p.id
LEFT JOIN mediator m ON m.practitioner = p.id
WHERE p.id = $1
"""


def _identity(found: Record) -> list[str]:
    if found["identity"] is None:
        return ["votre identité légale"]
    lacking = [
        words
        for field, words in (
            ("legal_name", "votre nom ou votre dénomination"),
            ("street", "votre adresse officielle"),
            ("postal_code", "le code postal de votre adresse officielle"),
            ("city", "la commune de votre adresse officielle"),
            ("phone", "votre téléphone professionnel"),
            ("email", "votre adresse e-mail professionnelle"),
        )
        if not (found[field] or "").strip()
    ]
    if rules.capital_refused(found["legal_form"], found["capital_cents"]):
        lacking.append("le capital social, selon votre forme juridique")
    return lacking


def _siret(found: Record) -> list[str]:
    if found["identity"] is None or not rules.is_siret(found["siret"]):
        return ["votre numéro SIRET"]
    if found["registration"] == "RCS" and not found["registration_city"].strip():
        return ["le greffe de votre immatriculation au RCS"]
    return []


def _insurance(found: Record) -> list[str]:
    if not found["is_insurance_told"]:
        return ["votre assurance civile professionnelle"]
    if not found["is_insurance_handed"]:
        return ["l’attestation de votre assurance"]
    return (
        []
        if found["is_insured"]
        else ["une assurance en cours : celle remise ne couvre pas ce jour"]
    )


def _certificates(found: Record) -> list[str]:
    if not found["practices"]:
        return ["au moins une pratique, avec son justificatif de formation"]
    return [f"justificatif manquant pour {label}" for label in found["uncovered"]]


def _mediator(found: Record) -> list[str]:
    fields = ("mediator_name", "mediator_address", "mediator_website")
    if found["mediator"] is None or not all((found[field] or "").strip() for field in fields):
        return ["votre médiateur de la consommation"]
    return [] if found["is_mediator_current"] else ["un médiateur : votre adhésion a pris fin"]


def _vat(found: Record) -> list[str]:
    if found["identity"] is None or not found["is_vat_told"]:
        return ["votre réponse sur la TVA"]
    refused = rules.vat_refused(
        is_registered=found["is_vat_registered"],
        number=found["vat_number"],
        siren=found["siret"][:9],
    )
    return ["votre numéro de TVA, qui finit par votre SIREN"] if refused else []


def _services(found: Record) -> list[str]:
    return [] if found["services"] else ["au moins une prestation avec son prix"]


async def _contract(found: Record, now: datetime) -> list[str]:
    account = found["account"]
    if account is not None and await contract.is_accepted(account, now):
        return []
    return ["l’acceptation du contrat de référencement en vigueur"]
