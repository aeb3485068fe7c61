"""Sensitive searches: the help first, the search never blocked, only what is literally written (content § 3.5)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from app.directory.reference import DATA
from app.search import sensitive
from app.search.results import HelpLine
from tests.factories import LONG_TEXT, empty_directory, indexed, practitioner
from tests.search.looking import near, search, total
from tests.visitors import Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("people")]

TERMS = json.loads((DATA / "sensitive_terms.json").read_text(encoding="utf-8"))
LITERAL = "luc-cancer"
WRITES_OF_IT = "anne-abeille"
STRESS = "zoe-zeller"
TOBACCO = "yves-merle"


@pytest.fixture(scope="module")
async def people(site: Any, index_gateway: Any) -> None:
    await empty_directory(index_gateway)
    await practitioner("Luc", "Cancer", slug=LITERAL, practices=("yoga",))
    await practitioner(
        "Anne",
        "Abeille",
        slug=WRITES_OF_IT,
        practices=("reiki",),
        presentation=LONG_TEXT
        + " J’accompagne des personnes qui vivent avec un cancer, et leur addiction.",
    )
    await practitioner(
        "Zoé", "Zeller", slug=STRESS, themes=("gestion-du-stress", "changer-ses-habitudes")
    )
    await practitioner("Yves", "Merle", slug=TOBACCO, themes=("arreter-le-tabac", "mieux-dormir"))
    await indexed(index_gateway)


def _level(seen: Any) -> str:
    node = seen.tree.css_first("#resultats .help")
    return re.sub(r".*help--(\w+).*", r"\1", node.attributes["class"]) if node else ""


async def test_cancer_shows_the_medical_notice_and_finds_only_what_is_written(
    guest: Visitor,
) -> None:
    """EX content § 3.5: no theme match; presentation texts count."""
    seen = await guest.get(search(q="cancer"))
    assert _level(seen) == "medical"
    assert seen.slugs == [WRITES_OF_IT, LITERAL]
    assert "ne remplace ni un diagnostic ni un traitement médical" in seen.text(".help")


async def test_the_urgency_notice_is_the_first_thing_of_the_results(guest: Visitor) -> None:
    seen = await guest.get(search(q="envie de mourir"))
    assert seen.status == 200
    assert _level(seen) == "emergency"
    region = seen.tree.css_first("#resultats")
    assert region is not None
    first = next(node for node in region.iter() if node.tag not in ("-text", "-comment"))
    assert "help" in (first.attributes["class"] or "")
    assert (first.tag, first.attributes["aria-labelledby"]) == ("section", "aide-titre")
    calls = {a.text().strip(): a.attributes["href"] for a in seen.all(".help a")}
    assert calls == {"3114": "tel:3114", "15": "tel:15", "112": "tel:112"}


async def test_the_notice_comes_before_the_results_it_goes_with(guest: Visitor) -> None:
    seen = await guest.get(search(q="cancer"))
    assert seen.html.index("help--medical") < seen.html.index("<article")


@pytest.mark.parametrize("typed", ["insomnie", "stress", "yoga", "violon", "finir", "lavc", ""])
async def test_an_ordinary_search_shows_no_notice(guest: Visitor, typed: str) -> None:
    assert _level(await guest.get(search(q=typed))) == ""


@pytest.mark.parametrize("term", TERMS, ids=lambda term: str(term["term"]))
async def test_every_sensitive_term_calls_its_notice(term: dict[str, str]) -> None:
    """The most urgent one when a query holds several."""
    for query in (
        term["term"],
        term["term"].upper(),
        f"aide pour {term['term']} à Lyon",
        term["term"].replace(" ", "  "),
        f"l’{term['term']}",
    ):
        found = sensitive.term_in(query)
        assert found is not None, query
        levels = list(sensitive._URGENCY)
        assert levels.index(found.level) <= levels.index(term["level"]), query
    found = sensitive.term_in(term["term"])
    assert found is not None
    if not any(o["term"] in term["term"] and o["level"] != term["level"] for o in TERMS):
        assert found.level == term["level"]


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("Cancers", "medical"),
        ("diabete", "medical"),
        ("HÉMORRAGIE", "emergency"),
        ("hemorragies", "emergency"),
        ("violences conjugales", "protection"),
        ("sclérose  en plaques", "medical"),
        ("stress post traumatique", "medical"),
        ("j’ai envie de mourir", "emergency"),
        ("cancer et envie de mourir", "emergency"),
        ("tabac", "information"),
        ("arrêter de fumer", "information"),
        ("je veux mourir", "emergency"),
        ("elle veut mourir", "emergency"),
        ("Idées noires", "emergency"),
        ("automutilation", "emergency"),
        ("auto-mutilations", "emergency"),
        ("je n’ai plus envie de vivre", "emergency"),
        ("mettre fin à mes jours", "emergency"),
        ("mon mari me bat", "protection"),
        ("il me frappe", "protection"),
        ("violences sur enfant", "protection"),
        ("violences sur enfants", "protection"),
        ("violences intra-familiales", "protection"),
        ("j’ai été violée", "protection"),
    ],
)
async def test_accents_plurals_and_the_words_around_do_not_hide_a_term(
    guest: Visitor, typed: str, level: str
) -> None:
    assert _level(await guest.get(search(q=typed))) == level


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("suicide", {"3114", "15", "112"}),
        ("avc", {"15", "112", "114"}),
        ("femme battue", {"17", "112", "114", "3919", "119", "116 006"}),
        ("cancer", set()),
        ("dépression", {"15", "3114"}),
        ("alcool", {"0 980 980 930", "0 800 23 13 13"}),
        ("cigarette", {"39 89"}),
    ],
)
async def test_the_numbers_to_call_are_links_one_can_dial(
    guest: Visitor, typed: str, numbers: set[str]
) -> None:
    seen = await guest.get(search(q=typed))
    calls = {a.text().strip(): a.attributes["href"] for a in seen.all(".help a")}
    # Nobody answers a voice call at 114.
    assert calls == {
        number: ("sms:" if number == "114" else "tel:") + number.replace(" ", "")
        for number in numbers
    }


async def test_the_police_comes_first_when_somebody_is_in_danger(guest: Visitor) -> None:
    calls = [a.text().strip() for a in (await guest.get(search(q="viol"))).all(".help a")]
    assert calls == ["17", "112", "114", "3919", "119", "116 006"]


async def test_every_number_says_where_it_was_read_and_serves_some_search() -> None:
    shown = {line.phone for term in TERMS for line in _lines(term)}
    assert {line.number for line in sensitive.helplines()} == shown
    for line in sensitive.helplines():
        assert len(line.source) > 15, line.number
        assert line.read_on.year >= 2026, line.number


async def test_a_label_of_a_number_is_never_cut_before_its_unit() -> None:
    for line in sensitive.helplines():
        assert not re.search(r"\d [a-z]", line.label), line.label


def _lines(term: dict[str, str]) -> list[HelpLine]:
    return sensitive.notice_for(sensitive.SensitiveTerm(**term)).lines


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("sucide", "emergency"),
        ("suiside", "emergency"),
        ("suicidere", "emergency"),
        ("envie de mourrir", "emergency"),
        ("hémoragie", "emergency"),
        ("infractus", "emergency"),
        ("violance conjugalle", "protection"),
        ("maltraitence", "protection"),
    ],
)
async def test_a_small_typing_error_hides_no_vital_notice(
    guest: Visitor, typed: str, level: str
) -> None:
    assert _level(await guest.get(search(q=typed))) == level


@pytest.mark.parametrize(
    "typed",
    [
        "la mort d’un proche",
        "deuil de mon mari",
        "peur de mourir",
        "mortier",
        "je me bats contre le stress",
        "lucide",
        "envie de mûrir",
        "peur de me perdre",
        "se prendre la tête",
        "douceur poitrine",
        "maison infestée",
        "lieu infesté",
        "flamme violette",
        "violet",
        "trouble de l’attachement",
        "gestion de la colère de mon enfant",
        "idées reçues",
        "huile noire",
        "communication non violente",
        "mon mari me fatigue",
        "envie de vivre",
        "massage enfant",
        "battement de cœur",
    ],
)
async def test_ordinary_words_that_resemble_a_vital_term_show_no_notice(typed: str) -> None:
    found = sensitive.term_in(typed)
    assert found is None, found


async def test_a_mistyped_vital_word_is_searched_as_written(guest: Visitor) -> None:
    """Decision 5: the help comes, and nobody is found by chance."""
    seen = await guest.get(search(q="sucide"))
    assert total(seen) == 0
    assert not seen.has("section.near")


async def test_no_practice_and_no_place_of_france_calls_a_vital_notice(site: Any) -> None:
    names = [place.label for place in site.state.finder.book.region_places]
    names += [row.name for row in site.state.finder.book._communes]
    for practice in json.loads((DATA / "practices.json").read_text(encoding="utf-8")):
        names += [practice["label"], *practice["synonyms"]]
    alarms = [
        name
        for name in names
        if (term := sensitive.term_in(name)) and term.level in sensitive.FORGIVING_LEVELS
    ]
    assert alarms == ["Viols-en-Laval", "Viols-le-Fort"], "which hold the very word"


@pytest.mark.parametrize("typed", ["cancr", "cancerr", "dancer", "cance"])
async def test_a_mistyped_word_is_an_ordinary_search_without_notice(
    guest: Visitor, typed: str
) -> None:
    assert _level(await guest.get(search(q=typed))) == ""


async def test_no_typing_error_is_forgiven_in_a_sensitive_search(guest: Visitor) -> None:
    """Decision 5: « zona » must find neither « zone » nor the theme of its neighbours."""
    assert total(await guest.get(search(q="cancer lyonn"))) == 0
    assert (await guest.get(search(q="cancer lyon"))).slugs == [WRITES_OF_IT, LITERAL]
    assert total(await guest.get(search(q="tumeur"))) == 0


async def test_no_sensitive_term_is_a_keyword_of_a_theme() -> None:
    """« Serious diseases are attached to no theme » (content § 3.5): else the theme would answer the disease."""
    held = {
        (theme["slug"], keyword)
        for theme in json.loads((DATA / "themes.json").read_text(encoding="utf-8"))
        for keyword in (theme["label"], *theme["keywords"])
        if (term := sensitive.term_in(keyword)) and term.level in sensitive.LITERAL_LEVELS
    }
    # The one exception of the data: a habit one wants to leave, beside « dépendance ».
    assert held == {("changer-ses-habitudes", "addiction")}


@pytest.mark.parametrize("typed", ["cancer", "suicide", "viol", "cocaïne"])
async def test_a_sensitive_search_proposes_no_near_match(guest: Visitor, typed: str) -> None:
    """Decision 5."""
    for url in (search(q=typed), search(q=typed, lieu="Brest"), search(q=typed, pratique="reiki")):
        seen = await guest.get(url)
        assert near(seen) == []
        assert not seen.has("section.near")
        assert _level(seen)


async def test_information_goes_with_an_ordinary_search(guest: Visitor) -> None:
    """Stopping smoking is a theme of the directory: the notice helps, the search is the usual one."""
    seen = await guest.get(search(q="tabac"))
    assert seen.slugs == [TOBACCO]
    assert _level(seen) == "information"
    assert (await guest.get(search(q="cigarete"))).slugs == [TOBACCO]


async def test_the_notice_comes_with_the_fragment_too(guest: Visitor) -> None:
    seen = await guest.get(search(q="suicide"), htmx=True)
    assert _level(seen) == "emergency"
