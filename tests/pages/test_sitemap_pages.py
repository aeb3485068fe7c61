"""The site map and the rules for robots: every listed practitioner once, nobody else, no dead address."""

from __future__ import annotations

import random
import re
import urllib.robotparser
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app import config
from app.directory.tables import ListingState
from app.pages import sitemap
from app.pages.texts import TEXT_PAGES
from tests.factories import empty_directory, practitioner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
async def listed(site: Any, index_gateway: Any) -> AsyncIterator[list[str]]:
    """Seven listed practitioners, by slug, among others who are not."""
    await empty_directory(index_gateway)
    slugs = [
        await practitioner(
            "Anne", f"Nom{rank}", practices=practices, places=(place,), themes=themes
        )
        for rank, (practices, place, themes) in enumerate(
            [
                (("reiki",), "69123", ("mieux-dormir",)),
                (("reiki", "shiatsu"), "69383", ("massages",)),
                (("sophrologie",), "83069", ("gestion-du-stress",)),
                (("yoga",), "97411", ("respirer",)),
                (("sophrologie",), "2A004", ("mieux-dormir",)),
                (("kobido",), "75111", ("peau-et-beaute",)),
                (("reiki",), "35238", ("gestion-du-stress",)),
            ]
        )
    ]
    for state in ListingState:
        if state is not ListingState.LISTED:
            await practitioner(
                "Zoé", "Ailleurs", state=state, practices=("feldenkrais",), themes=("menopause",)
            )
    yield slugs
    await empty_directory(index_gateway)


async def addresses(guest: Visitor, file: str) -> list[str]:
    """The addresses of a file of the map, without the site's."""
    seen = await guest.request("GET", file)
    assert seen.status == 200
    assert seen.headers["content-type"].startswith(("application/xml", "text/xml"))
    site = config.current().public_url
    found = [node.text or "" for node in ET.fromstring(seen.html).iter(f"{SPACE}loc")]
    assert all(address.startswith(f"{site}/") for address in found)
    return [address.removeprefix(site) for address in found]


async def test_the_index_names_files_that_exist(guest: Visitor, listed: list[str]) -> None:
    files = await addresses(guest, "/sitemap.xml")
    assert files == ["/sitemaps/pages.xml", "/sitemaps/lieux-1.xml", "/sitemaps/praticiens-1.xml"]
    for file in files:
        found = await addresses(guest, file)
        assert found
        assert len(found) == len(set(found)) <= 50_000


async def test_every_listed_practitioner_is_there_once_and_nobody_else(
    guest: Visitor, listed: list[str]
) -> None:
    """EX-3.1-10: who is not listed is absent from the site map."""
    found = await addresses(guest, "/sitemaps/praticiens-1.xml")
    assert sorted(found) == sorted(f"/praticiens/{slug}" for slug in listed)


async def test_every_address_answers_and_is_its_own_canonical_one(
    guest: Visitor, listed: list[str]
) -> None:
    found = [
        address
        for file in await addresses(guest, "/sitemap.xml")
        for address in await addresses(guest, file)
    ]
    texts = {f"/{slug}" for slug in TEXT_PAGES}
    assert texts | {"/", "/praticiens", "/thematiques", "/pratiques"} <= set(found)
    for address in random.Random(7).sample(found, k=min(45, len(found))):
        seen = await guest.get(address)
        assert seen.status == 200, address
        assert not seen.has('meta[name="robots"]'), address
        canonical = seen.attribute("link[rel=canonical]", "href")
        assert canonical == config.current().public_url + address


async def test_a_place_is_there_for_the_practices_one_finds_in_it(
    guest: Visitor, listed: list[str]
) -> None:
    found = await addresses(guest, "/sitemaps/lieux-1.xml")
    assert "/pratiques/reiki/lyon-69" in found
    assert "/pratiques/reiki/region-auvergne-rhone-alpes" in found
    assert "/pratiques/sophrologie/hyeres-83" in found
    assert "/pratiques/reiki/hyeres-83" not in found
    assert not [address for address in found if "feldenkrais" in address]
    assert not [address for address in found if "arrondissement" in address]


async def test_a_theme_or_a_practice_with_nobody_is_left_out(
    guest: Visitor, listed: list[str]
) -> None:
    found = await addresses(guest, "/sitemaps/pages.xml")
    assert {"/thematiques/mieux-dormir", "/pratiques/reiki"} <= set(found)
    assert not {"/thematiques/menopause", "/pratiques/feldenkrais"} & set(found)


async def test_many_practitioners_make_several_files(
    guest: Visitor, listed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "CHUNK", 3)
    files = [file for file in await addresses(guest, "/sitemap.xml") if "praticiens" in file]
    assert files == [f"/sitemaps/praticiens-{number}.xml" for number in (1, 2, 3)]
    found = [address for file in files for address in await addresses(guest, file)]
    assert sorted(found) == sorted(f"/praticiens/{slug}" for slug in listed)
    assert (await guest.get("/sitemaps/praticiens-4.xml")).status == 404


async def test_the_map_of_an_empty_directory_names_no_dead_file(visitor: Visitor) -> None:
    for file in await addresses(visitor, "/sitemap.xml"):
        await addresses(visitor, file)


# ---- robots ------------------------------------------------------------------------------------------


async def test_robots_may_read_public_pages_and_nothing_else(visitor: Visitor) -> None:
    """EX-9-2: `robots.txt` allows public pages, forbids account and technical addresses."""
    seen = await visitor.request("GET", "/robots.txt")
    assert seen.status == 200
    assert seen.headers["content-type"].startswith("text/plain")
    assert re.search(
        rf"^Sitemap: {config.current().public_url}/sitemap\.xml$", seen.html, re.MULTILINE
    )
    lines = seen.html.splitlines()
    assert "Disallow: /praticiens?*" in lines, "answers of the search are not for robots"
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(lines)
    for address in ("/", "/praticiens", "/praticiens/camille-martin", "/pratiques/reiki/lyon-69"):
        assert rules.can_fetch("*", address), address
    for address in (
        "/mon-compte",
        "/mon-compte/rendez-vous",
        "/espace/agenda",
        "/admin",
        "/sante",
        "/praticiens/suggestions?q=a",
        "/praticiens/lieux?lieu=a",
    ):
        assert not rules.can_fetch("*", address), address
