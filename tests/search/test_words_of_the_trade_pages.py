"""Words of the trade that look alike are not one another; words typed all in one box are still understood."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.search.criteria import Criteria
from app.search.meaning import meant
from tests.factories import empty_directory, indexed, practitioner
from tests.search.looking import near, next_steps, search
from tests.visitors import Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("trade")]

ONE_OF_EACH = {
    "meditation": "meditation",
    "mediation": "mediation-animale",
    "relaxation": "relaxation",
    "relation": "relation-d-aide",
    "plantaire": "reflexologie-plantaire",
    "auriculaire": "reflexologie-auriculaire",
}
"""Slugs of people to the practice that each offers."""


@pytest.fixture(scope="module")
async def trade(site: Any, index_gateway: Any) -> None:
    await empty_directory(index_gateway)
    for slug, practice in ONE_OF_EACH.items():
        await practitioner(
            "Ode",
            "Zeller",
            slug=slug,
            practices=(practice,),
            themes=(),
            places=("33063",),
            headline="",
        )
    await practitioner(
        "Ode", "Zeller", slug="manger", practices=("yoga",), themes=("manger-mieux",), headline=""
    )
    await practitioner(
        "Ode",
        "Zeller",
        slug="manager",
        practices=("coaching-professionnel",),
        themes=(),
        headline="",
    )
    await indexed(index_gateway)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("méditation", ["meditation"]),
        ("médiation", ["mediation"]),
        ("relaxation", ["relaxation"]),
        ("réflexologue", ["auriculaire", "plantaire"]),
        ("relaxologue", ["relaxation"]),
        ("manger", ["manger"]),
        ("manager", ["manager"]),
    ],
)
async def test_a_word_of_the_trade_is_taken_as_written(
    guest: Visitor, typed: str, expected: list[str]
) -> None:
    seen = await guest.get(search(q=typed))
    assert sorted(seen.slugs) == expected


async def test_a_plural_that_the_trade_writes_too_finds_the_singular(site: Any) -> None:
    finder = site.state.finder
    known = await finder.roster.current(datetime.now(UTC))
    lexicon = finder.lexicon(known.order)
    assert not lexicon.is_exact("massage")
    assert not lexicon.is_exact("massages")
    assert lexicon.is_exact("mediation")


@pytest.mark.parametrize(
    ("typed", "q", "place", "is_remote"),
    [
        ("sophrologue bordeaux", "sophrologue", "commune-33063", False),
        ("bordeaux sophrologue", "sophrologue", "commune-33063", False),
        ("yoga 75", "yoga", "departement-75", False),
        ("massage 69003", "massage", "commune-69383", False),
        ("naturopathe paris 11", "naturopathe", "commune-75111", False),
        ("yoga à la rochelle", "yoga", "la rochelle", False),
        ("hypnose près de toulouse", "hypnose", "commune-31555", False),
        ("naturopathe en visio", "naturopathe", "", True),
        ("sophrologue à distance bordeaux", "sophrologue", "commune-33063", True),
        ("69003", "", "commune-69383", False),
    ],
)
async def test_a_place_and_the_visio_typed_among_the_words_are_understood(
    site: Any, typed: str, q: str, place: str, is_remote: bool
) -> None:
    found = meant(Criteria(q=typed), site.state.finder.book, await _lexicon(site))
    assert found is not None
    assert (found.q, found.is_remote) == (q, is_remote)
    wanted = site.state.finder.book.resolve(place).place if place else None
    assert (found.place and found.place.key) == (wanted and wanted.key)


@pytest.mark.parametrize("typed", ["massage relaxant", "yoga", "bien-être", "suicide bordeaux", ""])
async def test_nothing_more_is_understood_where_no_place_is_named(site: Any, typed: str) -> None:
    assert meant(Criteria(q=typed), site.state.finder.book, await _lexicon(site)) is None


async def test_what_was_probably_meant_is_proposed_first_and_says_so(guest: Visitor) -> None:
    """EX-3.2-5: under its own title, never among the results."""
    seen = await guest.get(search(q="relaxation 33000"))
    assert seen.slugs == []
    assert near(seen) == ["relaxation"]
    title = seen.text("#resultats section.near h2")
    assert title.startswith("Vous cherchiez peut-être : « relaxation » · Bordeaux")
    step, address = next(iter(next_steps(seen).items()))
    assert step.startswith("« relaxation » · Bordeaux")
    assert step.endswith(": 1 praticien")
    assert (await guest.get(address)).slugs == ["relaxation"]


async def test_when_nobody_is_where_it_was_meant_the_places_around_are_proposed(
    guest: Visitor,
) -> None:
    seen = await guest.get(search(q="relaxation libourne"))
    assert seen.slugs == []
    assert near(seen) == ["relaxation"]
    assert "Plus loin, département Gironde (33)" in seen.text("#resultats section.near")


async def test_words_too_many_are_let_go_for_those_of_the_trade(guest: Visitor) -> None:
    seen = await guest.get(search(q="relaxation introuvable"))
    assert seen.slugs == []
    steps = next_steps(seen)
    label = "Avec moins de mots : « relaxation » : 1 praticien"
    assert (await guest.get(steps[label])).slugs == ["relaxation"]


async def _lexicon(site: Any) -> Any:
    finder = site.state.finder
    return finder.lexicon((await finder.roster.current(datetime.now(UTC))).order)
