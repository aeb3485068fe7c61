"""The home page, the themes and the practices: where one starts, without an account and for nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.database import connection
from app.directory import changes
from app.directory.names import base_letters
from app.directory.tables import ListingState
from tests.factories import practitioner
from tests.visitors import Visitor, folded

pytestmark = pytest.mark.anyio

NOTICE = "Les praticiens du bien-être ne sont pas des professionnels de santé"


def number(text: str) -> int:
    found = re.search(r"\d[\d ]*", text)
    assert found, text
    return int(found[0].replace(" ", ""))


async def test_home_goes_straight_to_searching(visitor: Visitor) -> None:
    seen = await visitor.get("/")
    form = seen.all("form[role=search]")
    assert len(form) == 1
    assert (form[0].attributes["action"], form[0].attributes["method"]) == ("/praticiens", "get")
    names = [node.attributes["name"] for node in seen.all("form[role=search] input")]
    assert names == ["q", "lieu", "visio"]
    assert seen.has("form[role=search] button[type=submit]")
    assert seen.attribute("link[rel=canonical]", "href").endswith("/")
    assert not seen.has('meta[name="robots"]')


async def test_home_says_how_many_are_listed_and_only_those(visitor: Visitor) -> None:
    await practitioner("Anne", "Abeille", is_remote=True)
    await practitioner("Zoé", "Zeller")
    await practitioner("Yann", "Brouillon", is_remote=True, state=ListingState.DRAFT)
    lead = (await visitor.get("/")).text(".hero__lead")
    assert lead.startswith("2 praticiens référencés")
    assert "dont 1 en visio" in lead


async def test_an_empty_directory_is_said_simply(visitor: Visitor) -> None:
    for address in ("/", "/praticiens", "/thematiques", "/pratiques", "/plan-du-site"):
        assert (await visitor.get(address)).status == 200
    seen = await visitor.get("/")
    assert "0 praticien référencé" in seen.text(".hero__lead")
    assert not seen.has("#villes")


async def test_the_list_of_everybody_counts_the_listed_ones(visitor: Visitor) -> None:
    """EX-3.2-4: the unfiltered list, linked from everywhere, in the same order."""
    for rank in range(23):
        await practitioner("Anne", f"Nom{rank:02}", is_complete=rank % 2 == 0)
    for state in set(ListingState) - {ListingState.LISTED}:
        await practitioner("Zoé", "Ailleurs", state=state)
    listed = await connection.row(
        "SELECT count(*) AS n FROM practitioner WHERE listing_state = 'listed'"
    )
    assert listed is not None
    home = await visitor.get("/")
    links = [a for a in home.all("a") if a.attributes["href"] == "/praticiens"]
    assert any("tous les praticiens référencés" in folded(a.text()).lower() for a in links)
    first = await visitor.get("/praticiens")
    assert number(first.text("#annonce")) == listed["n"] == 23
    second = await visitor.get("/praticiens?page=2")
    assert len({*first.slugs, *second.slugs}) == 23
    assert first.ranks + second.ranks == [1] * 12 + [3] * 11
    assert "ailleurs" not in first.html + second.html


async def test_every_page_links_the_list_the_ranking_and_the_texts(visitor: Visitor) -> None:
    """EX-3.2-4, EX-3.2-7, EX-11-1: from every page, without account."""
    slug = await practitioner()
    for address in (
        "/",
        "/praticiens",
        f"/praticiens/{slug}",
        "/thematiques",
        "/thematiques/massages",
        "/pratiques",
        "/pratiques/reiki",
        "/pratiques/reiki/lyon-69",
        "/classement",
        "/licences",
        "/plan-du-site",
        "/nulle-part",
    ):
        seen = await visitor.get(address)
        links = {node.attributes["href"]: folded(node.text()) for node in seen.all("footer a")}
        assert links["/praticiens"] == "Tous les praticiens référencés", address
        assert links["/classement"] == "Comment sont classés les praticiens ?", address
        assert links["/politique-de-protection-des-donnees"], address
        assert {"/mentions-legales", "/conditions-utilisation", "/cookies"} <= set(links), address
        assert {"/precautions", "/accessibilite", "/licences", "/plan-du-site"} <= set(links)


async def test_the_precautions_are_where_one_chooses(visitor: Visitor, index_gateway: Any) -> None:
    """EX-1-1: home, results (with or without an answer), landing pages, profile."""
    slug = await practitioner()
    for address in (
        "/",
        "/praticiens",
        "/praticiens?lieu=Hyères",
        "/thematiques",
        "/pratiques",
        "/thematiques/massages",
        "/pratiques/sophrologie",
        "/pratiques/sophrologie/lyon-69",
        f"/praticiens/{slug}",
    ):
        seen = await visitor.get(address)
        assert NOTICE in seen.text("main .precautions"), address
        assert seen.attribute("main .precautions a", "href") == "/precautions", address
    part = await visitor.get("/praticiens", htmx=True)
    assert NOTICE in part.text("#resultats .precautions")


async def test_no_page_asks_a_visitor_for_money(visitor: Visitor) -> None:
    """EX-0-4: no fee, no price of the platform; every amount shown is a price of a practitioner."""
    slug = await practitioner(price_cents=6_000)
    for address in ("/", "/praticiens", "/thematiques", "/plan-du-site", "/classement", "/cookies"):
        words = (await visitor.get(address)).text("main")
        amounts = set(re.findall(r"\d[\d ,]*€", words))
        assert amounts <= {"60 €"}, address
    assert "Gratuit et sans compte" in (await visitor.get("/")).text("main")
    profile = await visitor.get(f"/praticiens/{slug}")
    assert set(re.findall(r"\d[\d ,]*€", profile.text("main"))) == {"60 €"}
    for address in ("/", f"/praticiens/{slug}", "/conditions-utilisation"):
        words = (await visitor.get(address)).text("body").lower()
        for fee in ("frais de service", "frais de dossier", "abonnement mensuel", "commission de"):
            assert fee not in words, address


async def test_searching_and_reading_ask_for_no_account(visitor: Visitor) -> None:
    """EX-0-5: search and profiles are open to visitors."""
    slug = await practitioner()
    for address in ("/praticiens", "/praticiens?lieu=Lyon", f"/praticiens/{slug}"):
        seen = await visitor.get(address)
        assert seen.status == 200
        assert not seen.has("input[type=password], form[method=post]")
        assert "set-cookie" not in seen.headers


# ---- themes -----------------------------------------------------------------------------------------


async def test_the_four_themes_of_the_terms_have_their_page(visitor: Visitor) -> None:
    """EX-3.2-3: « manger mieux, arrêter le tabac, gestion du stress, massages »; twenty-seven in all."""
    seen = await visitor.get("/thematiques")
    tiles = {folded(a.text()): a.attributes["href"] or "" for a in seen.all(".tile__title a")}
    assert len(tiles) == 27
    for label in ("Manger mieux", "Arrêter le tabac", "Gestion du stress"):
        page = await visitor.get(tiles[label])
        assert (page.status, page.text("h1")) == (200, label)
    massages = next(address for label, address in tiles.items() if label.startswith("Massages"))
    assert (await visitor.get(massages)).status == 200
    home = {node.attributes["href"] for node in (await visitor.get("/")).all(".tile__title a")}
    assert home <= set(tiles.values())


async def test_a_theme_says_how_many_chose_it(visitor: Visitor) -> None:
    await practitioner("Anne", "Abeille", themes=("mieux-dormir", "massages"))
    await practitioner("Zoé", "Zeller", themes=("mieux-dormir",))
    await practitioner("Yann", "Parti", themes=("mieux-dormir",), state=ListingState.DELISTED)
    seen = await visitor.get("/thematiques")
    counts = {
        folded(tile.css_first("a").text()): folded(tile.css_first(".tile__count").text())  # type: ignore[union-attr]
        for tile in seen.all(".tile")
    }
    assert counts["Mieux dormir"] == "2 praticiens"
    assert counts["Massages et détente du corps"] == "1 praticien"
    assert counts["Manger mieux"] == "0 praticien"


async def test_a_theme_taken_off_the_catalogue_is_no_longer_proposed(visitor: Visitor) -> None:
    async with connection.transaction():
        await connection.execute("UPDATE theme SET is_active = false WHERE slug = 'massages'")
        await changes.record(None)
    for address in ("/", "/thematiques", "/plan-du-site"):
        assert "/thematiques/massages" not in (await visitor.get(address)).html
    seen = await visitor.get("/thematiques/massages")
    assert (seen.status, "Cette thématique n’existe pas." in seen.text("main")) == (404, True)


# ---- practices -----------------------------------------------------------------------------------------


async def test_the_practices_are_listed_by_family_with_their_sentence(visitor: Visitor) -> None:
    """EX-1-4: told to be non-conventional where they are listed, too."""
    await practitioner(practices=("reiki",))
    seen = await visitor.get("/pratiques")
    rows = {
        folded(row.css_first("a").text()): folded(row.css_first(".row__count").text())  # type: ignore[union-attr]
        for row in seen.all(".row")
    }
    listed = await connection.row("SELECT count(*) AS n FROM practice WHERE is_active")
    assert listed is not None
    assert len(rows) == listed["n"]
    assert rows["Reiki"] == "1 praticien"
    assert rows["Sophrologie"] == "0 praticien"
    assert "pratiques non conventionnelles, qui ne sont pas officiellement reconnues" in seen.text(
        ".intro__lead"
    )
    families = seen.texts(".family h2")
    assert families == sorted(families, key=base_letters), "« Énergétique » is not after Z"
    for family in seen.all(".family"):
        labels = [folded(node.text()) for node in family.css(".row__title")]
        assert labels == sorted(labels, key=base_letters)
    for link in seen.all(".jump a"):
        assert seen.has(link.attributes["href"] or "")


async def test_home_shows_the_practices_and_cities_with_the_most_people(visitor: Visitor) -> None:
    for name in ("Abeille", "Bernard"):
        await practitioner("Anne", name, practices=("reiki",), places=("69383",))
    await practitioner("Zoé", "Zeller", practices=("shiatsu",), places=("83069",))
    seen = await visitor.get("/")
    pills = [folded(node.text()) for node in seen.all("#pratiques ~ .pills a, .part--band .pill")]
    assert pills[0].startswith("Reiki 2")
    assert pills[1].startswith("Shiatsu 1")
    cities = {folded(a.text()): a.attributes["href"] or "" for a in seen.all("#villes ~ .pills a")}
    assert list(cities) == ["Lyon", "Hyères"], "an arrondissement counts for its city"
    for address in cities.values():
        assert (await visitor.get(address)).slugs


async def test_the_map_of_the_site_leads_everywhere(visitor: Visitor) -> None:
    seen = await visitor.get("/plan-du-site")
    links = {node.attributes["href"] or "" for node in seen.all("main a")}
    assert len([link for link in links if link.startswith("/thematiques/")]) == 27
    for address in ("/", "/praticiens", "/praticiens?visio=1", "/classement", "/licences"):
        assert address in links
