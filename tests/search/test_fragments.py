"""Partial updates: what htmx receives, what Back receives, what may be kept by the browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import edited, indexed, practitioner
from tests.search.looking import search
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

PARTS = ["resultats", "filtres", "criteres", "annonce"]


async def test_htmx_receives_the_four_parts_that_change_and_nothing_else(visitor: Visitor) -> None:
    await practitioner()
    seen = await visitor.get(search(lieu="Lyon"), htmx=True)
    assert seen.status == 200
    for name in PARTS:
        assert len(seen.all(f"#{name}")) == 1, name
    assert not seen.has("form, header, footer, main, nav.menu, link, script")
    swapped = {node.attributes["id"] for node in seen.all("[data-hx-swap-oob]")}
    assert swapped == {"filtres", "criteres", "annonce"}


async def test_the_parts_are_those_of_the_page(visitor: Visitor, index_gateway: Any) -> None:
    """The same list, counts and announcement, with JavaScript or without."""
    for number in range(23):
        await practitioner("Anne", f"Nom{number:02}", is_remote=number % 2 == 0)
    await indexed(index_gateway)
    for url in (
        "/praticiens?page=2",
        search(q="sophrologie", lieu="Lyon"),
        search(lieu="Saint-Denis"),
        search(q="rien du tout"),
    ):
        whole = await visitor.get(url)
        part = await visitor.get(url, htmx=True)
        assert part.slugs == whole.slugs
        for name in PARTS:
            assert part.text(f"#{name}") == whole.text(f"#{name}")


async def test_the_number_of_results_is_announced(visitor: Visitor) -> None:
    for number in range(21):
        await practitioner("Anne", f"Nom{number:02}")
    seen = await visitor.get("/praticiens?page=2", htmx=True)
    assert seen.text("#annonce[role=status]") == "21 praticiens, page 2 sur 2"
    await_none = await visitor.get(search(lieu="Brest"), htmx=True)
    assert await_none.text("#annonce").startswith("Aucun praticien")


async def test_the_filters_in_force_stay_in_the_form(visitor: Visitor) -> None:
    """Typing after choosing a filter must not lose it."""
    seen = await visitor.get(search(theme="mieux-dormir", pratique="yoga"), htmx=True)
    kept = {
        node.attributes["name"]: node.attributes["value"] for node in seen.all("#criteres input")
    }
    assert kept == {"theme": "mieux-dormir", "pratique": "yoga"}


async def test_the_address_bar_takes_the_page_really_shown(visitor: Visitor) -> None:
    await practitioner()
    seen = await visitor.get("/praticiens?page=9&lieu=lyon", htmx=True)
    assert seen.headers["hx-push-url"] == search(lieu="commune-69123")


async def test_a_whole_page_pushes_no_address(visitor: Visitor) -> None:
    assert "hx-push-url" not in (await visitor.get(search(lieu="lyon"))).headers


async def test_back_and_boosted_links_receive_the_whole_page(visitor: Visitor) -> None:
    """Else the Back button would show a bare fragment."""
    back = await visitor.get(
        "/praticiens", htmx=False, HX_Request="true", HX_Request_Type="partial",
        HX_History_Restore_Request="true",
    )  # fmt: skip
    assert back.has("html > body main #resultats")
    boosted = await visitor.get(
        "/praticiens", htmx=False, HX_Request="true", HX_Request_Type="full"
    )
    assert boosted.has("html > body main #resultats")


async def test_caches_tell_pages_and_fragments_apart(visitor: Visitor) -> None:
    for htmx in (True, False):
        seen = await visitor.get("/praticiens", htmx=htmx)
        varied = {name.strip().lower() for name in seen.headers["vary"].split(",")}
        assert {
            "hx-request",
            "hx-request-type",
            "hx-history-restore-request",
            "accept-encoding",
        } <= varied
        assert seen.headers["cache-control"] == "no-cache"
    page = await visitor.get("/praticiens")
    part = await visitor.get("/praticiens", htmx=True)
    assert page.headers["etag"] != part.headers["etag"]


async def test_an_unchanged_page_is_not_sent_again(visitor: Visitor) -> None:
    person = await practitioner()
    for htmx in (False, True):
        first = await visitor.get("/praticiens", htmx=htmx)
        again = await visitor.get("/praticiens", htmx=htmx, If_None_Match=first.headers["etag"])
        assert again.status == 304
        assert again.html == ""
        assert again.headers["etag"] == first.headers["etag"]
        assert "vary" in again.headers
    first = await visitor.get("/praticiens")
    await edited(person, is_complete=False)
    again = await visitor.get("/praticiens", If_None_Match=first.headers["etag"])
    assert again.status == 200
    assert again.headers["etag"] != first.headers["etag"]


async def test_a_search_is_not_proposed_to_search_engines(visitor: Visitor) -> None:
    """Only the whole list and the landing pages are: no endless combinations of filters."""
    assert not (await visitor.get("/praticiens")).has('meta[name=robots][content*="noindex"]')
    for url in (search(q="yoga"), search(lieu="Lyon", visio=1), "/praticiens?page=2"):
        seen = await visitor.get(url)
        assert seen.has('meta[name=robots][content*="noindex"]') or "page" in url


@pytest.mark.parametrize(
    ("criteria", "canonical"),
    [
        ({"pratique": "yoga"}, "/pratiques/yoga"),
        ({"theme": "mieux-dormir"}, "/thematiques/mieux-dormir"),
        ({"lieu": "lyon"}, "/praticiens?lieu=commune-69123"),
        ({}, "/praticiens"),
    ],
    ids=lambda value: search(**value) if isinstance(value, dict) else "",
)
async def test_each_search_has_one_canonical_address(
    visitor: Visitor, criteria: dict[str, Any], canonical: str
) -> None:
    seen = await visitor.get(search(**criteria))
    assert seen.attribute("link[rel=canonical]", "href").endswith(canonical)
