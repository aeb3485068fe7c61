"""How each legal document is called, announced, and what stands beside its box."""

from __future__ import annotations

from app.legal.tables import Document

TITLES = {
    Document.TERMS: "Conditions générales d’utilisation",
    Document.PRIVACY: "Politique de protection des données",
    Document.NOTICE: "Mentions légales",
    Document.RANKING: "Comment sont classés les praticiens\u202f?",
    Document.REVIEWS: "Règles des avis",
    Document.LISTING_CONTRACT: "Contrat de référencement",
}

DESCRIPTIONS = {
    Document.TERMS: (
        "Les règles de la plateforme\u202f: référencement, compte, rendez-vous, paiement, avis, "
        "responsabilité et litiges."
    ),
    Document.PRIVACY: (
        "Quelles données sont traitées, pourquoi, combien de temps, et comment exercer vos droits."
    ),
    Document.NOTICE: "Qui édite le site, qui l’héberge, comment nous joindre et d’où viennent les données.",
    Document.RANKING: (
        "L’ordre des résultats, expliqué en entier\u202f: critères, groupes, ordre alphabétique, "
        "et ce qui ne compte pas."
    ),
    Document.REVIEWS: (
        "Qui peut laisser un avis, quand il paraît, combien de temps il reste, et comment le "
        "signaler ou le contester."
    ),
    Document.LISTING_CONTRACT: (
        "Ce que le praticien référencé et la plateforme se doivent\u202f: dossier, classement, "
        "préavis, suspension, données et litiges."
    ),
}
"""What a search engine shows: between 50 and 160 characters."""

LABELS = {
    Document.TERMS: "J’accepte les conditions générales d’utilisation",
    Document.PRIVACY: "J’ai pris connaissance de la politique de protection des données",
    Document.LISTING_CONTRACT: "J’accepte le contrat de référencement",
}
"""Only for the documents that are accepted (or, for the privacy policy, read: EX-4-3)."""
