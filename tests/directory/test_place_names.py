"""A place typed in part, mistyped, or under the name people still give it."""

from __future__ import annotations

import pytest

from app.directory import places
from app.directory.places import PlaceBook

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def book(pool: None) -> PlaceBook:
    return await places.load()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Marsseille", "commune-13055"),
        ("Grenobel", "commune-38185"),
        ("Vileurbanne", "commune-69266"),
        ("Montpelier", "commune-34172"),
        ("Bretagn", "region-53"),
        ("Marseil", "commune-13055"),
        ("Lion", "commune-69123"),
        # the first words of a larger town, before any mistyped name
        ("Ivry", "commune-94041"),
        ("Vitry", "commune-94081"),
        ("Châlons", "commune-51108"),
        ("Oullins", "commune-69149"),
        ("Évian", "commune-74119"),
        ("Brive", "commune-19031"),
        ("Cagnes", "commune-06027"),
        ("La Seyne", "commune-83126"),
        ("Issy", "commune-92040"),
        ("Ivry 94", "commune-94041"),
        ("Boulogne 62", "commune-62160"),
    ],
)
async def test_a_small_error_or_a_beginning_is_understood_and_told(
    book: PlaceBook, typed: str, key: str
) -> None:
    found = book.resolve(typed)
    assert found.place is not None
    assert found.place.key == key
    assert found.is_corrected


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Boulogne", "Boulogne-Billancourt (92), Boulogne-sur-Mer (62)"),
        ("Noisy", "Noisy-le-Grand (93), Noisy-le-Sec (93)"),
        ("Aix", "Aix-en-Provence (13), Aix-les-Bains (73), Aix (19)"),
        ("Asnières", "Asnières-sur-Seine (92), Asnières (27)"),
        ("Évry", "Évry-Courcouronnes (91), Évry (89)"),
        ("Neuilly", "Neuilly-sur-Seine (92), Neuilly-sur-Marne (93), Neuilly-Plaisance (93)"),
        ("Fontenay", "Fontenay-sous-Bois (94), Fontenay-aux-Roses (92)"),
        ("Saint-Maur", "Saint-Maur-des-Fossés (94), Saint-Maur (36)"),
        ("Champigny", "Champigny-sur-Marne (94), Champigny (89), Champigny (51)"),
        ("Romans", "Romans-sur-Isère (26), Romans (79), Romans (01)"),
        ("Salon", "Salon-de-Provence (13), Salon (24), Salon (10)"),
        ("Bourg", "Bourg-en-Bresse (01), Bourg-la-Reine (92), Bourg-lès-Valence (26), Bourg (33)"),
        ("Clermont", "Clermont-Ferrand (63), Clermont (60)"),
    ],
)
async def test_much_larger_towns_whose_name_begins_so_are_asked_about_first(
    book: PlaceBook, typed: str, asked: str
) -> None:
    found = book.resolve(typed)
    assert ", ".join(place.label for place in found.choices).startswith(asked)
    assert found.place is not None
    assert (found.place.label, found.is_corrected) == (typed, False)
    assert book.resolve(found.place.key) == found


@pytest.mark.parametrize(
    "typed", ["Lyon", "Tours", "Nantes", "Vienne", "Saint-Étienne", "Sens", "Gap", "Le Mans"]
)
async def test_a_large_town_named_exactly_asks_nothing(book: PlaceBook, typed: str) -> None:
    assert book.resolve(typed).choices == ()


@pytest.mark.parametrize(
    "typed",
    ["Londres", "Bruxelles", "Anvers", "Gand", "Milan", "Rome", "Oran", "Genève", "New York"],
)
async def test_a_town_abroad_is_not_taken_for_a_village(book: PlaceBook, typed: str) -> None:
    assert book.resolve(typed).place is None


async def test_a_town_abroad_has_no_french_town_suggested_for_it(book: PlaceBook) -> None:
    assert book.suggest("Londres") == []


@pytest.mark.parametrize(("typed", "asked"), [("Toulouz", "31555"), ("Saint Maxmin", "60589")])
async def test_a_doubtful_reading_is_asked_about(book: PlaceBook, typed: str, asked: str) -> None:
    found = book.resolve(typed)
    assert found.place is None
    assert asked in [place.code for place in found.choices]


@pytest.mark.parametrize(
    ("typed", "key"), [("St Denis", "saint-denis"), ("la rochelle", "la-rochelle"), ("aix", "aix")]
)
async def test_the_key_of_several_communes_keeps_its_words_apart(
    book: PlaceBook, typed: str, key: str
) -> None:
    place = book.resolve(typed).place
    assert place is not None
    assert place.key == key


@pytest.mark.parametrize(
    ("typed", "departments"),
    [
        ("Alsace", "67 68"),
        ("en Lorraine", "54 55 57 88"),
        ("champagne ardenne", "08 10 51 52"),
        ("Picardie", "02 60 80"),
        ("Nord Pas de Calais", "59 62"),
        ("Haute-Normandie", "27 76"),
        ("Basse-Normandie", "14 50 61"),
        ("Bourgogne", "21 58 71 89"),
        ("Franche-Comté", "25 39 70 90"),
        ("Auvergne", "03 15 43 63"),
        ("Rhône-Alpes", "01 07 26 38 42 69 73 74"),
        ("Limousin", "19 23 87"),
        ("Poitou-Charentes", "16 17 79 86"),
        ("Aquitaine", "24 33 40 47 64"),
        ("Midi-Pyrénées", "09 12 31 32 46 65 81 82"),
        ("Languedoc-Roussillon", "11 30 34 48 66"),
    ],
)
async def test_a_region_of_before_2016_is_understood_as_its_departments(
    book: PlaceBook, typed: str, departments: str
) -> None:
    place = book.resolve(typed).place
    assert place is not None
    within = {book.department_of(position).code for position in place.communes}
    assert sorted(within) == departments.split()
    whole = sum(len(book.department_places[code].communes) for code in within)
    assert len(place.communes) == whole
    assert book.resolve(place.key).place == book.resolve(place.label).place == place
    assert place in book.suggest(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Toulon Var", "83137"),
        ("Toulon, Provence-Alpes-Côte d’Azur", "83137"),
        ("saint denis seine saint denis", "93066"),
        ("St-Denis, La Réunion", "97411"),
    ],
)
async def test_a_town_may_be_followed_by_what_it_lies_in(
    book: PlaceBook, typed: str, code: str
) -> None:
    found = book.resolve(typed)
    assert found.place is not None
    assert (found.place.key, found.is_corrected) == (f"commune-{code}", False)
