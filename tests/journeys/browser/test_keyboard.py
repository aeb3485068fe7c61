"""The site without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.journeys.browser.population import LAST_LISTED
from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


IS_HIDDEN = """() => {
  // Where the focused element is drawn, something else must not be (WCAG 2.4.11); a link may cover its whole card.
  const focused = document.activeElement;
  const box = focused.getClientRects()[0];
  const within = (value, most) => Math.min(Math.max(value, 1), most - 1);
  const seen = document.elementFromPoint(
    within(box.x + box.width / 2, innerWidth), within(box.y + box.height / 2, innerHeight));
  const isSeen = seen && (focused.contains(seen) || seen.contains(focused));
  const owner = focused.closest(".card, .tile, .row, .field__box") || focused;
  const isMarked = [focused, owner].some((e) => [null, "::after"].some((part) => {
    const style = getComputedStyle(e, part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  }));
  const told = (e) => (e ? e.outerHTML.slice(0, 120) : "nothing");
  if (!isMarked) return `${told(focused)} does not show its focus`;
  return isSeen ? "" : `${told(focused)} is under ${told(seen)}`;
}"""


async def test_keys_alone_find_a_practitioner_and_open_the_profile(reader: Walker) -> None:
    await reader.open("/")
    for _ in range(15):
        await reader.press("Tab")
        if await reader.keywords.evaluate("field => field === document.activeElement"):
            break
    await reader.type("quatremer")
    await reader.press("Enter")
    await expect(reader.title).to_have_text("« quatremer »")
    for _ in range(80):
        await reader.press("Tab")
        if await reader.focused.text_content() == LAST_LISTED:
            break
    await reader.press("Enter")
    await expect(reader.page).to_have_url(re.compile("/praticiens/zelie-quatremer$"))
    await expect(reader.title).to_have_text(LAST_LISTED)


async def test_the_first_key_offers_to_skip_to_the_content(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.press("Tab")
    skip = reader.page.get_by_role("link", name="Aller au contenu")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await reader.press("Enter", "Tab")
    await expect(reader.keywords).to_be_focused()


async def test_the_menu_of_a_phone_opens_and_closes_by_keys(phone_reader: Walker) -> None:
    await phone_reader.open("/")
    button = phone_reader.page.locator("summary", has_text="Menu")
    menu = phone_reader.page.get_by_role("navigation", name="Menu")
    await button.focus()
    await phone_reader.press("Enter")
    await expect(menu.get_by_role("link", name="Thématiques")).to_be_visible()
    await phone_reader.press("Tab")
    await expect(menu.get_by_role("link").first).to_be_focused()
    await phone_reader.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(button).to_be_focused()


async def test_the_reason_of_a_rank_opens_by_keys(reader: Walker) -> None:
    await reader.open("/praticiens?q=quatremer")
    await reader.page.get_by_text("Pourquoi ici").first.focus()
    await reader.press("Enter")
    await expect(reader.page.locator(".why li").first).to_be_visible()


@pytest.mark.parametrize(
    ("width", "path"),
    [
        (1280, "/"),
        (360, "/"),
        (1280, "/praticiens?q=quatremer"),
        (360, "/praticiens?q=quatremer"),
        (1280, "/praticiens/zelie-quatremer"),
        (360, "/praticiens/zelie-quatremer"),
    ],
)
async def test_the_focus_is_always_seen(reader: Walker, path: str, width: int) -> None:
    await reader.page.set_viewport_size({"width": width, "height": 600})
    await reader.open(path)
    unseen = []
    for _ in range(30):
        await reader.press("Tab")
        if fault := await reader.page.evaluate(IS_HIDDEN):
            unseen.append(fault)
    assert unseen == []
