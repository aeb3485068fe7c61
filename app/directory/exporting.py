"""What the directory holds about the practitioner of an account, in words they read (RGPD art. 15 and 20)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from app.database import connection
from app.directory import completeness, portraits, profiles, vocabulary
from app.directory.names import name_in
from app.directory.ownership import practitioner_of
from app.directory.services_of import payment_words
from app.directory.tables import PaymentRule, PlaceKind

PORTRAIT = "portrait.jpg"
"""What the photograph is called in the archive."""


async def export_of(account: UUID) -> dict[str, Any]:
    """The public profile as it is stored, listed or not; nothing for who is no practitioner."""
    practitioner = await practitioner_of(account)
    if practitioner is None:
        return {}
    return {
        "fiche": await _profile(practitioner),
        "prestations": await _services(practitioner),
        "lieux": await _places(practitioner),
        "formations_affichées": await _trainings(practitioner),
        "profil_complet": await _criteria(practitioner),
        "jupiterre": await _jupiterre(practitioner),
    }


async def portrait_of(account: UUID) -> UUID | None:
    """The stored photograph; None when there is none, or only a drawn one."""
    practitioner = await practitioner_of(account)
    if practitioner is None:
        return None
    file = portraits.file_of(await portraits.portrait_of(practitioner))
    return UUID(file) if file else None


async def _profile(practitioner: int) -> dict[str, Any]:
    found = await connection.row(
        "SELECT p.*, f.* FROM practitioner p LEFT JOIN profile f ON f.practitioner = p.id"
        " WHERE p.id = $1",
        practitioner,
    )
    assert found is not None  # noqa: S101 - the account has just been found to hold it
    file = portraits.file_of(found["portrait"] or "")
    return {
        "nom_affiché": name_in(found),
        "prénom": found["first_name"],
        "nom": found["last_name"],
        "nom_commercial": found["trade_name"],
        "en_structure": found["is_structure"],
        "adresse_de_la_page": f"/praticiens/{found['slug']}",
        "créée_le": found["created_at"],
        "modifiée_le": found["updated_at"],
        "photo": PORTRAIT if file else found["portrait"],
        "titre": found["headline"],
        "présentation": found["presentation"],
        "pratiques": await _labels("practice_offered", "practice", practitioner),
        "thématiques": await _labels("theme_chosen", "theme", practitioner),
        "public_accueilli": _words(found["audience"], vocabulary.AUDIENCE),
        "accessibilité": vocabulary.ACCESS.get(found["access"] or "", ""),
        "langues": list(found["languages"] or []),
        "conditions_d_annulation": found["cancellation_terms"],
        "moyens_de_paiement": _words(found["payment_methods"], vocabulary.PAYMENT),
        "lien_de_visio": (await profiles.remote_of(practitioner)).link,
        "lignes_supprimées_depuis_peu": [
            {"supprimée_le": row["removed_at"], "contenu": msgspec.json.decode(row["content"])}
            for row in await connection.rows(
                "SELECT removed_at, content FROM removal WHERE practitioner = $1 ORDER BY id",
                practitioner,
            )
        ],
    }


async def _labels(table: str, column: str, practitioner: int) -> list[str]:
    found = await connection.rows(
        f"SELECT r.label FROM {table} o JOIN {column} r ON r.id = o.{column}"  # noqa: S608 - names written here
        " WHERE o.practitioner = $1 ORDER BY o.position, o.id",
        practitioner,
    )
    return [row["label"] for row in found]


async def _services(practitioner: int) -> list[dict[str, Any]]:
    return [
        {
            "intitulé": row["label"],
            "description": row["description"],
            "pratique": row["practised"],
            "durée_en_minutes": row["duration_minutes"],
            "prix_en_centimes": row["price_cents"],
            "lieux_de_séance": _words(row["modes"], vocabulary.MODES),
            "paiement": payment_words(PaymentRule(row["payment_rule"]), row["deposit_cents"]),
            "proposée": row["is_active"],
        }
        for row in await connection.rows(
            "SELECT s.*, r.label AS practised FROM service s JOIN practice r ON r.id = s.practice"
            " WHERE s.practitioner = $1 ORDER BY s.position, s.id",
            practitioner,
        )
    ]


async def _places(practitioner: int) -> list[dict[str, Any]]:
    return [
        {
            "sorte": "zone à domicile" if row["kind"] == PlaceKind.HOME_AREA else "adresse",
            "nom": row["label"],
            "rue": row["street"],
            "code_postal": row["postal_code"],
            "commune": row["town"],
            "rayon_en_km": row["radius_km"],
            "accès": row["access_notes"],
        }
        for row in await connection.rows(
            "SELECT l.*, c.name AS town FROM practice_place l JOIN commune c ON c.code = l.commune"
            " WHERE l.practitioner = $1 ORDER BY l.position, l.id",
            practitioner,
        )
    ]


async def _trainings(practitioner: int) -> list[dict[str, Any]]:
    return [
        {"intitulé": row["title"], "organisme": row["body"], "année": row["year"]}
        for row in await connection.rows(
            "SELECT title, body, year FROM training_shown WHERE practitioner = $1"
            " ORDER BY position, id",
            practitioner,
        )
    ]


async def _criteria(practitioner: int) -> dict[str, Any]:
    found = await connection.rows(
        "SELECT criterion, is_met FROM profile_criterion WHERE practitioner = $1", practitioner
    )
    met = {row["criterion"]: row["is_met"] for row in found}
    return {one.label: met.get(one.name, False) for one in completeness.CRITERIA}


async def _jupiterre(practitioner: int) -> dict[str, Any]:
    found = await connection.row(
        "SELECT is_jupiterre_user, jupiterre_changed_at, jupiterre_changed_by FROM practitioner"
        " WHERE id = $1",
        practitioner,
    )
    assert found is not None  # noqa: S101 - the account has just been found to hold it
    return {
        "client": found["is_jupiterre_user"],
        "changé_le": found["jupiterre_changed_at"],
        "lignes_de_la_liste_attribuées": [
            {"siret": row["siret"], "adresse_e-mail": row["email"], "reçue_le": row["received_at"]}
            for row in await connection.rows(
                "SELECT siret, email, received_at FROM customer_doubt WHERE practitioner = $1"
                " ORDER BY id",
                practitioner,
            )
        ],
    }


def _words(keys: list[str] | None, words: dict[str, str]) -> list[str]:
    return [words.get(key, key) for key in keys or ()]
