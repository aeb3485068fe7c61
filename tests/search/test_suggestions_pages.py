"""What is proposed while somebody types."""

from __future__ import annotations

import pytest

from tests.factories import edited, practitioner, renamed
from tests.search.looking import options, search
from tests.visitors import Seen, Visitor

pytestmark = pytest.mark.anyio


async def _typing(visitor: Visitor, text: str) -> Seen:
    seen = await visitor.get(f"/praticiens/suggestions?q={text}", htmx=True)
    assert seen.status == 200
    return seen


def _groups(seen: Seen) -> dict[str, list[str]]:
    return {
        group.css_first(".options__title").text(): [  # type: ignore[union-attr]  # every group has one
            option.css_first("span").text()  # type: ignore[union-attr]  # every option too
            for option in group.css("[role=option]")
        ]
        for group in seen.all("[role=group]")
    }


async def test_practices_themes_and_practitioners_are_proposed_each_under_its_title(
    visitor: Visitor,
) -> None:
    person = await practitioner("Alice", "Sommer")
    groups = _groups(await _typing(visitor, "som"))
    assert "Accompagnement du sommeil" in groups["Pratiques"]
    assert groups["Thématiques"] == ["Mieux dormir"]
    assert groups["Praticiens"] == ["Alice Sommer"]
    seen = await _typing(visitor, "sommer")
    assert options(seen) == [("Alice Sommer", f"/praticiens/{person}")]


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("sophro", "Sophrologie"),
        ("SOPHRO", "Sophrologie"),
        ("naturop", "Naturopathie"),
        ("reflexologie", "Réflexologie plantaire"),
        ("insom", "Mieux dormir"),
        ("mal de dos", "Dos, nuque et tensions"),
        ("l'estom", "Confort digestif"),
        ("l’estom", "Confort digestif"),
        ("massage calif", "Massage californien"),
        ("bien etre", "Massage bien-être"),
    ],
)
async def test_a_beginning_is_enough_whatever_the_accents_and_elisions(
    visitor: Visitor, text: str, proposed: str
) -> None:
    assert proposed in [label for label, _ in options(await _typing(visitor, text))]


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("sofro", "Sophrologie"),
        ("sofrologie", "Sophrologie"),
        ("refflexo", "Réflexologie plantaire"),
        ("masage", "Massage bien-être"),
        ("insomny", "Mieux dormir"),
    ],
)
async def test_what_is_written_as_it_is_heard_is_proposed_too(
    visitor: Visitor, text: str, proposed: str
) -> None:
    assert proposed in [label for label, _ in options(await _typing(visitor, text))]


async def test_a_name_well_typed_is_not_taken_for_a_mistyped_word(visitor: Visitor) -> None:
    await practitioner("Alice", "Sofrona")
    assert list(_groups(await _typing(visitor, "sofro"))) == ["Praticiens"]


@pytest.mark.parametrize(
    "text", ["ren", "renard", "éloï", "eloi ren", "renard éloïse", "RENARD", "zen", "fil de l’eau"]
)
async def test_practitioners_are_proposed_by_the_beginning_of_each_word_of_their_name(
    visitor: Visitor, text: str
) -> None:
    await practitioner("Éloïse", "Renard")
    await practitioner(trade_name="Au fil de l’eau zen")
    await practitioner("Paul", "Moreau")
    proposed = [
        label for label, url in options(await _typing(visitor, text)) if "/praticiens/" in url
    ]
    assert proposed == (
        ["Au fil de l’eau zen"] if text in ("zen", "fil de l’eau") else ["Éloïse Renard"]
    )


async def test_practitioners_are_proposed_in_the_contractual_order(visitor: Visitor) -> None:
    third = await practitioner("Anne", "Martin", is_complete=False)
    second = await practitioner("Zoé", "Martin")
    first = await practitioner("Anne", "Martineau")
    order = [url for _, url in options(await _typing(visitor, "martin"))]
    assert order[:3] == [f"/praticiens/{slug}" for slug in (second, first, third)]


@pytest.mark.parametrize("state", ["draft", "submitted", "suspended", "refused", "delisted"])
async def test_an_unlisted_practitioner_is_never_proposed(visitor: Visitor, state: str) -> None:
    """EX-3.1-10."""
    person = await practitioner("Alice", "Sommer")
    assert options(await _typing(visitor, "sommer"))
    await edited(person, listing_state=state)
    assert options(await _typing(visitor, "sommer")) == []


async def test_a_new_name_is_proposed_at_once_and_the_old_one_no_longer(visitor: Visitor) -> None:
    person = await practitioner("Alice", "Sommer")
    await _typing(visitor, "sommer")
    await renamed(person, "Alice", "Winter")
    assert options(await _typing(visitor, "sommer")) == []
    assert [label for label, _ in options(await _typing(visitor, "winter"))] == ["Alice Winter"]


@pytest.mark.parametrize("text", ["", "s", " ", "%25", "'", "de", "zzzzzz", "%00", "%22%3Cb%3E"])
async def test_too_little_or_nothing_known_proposes_nothing(visitor: Visitor, text: str) -> None:
    seen = await _typing(visitor, text)
    assert [url for _, url in options(seen) if "/praticiens/" in url] == []
    assert "<b>" not in seen.html


async def test_a_sensitive_word_proposes_neither_practice_nor_theme(visitor: Visitor) -> None:
    """A disease is attached to no theme (content § 3.5): « migraine » must not lead to one by its beginning."""
    person = await practitioner("Luc", "Cancer")
    assert options(await _typing(visitor, "addiction")) == []
    assert options(await _typing(visitor, "cancer")) == [("Luc Cancer", f"/praticiens/{person}")]


async def test_places_are_proposed_with_their_department_and_region_the_most_populous_first(
    visitor: Visitor,
) -> None:
    seen = await visitor.get("/praticiens/lieux?lieu=saint-den", htmx=True)
    proposed = options(seen)
    assert [label for label, _ in proposed[:2]] == ["Saint-Denis (974)", "Saint-Denis (93)"]
    assert "Seine-Saint-Denis" in seen.texts(".option__detail")
    seen = await visitor.get("/praticiens/lieux?lieu=breta", htmx=True)
    assert ("Bretagne", "Bretagne") in options(seen)
    seen = await visitor.get("/praticiens/lieux?lieu=6900", htmx=True)
    assert all("Lyon" in label for label, _ in options(seen))
    assert len(options(seen)) >= 2


async def test_a_proposed_place_means_itself_once_chosen(visitor: Visitor) -> None:
    """What choosing writes in the field is understood as that very place."""
    for text in ("saint-den", "par", "lyo", "saint-e", "vien", "reun", "974", "69003", "bas"):
        seen = await visitor.get(f"/praticiens/lieux?lieu={text}", htmx=True)
        assert options(seen)
        for label, value in options(seen):
            page = await visitor.get(search(lieu=value))
            assert page.attribute("#criteres", "data-lieu") == label
