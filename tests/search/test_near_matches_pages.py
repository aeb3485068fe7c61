"""Few results, or none: near matches under their own title, and useful ways out (terms § 3.2)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.factories import indexed, practitioner
from tests.search.looking import near, next_steps, search, total
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

TITLE = "Autres praticiens (ne répondent pas à tous vos critères)"


async def _region() -> dict[str, str]:
    """Yoga in Lyon, Villeurbanne, Saint-Étienne, Paris; reiki in Hyères."""
    return {
        "lyon": await practitioner("Anne", "Zeller", places=("69123",), practices=("yoga",)),
        "villeurbanne": await practitioner(
            "Anne", "Abeille", places=("69266",), practices=("yoga",), is_complete=False
        ),
        "saint-etienne": await practitioner("Luc", "Bon", places=("42218",), practices=("yoga",)),
        "paris": await practitioner("Luc", "Abeille", places=("75111",), practices=("yoga",)),
        "hyeres": await practitioner("Luc", "Cas", places=("83069",), practices=("reiki",)),
    }


async def test_below_three_results_near_matches_stand_apart_under_their_own_title(
    visitor: Visitor, index_gateway: Any
) -> None:
    """EX-3.2-5: no non-matching practitioner above or among the matching ones."""
    who = await _region()
    await indexed(index_gateway)
    for url in (search(pratique="yoga", lieu="Lyon"), search(q="yoga", lieu="Lyon")):
        seen = await visitor.get(url)
        assert seen.slugs == [who["lyon"]]
        assert total(seen) == 1
        assert seen.text("#resultats section.near h2") == TITLE
        assert near(seen) == [who["villeurbanne"]]
        assert "Plus loin, département Rhône (69)" in seen.text("#resultats section.near")
        why = seen.text("#resultats section.near .why")
        assert "Plus loin que le lieu demandé : Rhône (69)." in why
        assert "Lieu demandé : " not in why
        assert "Lieu demandé : Lyon (69)." in seen.text("#resultats > ol.cards .why")
        # In the page as well as for whoever listens to it, the block comes after the whole list.
        assert seen.html.index("</ol>") < seen.html.index('class="near"')
        assert not seen.has("#resultats > ol section")


async def test_near_matches_follow_the_same_order_and_never_repeat_a_result(
    visitor: Visitor,
) -> None:
    """EX-3.2-6 holds in the block too."""
    who = await _region()
    seen = await visitor.get(search(pratique="yoga", lieu="Villeurbanne"))
    assert near(seen) == [who["lyon"]]
    seen = await visitor.get(search(pratique="yoga", lieu="departement-69"))
    assert near(seen) == [who["saint-etienne"]]
    seen = await visitor.get(search(pratique="yoga", lieu="Brest"))
    assert seen.slugs == []
    assert seen.html.index('class="near"') < seen.html.index('class="steps"'), "people before links"
    assert near(seen) == [who["paris"], who["saint-etienne"], who["lyon"], who["villeurbanne"]]
    everywhere = await visitor.get(seen.attribute("section.near a.onward", "href"))
    assert everywhere.slugs == near(seen)


async def test_results_and_near_matches_never_overlap(visitor: Visitor, index_gateway: Any) -> None:
    await _region()
    await indexed(index_gateway)
    for url in (
        search(pratique="yoga", lieu="Lyon"),
        search(q="yoga", lieu="Lyon", rayon=5),
        search(q="abeille"),
        search(q="abeille", pratique="yoga"),
        search(visio=1),
        search(theme="gestion-du-stress", pratique="reiki"),
    ):
        seen = await visitor.get(url)
        assert not set(seen.slugs) & set(near(seen))
        assert len(near(seen)) == len(set(near(seen)))


async def test_with_three_results_there_is_no_near_match(visitor: Visitor) -> None:
    for number in range(3):
        await practitioner("Anne", f"Nom{number}", places=("69123",))
    await practitioner("Anne", "Ailleurs", places=("69266",))
    assert near(await visitor.get(search(lieu="Lyon"))) == []
    assert not (await visitor.get(search(lieu="Lyon"))).has("section.near")


async def test_a_short_last_page_is_no_reason_for_near_matches(visitor: Visitor) -> None:
    for number in range(21):
        await practitioner("Anne", f"Nom{number:02}", places=("69123",))
    await practitioner("Anne", "Ailleurs", places=("69266",))
    seen = await visitor.get(search(lieu="Lyon", page=2))
    assert len(seen.slugs) == 1
    assert not seen.has("section.near")


async def test_the_whole_list_has_no_near_match_however_short(visitor: Visitor) -> None:
    await practitioner()
    assert not (await visitor.get("/praticiens")).has("section.near")


async def test_no_result_proposes_ways_out_whose_numbers_are_true(
    visitor: Visitor, index_gateway: Any
) -> None:
    await _region()
    await indexed(index_gateway)
    for url in (
        search(pratique="yoga", lieu="Hyères"),
        search(q="reiki", lieu="Lyon", rayon=10),
        search(q="yoga", theme="gestion-du-stress", visio=1),
        search(pratique="shiatsu", theme="gestion-du-stress"),
        search(q="inconnaissable", lieu="Lyon"),
    ):
        seen = await visitor.get(url)
        assert total(seen) == 0
        assert "Aucun praticien ne répond à tous ces critères" in seen.text("#resultats")
        steps = next_steps(seen)
        numbered = {words: u for words, u in steps.items() if re.search(r" : \d+ prat", words)}
        assert numbered, url
        for words, address in numbered.items():
            said = re.search(r"(\d+) praticiens?$", words)
            assert said, words
            assert total(await visitor.get(address)) == int(said[1]) > 0, words
        assert "Voir tous les praticiens référencés" in steps
        assert (await visitor.get(steps["Parcourir les thématiques"])).status == 200


async def test_an_empty_directory_has_ways_out_too(visitor: Visitor) -> None:
    seen = await visitor.get(search(q="yoga", lieu="Lyon"))
    assert seen.status == 200
    assert total(seen) == 0
    assert near(seen) == []
    assert next_steps(seen)
    assert (await visitor.get("/praticiens")).status == 200
