"""Typing a place: what is understood, what is asked, what is said (decision 3)."""

from __future__ import annotations

import pytest

from tests.factories import practitioner
from tests.search.looking import choices, messages, near, next_steps, options, search, total
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio


async def test_a_name_that_several_communes_bear_asks_which_one_and_shows_all_meanwhile(
    visitor: Visitor,
) -> None:
    north = await practitioner("Anne", "Un", places=("93066",))
    island = await practitioner("Anne", "Deux", places=("97411",))
    await practitioner("Anne", "Trois", places=("69123",))
    seen = await visitor.get(search(lieu="Saint-Denis"))
    assert "Quel lieu cherchez-vous ?" in seen.text("#resultats")
    assert set(seen.slugs) == {north, island}
    offered = choices(seen)
    assert list(offered)[:2] == [
        "Saint-Denis (974) La Réunion",
        "Saint-Denis (93) Seine-Saint-Denis",
    ]
    assert len(offered) == 4
    chosen = await visitor.get(offered["Saint-Denis (93) Seine-Saint-Denis"])
    assert chosen.slugs == [north]
    assert not chosen.has("#quel-lieu")
    assert chosen.attribute("#criteres", "data-lieu") == "Saint-Denis (93)"
    again = await visitor.get(search(lieu="Saint-Denis (93)"))
    assert again.slugs == [north]
    assert not again.has("#quel-lieu")


async def test_the_question_keeps_the_other_criteria_and_the_address_of_all_is_stable(
    visitor: Visitor,
) -> None:
    await practitioner(places=("93066",))
    seen = await visitor.get(search(q="sophrologie", lieu="saint denis", visio=1))
    for url in choices(seen).values():
        assert url.startswith("/praticiens?q=sophrologie&lieu=commune-")
        assert url.endswith("&visio=1")
    fragment = await visitor.get(search(lieu="saint denis"), htmx=True)
    address = fragment.headers["hx-push-url"]
    assert set(choices(await visitor.get(address))) == set(choices(seen))


@pytest.mark.parametrize(
    "lieu", ["Lyon", "Paris", "69", "69003", "Occitanie", "L'Haÿ-les-Roses", "L’Haÿ-les-Roses"]
)
async def test_a_clear_place_asks_nothing(visitor: Visitor, lieu: str) -> None:
    seen = await visitor.get(search(lieu=lieu))
    assert not seen.has("#quel-lieu")
    assert messages(seen) == []


@pytest.mark.parametrize("lieu", ["Bretagne", "La Réunion", "Vienne"])
async def test_one_asks_only_between_communes_of_the_same_name(visitor: Visitor, lieu: str) -> None:
    """Decision 3."""
    assert not (await visitor.get(search(lieu=lieu))).has("#quel-lieu")


async def test_a_small_typing_error_is_corrected_and_said(visitor: Visitor) -> None:
    person = await practitioner(places=("69266",))
    await practitioner(places=("83069",))
    seen = await visitor.get(search(lieu="Vileurbane"))
    assert messages(seen) == ["Lieu compris comme : Villeurbanne (69)."]
    assert seen.slugs == [person]
    assert seen.attribute("#criteres", "data-lieu") == "Villeurbanne (69)"


@pytest.mark.parametrize(
    "lieu", ["Xyzzyville", "00000", "99", "commune-00000", "region-ZZ", "12345678", "😀", "@#"]
)
async def test_an_unknown_place_is_said_and_left_aside(visitor: Visitor, lieu: str) -> None:
    """Bad input: a normal page with a clear message; what was typed stays in the field."""
    await practitioner()
    seen = await visitor.get(search(lieu=lieu))
    assert seen.status == 200
    [said] = messages(seen)
    assert f"Nous ne connaissons pas le lieu « {lieu} »" in said
    assert total(seen) == 1
    assert seen.attribute("#lieu", "value") == lieu


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ({"lieu": "lyon"}, {"lieu": "commune-69123"}),
        ({"lieu": "LYON", "rayon": "20"}, {"lieu": "commune-69123", "rayon": "20"}),
        ({"lieu": "69003"}, {"lieu": "commune-69383"}),
        ({"lieu": "29120"}, {"lieu": "code-postal-29120"}),
        ({"lieu": "bretagne"}, {"lieu": "region-53"}),
        ({"lieu": "st etienne", "visio": "on"}, {"lieu": "commune-42218", "visio": "1"}),
        ({"lieu": "St Denis"}, {"lieu": "saint-denis"}),
        ({"lieu": "2b"}, {"lieu": "departement-2B"}),
        ({"lieu": "", "rayon": "20"}, {}),
        ({"visio": "0", "page": "1"}, {}),
        ({"page": "3", "q": "  deux   mots "}, {"q": "deux mots"}),
    ],
    ids=lambda value: search(**value),
)
async def test_the_address_bar_takes_the_canonical_values(
    visitor: Visitor, typed: dict[str, str], canonical: dict[str, str]
) -> None:
    fragment = await visitor.get(search(**typed), htmx=True)
    assert fragment.headers["hx-push-url"] == search(**canonical)


async def test_the_choice_between_towns_counts_those_who_come_to_homes_there(
    visitor: Visitor,
) -> None:
    """All the towns of a name, then one of them: nobody appears by choosing."""
    near = await practitioner("Anne", "Abeille", places=(), home_areas=(("93008", 15),))
    for lieu in ("saint denis", "Saint-Denis (93)"):
        seen = await visitor.get(search(lieu=lieu))
        assert seen.slugs == [near]
    assert not (await visitor.get(search(lieu="saint denis"))).has("#resultats section.near")


async def test_a_card_says_truly_how_the_place_is_met(visitor: Visitor) -> None:
    """« Pourquoi ici ? » names an address only when it stands in the place asked."""
    await practitioner("Anne", "Abeille", places=("69123",))
    await practitioner("Bruno", "Abeille", places=("69029",), home_areas=(("69029", 20),))
    seen = await visitor.get(search(lieu="commune-69123"))
    reasons = seen.texts("#resultats > ol.cards > li .why")
    assert "Lieu demandé : Lyon (69)." in reasons[0]
    assert "Se déplace jusqu’à Lyon (69)" in reasons[1]


async def test_a_town_typed_among_the_words_is_proposed_as_a_place(visitor: Visitor) -> None:
    await practitioner("Anne", "Abeille", places=("42218",))
    seen = await visitor.get("/praticiens/suggestions?q=saint-etienne", htmx=True)
    urls = [node.attributes["data-url"] for node in seen.all("[role=option]")]
    assert "/praticiens?lieu=commune-42218" in urls


async def test_a_doubtful_name_is_left_aside_and_asked_about(visitor: Visitor) -> None:
    person = await practitioner(places=("31555",))
    await practitioner(places=("69123",))
    seen = await visitor.get(search(lieu="Toulouz"))
    [said] = messages(seen)
    assert said.endswith("la liste n’en tient pas compte.")
    assert total(seen) == 2
    chosen = await visitor.get(choices(seen)["Toulouse (31) Haute-Garonne"])
    assert chosen.slugs == [person]


async def test_a_region_of_before_2016_is_a_place_like_any_other(visitor: Visitor) -> None:
    person = await practitioner(places=("67482",))
    await practitioner(places=("54395",))
    seen = await visitor.get(search(lieu="alsace"), htmx=True)
    assert seen.slugs == [person]
    assert messages(seen) == []
    assert seen.headers["hx-push-url"] == search(lieu="ancienne-region-42")
    assert "Alsace" in seen.text("#resultats-titre")
    suggested = await visitor.get("/praticiens/lieux?lieu=alsa", htmx=True)
    assert options(suggested) == [("Alsace", "Alsace")]


async def test_the_radius_asked_around_an_ambiguous_name_counts_from_each_and_stays_in_the_choices(
    visitor: Visitor,
) -> None:
    beside = await practitioner("Anne", "Abeille", places=("93001",))
    await practitioner("Anne", "Loin", places=("69123",))
    seen = await visitor.get(search(lieu="saint-denis", rayon=20), htmx=True)
    assert seen.slugs == [beside]
    assert messages(seen) == []
    assert seen.headers["hx-push-url"] == search(lieu="saint-denis", rayon=20)
    assert "Lieu demandé : Saint-Denis, 20 km autour." in seen.text("#resultats .why")
    offered = choices(seen)
    assert all(url.endswith("&rayon=20") for url in offered.values())
    chosen = await visitor.get(offered["Saint-Denis (93) Seine-Saint-Denis"])
    assert chosen.slugs == [beside]


@pytest.mark.parametrize(
    ("lieu", "heard"),
    [
        ("Saint-Denis", "Quel lieu cherchez-vous ? 4 propositions"),
        ("Toulouz", "Quel lieu cherchez-vous ? Une proposition"),
    ],
)
async def test_the_question_about_the_place_is_heard(
    visitor: Visitor, lieu: str, heard: str
) -> None:
    assert heard in (await visitor.get(search(lieu=lieu))).text("#annonce")


@pytest.mark.parametrize("lieu", ["la rochelle", "saint-martin", "saint-denis"])
async def test_nobody_at_a_name_that_several_communes_bear_is_said_beside_the_question(
    visitor: Visitor, lieu: str
) -> None:
    await practitioner(places=("69123",))
    seen = await visitor.get(search(lieu=lieu))
    assert seen.has("#quel-lieu")
    assert "Aucun praticien ne répond à tous ces critères" in seen.text("#resultats")
    assert "Partout en France : 1 praticien" in next_steps(seen)


async def test_a_village_of_the_same_name_does_not_stop_the_near_matches(visitor: Visitor) -> None:
    """La Rochelle (70) has forty inhabitants: the near matches are those around the town."""
    there = await practitioner("Anne", "Abeille", places=("17300",))
    around = await practitioner("Anne", "Bleuet", places=("17415",))
    await practitioner("Anne", "Loin", places=("69123",))
    seen = await visitor.get(search(lieu="la rochelle"))
    assert seen.slugs == [there]
    assert near(seen) == [around]
    assert "Plus loin, département Charente-Maritime (17)" in seen.text("#resultats .near")


async def test_the_department_of_paris_is_paris(visitor: Visitor) -> None:
    """A single commune: who comes to homes there counts, and so does a radius."""
    coming = await practitioner("Anne", "Abeille", places=(), home_areas=(("93048", 10),))
    beside = await practitioner("Anne", "Bleuet", places=("93048",))
    for lieu in ("Paris", "75", "departement-75"):
        assert (await visitor.get(search(lieu=lieu))).slugs == [coming]
        assert (await visitor.get(search(lieu=lieu, rayon=10))).slugs == [coming, beside]


@pytest.mark.parametrize(
    ("lieu", "person", "steps"),
    [
        ("le lorrain", "97209", ["Plus loin, département Martinique : 1 praticien"]),
        (
            "Tulle",
            "19031",
            [
                "Plus loin, département Corrèze (19) : 1 praticien",
                "Plus loin, région Nouvelle-Aquitaine : 1 praticien",
            ],
        ),
        ("75", "77288", ["Plus loin, région Île-de-France : 1 praticien"]),
        ("alsace", "54395", ["Plus loin, région Grand Est : 1 praticien"]),
    ],
)
async def test_each_wider_place_is_proposed_once_under_its_name(
    visitor: Visitor, lieu: str, person: str, steps: list[str]
) -> None:
    await practitioner(places=(person,))
    offered = next_steps(await visitor.get(search(lieu=lieu)))
    assert [words for words in offered if words.startswith("Plus loin")] == steps
