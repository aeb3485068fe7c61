"""What the listing holds about the practitioner of an account, in words they read (RGPD art. 15 and 20)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.database import connection
from app.directory.ownership import practitioner_of
from app.legal.tables import Document as LegalDocument
from app.listing import certificates, documents, dossiers, insurance, life
from app.listing.documents import Document
from app.listing.items import BY_KEY, ITEMS
from app.listing.tables import DossierItem

_IDENTITY = {
    "legal_name": "dénomination",
    "legal_form": "forme_juridique",
    "is_micro_enterprise": "micro-entreprise",
    "capital_cents": "capital_en_centimes",
    "has_variable_capital": "capital_variable",
    "siret": "siret",
    "registration": "immatriculation",
    "registration_city": "greffe",
    "is_vat_told": "question_de_la_tva_répondue",
    "is_vat_registered": "assujetti_à_la_tva",
    "vat_number": "numéro_de_tva",
    "street": "rue",
    "postal_code": "code_postal",
    "city": "commune",
    "phone": "téléphone",
    "email": "adresse_e-mail",
}
_MEDIATOR = {
    "name": "nom",
    "address": "adresse",
    "website": "site",
    "phone": "téléphone",
    "email": "adresse_e-mail",
    "membership_number": "numéro_d_adhésion",
    "ends_on": "fin_le",
}


async def export_of(account: UUID) -> dict[str, Any]:
    """The dossier as it was declared, what was found of it, and the life of the listing; nothing for who is no
    practitioner. Administrators are not named: their names are data of their own."""
    practitioner = await practitioner_of(account)
    if practitioner is None:
        return {}
    return {
        "référencement": await _life(practitioner, account),
        "dossier": await _dossier(practitioner),
        "identité_légale": await _told("legal_identity", _IDENTITY, practitioner),
        "assurances": await _insurances(practitioner),
        "médiateur": await _told("mediator", _MEDIATOR, practitioner),
        "certificats": await _certificates(practitioner),
        "contrat_de_référencement": await _contract(account),
        "documents_remis": [_document(one) for one in await _documents(practitioner)],
        "rappels_d_échéance": await _reminders(practitioner),
    }


async def documents_of(account: UUID) -> list[Document]:
    """The files handed over, those replaced in the year included."""
    practitioner = await practitioner_of(account)
    return [] if practitioner is None else await _documents(practitioner)


def path_of(document: Document) -> str:
    """Where a document stands in the archive: names are not unique, the beginning of a number is enough."""
    return f"documents/{BY_KEY[document.item].slug}-{document.id.hex[:8]}-{document.name}"


async def _documents(practitioner: int) -> list[Document]:
    return await documents.of(practitioner, with_replaced=True)


def _document(one: Document) -> dict[str, Any]:
    return {
        "fichier": path_of(one),
        "nom": one.name,
        "ligne": BY_KEY[one.item].title,
        "type": one.media_type,
        "taille_en_octets": one.size_bytes,
        "sha256": one.sha256.hex(),
        "remis_le": one.handed_at,
        "remplacé_ou_retiré_le": one.replaced_at,
    }


async def _life(practitioner: int, account: UUID) -> dict[str, Any]:
    standing = await life.standing_of(practitioner)
    return {
        "état": life.WORDS[standing.state],
        "référencé_le": standing.listed_at,
        "fin_le": standing.ends_at,
        "étapes": [
            {
                "de": life.WORDS[step.from_state],
                "à": life.WORDS[step.to_state],
                "le": step.changed_at,
                "par": _author(step.changed_by, account),
                "motif": step.ground,
                "référence": step.reference,
            }
            for step in reversed(await life.steps_of(practitioner))
        ],
    }


def _author(by: UUID | None, account: UUID) -> str:
    if by is None:
        return "personne, à l’heure dite"
    return "vous" if by == account else "l’administration"


async def _dossier(practitioner: int) -> dict[str, Any]:
    held = await dossiers.dossier_of(practitioner)
    found = {
        row["item"]: row
        for row in await connection.rows(
            "SELECT l.item, l.is_delivered, l.ground, l.found_at FROM dossier_line l"
            " JOIN dossier d ON d.id = l.dossier WHERE d.practitioner = $1",
            practitioner,
        )
    }
    waiting = await connection.rows(
        "SELECT r.label, w.asked_at FROM practice_waiting w JOIN practice r ON r.id = w.practice"
        " WHERE w.practitioner = $1 ORDER BY w.id",
        practitioner,
    )
    return {
        "déposé_le": held.submitted_at,
        "correction_demandée_le": held.correction_asked_at,
        "mis_de_côté": held.is_in_trouble,
        "lignes_examinées": [
            {
                "ligne": item.title,
                "constat": "remis" if found[item.key]["is_delivered"] else "à corriger",
                "à_corriger": found[item.key]["ground"],
                "le": found[item.key]["found_at"],
            }
            for item in ITEMS
            if item.key in found
        ],
        "pratiques_en_attente_de_justificatif": [
            {"pratique": row["label"], "demandée_le": row["asked_at"]} for row in waiting
        ],
    }


async def _told(table: str, names: dict[str, str], practitioner: int) -> dict[str, Any]:
    found = await connection.row(
        f"SELECT * FROM {table} WHERE practitioner = $1",  # noqa: S608 - names written here
        practitioner,
    )
    return {} if found is None else {words: found[column] for column, words in names.items()}


async def _insurances(practitioner: int) -> list[dict[str, Any]]:
    return [
        {
            "assureur": one.insurer,
            "numéro_de_contrat": one.contract_number,
            "contact": one.contact,
            "couverture": one.coverage,
            "début_le": one.starts_on,
            "fin_le": one.ends_on,
            "attestation_attendue": one.is_awaited,
        }
        for one in await insurance.of(practitioner)
    ]


async def _certificates(practitioner: int) -> list[dict[str, Any]]:
    return [
        {
            "intitulé": one.title,
            "organisme": one.body,
            "obtenu_le": one.obtained_on,
            "heures": one.hours,
            "code": one.code,
            "fin_le": one.ends_on,
            "pratiques": one.labels,
            "fichier_attendu": one.is_awaited,
        }
        for one in await certificates.of(practitioner)
    ]


async def _contract(account: UUID) -> list[dict[str, Any]]:
    return [
        {"version": row["number"], "sha256": row["sha256"].hex(), "acceptée_le": row["accepted_at"]}
        for row in await connection.rows(
            "SELECT v.number, v.sha256, c.accepted_at FROM acceptance c"
            " JOIN document_version v ON v.id = c.version"
            " WHERE c.account = $1 AND v.document = $2 ORDER BY v.number",
            account,
            LegalDocument.LISTING_CONTRACT.value,
        )
    ]


async def _reminders(practitioner: int) -> list[dict[str, Any]]:
    return [
        {
            "ligne": BY_KEY[DossierItem(row["item"])].title,
            "échéance_le": row["ends_on"],
            "jours_avant": row["days_before"],
            "envoyé_le": row["sent_at"],
        }
        for row in await connection.rows(
            "SELECT item, ends_on, days_before, sent_at FROM expiry_reminder"
            " WHERE practitioner = $1 ORDER BY id",
            practitioner,
        )
    ]
