"""The same journeys with JavaScript off: links and forms suffice."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.population import FIRST_LISTED, LAST_LISTED
from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.fixture
async def plain_reader(arrive: Arrival, address: str) -> Walker:
    """Somebody with a phone whose browser runs no script."""
    return await arrive(
        address, width=360, height=780, is_mobile=True, has_touch=True, java_script_enabled=False
    )


async def test_a_search_leads_to_a_profile(plain_reader: Walker) -> None:
    page = plain_reader.page
    await plain_reader.open("/")
    await plain_reader.keywords.fill("quatremer")
    await plain_reader.press("Enter")
    await expect(plain_reader.names).to_have_text([FIRST_LISTED, LAST_LISTED])
    await page.get_by_label("En visio").check()
    await page.get_by_role("button", name="Rechercher").click()
    await expect(plain_reader.names).to_have_text([LAST_LISTED])
    await page.get_by_role("link", name=LAST_LISTED).click()
    await expect(plain_reader.title).to_have_text(LAST_LISTED)
    await expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()


async def test_filters_chips_and_pages_are_links(plain_reader: Walker) -> None:
    page = plain_reader.page
    await plain_reader.open("/praticiens")
    await page.get_by_role("link", name="Suivante").click()
    await expect(page.locator(".results__summary")).to_contain_text("page 2 sur")
    await plain_reader.open("/praticiens?q=quatremer")
    await page.locator("summary", has_text="Filtres").click()
    await plain_reader.filter("Mieux dormir").click()
    await expect(plain_reader.names).to_have_text([FIRST_LISTED])
    # What was chosen by a link is not lost by the form.
    await page.get_by_role("button", name="Rechercher").click()
    await expect(page).to_have_url(re.compile("theme=mieux-dormir"))
    await page.locator(".chips").get_by_role("link", name="Mieux dormir").click()
    await expect(plain_reader.names).to_have_count(2)


async def test_an_ambiguous_place_asks_which_one(plain_reader: Walker) -> None:
    await plain_reader.open("/praticiens")
    await plain_reader.place.fill("saint denis")
    await plain_reader.press("Enter")
    choices = plain_reader.page.get_by_role("list", name="Quel lieu cherchez-vous")
    await choices.get_by_role("link", name="La Réunion").click()
    await expect(plain_reader.title).to_contain_text("Saint-Denis (974)")


async def test_the_menu_opens(plain_reader: Walker) -> None:
    await plain_reader.open("/")
    await plain_reader.page.locator("summary", has_text="Menu").click()
    await (
        plain_reader.page.get_by_role("navigation", name="Menu")
        .get_by_role("link", name="Pratiques")
        .click()
    )
    await expect(plain_reader.title).to_have_text("Les pratiques")
