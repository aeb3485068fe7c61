"""The contractual order of the results, as a visitor sees it (terms § 3.2)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.legal import publishing, ranking
from app.search.roster import Roster
from tests.factories import id_of, indexed, practitioner
from tests.search.looking import all_pages, search, total
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

# As they must come out: (first name, family name, trade name, has a complete profile, uses Jupi'terre).
TWELVE = [
    ("Aylin", "Çelik", "", True, False),
    ("Alix", "d’Hervé", "", True, False),
    ("Rose", "Émilie", "", True, False),
    ("", "", "zen & bien", True, False),
    ("Luc", "Zola", "", True, True),
    ("Zoé", "Leblanc", "", False, True),
    ("Yves", "Le Goff", "", False, True),
    ("Zoé", "Legoff", "", False, True),
    ("Anne", "Lhermite", "", False, False),
    ("Marc", "L'Hermite", "", False, False),
    ("Ana", "Ñúñez", "", False, False),
    ("Guy", "Œuvrard", "", False, False),
]
TIERS = [1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3]


async def _twelve() -> list[str]:
    """The twelve, made in another order than the expected one; answers their slugs in the expected order."""
    drawn = list(enumerate(TWELVE))
    random.Random(11).shuffle(drawn)
    slugs = {}
    for number, (first, last, trade, is_complete, is_jupiterre_user) in drawn:
        slugs[number] = await practitioner(
            first,
            last,
            trade_name=trade,
            is_complete=is_complete,
            is_jupiterre_user=is_jupiterre_user,
            is_remote=True,
        )
    return [slugs[number] for number in range(len(TWELVE))]


async def test_complete_profiles_come_first_then_jupiterre_users_then_the_others(
    visitor: Visitor, index_gateway: Any
) -> None:
    """EX-3.2-6."""
    third = await practitioner("Zoé", "Abeille", is_complete=False)
    second = await practitioner("Yann", "Bernard", is_complete=False, is_jupiterre_user=True)
    first = await practitioner("Anne", "Zeller", is_complete=True)
    await indexed(index_gateway)
    seen = await visitor.get("/praticiens")
    assert seen.slugs == [first, second, third]
    assert seen.ranks == [1, 2, 3]
    again = await visitor.get("/praticiens?q=sophrologie")
    assert again.slugs == [first, second, third]


SEARCHES: list[dict[str, Any]] = [
    {},
    {"q": "sophrologie"},
    {"q": "stress"},
    {"q": "sophrologue lyon"},
    {"theme": "gestion-du-stress"},
    {"pratique": "sophrologie"},
    {"lieu": "Lyon"},
    {"lieu": "Villeurbanne", "rayon": 20},
    {"lieu": "region-84", "visio": 1, "theme": "gestion-du-stress", "q": "sophro"},
]


async def test_twelve_profiles_stand_in_the_exact_order_whatever_the_search_and_twice_in_a_row(
    visitor: Visitor, index_gateway: Any
) -> None:
    """EX-3.2-6: a fixture of 12 profiles gives exactly the expected list."""
    expected = await _twelve()
    await indexed(index_gateway)
    for criteria in SEARCHES * 2:
        seen = await visitor.get(search(**criteria))
        assert seen.slugs == expected, criteria
        assert seen.ranks == TIERS, criteria
        assert total(seen) == 12, criteria


async def test_the_order_runs_on_from_page_to_page_without_a_gap_or_a_double(
    visitor: Visitor, index_gateway: Any
) -> None:
    """EX-3.2-6: the same order on every page."""
    made = []
    for number in range(45):
        tier = number % 3
        name = f"Nom{(number * 17) % 45:02}"
        slug = await practitioner(
            "Ève", name, is_complete=tier == 0, is_jupiterre_user=tier < 2, is_remote=True
        )
        made.append((tier, name, slug))
    await indexed(index_gateway)
    expected = [slug for _, _, slug in sorted(made)]
    for url in ("/praticiens", search(q="sophrologie"), search(visio=1, lieu="69")):
        assert await all_pages(visitor, url) == expected
        second = await visitor.get(url + ("&" if "?" in url else "?") + "page=2")
        assert second.slugs == expected[20:40]
        assert second.attribute("#resultats > ol.cards", "start") == "21"
        last = await visitor.get(url + ("&" if "?" in url else "?") + "page=3")
        assert last.slugs == expected[40:]


async def test_all_listed_practitioners_can_be_seen(visitor: Visitor) -> None:
    """EX-3.2-4: the count of the whole list is that of the listed profiles."""
    for number in range(23):
        await practitioner("Ève", f"Nom{number:02}", is_complete=number % 2 == 0)
    seen = await visitor.get("/praticiens")
    assert total(seen) == 23
    assert len(await all_pages(visitor, "/praticiens")) == 23


async def test_each_result_says_why_it_is_there(visitor: Visitor, index_gateway: Any) -> None:
    await practitioner("Anne", "Zeller")
    await practitioner("Yann", "Bernard", is_complete=False, is_jupiterre_user=True)
    await practitioner("Zoé", "Abeille", is_complete=False)
    await indexed(index_gateway)
    seen = await visitor.get(search(q="stress", lieu="Lyon"))
    first, second, third = (node for node in seen.texts("#resultats .why"))
    assert "« stress » : thématique Gestion du stress." in first
    assert "Lieu demandé : Lyon (69)" in first
    assert "premier groupe" in first
    assert "deuxième groupe" in second
    assert "Client du logiciel Jupi’terre" in second
    assert "dernier groupe" in third
    for why in (first, second, third):
        assert "l’ordre est alphabétique ; rien d’autre ne compte" in why


async def test_only_the_cards_of_the_second_group_bear_the_jupiterre_label(
    visitor: Visitor,
) -> None:
    """EX-3.2-6, disclosure: the label goes with the effect."""
    await practitioner("Anne", "Complète", is_jupiterre_user=True)
    second = await practitioner("Yann", "Bernard", is_complete=False, is_jupiterre_user=True)
    await practitioner("Zoé", "Abeille", is_complete=False)
    seen = await visitor.get("/praticiens")
    labelled = [
        node.attributes["data-slug"]
        for node in seen.all("#resultats article")
        if "Client du logiciel Jupi’terre"
        in (node.css_first(".card__foot > .card__label") or node).text()
        and node.css_first(".card__label") is not None
    ]
    assert labelled == [second]


# ---- the setting of the Jupi'terre tier ---------------------------------------------------------


async def _off(since: datetime) -> None:
    await ranking.change_tier(False, by="essai", now=since - publishing.NOTICE)


async def test_without_the_jupiterre_tier_there_are_two_groups_and_the_page_says_so(
    visitor: Visitor,
) -> None:
    """EX-3.2-7."""
    incomplete = await practitioner("Zoé", "Abeille", is_complete=False)
    user = await practitioner("Yann", "Bernard", is_complete=False, is_jupiterre_user=True)
    complete = await practitioner("Anne", "Zeller")
    before = await visitor.get("/praticiens")
    assert before.slugs == [complete, user, incomplete]
    assert "puis clients du logiciel Jupi’terre" in before.text(".results__order")
    told = (await visitor.get("/classement")).text("main")
    assert "Troisième groupe" in told
    assert "deuxième groupe au lieu du troisième" in told

    await _off(datetime.now(UTC))

    after = await visitor.get("/praticiens")
    assert after.slugs == [complete, incomplete, user]
    assert after.ranks == [1, 3, 3]
    assert "Jupi’terre" not in after.text("#resultats")
    told = (await visitor.get("/classement")).text("main")
    assert "Troisième groupe" not in told
    assert "aucun effet sur le classement" in told


async def test_a_change_of_the_tiers_announced_for_later_changes_nothing_yet(
    visitor: Visitor,
) -> None:
    """EX-3.2-7; P2B art. 3(2): 15 days between the notice and its effect."""
    incomplete = await practitioner("Zoé", "Abeille", is_complete=False)
    user = await practitioner("Yann", "Bernard", is_complete=False, is_jupiterre_user=True)
    told = (await visitor.get("/classement")).text("main")
    await _off(datetime.now(UTC) + timedelta(days=15))
    assert (await visitor.get("/praticiens")).slugs == [user, incomplete]
    after = (await visitor.get("/classement")).text("main")
    assert "La version 2 prendra effet le" in after
    assert "Troisième groupe" in told
    assert "Troisième groupe" in after


async def test_a_change_of_the_tiers_takes_effect_at_its_moment_without_any_job(
    site: Any, empty: None
) -> None:
    """EX-3.2-7; the time is passed in: no sleeping here."""
    now = datetime.now(UTC)
    plain = await id_of(await practitioner("Zoé", "Abeille", is_complete=False))
    user = await id_of(
        await practitioner("Yann", "Bernard", is_complete=False, is_jupiterre_user=True)
    )
    await _off(now + timedelta(days=15))
    roster = Roster(site.state.finder.book)
    for days, expected in ((0, [user, plain]), (14, [user, plain]), (15, [plain, user])):
        order = (await roster.current(now + timedelta(days=days))).order
        assert order.ids.tolist() == expected, days


async def test_the_ranking_page_is_linked_from_every_page(visitor: Visitor) -> None:
    """EX-3.2-7: readable without an account, from the foot of every page."""
    slug = await practitioner()
    for url in (
        "/",
        "/praticiens",
        f"/praticiens/{slug}",
        "/thematiques",
        "/pratiques",
        "/nulle-part",
    ):
        seen = await visitor.get(url)
        assert seen.has('footer a[href="/classement"]'), url


async def test_the_ranking_page_lists_the_twelve_criteria_of_a_complete_profile(
    visitor: Visitor,
) -> None:
    seen = await visitor.get("/classement")
    assert len(seen.all("table tbody tr")) == 12


@pytest.mark.parametrize("query", ["", "sophrologie"])
async def test_switching_the_tier_reorders_a_search_made_just_before(
    visitor: Visitor, index_gateway: Any, query: str
) -> None:
    """What the engine answered is kept a while: it must not be read with the ranks of before."""
    other = await practitioner("Zoé", "Abeille", is_complete=False, practices=("yoga",))
    plain = await practitioner("Yvon", "Bernard", is_complete=False)
    user = await practitioner("Yann", "Zeller", is_complete=False, is_jupiterre_user=True)
    await indexed(index_gateway)
    url = search(q=query)
    before = [user, plain] if query else [user, other, plain]
    assert (await visitor.get(url)).slugs == before
    await _off(datetime.now(UTC))
    after = [plain, user] if query else [other, plain, user]
    assert (await visitor.get(url)).slugs == after
