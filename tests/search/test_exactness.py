"""Any combination of criteria answers exactly who meets them, in the exact order, against an oracle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein

from app.search import find, index
from app.search.words import ONE_TYPO_FROM, TWO_TYPOS_FROM, words_of
from tests.search.looking import all_pages, facets, search, total
from tests.search.population import (
    COMMUNES,
    PRACTICES,
    THEMES,
    WORDS,
    Town,
    answers,
    in_order,
    settled,
)
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

PLACES = [
    *(f"commune-{code}" for code in COMMUNES),
    "commune-75056",
    "departement-69",
    "departement-974",
    "departement-42",
    "region-84",
    "region-11",
    "region-04",
    "region-53",
]


@pytest.fixture(scope="module")
async def people(site: Any, index_gateway: Any) -> Town:
    return await settled(index_gateway)


@pytest.fixture(scope="module", params=[1, 1_000], ids=["by-groups", "by-ids"], autouse=True)
def ways(request: pytest.FixtureRequest, site: Any) -> Iterator[None]:
    """The words of the trade are looked for by groups of people, or id by id: the answers are the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(find, "MANY", request.param)
        site.state.finder._kept = find.Kept(None, {}, {})
        yield


criteria = st.fixed_dictionaries(
    {
        "words": st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple),
        "theme": st.sampled_from(["", "", "", *sorted(THEMES)]),
        "practice": st.sampled_from(["", "", "", *sorted(PRACTICES)]),
        "place": st.sampled_from(["", *PLACES]),
        "radius_km": st.sampled_from([0, 0, 1, 5, 10, 20, 30, 50, 60, 100, 500]),
        "is_remote": st.sampled_from([False, False, True]),
    }
)


def _address(asked: dict[str, Any]) -> str:
    return search(
        q=" ".join(asked["words"]),
        theme=asked["theme"],
        pratique=asked["practice"],
        lieu=asked["place"],
        rayon=asked["radius_km"] or "",
        visio="1" if asked["is_remote"] else "",
    )


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=criteria)
async def test_every_search_answers_exactly_who_meets_its_criteria_in_the_exact_order(
    guest: Visitor, people: Town, asked: dict[str, Any]
) -> None:
    """EX-3.2-1, EX-3.2-2, EX-3.2-5, EX-3.2-6: the whole list, page after page, against a slow reading."""
    expected = in_order([person for person in people if answers(person, **asked)])
    shown = await all_pages(guest, _address(asked))
    tier_of = {person.slug: person.tier for person in people}
    assert [(tier_of[slug], slug) for slug in shown] == [(tier_of[slug], slug) for slug in expected]
    assert total(await guest.get(_address(asked))) == len(expected)


async def test_the_words_of_these_tests_are_far_from_one_another() -> None:
    """Else the property above would test the tolerance to typing errors, not exactness."""
    for word in WORDS:
        allowed = 2 if len(word) >= TWO_TYPOS_FROM else 1 if len(word) >= ONE_TYPO_FROM else 0
        for other in WORDS:
            assert word == other or DamerauLevenshtein.distance(word, other) > allowed
            assert word == other or not other.startswith(word)


async def test_the_engine_gives_the_whole_set_whatever_its_size(site: Any, people: Town) -> None:
    """The set comes as a facet: a limit of the engine would cut it silently."""
    gateway = site.state.finder.gateway
    in_index = [person for person in people if person.is_listed]
    everyone = await gateway.matching(index.name(), "", None)
    assert len(everyone) == len(set(everyone)) == len(in_index) > 100
    for word in WORDS:
        ids = await gateway.matching(index.name(), f"{word} ", index.PRECISE)
        assert len(ids) == len([person for person in in_index if person.holds(word)]), word


async def test_a_group_answers_for_its_people_only_when_all_of_them_hold_the_words(
    site: Any, people: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every word of the trade, alone and with another, mistyped, cut: both ways find the same people."""
    finder = site.state.finder
    known = await finder.roster.current(datetime.now(UTC))
    catalogue = known.order.catalogue
    texts = [w for t in catalogue.themes.values() for w in (t.label, *t.keywords)]
    texts += [w for p in catalogue.practices.values() for w in (p.label, *p.synonyms)]
    texts += [*WORDS, *(text[:-1] for text in texts[:60])]
    texts += [f"{one} {other}" for one, other in pairwise(texts[:80])]
    answered = 0
    for text in texts:
        words = words_of(text)
        if not words:
            continue
        ways = []
        for many in (1, 1_000):
            monkeypatch.setattr(find, "MANY", many)
            ways.append(await finder._asked(known, text, words))
            answered += (
                many == 1 and finder._group(known, finder.lexicon(known.order), text) is not None
            )
        assert np.array_equal(*ways), text
    assert answered > 20


async def test_those_of_the_group_of_a_whole_word_of_the_trade_all_hold_it(
    site: Any, people: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start of a longer word (« transit » of « transition ») makes no group, the engine would be asked twice."""
    monkeypatch.setattr(find, "MANY", 1)
    finder = site.state.finder
    known = await finder.roster.current(datetime.now(UTC))
    lexicon = finder.lexicon(known.order)
    wanted = dict.fromkeys(w for t in known.order.catalogue.themes.values() for w in t.keywords)
    asked = 0
    for text in wanted:
        if (group := finder._group(known, lexicon, text)) is not None:
            precise = " ".join(finder._precise(lexicon, word) for word in words_of(text)) + " "
            others = await finder.gateway.matching_besides(
                index.name(), precise, index.PRECISE, group[1]
            )
            assert others is not None, text
            asked += 1
    assert asked > 20


async def test_nothing_is_answered_by_groups_while_the_index_is_behind(
    site: Any, people: Town
) -> None:
    finder = site.state.finder
    known = await finder.roster.current(datetime.now(UTC))
    group = find.Finder._group
    lexicon = finder.lexicon(known.order)
    word = next(iter(PRACTICES.values()))
    ahead = msgspec.structs.replace(known.versions, directory=known.versions.directory + 1)
    late = msgspec.structs.replace(known, versions=ahead)
    assert await finder.roster.is_still_current(known)
    assert not await finder.roster.is_still_current(late)
    assert group(finder, late, lexicon, word) is None


# ---- counts beside the filters ------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "reiki"},
        {"theme": "menopause"},
        {"theme": "menopause", "pratique": "shiatsu", "visio": 1},
        {"lieu": "commune-69123", "rayon": 50, "pratique": "kobido"},
        {"lieu": "region-84", "q": "reconversion"},
        {"lieu": "region-04", "visio": 1},
    ],
    ids=lambda asked: search(**asked),
)
async def test_the_number_beside_each_filter_is_what_following_it_leaves(
    guest: Visitor, people: Town, asked: dict[str, Any]
) -> None:
    seen = await guest.get(search(**asked))
    values = facets(seen)
    assert len(values) >= 3
    for value in values:
        followed = await guest.get(value.url)
        if value.is_chosen:
            assert value.count == total(seen), value
            assert total(followed) >= total(seen)
            assert not any(v.is_chosen and v.label == value.label for v in facets(followed)), value
        elif value.group == "remote":
            assert value.count == total(followed) <= total(seen), value
        else:
            # Inside a group the values replace one another: the number is that of the other choice.
            assert value.count == total(followed), value
            assert any(v.is_chosen and v.label == value.label for v in facets(followed)), value


async def test_choosing_a_theme_leaves_the_numbers_of_the_other_themes_as_they_were(
    guest: Visitor, people: Town
) -> None:
    before = {
        v.label: v.count for v in facets(await guest.get("/praticiens")) if v.group == "themes"
    }
    seen = await guest.get(search(theme="menopause"))
    after = {v.label: v.count for v in facets(seen) if v.group == "themes"}
    assert after == before
    assert next(v.label for v in facets(seen) if v.group == "themes") == "Ménopause sereine"


async def test_filters_are_proposed_from_the_most_frequent_on_and_never_lead_nowhere(
    guest: Visitor, people: Town
) -> None:
    seen = await guest.get(search(lieu="commune-69123"))
    for group in ("themes", "practices", "regions"):
        counts = [v.count for v in facets(seen) if v.group == group and not v.is_chosen]
        assert counts == sorted(counts, reverse=True)
        assert 0 not in counts
