"""Every page, rendered with made-up people: sound HTML, and the sentences the law and the terms ask for."""

from __future__ import annotations

import functools
import itertools
import json
import re

import pytest
from jinja2 import Environment
from selectolax.lexbor import LexborHTMLParser

from app import config
from app.rendering import environment as rendering
from tests.rendering import samples, search_samples

STATIC = config.ROOT / "static"
PAGES = sorted(samples.pages())
BLOCKS = ("results", "facets", "kept", "live")
PRECAUTIONS = (
    "Les praticiens du bien-être ne sont pas des professionnels de santé ;"
    " leurs séances ne remplacent ni un diagnostic ni un traitement médical."
)
DELIVERED = "Justificatifs déclarés et remis par le praticien, non vérifiés par la plateforme"


@functools.cache
def env() -> Environment:
    return rendering.environment(lambda name: f"/static/{name}", auto_reload=False)


@functools.cache
def page(name: str) -> LexborHTMLParser:
    template, context = samples.pages()[name]
    return LexborHTMLParser(env().get_template(template).render(context))


def fragment(name: str) -> str:
    template = env().get_template("search/results.html")
    context = template.new_context({**samples.pages()[name][1], "fragment": True})
    return "".join("".join(template.blocks[block](context)) for block in BLOCKS)


def words(tree: LexborHTMLParser, selector: str = "body") -> str:
    node = tree.css_first(selector)
    assert node is not None, selector
    return re.sub(r"\s+", " ", node.text()).strip()


# ---- sound HTML -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_title_a_language_and_a_name(name: str) -> None:
    tree = page(name)
    assert len(tree.css("h1")) == 1
    assert len(tree.css("main")) == 1
    html, title = tree.css_first("html"), tree.css_first("title")
    assert html is not None
    assert title is not None
    assert html.attributes["lang"] == "fr"
    assert title.text().strip()


@pytest.mark.parametrize("name", PAGES)
def test_an_id_is_used_once_and_what_points_to_it_finds_it(name: str) -> None:
    tree = page(name)
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    for pointer in ("aria-labelledby", "aria-describedby", "for"):
        for node in tree.css(f"[{pointer}]"):
            assert set((node.attributes[pointer] or "").split()) <= set(ids)
    for node in tree.css('a[href^="#"]'):
        assert (node.attributes["href"] or "")[1:] in ids


@pytest.mark.parametrize("name", PAGES)
def test_titles_do_not_skip_a_level(name: str) -> None:
    levels = [
        int((node.tag or "h0")[1]) for node in page(name).css("main h1, main h2, main h3, main h4")
    ]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_every_field_has_a_label_and_every_button_a_type(name: str) -> None:
    tree = page(name)
    for field in tree.css("input:not([type=hidden]), select, textarea"):
        inside = field.parent is not None and field.parent.tag == "label"
        assert inside or tree.css_first(f'label[for="{field.attributes["id"]}"]') is not None
    for button in tree.css("button"):
        assert button.attributes.get("type") in ("button", "submit")


@pytest.mark.parametrize("name", PAGES)
def test_every_link_says_where_it_goes(name: str) -> None:
    for link in page(name).css("a"):
        assert link.attributes.get("href")
        assert link.text().strip()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(name: str) -> None:
    tree = page(name)
    assert not tree.css("[style], style")
    assert not [
        n for n in tree.css("*") for a in n.attributes if a.startswith(("on", "data-hx-on", "hx-"))
    ]
    for script in tree.css("script:not([src])"):
        assert script.attributes["type"] == "application/ld+json"
    for node in tree.css("[src], link[rel=stylesheet], link[rel=icon], use"):
        address = node.attributes.get("src") or node.attributes.get("href") or ""
        assert address.startswith("/static/")


@pytest.mark.parametrize("name", PAGES)
def test_every_drawing_exists(name: str) -> None:
    for node in page(name).css("use"):
        file, _, symbol = (node.attributes["href"] or "").partition("#")
        drawn = (STATIC / file.removeprefix("/static/")).read_text(encoding="utf-8")
        assert f'id="{symbol}"' in drawn


@pytest.mark.parametrize("name", PAGES)
def test_htmx_is_given_nothing_that_the_content_policy_forbids(name: str) -> None:
    for node in page(name).css("*"):
        for attribute, value in node.attributes.items():
            if attribute.startswith("data-hx-"):
                assert "js:" not in (value or "")
                assert "[" not in (value or "")


# ---- the search, whole and by parts -------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(search_samples.all_results()))
def test_the_parts_are_what_the_page_holds(name: str) -> None:
    parts = LexborHTMLParser(fragment(name))
    whole = page(name)
    for selector in ("#resultats", "#filtres", "#criteres", "#annonce"):
        assert len(parts.css(selector)) == 1
        assert words(parts, selector) == words(whole, selector)
    assert parts.css_first("header") is None


def test_three_parts_say_where_they_go_and_the_page_does_not() -> None:
    parts = LexborHTMLParser(fragment("results"))
    swaps = {
        node.attributes["id"]: node.attributes["data-hx-swap-oob"]
        for node in parts.css("[data-hx-swap-oob]")
    }
    assert swaps == {"filtres": "outerMorph", "criteres": "outerHTML", "annonce": "innerHTML"}
    assert not page("results").css("[data-hx-swap-oob]")
    title = parts.css_first("title")
    assert title is not None
    assert title.text().startswith("Titre de la page")


def test_a_result_carries_its_slug_and_its_rank() -> None:
    articles = page("results").css("#resultats > ol.cards > li > article")
    assert [node.attributes["data-slug"] for node in articles] == [
        f"praticien-{n}" for n in range(20)
    ]
    assert [node.attributes["data-rang"] for node in articles[:9]] == ["1"] * 8 + ["2"]


def test_a_result_names_the_person_and_says_why_it_is_there() -> None:
    first = page("results").css("#resultats article")[0].html or ""
    assert '<a href="/praticiens/praticien-0">Élodie <strong>d’Aubigné</strong></a>' in first
    assert "Pourquoi ici\u202f?" in first
    assert "45\u202f€" in first


def test_a_structure_has_no_family_name() -> None:
    names = [node.text() for node in page("results").css("#resultats article h2")]
    assert names[5] == "L’Atelier du Souffle"


def test_near_matches_are_apart_under_their_own_title() -> None:
    tree = page("few")
    assert len(tree.css("#resultats > ol > li")) == 2
    assert words(tree, ".near h2") == "Autres praticiens (ne répondent pas à tous vos critères)"
    assert len(tree.css(".near article")) == 2


def test_help_comes_before_everything_else() -> None:
    children = page("place").css("#resultats > *")
    assert "help" in (children[0].attributes.get("class") or "")
    calls = [node.attributes["href"] for node in page("place").css(".help a")]
    assert calls == ["tel:3114", "tel:15", "tel:0800231313"]


def test_a_place_with_namesakes_is_asked() -> None:
    assert [node.text() for node in page("place").css(".choices a")] == [
        "Saint-Denis La Réunion (974)",
        "Saint-Denis Seine-Saint-Denis (93)",
    ]


def test_an_empty_answer_and_a_failure_lead_somewhere() -> None:
    for name in ("none", "failure"):
        assert len(page(name).css(".empty .steps a")) == 3


def test_the_fields_show_what_was_asked() -> None:
    tree = page("results")
    assert [node.attributes.get("value") for node in tree.css("#q, #lieu")] == [
        "sophrologie",
        "Lyon (69)",
    ]
    assert tree.css_first("#visio[checked]") is not None
    assert tree.css_first('#rayon option[value="20"][selected]') is not None
    assert tree.css_first('#criteres input[name="theme"][value="gestion-du-stress"]') is not None


@pytest.mark.parametrize("km", [7, 500])
def test_an_unusual_radius_is_kept(km: int) -> None:
    shown = env().from_string("{{ ui.radius_field(km) }}").render(km=km)
    assert f'<option value="{km}" selected>' in shown


@pytest.mark.parametrize(
    ("template", "context"),
    [
        ("search/_suggestions.html", {"groups": search_samples.SUGGESTIONS}),
        ("search/_place_suggestions.html", {"suggestions": search_samples.PLACE_SUGGESTIONS}),
        ("search/_suggestions.html", {"groups": []}),
    ],
)
def test_suggestions_are_a_listbox(template: str, context: dict[str, object]) -> None:
    tree = LexborHTMLParser(env().get_template(template).render(context))
    assert len(tree.css("[role=listbox][id]")) == 1
    options = tree.css("[role=option]")
    assert len({node.attributes["id"] for node in options}) == len(options)
    for node in options:
        assert node.attributes["aria-selected"] == "false"
        assert "data-url" in node.attributes or "data-value" in node.attributes


# ---- what must be said ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["home", "results", "few", "none", "failure", "profile", "practice", "theme"]
)
def test_the_precautions_are_recalled(name: str) -> None:
    tree = page(name)
    assert PRECAUTIONS in words(tree, ".precautions")
    assert tree.css_first('.precautions a[href="/precautions"]') is not None


@pytest.mark.parametrize("name", ["home", "profile"])
def test_delivered_documents_are_said_not_to_be_checked(name: str) -> None:
    assert DELIVERED in words(page(name), "main")


def test_a_profile_says_who_wrote_it_and_which_practice_calls_for_care() -> None:
    said = words(page("profile"), "main")
    assert "Texte rédigé par le praticien, non relu par la plateforme" in said
    warning = (
        "Iridologie : Pratique non reconnue scientifiquement ; ne remplace pas un avis médical."
    )
    assert warning in said


def test_a_practice_is_said_not_to_be_recognised() -> None:
    said = words(page("practice"), "main")
    assert "Pratique non conventionnelle, qui n’est pas officiellement reconnue." in said
    assert "Pratique non reconnue scientifiquement ; ne remplace pas un avis médical." in said
    assert "officiellement reconnue" not in words(page("theme"), "main")


def test_the_order_is_explained_from_every_page() -> None:
    for name in PAGES:
        assert page(name).css_first('footer a[href="/classement"]') is not None


def test_the_data_of_a_profile_cannot_leave_their_element() -> None:
    script = page("profile").css_first('script[type="application/ld+json"]')
    assert script is not None
    assert json.loads(script.text())["name"] == "</script><b>"


def test_an_empty_profile_shows_no_empty_block() -> None:
    tree = page("bare-profile")
    assert not tree.css(".profile__block, .callbar, .contact, .hours")
    assert words(tree, "h1") == "L’Atelier du Souffle"


def test_an_error_can_be_told_to_somebody() -> None:
    assert "a1b2c3d4" in words(page("error"), "main")
    toast = env().get_template("errors/_error.html").render(samples.ERROR)
    assert toast.lstrip().startswith('<div class="toast__box" id="erreur">')
