"""What a small screen changes: filters that cover the list, a bar at the foot of the page, labels that must stay."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.population import FIRST_LISTED, LAST_LISTED
from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def test_open_filters_say_how_many_answer_and_lead_back_to_the_list(
    phone_reader: Walker,
) -> None:
    page = phone_reader.page
    await phone_reader.open("/praticiens?q=quatremer")
    back = page.locator("[data-show-results]")
    await expect(back).to_be_hidden()
    await page.locator("summary", has_text="Filtres").tap()
    await expect(back).to_have_text("Voir les 2 praticiens")
    await expect(back).to_be_in_viewport(ratio=1)
    await phone_reader.filter("Mieux dormir").tap()
    await expect(back).to_have_text("Voir le praticien")
    await expect(back).to_be_in_viewport(ratio=1)
    # One region says that the list changed; the button is read only when one comes to it.
    await expect(phone_reader.announced).to_have_text(re.compile(r"^1 praticien\b"))
    assert await back.evaluate("e => e.closest('[aria-live], [role=status], [role=alert]')") is None
    asked = len(phone_reader.searches)
    await back.tap()
    await expect(back).to_be_hidden()
    await expect(phone_reader.title).to_be_focused()
    await expect(phone_reader.title).to_be_in_viewport()
    await expect(phone_reader.names).to_have_text([FIRST_LISTED])
    assert len(phone_reader.searches) == asked


async def test_without_javascript_the_same_button_shows_the_list(
    arrive: Arrival, address: str
) -> None:
    reader = await arrive(
        address, width=360, height=780, is_mobile=True, has_touch=True, java_script_enabled=False
    )
    await reader.open("/praticiens?q=quatremer&theme=gestion-du-stress")
    await reader.page.locator("summary", has_text="Filtres").tap()
    await reader.page.get_by_role("button", name="Voir le praticien").tap()
    await expect(reader.page).to_have_url(re.compile(r"q=quatremer&theme=gestion-du-stress$"))
    await expect(reader.names).to_have_text([LAST_LISTED])
    await expect(reader.names.first).to_be_visible()


async def test_a_laptop_needs_no_such_button(reader: Walker) -> None:
    await reader.open("/praticiens?q=quatremer")
    await expect(reader.filter("Mieux dormir")).to_be_visible()
    await expect(reader.page.locator("[data-show-results]")).to_be_hidden()


async def test_the_radius_comes_with_a_place_and_says_what_it_is(phone_reader: Walker) -> None:
    radius = phone_reader.page.get_by_label("Rayon")
    await phone_reader.open("/praticiens")
    await expect(radius).to_be_hidden()
    await phone_reader.place.fill("Lyon")
    await expect(radius).to_be_visible()
    for width in (360, 320):
        await phone_reader.page.set_viewport_size({"width": width, "height": 780})
        box = await phone_reader.page.locator("label[for=rayon]").bounding_box()
        assert box
        assert box["width"] > 30


@pytest.mark.parametrize(
    "path",
    [
        "/praticiens",
        "/praticiens?q=quatremer",
        "/praticiens?q=quatremer&lieu=Saint-%C3%89tienne&rayon=20",
    ],
)
async def test_the_first_practitioner_is_seen_without_a_gesture(
    phone_reader: Walker, path: str
) -> None:
    await phone_reader.open(path)
    box = await phone_reader.names.first.bounding_box()
    assert box
    assert box["y"] + box["height"] < 640, "the height of a small phone, its bars aside"
    ranking = phone_reader.page.get_by_role("link", name="Comment sont classés les praticiens")
    await expect(ranking.first).to_be_in_viewport(ratio=1)


async def test_a_criterion_that_no_field_says_can_be_taken_off(phone_reader: Walker) -> None:
    await phone_reader.open("/praticiens?q=quatremer&theme=mieux-dormir")
    shown = phone_reader.page.locator(".chips").get_by_role("link")
    await expect(shown).to_have_text(["Retirer Mieux dormir", "Tout effacer"])
    await shown.first.tap()
    await expect(phone_reader.names).to_have_text([FIRST_LISTED, LAST_LISTED])
    await expect(shown).to_have_count(0)


async def test_one_reads_who_it_is_before_anything_to_press_and_can_always_call(
    phone_reader: Walker,
) -> None:
    """The bar at the foot stands for the contact panel, from the first screen on."""
    await phone_reader.open("/praticiens/zelie-quatremer")
    page = phone_reader.page
    await expect(page.locator(".contact")).to_be_hidden()
    await expect(page.get_by_role("link", name="Appeler")).to_be_in_viewport(ratio=1)
    shown = await page.locator("main h2:visible").all_inner_texts()
    assert shown.index("Présentation") < shown.index("Horaires")


@pytest.mark.parametrize("width", [360, 1280])
async def test_a_profile_is_seen_in_the_order_it_is_read_and_gone_through(
    arrive: Arrival, address: str, width: int
) -> None:
    """WCAG 1.3.2 and 2.4.3: titles, then links and buttons, each below the one before or at its right."""
    reader = await arrive(address, width=width, height=780)
    await reader.open("/praticiens/zelie-quatremer")
    page = reader.page
    tops = await page.locator("main :is(h1, h2):visible").evaluate_all(
        "found => found.map((each) => each.getBoundingClientRect().top)"
    )
    assert tops == sorted(tops)
    spots = await page.locator(
        "main :is(a[href], button):visible:not(.callbar *, .contact *)"
    ).evaluate_all(
        "found => found.map((each) => each.getClientRects()[0]).map(({ left, bottom }) => [bottom, left])"
    )
    assert spots == sorted(spots)
    assert len(spots) > 8


@pytest.mark.parametrize("width", [360, 320])
async def test_what_is_said_does_not_lie_over_the_call_bar(
    arrive: Arrival, address: str, width: int
) -> None:
    reader = await arrive(address, width=width, height=700)
    await reader.page.context.grant_permissions(["clipboard-write"])
    await reader.page.clock.install()
    await reader.open("/praticiens/zelie-quatremer")
    await reader.page.get_by_role("button", name="Partager").click()
    said = reader.page.locator(".toast__box")
    await expect(said).to_be_visible()
    await expect(said.get_by_role("button", name="Fermer")).to_be_visible()
    await reader.page.locator("#savoir").evaluate("e => e.scrollIntoView()")
    box = await said.bounding_box()
    bar = await reader.page.locator(".callbar").bounding_box()
    assert box
    assert bar
    assert box["y"] + box["height"] <= bar["y"]
    # Good news leaves by itself.
    await reader.page.clock.fast_forward("00:10")
    await expect(said).to_have_count(0)


async def test_the_search_of_the_home_page_leaves_a_clean_address(
    phone_reader: Walker, arrive: Arrival, address: str
) -> None:
    plain = await arrive(address, width=360, height=780, java_script_enabled=False)
    for reader in (phone_reader, plain):
        await reader.open("/")
        await reader.keywords.fill("quatremer")
        await reader.page.get_by_role("button", name="Rechercher").click()
        await expect(reader.page).to_have_url(f"{address}/praticiens?q=quatremer")
        await reader.page.go_back()
        await expect(reader.page).to_have_url(f"{address}/")
    # With JavaScript, without a trip more.
    assert phone_reader.searches == ["/praticiens?q=quatremer"]
