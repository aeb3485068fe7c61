"""Which practitioners answer the words somebody types (terms § 3.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import empty_directory, indexed, practitioner
from tests.search.looking import search
from tests.visitors import Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("street")]

ALICE = "alice-renard"
BRUNO = "bruno-renaud"
CARLA = "carla-martin"
DENIS = "denis-martine"
ELSA = "elsa-dupont"
FABIEN = "fabien-le-goff"
GAEL = "gael-legoff"
HELENE = "helene-d-aubigne"
INES = "ines-nunez"
JEAN_PIERRE = "jean-pierre-oeuvrard"
KIM = "kim-lhermite"
SALON = "au-fil-de-l-eau"


@pytest.fixture(scope="module")
async def street(site: Any, index_gateway: Any) -> None:
    """Twelve people who have little in common."""
    await empty_directory(index_gateway)
    plain: dict[str, Any] = {"headline": "Un accueil au calme", "themes": ()}
    await practitioner(
        "Alice",
        "Renard",
        slug=ALICE,
        places=("69383",),
        headline="Un accueil au calme",
        themes=("gestion-du-stress",),
    )
    await practitioner(
        "Bruno",
        "Renaud",
        slug=BRUNO,
        practices=("naturopathie",),
        places=("42218",),
        headline="Un accueil au calme",
        themes=("mieux-dormir",),
    )
    await practitioner(
        "Carla",
        "Martin",
        slug=CARLA,
        practices=("massage-bien-etre",),
        places=("69266",),
        headline="Un accueil au calme",
        themes=("dos-et-tensions",),
    )
    await practitioner(
        "Denis", "Martine", slug=DENIS, practices=("yoga",), places=("69029",), **plain
    )
    await practitioner(
        "Elsa",
        "Dupont",
        slug=ELSA,
        practices=("reflexologie-plantaire",),
        places=("83069",),
        headline="Un accueil au calme",
        themes=("confort-digestif",),
    )
    await practitioner(
        "Fabien", "Le Goff", slug=FABIEN, practices=("shiatsu",), places=("29019",), **plain
    )
    await practitioner(
        "Gaël", "Legoff", slug=GAEL, practices=("reiki",), places=("29019",), **plain
    )
    await practitioner(
        "Hélène", "d’Aubigné", slug=HELENE, practices=("iridologie",), places=("97411",), **plain
    )
    await practitioner(
        "Inès", "Ñúñez", slug=INES, practices=("qi-gong",), places=("64102",), **plain
    )
    await practitioner(
        "Jean-Pierre",
        "Œuvrard",
        slug=JEAN_PIERRE,
        practices=("kobido",),
        places=("75111",),
        **plain,
    )
    await practitioner(
        "Kim", "L'Hermite", slug=KIM, practices=("feng-shui",), places=("94038",), **plain
    )
    await practitioner(
        trade_name="Au Fil de l’Eau",
        slug=SALON,
        practices=("relaxation-sonore",),
        places=("13201",),
        is_complete=False,
        headline="Bols et gongs",
        themes=("sens-et-transition",),
        presentation="Mon violoncelle accompagne les bains sonores.",
    )
    await indexed(index_gateway)


async def _found(guest: Visitor, **criteria: Any) -> list[str]:
    seen = await guest.get(search(**criteria))
    assert seen.status == 200
    return sorted(seen.slugs)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # a practice, well or badly spelt
        ("sophrologie", [ALICE]),
        ("sofrologie", [ALICE]),
        ("Sophrologie", [ALICE]),
        ("SOPHROLOGIE", [ALICE]),
        ("sophrologue", [ALICE]),
        ("sophrologues", [ALICE]),
        ("sophro", [ALICE]),
        ("naturopathe", [BRUNO]),
        ("nathuropathe", [BRUNO]),
        ("naturopathes", [BRUNO]),
        ("réfléxologie", [ELSA]),
        ("reflexologue", [ELSA]),
        ("masage", [CARLA, ELSA, FABIEN, JEAN_PIERRE]),
        ("massages", [CARLA, ELSA, FABIEN, JEAN_PIERRE]),
        ("massage relaxant", [CARLA]),
        ("qigong", [INES]),
        ("qi-gong", [INES]),
        ("taichi", [INES]),
        ("feng shui", [KIM]),
        ("feng shui l'haÿ les roses", [KIM]),
        ("feng shui l’haÿ-les-roses", [KIM]),
        ("bien etre", [CARLA]),
        ("bien-être", [CARLA]),
        ("Bien-Etre", [CARLA]),
        ("bienetre", [CARLA]),
        # a need
        ("insomnie", [BRUNO]),
        ("insomnies", [BRUNO]),
        ("l’insomnie", [BRUNO]),
        ("je dors mal", [BRUNO]),
        ("mal de dos", [CARLA]),
        ("mal au dos", [CARLA]),
        ("estomac", [ELSA]),
        ("l'estomac", [ELSA]),
        ("L'estomac", [ELSA]),
        ("L’ESTOMAC", [ELSA]),
        ("stress", [ALICE]),
        ("stres", [ALICE]),
        ("reconversion", [SALON]),
        # a place
        ("St Etienne", [BRUNO]),
        ("Saint-Étienne", [BRUNO]),
        ("saint etienne", [BRUNO]),
        ("st-étienne", [BRUNO]),
        ("SAINT ETIENNE", [BRUNO]),
        ("hyeres", [ELSA]),
        ("marseille", [SALON]),
        ("villeurbanne", [CARLA]),
        # several fields
        ("sophrologie lyon", [ALICE]),
        ("lyon sophrologie", [ALICE]),
        ("sophrologie à Lyon", [ALICE]),
        ("alice renard sophrologue stress lyon", [ALICE]),
        ("massage dos villeurbanne", [CARLA]),
        ("naturopathe insomnie loire", [BRUNO]),
        # every word must match
        ("sophrologie hyeres", []),
        ("moreau naturopathie", []),
    ],
)
async def test_words_find_who_holds_them_all(
    guest: Visitor, typed: str, expected: list[str]
) -> None:
    """EX-3.2-2."""
    assert await _found(guest, q=typed) == sorted(expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("renard", [ALICE]),
        ("Renaud", [BRUNO]),
        ("martin", [CARLA]),
        ("MARTINE", [DENIS]),
        ("carla martin", [CARLA]),
        ("martin carla", [CARLA]),
        ("denis martine", [DENIS]),
        ("dupont", [ELSA]),
        ("œuvrard", [JEAN_PIERRE]),
        ("oeuvrard", [JEAN_PIERRE]),
        ("ŒUVRARD", [JEAN_PIERRE]),
        ("jean-pierre", [JEAN_PIERRE]),
        ("jean pierre", [JEAN_PIERRE]),
        ("nunez", [INES]),
        ("ñúñez", [INES]),
        ("Ines Nunez", [INES]),
        ("d'aubigné", [HELENE]),
        ("d’Aubigné", [HELENE]),
        ("aubigne", [HELENE]),
        ("d aubigne", [HELENE]),
        ("l'hermite", [KIM]),
        ("L’Hermite", [KIM]),
        ("hermite", [KIM]),
        ("au fil de l'eau", [SALON]),
        ("fil eau", [SALON]),
    ],
)
async def test_a_surname_finds_its_owner_and_nobody_else(
    guest: Visitor, typed: str, expected: list[str]
) -> None:
    """EX-3.2-2: « Renard » is not « Renaud », « Martin » is not « Martine »."""
    assert await _found(guest, q=typed) == expected


@pytest.mark.parametrize(
    ("typed", "owner"),
    [
        ("legoff", GAEL),
        ("legoff", FABIEN),
        ("le goff", FABIEN),
        ("Le Goff", FABIEN),
        ("lhermite", KIM),
        ("daubigne", HELENE),
        ("jeanpierre", JEAN_PIERRE),
    ],
)
async def test_a_surname_may_be_typed_joined_or_apart(
    guest: Visitor, typed: str, owner: str
) -> None:
    assert owner in await _found(guest, q=typed)


@pytest.mark.parametrize(
    ("typed", "owner"),
    [
        ("Dupnt", ELSA),
        ("dupond", ELSA),
        ("renadr", ALICE),
        ("oeuvrar", JEAN_PIERRE),
        ("villeurbane", CARLA),
        ("violoncelle", SALON),
    ],
)
async def test_a_second_try_forgives_names_and_places_and_reads_the_presentation(
    guest: Visitor, typed: str, owner: str
) -> None:
    assert owner in await _found(guest, q=typed)


@pytest.mark.parametrize("typed", ["renard naturopathie", "alice renaud", "martin yoga"])
async def test_a_name_that_somebody_bears_is_never_taken_for_a_mistyped_one(
    guest: Visitor, typed: str
) -> None:
    """Proper names stay precise: Bruno Renaud does not answer « renard naturopathie »."""
    assert await _found(guest, q=typed) == []


@pytest.mark.parametrize("typed", ["violoncel", "violoncelles", "accompagner"])
async def test_a_word_of_a_presentation_is_read_as_written_or_begun(
    guest: Visitor, typed: str
) -> None:
    """Nobody is called Accompagner: the word « accompagne » of a presentation is not the name of a stranger."""
    expected = [SALON] if typed == "violoncel" else []
    assert await _found(guest, q=typed) == expected


async def test_the_presentation_is_only_read_when_nothing_else_answers(guest: Visitor) -> None:
    """« eau » is in a name; « calme » is a need of a theme, and in everybody's headline."""
    assert await _found(guest, q="calme") == [ALICE]


@pytest.mark.parametrize("typed", ["le", "de la", "d’", "du", "et"])
async def test_little_words_alone_are_looked_for_and_never_list_everybody(
    guest: Visitor, typed: str
) -> None:
    assert len(await _found(guest, q=typed)) < 12


@pytest.mark.parametrize("typed", ["   ", "'", "’", "-", "!!!", "%", '"', "«»", "* *", "&", "…"])
async def test_signs_without_a_word_are_no_criterion(guest: Visitor, typed: str) -> None:
    assert len(await _found(guest, q=typed)) == 12


@pytest.mark.parametrize(
    "typed",
    [
        '"sophrologie"',
        "+sophrologie",
        "-sophrologie",
        "sophrologie*",
        "(sophrologie)",
        "sophrologie?",
    ],
)
async def test_the_signs_of_search_engines_mean_nothing(guest: Visitor, typed: str) -> None:
    assert await _found(guest, q=typed) == [ALICE]


async def test_the_words_found_are_highlighted(guest: Visitor) -> None:
    seen = await guest.get(search(q="sofrologie renard"))
    assert seen.texts("#resultats mark") == ["Renard", "Sophrologie"]
    seen = await guest.get(search(q="insomnie"))
    assert seen.slugs == [BRUNO]
    assert "« insomnie » : thématique Mieux dormir." in seen.text("#resultats .why")


async def test_the_words_stay_in_the_field_as_they_were_typed(guest: Visitor) -> None:
    seen = await guest.get(search(q="L’Hermite & «fils»"))
    assert seen.attribute("#q", "value") == "L’Hermite & «fils»"


async def test_the_contract_number_of_an_insurance_is_never_found(guest: Visitor) -> None:
    """EX-3.1-3: it never appears in public HTML or in the index."""
    seen = await guest.get(search(q="SECRET-123456"))
    assert seen.slugs == []
    assert "SECRET-123456" not in (await guest.get(f"/praticiens/{ALICE}")).html
