"""The text pages of the site: where each one's template is, how it is announced, and its table of contents."""

from __future__ import annotations

from datetime import date

import msgspec

LAST_CHANGED_ON = date(2026, 11, 22)
"""Day the texts last changed: move it, and the page's version, with every change of meaning."""


class TextPage(msgspec.Struct, frozen=True):
    """A page of text. `toc` holds (anchor, label) for each h2, in order; `version` is shown with its date."""

    template: str
    title: str
    description: str
    toc: list[tuple[str, str]]
    version: str = "1"
    effective_on: date = LAST_CHANGED_ON


RANKING_PATH = "classement"
"""The one page that also takes `jupiterre_tier`, `criteria` and `changed_on` (terms § 3.2)."""

LICENCES_PATH = "licences"
"""The one page that also takes `licences`, from `app.pages.licences`."""

TEXT_PAGES: dict[str, TextPage] = {
    RANKING_PATH: TextPage(
        template="pages/ranking.html",
        title="Comment sont classés les praticiens\u202f?",
        description=(
            "L’ordre des résultats, expliqué en entier\u202f: critères, groupes, ordre alphabétique, "
            "et ce qui ne compte pas."
        ),
        toc=[
            ("en-bref", "L’ordre en bref"),
            ("criteres", "Vos critères de recherche"),
            ("profil-complet", "Premier groupe\u202f: les profils complets"),
            ("jupiterre", "Le logiciel Jupi’terre"),
            ("ordre-alphabetique", "L’ordre alphabétique"),
            ("ce-qui-ne-compte-pas", "Ce qui ne compte pas"),
            ("passer-dans-le-premier-groupe", "Praticiens\u202f: passer dans le premier groupe"),
            ("informations-legales", "Les sept informations prévues par la loi"),
            ("changements", "Quand ces règles changent"),
        ],
    ),
    "precautions": TextPage(
        template="pages/texts/precautions.html",
        title="Précautions",
        description=(
            "Les praticiens du bien-être ne sont pas des professionnels de santé\u202f: ce qu’ils peuvent "
            "faire, les réflexes utiles et les numéros d’urgence."
        ),
        toc=[
            ("urgence", "En cas d’urgence"),
            ("praticiens", "Qui sont les praticiens\u202f?"),
            ("sante", "Votre santé d’abord"),
            ("pratiques", "Des pratiques non conventionnelles"),
            ("vigilance", "Les pratiques qui demandent plus de vigilance"),
            ("contenus", "Ce que disent les textes du site"),
            ("avant-une-seance", "Avant une première séance"),
            ("signaler", "Signaler un problème"),
        ],
    ),
    "mentions-legales": TextPage(
        template="pages/texts/mentions-legales.html",
        title="Mentions légales",
        description=(
            "Qui édite le site, qui l’héberge, comment nous joindre et d’où viennent les données."
        ),
        toc=[
            ("editeur", "Éditeur du site"),
            ("publication", "Direction de la publication"),
            ("hebergeur", "Hébergeur"),
            ("contact", "Nous contacter et signaler un contenu"),
            ("mediateur", "Médiateur de la consommation"),
            ("role", "Notre rôle"),
            ("sources", "Sources et crédits"),
        ],
    ),
    "conditions-utilisation": TextPage(
        template="pages/texts/conditions-utilisation.html",
        title="Conditions générales d’utilisation",
        description=(
            "Les règles de la plateforme\u202f: référencement, compte, rendez-vous, paiement, avis, "
            "responsabilité et litiges."
        ),
        toc=[
            ("objet", "Objet, gratuité et étendue"),
            ("precautions", "1. Précautions"),
            ("exploitant", "2. Exploitant de la plateforme"),
            ("referencement", "3. Référencement des praticiens"),
            ("compte", "4. Compte du client"),
            ("engagements", "5. Vos engagements"),
            ("notre-role", "6. Nos engagements et notre rôle"),
            ("rendez-vous", "7. Rendez-vous et paiement"),
            ("avis-et-signalements", "8. Avis et signalements"),
            ("propriete", "9. Propriété intellectuelle"),
            ("responsabilite", "10. Responsabilité"),
            ("donnees", "11. Données personnelles"),
            ("modification", "12. Modification des conditions"),
            ("preuve", "13. Éléments de preuve"),
            ("resiliation", "14. Fin de l’utilisation"),
            ("interpretation", "15. Interprétation"),
            ("droit", "16. Droit applicable et litiges"),
        ],
    ),
    "politique-de-protection-des-donnees": TextPage(
        template="pages/texts/politique-de-protection-des-donnees.html",
        title="Politique de protection des données",
        description=(
            "Quelles données sont traitées, pourquoi, combien de temps, et comment "
            "exercer vos droits."
        ),
        toc=[
            ("en-bref", "En bref"),
            ("responsable", "Qui est responsable"),
            ("sans-compte", "Ce qui est traité sans compte"),
            ("recherche", "Vos recherches"),
            ("avec-compte", "Ce que les comptes ajoutent, lorsqu’ils sont ouverts"),
            ("sante", "Données de santé"),
            ("mineurs", "Mineurs"),
            ("destinataires", "Qui reçoit les données"),
            ("transferts", "Hors de l’Union européenne"),
            ("securite", "Sécurité et décisions"),
            ("droits", "Vos droits"),
            ("changements", "Changements"),
        ],
    ),
    "cookies": TextPage(
        template="pages/texts/cookies.html",
        title="Cookies",
        description=(
            "Chercher et lire ne dépose aucun cookie\u202f: ce qui changera "
            "lorsque vous aurez un compte."
        ),
        toc=[
            ("aujourd-hui", "Quand vous cherchez et lisez"),
            ("connexion", "Lorsque vous vous connectez"),
            ("paiement", "Lorsque vous payez en ligne"),
            ("refuser", "Bloquer les cookies"),
            ("changement", "Si cela change"),
        ],
    ),
    "accessibilite": TextPage(
        template="pages/texts/accessibilite.html",
        title="Accessibilité",
        description=(
            "Où en est l’accessibilité du site, ce que nous essayons, et comment "
            "nous dire ce qui bloque."
        ),
        toc=[
            ("etat", "État actuel"),
            ("essais", "Ce que nous essayons nous-mêmes"),
            ("choix", "Nos choix"),
            ("limites", "Limites connues"),
            ("contact", "Nous dire ce qui bloque"),
            ("recours", "Si nous ne répondons pas"),
        ],
    ),
    LICENCES_PATH: TextPage(
        template="pages/texts/licences.html",
        title="Licences",
        description=(
            "Les logiciels libres et les données ouvertes sur lesquels le site "
            "repose, et leurs licences."
        ),
        toc=[
            ("donnees", "Données ouvertes"),
            ("composants", "Composants et licences"),
            ("textes-des-licences", "Textes des licences"),
        ],
    ),
}
"""Path of the page (without its slash) → the page."""
