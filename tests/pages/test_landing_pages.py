"""The pages one lands on from elsewhere: a theme, a practice, a practice somewhere."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from app import config
from tests.factories import practitioner
from tests.visitors import Seen, Visitor

pytestmark = pytest.mark.anyio

NOT_RECOGNISED = "Pratique non conventionnelle, qui n’est pas officiellement reconnue."
VIGILANCE = "Pratique non reconnue scientifiquement ; ne remplace pas un avis médical."


def names(seen: Seen) -> list[str]:
    return seen.texts(".landing .card__name")


def canonical(seen: Seen) -> str:
    return seen.attribute("link[rel=canonical]", "href").removeprefix(config.current().public_url)


def breadcrumbs(seen: Seen) -> list[dict[str, Any]]:
    node = seen.tree.css_first('script[type="application/ld+json"]')
    assert node is not None
    found = json.loads(node.text())
    assert found["@type"] == "BreadcrumbList"
    items: list[dict[str, Any]] = found["itemListElement"]
    return items


async def test_a_practice_shows_its_people_in_the_contractual_order(visitor: Visitor) -> None:
    """EX-3.2-6: the same order wherever practitioners are listed."""
    await practitioner("Anne", "Abeille", practices=("reiki",), is_complete=False)
    await practitioner(
        "Yann", "Bernard", practices=("reiki",), is_complete=False, is_jupiterre_user=True
    )
    await practitioner("Zoé", "Zeller", practices=("reiki",))
    await practitioner("Luc", "Ailleurs", practices=("shiatsu",))
    seen = await visitor.get("/pratiques/reiki")
    assert seen.text("h1") == "Reiki"
    assert names(seen) == ["Zoé Zeller", "Yann Bernard", "Anne Abeille"]
    ranks = [node.attributes["data-rang"] for node in seen.all(".landing article")]
    assert ranks == ["1", "2", "3"]
    assert seen.text("#praticiens") == "3 praticiens"
    assert canonical(seen) == "/pratiques/reiki"
    assert not seen.has('meta[name="robots"]')


async def test_the_first_page_of_the_list_leads_to_the_whole_of_it(visitor: Visitor) -> None:
    for rank in range(22):
        await practitioner("Anne", f"Nom{rank:02}", practices=("reiki",))
    seen = await visitor.get("/pratiques/reiki")
    assert len(names(seen)) == 20
    whole = seen.attribute(".landing__all a", "href")
    assert seen.text(".landing__all") == "Voir les 22 praticiens"
    found = await visitor.get(whole)
    assert found.status == 200
    assert found.slugs == [node.attributes["data-slug"] for node in seen.all(".landing article")]
    assert canonical(found) == "/pratiques/reiki", "one address for one content"


async def test_a_practice_is_said_not_to_be_recognised(visitor: Visitor) -> None:
    """EX-1-4: the sentence on each practice; the stronger one on those under vigilance."""
    for slug, is_vigilant in (("sophrologie", False), ("reiki", True), ("iridologie", True)):
        for address in (f"/pratiques/{slug}", f"/pratiques/{slug}/lyon-69"):
            words = (await visitor.get(address)).text("main")
            assert NOT_RECOGNISED in words
            assert (VIGILANCE in words) is is_vigilant
    theme = (await visitor.get("/thematiques/mieux-dormir")).text("main")
    assert NOT_RECOGNISED not in theme
    assert VIGILANCE not in theme


async def test_a_theme_leads_to_its_practices_and_places(visitor: Visitor) -> None:
    """EX-3.2-3: a landing page each."""
    await practitioner(
        "Anne", "Abeille", practices=("reiki",), themes=("mieux-dormir",), places=("83069",)
    )
    await practitioner("Zoé", "Ailleurs", practices=("shiatsu",), themes=("massages",))
    seen = await visitor.get("/thematiques/mieux-dormir")
    assert seen.text("h1") == "Mieux dormir"
    assert names(seen) == ["Anne Abeille"]
    links = {node.attributes["href"] for node in seen.all(".landing__side a")}
    assert "/pratiques/reiki" in links
    assert "/pratiques/shiatsu" not in links
    somewhere = seen.attribute('.landing__side a[href*="lieu="]', "href")
    assert (await visitor.get(somewhere)).texts("#resultats .card__name") == ["Anne Abeille"]
    assert canonical(seen) == "/thematiques/mieux-dormir"


@pytest.mark.parametrize(
    ("slug", "title", "found"),
    [
        ("lyon-69", "Reiki · Lyon", ["Anne Abeille", "Yann Bernard"]),
        ("villeurbanne-69", "Reiki · Villeurbanne", ["Zoé Zeller"]),
        ("departement-rhone", "Reiki · Rhône (69)", ["Anne Abeille", "Yann Bernard", "Zoé Zeller"]),
        (
            "region-auvergne-rhone-alpes",
            "Reiki · Auvergne-Rhône-Alpes",
            ["Anne Abeille", "Yann Bernard", "Zoé Zeller"],
        ),
    ],
)
async def test_a_practice_somewhere_shows_who_is_there(
    visitor: Visitor, slug: str, title: str, found: list[str]
) -> None:
    await practitioner("Anne", "Abeille", practices=("reiki",), places=("69123",))
    await practitioner("Yann", "Bernard", practices=("reiki",), places=("69383",))
    await practitioner("Zoé", "Zeller", practices=("reiki",), places=("69266",))
    await practitioner("Luc", "Ailleurs", practices=("reiki",), places=("83069",))
    await practitioner("Ève", "Autrement", practices=("shiatsu",), places=("69123",))
    seen = await visitor.get(f"/pratiques/reiki/{slug}")
    assert seen.status == 200
    assert seen.text("h1") == title
    assert names(seen) == found
    assert canonical(seen) == f"/pratiques/reiki/{slug}"
    assert not seen.has('meta[name="robots"]')
    assert f"{len(found)} praticien" in seen.attribute("meta[name=description]", "content")


async def test_the_crumbs_are_the_same_for_people_and_for_machines(visitor: Visitor) -> None:
    seen = await visitor.get("/pratiques/reiki/lyon-69")
    assert seen.texts(".crumbs li") == ["Accueil", "Pratiques", "Reiki", "Lyon"]
    items = breadcrumbs(seen)
    site = config.current().public_url
    assert [item["name"] for item in items] == ["Accueil", "Pratiques", "Reiki", "Lyon"]
    assert [item["position"] for item in items] == [1, 2, 3, 4]
    assert [item["item"].removeprefix(site) for item in items] == [
        "/",
        "/pratiques",
        "/pratiques/reiki",
        "/pratiques/reiki/lyon-69",
    ]


async def test_a_price_range_is_told_as_an_indication(visitor: Visitor) -> None:
    said = (await visitor.get("/pratiques/sophrologie")).text(".intro__price")
    assert "Une séance coûte souvent de" in said
    assert said.endswith("chaque praticien fixe son prix.")


async def test_no_line_of_a_landing_page_begins_with_a_punctuation_mark(visitor: Visitor) -> None:
    for practice in ("sophrologie", "reiki", "naturopathie"):
        seen = await visitor.get(f"/pratiques/{practice}")
        written = "".join(node.text() for node in seen.all(".intro__lead, .intro__price"))
        assert ";" in written
        assert not re.search(r" [;:?!€]", written), written


# ---- nobody there ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/thematiques/massages",
        "/pratiques/shiatsu",
        "/pratiques/reiki/hyeres-83",
        "/pratiques/reiki/departement-lozere",
        "/pratiques/reiki/region-bretagne",
    ],
)
async def test_a_page_with_nobody_is_useful_and_not_indexed(visitor: Visitor, address: str) -> None:
    await practitioner("Anne", "Abeille", practices=("reiki",), themes=("mieux-dormir",))
    seen = await visitor.get(address)
    assert seen.status == 200
    assert seen.has('meta[name="robots"][content="noindex"]')
    assert "Aucun praticien pour le moment." in seen.text("main")
    links = {node.attributes["href"] or "" for node in seen.all("main a")}
    assert "/praticiens" in links
    onward = [link for link in links if link.startswith(("/thematiques", "/pratiques"))]
    assert onward
    for link in onward:
        assert (await visitor.get(link)).status == 200


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/thematiques/bonheur", "Cette thématique n’existe pas."),
        ("/thematiques/Massages", "Cette thématique n’existe pas."),
        ("/pratiques/telepathie", "Cette pratique n’existe pas, ou n’est plus proposée."),
        ("/pratiques/telepathie/lyon-69", "Cette pratique n’existe pas, ou n’est plus proposée."),
        ("/pratiques/reiki/atlantide", "Nous ne connaissons pas ce lieu."),
        ("/pratiques/reiki/LYON-69", "Nous ne connaissons pas ce lieu."),
        ("/pratiques/reiki/commune-69123", "Nous ne connaissons pas ce lieu."),
    ],
)
async def test_what_does_not_exist_says_so_with_ways_out(
    visitor: Visitor, address: str, sentence: str
) -> None:
    seen = await visitor.get(address)
    assert seen.status == 404
    assert sentence in seen.text("main")
    links = {node.attributes["href"] for node in seen.all("main a")}
    assert {"/praticiens", "/thematiques", "/"} <= links


async def test_a_practice_with_nobody_somewhere_says_where_it_is_found(visitor: Visitor) -> None:
    await practitioner("Anne", "Abeille", practices=("reiki",), places=("69266",))
    await practitioner("Yann", "Bernard", practices=("reiki",), places=("42218",), is_remote=True)
    await practitioner("Zoé", "Zeller", practices=("reiki",), places=("83069",))
    seen = await visitor.get("/pratiques/reiki/lyon-69")
    assert names(seen) == []
    ways = {node.text(strip=True): node.attributes["href"] for node in seen.all(".empty .steps a")}
    assert list(ways) == [
        "Plus loin, département Rhône (69) : 1 praticien",
        "Plus loin, région Auvergne-Rhône-Alpes : 2 praticiens",
        "À distance, en visio : 1 praticien",
        "Partout en France : 3 praticiens",
        "Parcourir les thématiques",
        "Voir tous les praticiens référencés",
    ]
    for words, address in ways.items():
        found = await visitor.get(address or "")
        number = re.search(r"\d+(?= praticiens?$)", words)
        assert not number or len(found.slugs) == int(number[0]), words
    nowhere = await visitor.get("/pratiques/shiatsu")
    assert nowhere.attribute(".empty .steps a", "href") == "/praticiens"
