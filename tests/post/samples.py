"""One set of values for each kind of mail."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

NOW = datetime(2026, 11, 22, 14, 4, tzinfo=UTC)
LINK = "/liens/3q2-7wEXAMPLE_0123456789abcdefghijklmnopqrstu"

VALUES: dict[str, dict[str, Any]] = {
    "confirm_email": {"path": LINK, "minutes": 1440},
    "already_registered": {"sign_in_path": "/connexion", "reset_path": "/mot-de-passe/oublie"},
    "welcome": {
        "links": [
            ("Conditions d’utilisation, version 1", "/documents/conditions-utilisation/1"),
            (
                "Politique de protection des données, version 1",
                "/documents/politique-de-protection-des-donnees/1",
            ),
        ]
    },
    "reset_password": {"path": LINK, "minutes": 30},
    "sign_in_link": {"path": LINK, "minutes": 15},
    "account_locked": {"path": LINK, "minutes": 15},
    "password_changed": {"changed_at": NOW, "not_me_path": LINK},
    "confirm_new_email": {"path": LINK, "minutes": 1440},
    "email_changed": {"changed_at": NOW, "not_me_path": LINK},
    "second_factor_changed": {"change": "on", "changed_at": NOW, "not_me_path": LINK},
    "new_device": {"device": "Firefox sur Windows", "seen_at": NOW, "not_me_path": LINK},
    "account_suspended": {
        "reference": "S-2026-0001",
        "effective_at": NOW,
        "ends_at": None,
        "ground": "Usurpation d’identité",
        "facts": "Le compte porte le nom d’une autre personne.\nElle nous l’a signalé.",
    },
    "account_terminated": {
        "reference": "R-2026-0001",
        "closed_at": NOW,
        "ground": "Usurpation d’identité",
        "facts": "Le compte porte le nom d’une autre personne.\nElle nous l’a signalé.",
        "kept": [("Votre identité, chiffrée", "5 ans")],
    },
    "suspension_lifted": {"reference": "S-2026-0001", "lifted_at": NOW},
    "dossier_received": {"submitted_at": NOW, "path": "/espace/dossier"},
    "dossier_to_correct": {
        "links": [("Assurance : l’attestation n’est pas signée", "/espace/dossier/assurance")]
    },
    "dossier_listed": {"path": "/praticiens/camille-martin"},
    "dossier_refused": {
        "reference": "L-202611-0A1B2C3D",
        "scope": "Votre demande de référencement",
        "effective_at": NOW,
        "ground": "Règle de référencement non respectée",
        "basis": "Contrat de référencement, article 13.1",
        "facts": "La pratique proposée n’est pas dans la liste.\nElle n’y entrera pas.",
        "path": "/contestations/TC0yMDI2.abc.def",
    },
    "expiring": {
        "item": "Votre assurance civile professionnelle",
        "ends_on": date(2026, 12, 22),
        "days": 30,
        "consequence": "Sans attestation à jour, votre profil ne sera plus complet.",
        "path": "/espace/dossier/assurance",
    },
    "lapsed": {
        "item": "Votre assurance civile professionnelle",
        "ends_on": date(2026, 11, 21),
        "consequence": "Votre profil n’est plus complet.",
        "path": "/espace/dossier/assurance",
    },
    "contract_suspension": {
        "reference": "C-2-17",
        "effective_at": NOW,
        "number": 2,
        "path": "/espace/contrat",
    },
    "profile_complete": {"path": "/espace/profil"},
    "profile_incomplete": {"links": [("Ajoutez une photo ou un logo.", "/espace/profil")]},
    "contract_awaited": {"number": 2, "due_at": NOW, "path": "/espace/contrat"},
    "listing_suspended": {
        "reference": "L-202611-0A1B2C3D",
        "scope": "Votre page publique",
        "effective_at": NOW,
        "ends_at": NOW,
        "ground": "Règle de référencement non respectée",
        "basis": "Contrat de référencement, article 13.1",
        "facts": "L’attestation remise le 2 novembre est celle d’une autre personne.",
        "path": "/contestations/TC0yMDI2.abc.def",
    },
    "listing_ended_by_platform": {
        "reference": "L-202611-0A1B2C3D",
        "scope": "L’ensemble de votre référencement",
        "effective_at": NOW,
        "ground": "Décision de justice",
        "basis": "Contrat de référencement, article 13.1",
        "facts": "Le jugement du 2 novembre l’ordonne.",
        "exception": "Une obligation légale",
        "path": "/contestations/TC0yMDI2.abc.def",
    },
    "listing_ended": {"reference": "L-202611-0A1B2C3D", "effective_at": NOW},
    "listing_restored": {
        "reference": "L-202611-0A1B2C3D",
        "restored_at": NOW,
        "path": "/praticiens/camille-martin",
    },
    "contest_answered": {
        "reference": "L-202611-0A1B2C3D",
        "is_upheld": False,
        "answer": "L’attestation est bien la vôtre.",
        "missing": "une assurance en cours",
    },
    "practitioner_delisted": {
        "name": "Camille Martin",
        "effective_at": NOW,
        "email": "camille@exemple.example",
        "path": "/mon-compte/agenda",
    },
    "new_version": {
        "title": "Conditions d’utilisation",
        "number": 2,
        "summary": "Le délai d’annulation est précisé.\nUne phrase est plus claire.",
        "effective_at": NOW,
        "is_acceptance_required": True,
        "path": "/documents/conditions-utilisation/2",
        "differences_path": "/documents/conditions-utilisation/2/differences",
    },
    "account_closed": {
        "closed_at": NOW,
        "kept": [("Votre identité, chiffrée", "5 ans"), ("Les journaux de connexion", "12 mois")],
    },
    "inactive_account": {"deleted_on": date(2026, 12, 22), "path": "/connexion"},
    "export_ready": {"path": LINK, "minutes": 1440},
    "data_request_received": {"reference": "D-2026-0001", "right": "Rectification", "due_at": NOW},
    "data_request_answered": {
        "reference": "D-2026-0001",
        "right": "Rectification",
        "answer": "Votre nom est corrigé.\n\nIl apparaît ainsi partout.",
    },
    "evidence_anchor": {"position": 1234, "seal_hash": "ab" * 32, "anchored_at": NOW},
    "admin_alert": {
        "links": [
            ("2 tâches arrêtées", "/admin/taches"),
            ("1 courriel en doute", "/admin/courriels"),
        ]
    },
}
