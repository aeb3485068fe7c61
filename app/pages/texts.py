"""The texts about the site that are no legal document: where each one's template is, how it is announced, and its
table of contents. The legal documents have versions: see `app/legal`."""

from __future__ import annotations

import msgspec


class TextPage(msgspec.Struct, frozen=True):
    """A page of text. `toc` holds (anchor, label) for each h2, in order."""

    template: str
    title: str
    description: str
    toc: list[tuple[str, str]]


LICENCES_PATH = "licences"
"""The one page that also takes `licences`, from `app.pages.licences`."""

TEXT_PAGES: dict[str, TextPage] = {
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
    "cookies": TextPage(
        template="pages/texts/cookies.html",
        title="Cookies",
        description=(
            "Chercher et lire ne dépose aucun cookie. La liste de ceux qu’un formulaire, une connexion "
            "ou un appareil demandent."
        ),
        toc=[
            ("aujourd-hui", "Quand vous cherchez et lisez"),
            ("connexion", "Quand vous ouvrez un formulaire ou vous connectez"),
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
