"""The eight items of a dossier: what each is called, and where it is given (terms § 3.1)."""

from __future__ import annotations

import msgspec

from app.listing.tables import DossierItem

DECLARED = "Justificatifs déclarés et remis par le praticien, non vérifiés par la plateforme"
"""What is said of them in public, word for word (EX-3.1-14)."""

DOSSIER = "/espace/dossier"
CONTRACT = "/espace/contrat"


class Item(msgspec.Struct, frozen=True):
    """`asked`: what is expected, in one sentence."""

    key: DossierItem
    title: str
    asked: str
    url: str

    @property
    def slug(self) -> str:
        return self.url.rpartition("/")[2]


ITEMS = (
    Item(
        DossierItem.IDENTITY,
        "Identité légale",
        "Votre nom ou votre dénomination, votre forme juridique, votre adresse officielle et vos coordonnées.",
        f"{DOSSIER}/identite",
    ),
    Item(
        DossierItem.SIRET,
        "SIRET et immatriculation",
        "Le numéro à 14 chiffres de votre établissement, et son immatriculation.",
        f"{DOSSIER}/siret",
    ),
    Item(
        DossierItem.INSURANCE,
        "Assurance civile professionnelle",
        "Votre assureur, le numéro du contrat et une attestation en cours.",
        f"{DOSSIER}/assurance",
    ),
    Item(
        DossierItem.CERTIFICATES,
        "Certificats et attestations de formation",
        "Un justificatif pour chacune de vos pratiques.",
        f"{DOSSIER}/formations",
    ),
    Item(
        DossierItem.MEDIATOR,
        "Médiateur de la consommation",
        "Le médiateur dont vous dépendez, son adresse et son site.",
        f"{DOSSIER}/mediateur",
    ),
    Item(
        DossierItem.VAT,
        "TVA",
        "Votre numéro si vous y êtes soumis ; sinon, dites simplement que non.",
        f"{DOSSIER}/tva",
    ),
    Item(
        DossierItem.SERVICES,
        "Tarifs des prestations",
        "Au moins une prestation, avec son prix toutes taxes comprises.",
        "/espace/prestations",
    ),
    Item(
        DossierItem.CONTRACT,
        "Contrat de référencement",
        "La version en vigueur, lue et acceptée.",
        CONTRACT,
    ),
)
"""In the order of the examination."""

BY_KEY = {item.key: item for item in ITEMS}
BY_SLUG = {item.slug: item for item in ITEMS if item.url.startswith(f"{DOSSIER}/")}
"""Those that have their page under `/espace/dossier`."""
