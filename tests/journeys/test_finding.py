"""Finding a practitioner without instruction, without an account and without JavaScript (the main job)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.walking import Walker
from tests.visitors import Visitor, folded

pytestmark = pytest.mark.anyio


def names(walker: Walker) -> list[str]:
    return walker.seen.texts("#resultats > ol.cards .card__name")


async def test_somebody_who_sleeps_badly_finds_a_practitioner_and_comes_back(
    walker: Walker, town: dict[str, str]
) -> None:
    """EX-3.2-2: a need typed in the search bar; then a theme, a profile, and back to the same list."""
    await walker.search(q="insomnie")
    assert names(walker) == ["Anne Abeille", "Basile Brun", "Driss Dahan"]
    await walker.follow("Mieux dormir", within="#filtres")
    assert "theme=mieux-dormir" in walker.at
    assert walker.seen.has('#criteres input[name="theme"][value="mieux-dormir"]')
    list_address, before = walker.at, names(walker)
    await walker.follow("Anne")
    assert walker.at == f"/praticiens/{town['Anne']}"
    assert walker.seen.text("h1") == "Anne Abeille"
    assert walker.seen.has('a[href^="tel:"]')
    await walker.back()
    assert (walker.at, names(walker)) == (list_address, before)
    await walker.follow("Retirer Mieux dormir", within=".chips")
    await walker.follow("Retirer « insomnie »", within=".chips")
    assert walker.at == "/praticiens"
    assert len(names(walker)) == 7


async def test_somebody_starts_from_a_theme(walker: Walker, town: dict[str, str]) -> None:
    """EX-3.2-3: home → theme → its practitioners → a profile → its practice → elsewhere."""
    await walker.follow("Mieux dormir")
    assert walker.seen.text("h1") == "Mieux dormir"
    await walker.follow("Voir tout et affiner")
    assert names(walker) == ["Anne Abeille", "Basile Brun", "Driss Dahan"]
    await walker.search(lieu="Lyon")
    assert names(walker) == ["Anne Abeille", "Basile Brun"]
    assert "theme=mieux-dormir" in walker.at
    await walker.follow("Basile")
    await walker.follow("Shiatsu")
    assert walker.at == "/pratiques/shiatsu"
    await walker.follow("Lyon", within=".landing__side")
    assert walker.seen.text("h1") == "Shiatsu · Lyon"
    await walker.follow("Basile")
    assert walker.at == f"/praticiens/{town['Basile']}"


async def test_somebody_looks_near_home(walker: Walker) -> None:
    """EX-3.2-1: by city or region; an arrondissement and a home area count; a radius widens."""
    await walker.search(lieu="Lyon")
    assert names(walker) == ["Anne Abeille", "Basile Brun", "Farid Fournier"]
    await walker.open("/")
    await walker.search(lieu="69003")
    assert "Farid Fournier" in names(walker)
    await walker.open("/")
    await walker.search(lieu="Provence-Alpes-Côte d’Azur")
    assert names(walker) == ["Chloé Çelik"]
    await walker.search(lieu="Toulon", rayon="20")
    assert names(walker) == ["Chloé Çelik"]
    await walker.search(lieu="Toulon", rayon="")
    assert names(walker) == []


async def test_somebody_is_asked_which_place_is_meant(walker: Walker) -> None:
    await walker.search(lieu="Saint-Denis")
    assert "Quel lieu cherchez-vous ?" in walker.seen.text("#resultats")
    await walker.follow("La Réunion", within=".choices")
    assert names(walker) == ["Driss Dahan"]
    await walker.back()
    await walker.follow("Seine-Saint-Denis", within=".choices")
    assert names(walker) == ["Esther d’Aubigné"]


async def test_somebody_wants_to_stay_at_home(walker: Walker) -> None:
    """EX-3.2-1: visio alone, then with a theme."""
    await walker.search(visio="1")
    assert names(walker) == ["Anne Abeille", "Garance Gilet"]
    await walker.follow("Arrêter le tabac", within="#filtres")
    assert names(walker) == ["Garance Gilet"]
    await walker.follow("Garance")
    assert "En visio" in walker.seen.text(".profile__top .facts")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("daubigne", ["Esther d’Aubigné"]),
        ("d'aubigné", ["Esther d’Aubigné"]),
        ("CELIK", ["Chloé Çelik"]),
        ("farid fournier", ["Farid Fournier"]),
        ("naturopate", ["Chloé Çelik"]),
        ("reiki lyon", ["Basile Brun"]),
    ],
)
async def test_somebody_types_as_one_types(walker: Walker, typed: str, found: list[str]) -> None:
    """EX-3.2-2: needs, practices and names; accents, capitals and small typing errors do not matter."""
    await walker.search(q=typed)
    assert names(walker) == found


async def test_few_answers_come_with_others_under_their_own_title(walker: Walker) -> None:
    """EX-3.2-5: never above nor among those who meet the criteria."""
    await walker.search(q="sophrologie", lieu="Seine-Saint-Denis")
    assert names(walker) == ["Esther d’Aubigné"]
    near = walker.seen.tree.css_first("#resultats .near")
    assert near is not None
    title = near.css_first("h2")
    assert title is not None
    assert folded(title.text()) == "Autres praticiens (ne répondent pas à tous vos critères)"
    others = walker.seen.texts(".near .card__name")
    assert others
    assert not set(others) & set(names(walker))
    html = walker.seen.html
    assert html.index("Esther <strong>") < html.index('class="near"')


async def test_no_answer_leads_somewhere(walker: Walker) -> None:
    await walker.search(q="reiki", lieu="Hyères")
    assert names(walker) == []
    steps = [node.attributes["href"] or "" for node in walker.seen.all("#resultats .steps a")]
    assert steps
    for step in steps:
        assert (await walker.open(step)).status == 200
    assert walker.seen.status == 200


async def test_somebody_asks_why_a_result_is_there(walker: Walker) -> None:
    """EX-3.2-7: the reasons on each card, the rules one link away, without account."""
    await walker.search(q="insomnie")
    reasons = walker.seen.texts("#resultats article .why li")
    assert any("complet" in reason for reason in reasons)
    assert any("alphabétique" in reason for reason in reasons)
    await walker.follow("Comment sont classés les praticiens", within="#resultats")
    assert walker.at == "/classement"
    await walker.back()
    await walker.follow("Comment sont classés les praticiens", within="footer")
    assert walker.at == "/classement"


async def test_an_old_link_to_somebody_who_left_still_leads_somewhere(
    walker: Walker, town: dict[str, str]
) -> None:
    """EX-3.3-4: 410, and the way to the list."""
    gone = await walker.open(f"/praticiens/{town['Hugo']}")
    assert gone.status == 410
    await walker.follow("Trouver un praticien")
    assert len(names(walker)) == 7
    assert "Hugo Parti" not in names(walker)


async def test_somebody_comes_from_a_search_engine(walker: Walker, town: dict[str, str]) -> None:
    await walker.open("/pratiques/reiki/lyon-69")
    await walker.follow("Basile")
    await walker.follow("Autres praticiens à Lyon")
    assert names(walker) == ["Anne Abeille", "Basile Brun", "Farid Fournier"]
    await walker.open("/pratiques/reiki/hyeres-83")
    await walker.follow("Voir tous les praticiens")
    assert len(names(walker)) == 7


async def test_in_an_emergency_help_comes_first(walker: Walker) -> None:
    await walker.search(q="suicide")
    first = walker.seen.all("#resultats > *")[0]
    assert "help" in (first.attributes.get("class") or "")
    assert walker.seen.has('#resultats .help a[href="tel:3114"]')
    assert walker.seen.status == 200


async def test_a_part_asked_by_htmx_is_what_the_page_shows(site: Any, town: dict[str, str]) -> None:
    """The same addresses with and without JavaScript give the same list, filters and count."""
    async with Visitor(site) as visitor:
        for address in (
            "/praticiens",
            "/praticiens?q=insomnie",
            "/praticiens?theme=mieux-dormir&lieu=commune-69123",
            "/praticiens?visio=1&q=sophrologie",
            "/praticiens?lieu=Saint-Denis",
        ):
            page, part = await visitor.get(address), await visitor.get(address, htmx=True)
            assert part.slugs == page.slugs
            for region in ("#resultats", "#filtres", "#annonce"):
                assert part.text(region) == page.text(region), (address, region)
            assert part.headers["hx-push-url"].startswith("/praticiens")
            pushed = await visitor.get(part.headers["hx-push-url"])
            assert pushed.slugs == page.slugs
