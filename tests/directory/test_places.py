"""From what a visitor types to a place of France (decision 3)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.directory import places
from app.directory.places import PlaceBook

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def book(pool: None) -> PlaceBook:
    return await places.load()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        # a city
        ("Paris", "commune-75056"),
        ("paris", "commune-75056"),
        ("PARIS", "commune-75056"),
        (" Lyon ", "commune-69123"),
        ("Hyères", "commune-83069"),
        ("hyeres", "commune-83069"),
        ("St Etienne", "commune-42218"),
        ("St-Étienne", "commune-42218"),
        ("saint etienne", "commune-42218"),
        ("Ste Foy les Lyon", "commune-69202"),
        ("L'Haÿ-les-Roses", "commune-94038"),
        ("L’Haÿ-les-Roses", "commune-94038"),
        ("L'Haÿ-les-Roses (94)", "commune-94038"),
        ("Val-d'Oise", "departement-95"),
        ("Val-d’Oise", "departement-95"),
        ("Provence-Alpes-Côte d'Azur", "region-93"),
        ("L’Haÿ les Roses", "commune-94038"),
        ("l hay les roses", "commune-94038"),
        ("Haÿ-les-Roses", "commune-94038"),
        ("Le Havre", "commune-76351"),
        ("havre", "commune-76351"),
        # an arrondissement within the city
        ("Paris 11", "commune-75111"),
        ("Paris 11e", "commune-75111"),
        ("paris 11ème", "commune-75111"),
        ("Paris 11e arrondissement", "commune-75111"),
        ("Paris 1er", "commune-75101"),
        ("Lyon 3", "commune-69383"),
        ("Marseille 1er arrondissement", "commune-13201"),
        ("75011", "commune-75111"),
        ("69003", "commune-69383"),
        ("69003 Lyon", "commune-69383"),
        ("Lyon 69003", "commune-69383"),
        ("75116", "commune-75116"),
        # a number
        ("69", "departement-69"),
        ("2A", "departement-2A"),
        ("2a", "departement-2A"),
        ("2B", "departement-2B"),
        ("974", "departement-974"),
        ("975", "departement-975"),
        ("83400", "commune-83069"),
        ("20000", "commune-2A004"),
        # a department, a region, the overseas
        ("Rhône", "departement-69"),
        ("rhone", "departement-69"),
        ("Seine-Saint-Denis", "departement-93"),
        ("Corse-du-Sud", "departement-2A"),
        ("Corse", "region-94"),
        ("Bretagne", "region-53"),
        ("ile de france", "region-11"),
        ("Île-de-France", "region-11"),
        ("Auvergne Rhône Alpes", "region-84"),
        ("La Réunion", "departement-974"),
        ("réunion", "departement-974"),
        ("Mayotte", "departement-976"),
        ("Guadeloupe", "departement-971"),
        ("Nouvelle-Calédonie", "departement-988"),
        # of the same name: the city, else what is wider
        ("Vienne", "commune-38544"),
        ("Vienne (86)", "departement-86"),
        ("Vienne 38", "commune-38544"),
        # words around the name
        ("à Lyon", "commune-69123"),
        ("a paris", "commune-75056"),
        ("près de Lyon", "commune-69123"),
        ("autour de Lyon", "commune-69123"),
        ("autour d’Annecy", "commune-74010"),
        ("aux environs de Lyon", "commune-69123"),
        ("du côté de Nantes", "commune-44109"),
        ("au Havre", "commune-76351"),
        ("en Bretagne", "region-53"),
        ("Lyon, France", "commune-69123"),
        ("Paris France", "commune-75056"),
        ("Roissy en France", "commune-95527"),
        ("le 93", "departement-93"),
        ("dans le 93", "departement-93"),
        ("dans le Rhône", "departement-69"),
        ("la Loire", "departement-42"),
        ("75 paris", "commune-75056"),
        ("paris 75", "commune-75056"),
        ("cergy pontoise", "commune-95127"),
        ("région parisienne", "region-11"),
        ("Aix 13", "commune-13001"),
        ("Saint-Denis (974)", "commune-97411"),
        ("Saint-Denis (93)", "commune-93066"),
        ("St Denis 93", "commune-93066"),
        ("Saint-Denis 93200", "commune-93066"),
        ("Valence (82)", "commune-82186"),
        # the canonical values
        ("commune-69123", "commune-69123"),
        ("commune-2A004", "commune-2A004"),
        ("commune-2a004", "commune-2A004"),
        ("departement-69", "departement-69"),
        ("departement-2a", "departement-2A"),
        ("region-84", "region-84"),
        ("region-04", "departement-974"),
        ("code-postal-69003", "commune-69383"),
        ("code-postal-29120", "code-postal-29120"),
        # nothing
        ("", None),
        ("   ", None),
        ("00000", None),
        ("99", None),
        ("100", None),
        ("7", None),
        ("123456", None),
        ("commune-00000", None),
        ("commune-", None),
        ("region-999", None),
        ("departement-20", None),
        ("Xyzzyville", None),
        ("()", None),
        ("-", None),
    ],
)
async def test_what_is_typed_means(book: PlaceBook, typed: str, key: str | None) -> None:
    place = book.resolve(typed).place
    assert (place.key if place else None) == key


async def test_a_postal_code_means_all_its_communes(book: PlaceBook) -> None:
    place = book.resolve("29120").place
    assert place is not None
    names = {book.commune_at(position).code for position in place.communes}
    assert names == {"29037", "29171", "29220", "29252", "29296"}
    assert book.commune_at(place.centre).code == "29220"
    assert place.label == "Code postal 29120"


async def test_a_city_holds_its_arrondissements_and_they_do_not_hold_each_other(
    book: PlaceBook,
) -> None:
    city = book.resolve("Lyon").place
    part = book.resolve("69003").place
    assert city is not None
    assert part is not None
    assert {book.commune_at(p).code for p in city.communes} == {
        "69123",
        *(str(code) for code in range(69381, 69390)),
    }
    assert [book.commune_at(p).code for p in part.communes] == ["69383"]
    assert book.city_of(part.centre).code == "69123"
    assert book.city_of(city.centre).code == "69123"


async def test_communes_of_the_same_name_are_asked_about_and_searched_together(
    book: PlaceBook,
) -> None:
    found = book.resolve("Saint-Denis")
    assert found.place is not None
    assert {place.code for place in found.choices} == {"97411", "93066", "11339", "30247"}
    assert [place.code for place in found.choices][:2] == ["97411", "93066"]
    assert {book.commune_at(p).code for p in found.place.communes} == {
        place.code for place in found.choices
    }
    assert book.resolve(found.place.key).place == found.place


@pytest.mark.parametrize("typed", ["Lyon", "Bretagne", "69", "69003", "commune-69123"])
async def test_what_is_well_typed_is_not_said_to_be_corrected(book: PlaceBook, typed: str) -> None:
    assert not book.resolve(typed).is_corrected


HOMONYMS = {"Doubs (25)", "Corrèze (19)", "Mayenne (53)", "Paris (75)"}
"""A department and its commune of the same name are written alike."""


async def test_every_place_is_found_again_by_its_key_its_slug_and_its_label(
    book: PlaceBook,
) -> None:
    """35 000 communes, departments and regions: what a page writes in a link or a field, it must understand."""
    everywhere = [book.commune_at(position) for position in range(0, book.size, 5)]
    everywhere += [place for place in book.region_places if place.communes]
    everywhere += [place for place in book.department_places.values() if place.communes]
    for place in everywhere:
        assert book.resolve(place.key).place == place
        assert book.by_slug(place.slug) == place
        again = book.resolve(place.label).place
        is_well_named = place.label not in HOMONYMS and place.label.count("(") < 2
        if is_well_named and not place.label.startswith("Saint-"):
            assert again == place, place.label


@pytest.mark.parametrize(
    "key",
    ["commune-58062", "commune-64182", "commune-25204", "departement-53", "departement-977"],
)
async def test_the_label_of_a_place_means_that_place(book: PlaceBook, key: str) -> None:
    """Château-Chinon (Ville), Castillon (Canton de Lembeye), Doubs the commune, Mayenne the department,
    Saint-Barthélemy the island: the form sends the label again at the next word typed."""
    place = book.resolve(key).place
    assert place is not None
    assert book.resolve(place.label).place == place


@pytest.mark.parametrize(("typed", "key"), [("PACA", "region-93"), ("IDF", "region-11")])
async def test_the_usual_short_name_of_a_region_is_understood(
    book: PlaceBook, typed: str, key: str
) -> None:
    place = book.resolve(typed).place
    assert place is not None
    assert place.key == key


async def test_overseas_one_region_one_department_one_place(book: PlaceBook) -> None:
    for region, department in (
        ("01", "971"),
        ("02", "972"),
        ("03", "973"),
        ("04", "974"),
        ("06", "976"),
    ):
        place = book.resolve(f"departement-{department}").place
        assert place is not None
        assert book.resolve(f"region-{region}").place == place


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        # As told by maps, as the crow flies.
        ("75056", "69123", 392),
        ("75056", "13055", 660),
        ("69123", "69266", 3),
        ("69123", "42218", 50),
        ("75056", "97411", 9370),
        ("69123", "69123", 0),
    ],
)
async def test_distances_are_those_of_the_map(
    book: PlaceBook, one: str, other: str, kilometres: int
) -> None:
    found = book.distances_km(book.position_of[one])[book.position_of[other]]
    assert found == pytest.approx(kilometres, rel=0.02, abs=1.5)


async def test_within_is_a_disc_around_the_centre(book: PlaceBook) -> None:
    lyon = book.position_of["69123"]
    near, far = book.within(lyon, 5), book.within(lyon, 60)
    assert near[book.position_of["69266"]]
    assert not near[book.position_of["42218"]]
    assert far[book.position_of["42218"]]
    assert not (near & ~far).any()
    assert not far[book.position_of["75056"]]


@pytest.mark.parametrize("typed", ["38", "2A", "Alsace"])
async def test_how_near_a_department_is_to_each_commune_is_how_near_its_nearest_commune_is(
    book: PlaceBook, typed: str
) -> None:
    place = book.resolve(typed).place
    assert place is not None
    exact = np.min([book.distances_km(commune) for commune in place.communes], axis=0)
    told = book.reaching(place)
    for kilometres in (1, 5, 20, 100):
        assert ((told <= kilometres) == (exact <= kilometres + 0.001)).all()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("par", "Paris (75)"),
        ("lyo", "Lyon (69)"),
        ("st et", "Saint-Étienne (42)"),
        ("saint-den", "Saint-Denis (974)"),
        ("mars", "Marseille (13)"),
        ("breta", "Bretagne"),
        ("l'hay", "L’Haÿ-les-Roses (94)"),
        ("l’hay", "L’Haÿ-les-Roses (94)"),
        ("hay", "L’Haÿ-les-Roses (94)"),
        ("69003", "Lyon 3e arrondissement (69)"),
        ("974", "La Réunion"),
        ("2a", "Corse-du-Sud (2A)"),
        ("2B", "Haute-Corse (2B)"),
        ("dans le 93", "Seine-Saint-Denis (93)"),
        ("près de ly", "Lyon (69)"),
        ("nimes", "Nîmes (30)"),
    ],
)
async def test_the_place_meant_is_suggested_first(book: PlaceBook, typed: str, first: str) -> None:
    assert book.suggest(typed)[0].label == first


@settings(max_examples=200, deadline=None)
@given(typed=st.text(max_size=80))
def test_nothing_that_can_be_typed_breaks_the_book(loaded: Any, typed: str) -> None:
    found = loaded.resolve(typed)
    assert found.place is None or len(found.place.communes) >= 1
    assert len(loaded.suggest(typed)) <= 8


@pytest.fixture(scope="module")
async def loaded(book: PlaceBook) -> PlaceBook:
    """The book, for tests that are not asynchronous."""
    return book
