"""Reasons ready to be sent, item by item: what is to correct, as the practitioner reads it; each can be rewritten."""

from __future__ import annotations

from app.listing.tables import DossierItem

READY: dict[DossierItem, tuple[str, ...]] = {
    DossierItem.IDENTITY: (
        "Le nom indiqué n’est pas celui du compte. Indiquez votre nom, ou expliquez le lien entre les deux.",
        "L’adresse officielle est incomplète. Indiquez le numéro, la voie, le code postal et la commune.",
        "La forme juridique ne correspond pas au document remis.",
    ),
    DossierItem.SIRET: (
        "Ce SIRET n’est pas celui du document remis. Recopiez les 14 chiffres de votre établissement.",
        "Ce SIRET figure déjà dans un autre dossier. Dites-nous à quel titre vous l’utilisez.",
        "Indiquez le greffe de votre immatriculation au RCS.",
    ),
    DossierItem.INSURANCE: (
        "L’attestation est illisible. Envoyez-la de nouveau, en entier et bien nette.",
        "L’attestation n’est pas au nom indiqué dans votre identité légale.",
        "L’attestation ne couvre plus la période en cours. Envoyez celle de cette année.",
        "L’attestation ne mentionne pas vos activités de bien-être.",
        "Le document remis n’est pas une attestation d’assurance civile professionnelle.",
    ),
    DossierItem.CERTIFICATES: (
        "Le certificat est illisible. Envoyez-le de nouveau, en entier et bien net.",
        "Le certificat n’est pas à votre nom.",
        "Il manque un justificatif pour une de vos pratiques.",
        "Le document remis n’est pas un certificat ni une attestation de formation.",
    ),
    DossierItem.MEDIATOR: (
        "L’adresse postale du médiateur est incomplète.",
        "Le site indiqué n’est pas celui du médiateur.",
        "Le nom indiqué n’est pas celui d’un médiateur de la consommation.",
    ),
    DossierItem.VAT: (
        "Le numéro de TVA ne finit pas par votre SIREN.",
        "Votre forme juridique laisse penser que vous êtes soumis à la TVA. Précisez votre situation.",
    ),
    DossierItem.SERVICES: (
        "Une prestation n’a pas de prix. Indiquez un prix toutes taxes comprises.",
        "Le prix indiqué semble ne pas être celui d’une séance.",
    ),
    DossierItem.CONTRACT: ("Acceptez la version en vigueur du contrat de référencement.",),
}
"""The first of each is proposed first."""
