"""Filters by place, practice, theme and visio, as a visitor uses them (terms § 3.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import empty_directory, indexed, practitioner
from tests.search.looking import facets, messages, search, total
from tests.visitors import Visitor, folded

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("country")]

IN_LYON = "in-lyon"
IN_LYON_3 = "in-lyon-3"
IN_VILLEURBANNE = "in-villeurbanne"
IN_SAINT_ETIENNE = "in-saint-etienne"
IN_PARIS_11 = "in-paris-11"
IN_HYERES = "in-hyeres"
IN_PLOMEUR = "in-plomeur"
IN_PONT_L_ABBE = "in-pont-l-abbe"
IN_REUNION = "in-reunion"
IN_AJACCIO = "in-ajaccio"
AT_HOMES_NEAR_LYON = "at-homes-near-lyon"
REMOTE_ONLY = "remote-only"


@pytest.fixture(scope="module")
async def country(site: Any, index_gateway: Any) -> None:
    """Twelve people here and there; all are called by their slug's place, in no particular order."""
    await empty_directory(index_gateway)
    await practitioner("Anne", "Un", slug=IN_LYON, places=("69123",), practices=("yoga",))
    await practitioner(
        "Anne", "Deux", slug=IN_LYON_3, places=("69383",), themes=("mieux-dormir",), is_remote=True
    )
    await practitioner("Anne", "Trois", slug=IN_VILLEURBANNE, places=("69266",))
    await practitioner("Anne", "Quatre", slug=IN_SAINT_ETIENNE, places=("42218",), is_remote=True)
    await practitioner("Anne", "Cinq", slug=IN_PARIS_11, places=("75111",))
    await practitioner(
        "Anne", "Six", slug=IN_HYERES, places=("83069",), practices=("yoga", "reiki")
    )
    await practitioner("Anne", "Sept", slug=IN_PLOMEUR, places=("29171",))
    await practitioner("Anne", "Huit", slug=IN_PONT_L_ABBE, places=("29220",), is_complete=False)
    await practitioner("Anne", "Neuf", slug=IN_REUNION, places=("97411",))
    await practitioner("Anne", "Dix", slug=IN_AJACCIO, places=("2A004",))
    await practitioner(
        "Anne", "Onze", slug=AT_HOMES_NEAR_LYON, places=(), home_areas=(("69266", 8),)
    )
    await practitioner("Anne", "Douze", slug=REMOTE_ONLY, places=(), is_remote=True)
    await indexed(index_gateway)


async def _found(guest: Visitor, **criteria: Any) -> set[str]:
    seen = await guest.get(search(**criteria))
    assert seen.status == 200
    assert len(seen.slugs) == total(seen)
    return set(seen.slugs)


@pytest.mark.parametrize(
    ("lieu", "expected"),
    [
        # a city holds its arrondissements, and those who come to homes there
        ("Lyon", {IN_LYON, IN_LYON_3, AT_HOMES_NEAR_LYON}),
        ("commune-69123", {IN_LYON, IN_LYON_3, AT_HOMES_NEAR_LYON}),
        # an arrondissement is narrower than its city
        ("commune-69383", {IN_LYON_3, AT_HOMES_NEAR_LYON}),
        ("Lyon 3", {IN_LYON_3, AT_HOMES_NEAR_LYON}),
        ("69003", {IN_LYON_3, AT_HOMES_NEAR_LYON}),
        ("Paris", {IN_PARIS_11}),
        ("75011", {IN_PARIS_11}),
        ("Paris 11e", {IN_PARIS_11}),
        ("75012", set()),
        ("Hyères", {IN_HYERES}),
        ("hyeres", {IN_HYERES}),
        ("St Etienne", {IN_SAINT_ETIENNE}),
        # a postal code means all its communes
        ("29120", {IN_PLOMEUR, IN_PONT_L_ABBE}),
        ("code-postal-29120", {IN_PLOMEUR, IN_PONT_L_ABBE}),
        # a department by number, name or key
        ("69", {IN_LYON, IN_LYON_3, IN_VILLEURBANNE, AT_HOMES_NEAR_LYON}),
        ("Rhône", {IN_LYON, IN_LYON_3, IN_VILLEURBANNE, AT_HOMES_NEAR_LYON}),
        ("departement-29", {IN_PLOMEUR, IN_PONT_L_ABBE}),
        ("2A", {IN_AJACCIO}),
        ("Corse-du-Sud", {IN_AJACCIO}),
        # a region
        ("Bretagne", {IN_PLOMEUR, IN_PONT_L_ABBE}),
        (
            "region-84",
            {IN_LYON, IN_LYON_3, IN_VILLEURBANNE, IN_SAINT_ETIENNE, AT_HOMES_NEAR_LYON},
        ),
        ("Corse", {IN_AJACCIO}),
        # overseas, the region and its department are one place
        ("La Réunion", {IN_REUNION}),
        ("974", {IN_REUNION}),
        ("departement-974", {IN_REUNION}),
        ("region-04", {IN_REUNION}),
        # home visits: 8 km around Villeurbanne reach Bron, not Vienne
        ("Bron", {AT_HOMES_NEAR_LYON}),
        ("Vienne (38)", set()),
    ],
)
async def test_a_place_finds_who_practises_there_or_comes_there(
    guest: Visitor, lieu: str, expected: set[str]
) -> None:
    """EX-3.2-1; decision 3."""
    assert await _found(guest, lieu=lieu) == expected


async def test_overseas_region_and_department_have_one_canonical_address(guest: Visitor) -> None:
    addresses = {
        (await guest.get(search(lieu=lieu), htmx=True)).headers["hx-push-url"]
        for lieu in ("974", "region-04", "departement-974", "réunion")
    }
    assert addresses == {"/praticiens?lieu=departement-974"}


@pytest.mark.parametrize(
    ("rayon", "expected"),
    [
        ("", {IN_VILLEURBANNE, AT_HOMES_NEAR_LYON}),
        # the centre of Lyon is 3 km away, Saint-Étienne 52 km, Hyères 300 km
        ("2", {IN_VILLEURBANNE, AT_HOMES_NEAR_LYON}),
        ("5", {IN_VILLEURBANNE, AT_HOMES_NEAR_LYON, IN_LYON, IN_LYON_3}),
        ("50", {IN_VILLEURBANNE, AT_HOMES_NEAR_LYON, IN_LYON, IN_LYON_3}),
        ("60", {IN_VILLEURBANNE, AT_HOMES_NEAR_LYON, IN_LYON, IN_LYON_3, IN_SAINT_ETIENNE}),
    ],
)
async def test_a_radius_takes_in_who_is_near_and_leaves_out_who_is_far(
    guest: Visitor, rayon: str, expected: set[str]
) -> None:
    assert await _found(guest, lieu="Villeurbanne", rayon=rayon) == expected


async def test_the_distance_decides_who_is_in_and_never_the_order(guest: Visitor) -> None:
    """EX-3.2-6: no distance in the order."""
    seen = await guest.get(search(lieu="Villeurbanne", rayon=60))
    names = seen.texts("#resultats > ol .card__name strong")
    assert names == ["Deux", "Onze", "Quatre", "Trois", "Un"]


async def test_a_radius_without_a_commune_is_left_aside_and_said(guest: Visitor) -> None:
    seen = await guest.get(search(lieu="Bretagne", rayon=30))
    assert any("Le rayon se compte autour d’une commune" in said for said in messages(seen))
    assert set(seen.slugs) == {IN_PLOMEUR, IN_PONT_L_ABBE}


async def test_visio_finds_who_has_a_remote_service_wherever_they_are(guest: Visitor) -> None:
    """EX-3.2-1."""
    assert await _found(guest, visio=1) == {IN_LYON_3, IN_SAINT_ETIENNE, REMOTE_ONLY}
    assert await _found(guest, visio=1, lieu="region-84") == {IN_LYON_3, IN_SAINT_ETIENNE}


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"pratique": "yoga"}, {IN_LYON, IN_HYERES}),
        ({"pratique": "reiki"}, {IN_HYERES}),
        ({"theme": "mieux-dormir"}, {IN_LYON_3}),
        ({"theme": "mieux-dormir", "pratique": "yoga"}, set()),
        ({"theme": "mieux-dormir", "visio": 1, "lieu": "Lyon"}, {IN_LYON_3}),
        ({"pratique": "yoga", "lieu": "Lyon"}, {IN_LYON}),
        ({"pratique": "yoga", "lieu": "Lyon", "visio": 1}, set()),
        ({"q": "sophrologie", "lieu": "69"}, {IN_LYON_3, IN_VILLEURBANNE, AT_HOMES_NEAR_LYON}),
        ({"q": "sophrologie", "theme": "mieux-dormir", "lieu": "Lyon", "rayon": 10}, {IN_LYON_3}),
        (
            {"q": "yoga", "pratique": "reiki", "theme": "gestion-du-stress", "lieu": "83"},
            {IN_HYERES},
        ),
        ({"q": "yoga hyeres", "pratique": "reiki"}, {IN_HYERES}),
        ({"q": "yoga lyon", "pratique": "reiki"}, set()),
    ],
    ids=lambda value: search(**value) if isinstance(value, dict) else "",
)
async def test_criteria_are_combined_with_and(
    guest: Visitor, criteria: dict[str, Any], expected: set[str]
) -> None:
    """EX-3.2-5: a strict filter."""
    assert await _found(guest, **criteria) == expected


async def test_each_criterion_is_a_chip_that_removes_it_alone(guest: Visitor) -> None:
    asked = {
        "q": "yoga",
        "theme": "gestion-du-stress",
        "pratique": "reiki",
        "lieu": "commune-83069",
        "rayon": "10",
        "visio": "1",
    }
    seen = await guest.get(search(**asked))
    chips = {folded(a.text()): a.attributes["href"] for a in seen.all("#resultats .chip")}
    removed = {
        "« yoga »": "q",
        "Gestion du stress": "theme",
        "Reiki": "pratique",
        "10 km autour": "rayon",
        "En visio": "visio",
    }
    for label, name in removed.items():
        address = next(url for words, url in chips.items() if words.endswith(label))
        assert address == search(**{k: v for k, v in asked.items() if k != name})
    place = next(url for words, url in chips.items() if words.endswith("Hyères (83)"))
    assert place == search(**{k: v for k, v in asked.items() if k not in ("lieu", "rayon")})
    assert chips["Tout effacer"] == "/praticiens"


async def test_a_region_chosen_among_the_filters_replaces_the_place_and_its_radius(
    guest: Visitor,
) -> None:
    seen = await guest.get(search(lieu="Villeurbanne", rayon=10, visio=1))
    [brittany] = [v for v in facets(await guest.get("/praticiens")) if v.label == "Bretagne"]
    assert brittany.count == 2
    [own] = [v for v in facets(seen) if v.group == "regions" and v.label == "Auvergne-Rhône-Alpes"]
    assert own.url == search(lieu="region-84", visio=1)
    assert own.count == 2


async def test_each_card_says_where_and_for_how_much(guest: Visitor) -> None:
    seen = await guest.get(search(lieu="83"))
    card = seen.text("#resultats article")
    assert "Hyères (83)" in card
    assert "à partir de 60 €" in card
    seen = await guest.get(search(lieu="Bron"))
    card = seen.text("#resultats article")
    assert "autour de Villeurbanne (69)" in card
    assert "À domicile" in card
    seen = await guest.get(search(q="douze"))
    assert "En visio" in seen.text("#resultats article")
