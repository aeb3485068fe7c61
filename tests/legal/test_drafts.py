"""The first versions say what the law asks of each of them, and fit the operator they are made for."""

from __future__ import annotations

import pytest

from app.config import OPERATOR_LABELS, Operator
from app.legal import drafts, rendering_text
from app.legal.tables import Document
from app.rendering.written import escaped

HOSTILE = Operator(
    **dict.fromkeys(OPERATOR_LABELS, "A*b*_c_ <script>x</script> [l](javascript:x) | `d` \\ & é")
)


def text(document: Document) -> str:
    return drafts.draft(document, Operator(), jupiterre_tier=True)


def says(document: Document, *sentences: str) -> None:
    found = " ".join(text(document).split())
    assert [sentence for sentence in sentences if sentence not in found] == []


@pytest.mark.parametrize("document", list(Document))
def test_a_text_begins_with_its_title_and_has_no_blank_left(document: Document) -> None:
    body = text(document)
    assert body.startswith("# ")
    assert "{{" not in body
    assert "{%" not in body
    assert len(rendering_text.rendered(body).toc) >= 7


@pytest.mark.parametrize("document", list(Document))
def test_what_the_operator_is_called_never_becomes_markup(document: Document) -> None:
    drawn = rendering_text.rendered(drafts.draft(document, HOSTILE, jupiterre_tier=True)).html
    assert "<script" not in drawn
    assert 'href="javascript' not in drawn
    assert "A*b*_c_ &lt;script&gt;x&lt;/script&gt; [l](javascript:x) | `d` \\ &amp; é" in drawn


def test_nothing_given_is_said_to_be_missing() -> None:
    assert escaped("  ") == "*à renseigner*"


def test_evidence_can_always_be_disproved() -> None:
    """Terms § 13; C. civ. 1356."""
    says(Document.TERMS, "Ils valent jusqu’à preuve contraire, pour vous comme pour nous.")
    says(Document.LISTING_CONTRACT, "jusqu’à preuve contraire, pour vous comme pour nous")


def test_the_terms_tell_how_a_decision_is_explained_and_contested() -> None:
    """DSA art. 11, 12, 14, 16 and 17."""
    says(Document.TERMS, "l’exposé des motifs", "Pour contester", "articles 11 et 12", "bonne foi")
    says(Document.NOTICE, "point de contact unique")


def test_the_policy_gives_every_period_of_retention() -> None:
    """RGPD art. 13; the table of `law` § 2.9."""
    says(
        Document.PRIVACY,
        "2 ans sans connexion, après deux courriels d’alerte 30 et 7 jours avant",
        "12 mois",
        "3 ans après la séance dans l’agenda, puis archive jusqu’à 5 ans",
        "10 ans après la séance",
        "12 mois après le dernier message, ou 30 jours après la fermeture du compte",
        "3 ans au plus",
        "Le contrat, puis 5 ans ; une pièce expirée et remplacée : 1 an",
        "sinon 12 mois après le chargement",
        "5 ans, ou 10 ans pour un contrat de 120 € ou plus",
        "24 heures",
        "CNIL",
    )


def test_the_privacy_policy_says_what_becomes_of_a_dossier_when_the_account_is_closed() -> None:
    """What `moderation.following` does: erased at once when nobody was ever asked to look at it, else kept apart."""
    says(
        Document.PRIVACY,
        "Un dossier que vous n’avez jamais remis pour examen est effacé en même temps que le compte",
        "Un dossier remis est gardé à l’écart, avec ses pièces, 5 ans après la fin du référencement",
    )


def test_the_rules_of_the_reviews_give_what_the_law_asks() -> None:
    """C. conso. L111-7-2 and D111-16 to D111-19."""
    says(
        Document.REVIEWS,
        "Les avis ne sont pas encore ouverts",
        "Les avis ne seront pas contrôlés avant leur publication.",
        "**Délai de publication** : aucun.",
        "**Durée** : tant que la fiche du praticien est publique, et trois ans au plus.",
        "**Contrepartie** : aucune",
        "la date de publication, la date de la séance".replace("la date de p", "La date de p"),
        "doute sur l’authenticité",
        "Elle peut écrire à l’auteur de l’avis",
    )


def test_the_listing_contract_gives_what_the_regulation_asks() -> None:
    """P2B 2019/1150 art. 3 to 11."""
    says(
        Document.LISTING_CONTRACT,
        "**au moins quinze jours** avant de prendre effet",
        "**l’exposé des motifs**",
        "**trente jours avant**",
        "rémunération indirecte",
        "seul traitement différent",
        "## 11. Données",
        "moteurs de recherche",
        "Nous n’acquérons aucun autre droit.",
        "vous pouvez télécharger vos données",
        "médiateur choisi d’un commun accord",
    )
