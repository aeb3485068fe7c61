"""The text pages say what the law and the settings ask, in the words of the trade."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser

from app.config import OPERATOR_LABELS, ROOT, Operator
from app.directory import names
from app.directory.completeness import CRITERIA
from app.legal import drafts, rendering_text
from app.legal.tables import Document
from app.legal.titles import DESCRIPTIONS, TITLES
from app.pages import licences
from app.pages.texts import LICENCES_PATH, TEXT_PAGES, TextPage
from app.rendering import filters

LAYOUT = "<main><h1>{{ page_title }}</h1>{% block text %}{% endblock %}</main>"
"""Stands for the layout, so that only the texts are read here."""

RANKING_PATH = Document.RANKING.value

FILLED = Operator(
    **{
        field: f"valeur-{field}"
        for field in OPERATOR_LABELS
        if not field.endswith(("email", "website"))
    },
    company_email="societe@exemple.test",
    report_email="signalement@exemple.test",
    mediator_website="https://mediateur.exemple.test",
)
EMPTY = Operator(**dict.fromkeys(OPERATOR_LABELS, ""))

NARROW_SPACE = "\u202f"


@cache
def environment() -> jinja2.Environment:
    loader = jinja2.ChoiceLoader(
        [
            jinja2.DictLoader({"pages/text.html": LAYOUT}),
            jinja2.FileSystemLoader(ROOT / "templates"),
        ]
    )
    made = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, autoescape=True)
    made.filters["day"] = filters.day
    return made


def page_of(path: str) -> TextPage:
    """What is announced of a text: the pages have it written, a document has it from its titles."""
    if path in TEXT_PAGES:
        return TEXT_PAGES[path]
    document = Document(path)
    drawn = rendering_text.rendered(drafts.draft(document, FILLED, jupiterre_tier=True))
    return TextPage("legal/document.html", TITLES[document], DESCRIPTIONS[document], drawn.toc)


def rendered(path: str, *, operator: Operator = FILLED, jupiterre_tier: bool = True) -> str:
    page = page_of(path)
    context: dict[str, Any] = {
        "page_title": page.title,
        "description": page.description,
        "toc": page.toc,
        "operator": operator,
        "year": 2026,
    }
    if path == LICENCES_PATH:
        context["licences"] = licences.third_party()
    if path in TEXT_PAGES:
        return environment().get_template(page.template).render(context)
    body = drafts.draft(Document(path), operator, jupiterre_tier=jupiterre_tier)
    return (
        environment()
        .from_string(LAYOUT)
        .render(context)
        .replace("</main>", f"{rendering_text.rendered(body).html}</main>")
    )


def words(html: str) -> str:
    """The text a person reads, on one line, every kind of space made plain."""
    body = LexborHTMLParser(html).body
    assert body is not None
    return " ".join(body.text(separator=" ").split())


def ranking(*, jupiterre_tier: bool) -> str:
    return words(rendered(RANKING_PATH, jupiterre_tier=jupiterre_tier))


def position(text: str, *parts: str) -> list[int]:
    places = [text.find(part) for part in parts]
    assert -1 not in places, [part for part in parts if part not in text]
    return places


every_page = pytest.mark.parametrize("path", [*TEXT_PAGES, *(one.value for one in Document)])


@every_page
@pytest.mark.parametrize("operator", [FILLED, EMPTY], ids=["filled", "empty"])
def test_a_page_renders_whatever_the_operator_has_filled_in(path: str, operator: Operator) -> None:
    page = LexborHTMLParser(rendered(path, operator=operator))
    assert [title.text() for title in page.css("h1")] == [page_of(path).title]


@every_page
def test_the_table_of_contents_is_the_list_of_the_titles(path: str) -> None:
    titles = LexborHTMLParser(rendered(path)).css("h2")
    assert [(h2.id, h2.text()) for h2 in titles] == page_of(path).toc


@every_page
def test_no_anchor_is_used_twice_not_even_by_the_layout(path: str) -> None:
    frame = [*(ROOT / "templates" / "layouts").glob("*.html"), ROOT / "templates/pages/text.html"]
    taken = [
        anchor
        for file in frame
        if file.exists()
        for anchor in re.findall(r'\sid="([\w-]+)"', file.read_text(encoding="utf-8"))
    ]
    anchors = [str(node.id) for node in LexborHTMLParser(rendered(path)).css("[id]")]
    assert [anchor for anchor in anchors if (anchors + taken).count(anchor) > 1] == []


@every_page
def test_a_link_to_a_part_of_a_text_finds_it(path: str) -> None:
    for link in LexborHTMLParser(rendered(path)).css("a[href^='/'][href*='#']"):
        target, _, anchor = str(link.attributes["href"]).strip("/").partition("#")
        assert f'id="{anchor}"' in rendered(target)


@every_page
def test_a_description_fits_in_a_search_result(path: str) -> None:
    assert 50 <= len(page_of(path).description) <= 160


@every_page
@pytest.mark.parametrize("jupiterre_tier", [True, False], ids=["tier-on", "tier-off"])
def test_the_words_of_medicine_and_of_approval_are_absent_ex_3_1_14(
    path: str, jupiterre_tier: bool
) -> None:
    page = page_of(path)
    text = words(rendered(path, jupiterre_tier=jupiterre_tier))
    text = f"{text} {page.title} {page.description}".casefold()
    text = text.replace("non vérifiés par la plateforme", "")
    banned = "patient", "consultation", "thérap", "vérifié", "certifié", "agréé", "irréfragable"
    assert [word for word in banned if word in text] == []


@every_page
def test_the_typography_is_french(path: str) -> None:
    page = page_of(path)
    html = re.sub(r"<code.*?</code>|<[^>]+>", "", rendered(path)) + page.title + page.description
    assert re.findall(r"\w'\w|[ \n\xa0][:;?!»€]|«[ \n\xa0]|\w[;?!»]", html) == []


def test_the_title_of_the_ranking_page_is_the_one_linked_from_every_page() -> None:
    assert page_of(RANKING_PATH).title == f"Comment sont classés les praticiens{NARROW_SPACE}?"


# ---- precautions (terms § 1) ------------------------------------------------------------------


def test_the_precautions_say_all_of_terms_1() -> None:
    text = words(rendered("precautions"))
    position(
        text,
        "ne sont pas des professionnels de santé",
        "ne remplace ni un diagnostic, ni un traitement, ni un suivi médical",
        "N’arrêtez jamais un traitement",
        "pas officiellement reconnues",
        "n’expriment que l’avis de leur auteur",
        "signalement@exemple.test",
    )


def test_the_precautions_say_who_answers_for_what_a_profile_tells() -> None:
    text = words(rendered("precautions"))
    assert "déclarés et remis par le praticien. La plateforme n’en contrôle pas" in text
    assert "vérifié" not in text


def test_accessibility_names_its_rules_and_claims_no_audit() -> None:
    text = words(rendered("accessibilite"))
    position(
        text,
        "Aucun audit de conformité n’a été réalisé",
        "RGAA, version 4.1.2, qui s’appuie sur les règles internationales WCAG 2.1, niveau AA",
        "Nous visons aussi ce que les WCAG 2.2 y ajoutent",
        "pas des résultats mesurés",
    )
    assert "conforme" not in text.replace("conformité", "")


def test_the_emergency_numbers_can_be_called_from_the_page() -> None:
    page = LexborHTMLParser(rendered("precautions"))
    links = {link.attributes["href"] for link in page.css("#urgence ~ ul a, #urgence ~ p a")}
    assert {"tel:15", "tel:112", "sms:114", "tel:3114"} <= links


# ---- legal notice (terms § 2) -----------------------------------------------------------------


@pytest.mark.parametrize("field", list(OPERATOR_LABELS))
def test_the_legal_notice_shows_each_field_of_the_operator_ex_2_1(field: str) -> None:
    assert getattr(FILLED, field) in words(rendered("mentions-legales"))


@pytest.mark.parametrize("field", list(OPERATOR_LABELS))
def test_the_legal_notice_says_which_field_is_missing_ex_2_1(field: str) -> None:
    lacking = msgspec.structs.replace(FILLED, **{field: ""})
    before, after = (
        words(rendered("mentions-legales", operator=operator)).count("à renseigner")
        for operator in (FILLED, lacking)
    )
    assert before == 0
    assert after > 0


def test_the_legal_notice_names_the_sources_of_the_places() -> None:
    position(
        words(rendered("mentions-legales")),
        "Licence Ouverte 2.0",
        "GeoNames",
        "Creative Commons Attribution 4.0",
    )


# ---- terms of use -----------------------------------------------------------------------------


def test_the_terms_keep_the_numbers_of_their_sixteen_sections() -> None:
    numbers = [label.partition(".")[0] for _, label in page_of("conditions-utilisation").toc[1:]]
    assert numbers == [str(number) for number in range(1, 17)]


def test_the_terms_call_a_sum_paid_in_advance_a_deposit() -> None:
    assert "est un acompte , et non des arrhes" in words(rendered("conditions-utilisation"))


# ---- ranking (terms § 3.2) --------------------------------------------------------------------


def test_the_ranking_page_names_three_groups_in_order_with_the_jupiterre_tier_ex_3_2_7() -> None:
    text = ranking(jupiterre_tier=True)
    order = position(
        text,
        "Premier groupe : les praticiens dont le profil public est complet",
        "Deuxième groupe : les praticiens dont le profil est incomplet et qui utilisent",
        "Troisième groupe : les autres praticiens dont le profil est incomplet",
    )
    assert order == sorted(order)
    position(
        text,
        "liés par contrat à l’exploitant",
        "rémunération indirecte",
        "Client du logiciel Jupi’terre",
    )


def test_the_ranking_page_names_two_groups_in_order_without_the_jupiterre_tier_ex_3_2_7() -> None:
    text = ranking(jupiterre_tier=False)
    order = position(
        text,
        "Premier groupe : les praticiens dont le profil public est complet",
        "Deuxième groupe : les praticiens dont le profil est incomplet.",
    )
    assert order == sorted(order)
    assert "aucun effet sur le classement" in text
    for absent in (
        "Troisième groupe",
        "liés par contrat",
        "rémunération indirecte",
        "Client du logiciel",
    ):
        assert absent not in text


def test_the_ranking_page_lists_every_criterion_of_a_complete_profile() -> None:
    rows = LexborHTMLParser(rendered(RANKING_PATH)).css("#profil-complet ~ table tbody tr")
    shown = [[" ".join(cell.text().split()) for cell in row.css("th, td")] for row in rows]
    assert shown == [[criterion.label, criterion.test] for criterion in CRITERIA]


@pytest.mark.parametrize("jupiterre_tier", [True, False], ids=["tier-on", "tier-off"])
def test_the_ranking_page_gives_the_seven_items_of_the_law(jupiterre_tier: bool) -> None:
    page = LexborHTMLParser(rendered(RANKING_PATH, jupiterre_tier=jupiterre_tier))
    items = page.css("#informations-legales ~ ol > li > strong")
    assert [item.text() for item in items] == [
        "Paramètres de classement.",
        "Qui peut proposer ses services.",
        "Le service et les contrats.",
        "Le prix du service.",
        "Le paiement.",
        "Assurances et garanties.",
        "Les litiges.",
    ]


def test_the_ranking_page_says_what_never_counts_and_how_changes_are_told() -> None:
    position(
        ranking(jupiterre_tier=True),
        "les notes, les avis et leur nombre",
        "la distance",
        "les clics",
        "le hasard",
        "n’est pas personnalisé",
        "au moins quinze jours",
    )


def test_the_examples_of_the_alphabetical_order_are_what_the_directory_does() -> None:
    def key(first_name: str, last_name: str) -> str:
        return names.sort_name(
            first_name=first_name, last_name=last_name, trade_name="", is_structure=False
        )

    assert "« Martin Zoé » précède « Martine Anne »" in ranking(jupiterre_tier=True)
    assert key("Zoé", "Martin") < key("Anne", "Martine")
    assert key("Luc", "d’Aubigné").startswith("d")
    assert key("Luc", "Le Goff").startswith("l")
    assert [names.base_letters(name) for name in ("Émile", "Lecœur")] == ["emile", "lecoeur"]


# ---- licences (terms § 9) ---------------------------------------------------------------------


def test_every_installed_package_of_the_lock_is_listed_with_a_licence_ex_9_1() -> None:
    parts = {part.name.casefold(): part for part in licences.third_party()}
    assert {"litestar", "jinja2", "piccolo", "meilisearch", "numpy"} <= parts.keys()
    assert [part.name for part in parts.values() if part.licence == licences.UNDECLARED] == []
    assert [part.name for part in parts.values() if len(part.licence) > 80] == []


def test_the_data_and_the_vendored_script_are_listed() -> None:
    named = {part.name: part.licence for part in licences.third_party()}
    assert named["htmx"] == "Zero-Clause BSD"
    assert named["GeoNames"] == "CC BY 4.0"
    assert named["@etalab/decoupage-administratif"] == "Licence Ouverte 2.0"


def test_the_listed_version_of_htmx_is_the_vendored_one() -> None:
    listed = next(part.version for part in licences.third_party() if part.name == "htmx")
    vendored: list[Path] = list((ROOT / "static" / "js").glob("htmx*.js"))
    assert [file.name for file in vendored if listed not in file.name] == []


def test_the_licences_page_shows_each_component_on_its_row() -> None:
    rows = LexborHTMLParser(rendered(LICENCES_PATH)).css("#composants ~ table tbody tr")
    assert len(rows) == len(licences.third_party())
