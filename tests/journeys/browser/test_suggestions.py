"""Suggestions while typing, by keyboard and by mouse: the combobox of the ARIA Authoring Practices Guide."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


def options(reader: Walker, list_name: str) -> Locator:
    return reader.page.get_by_role("listbox", name=list_name).get_by_role("option")


async def assert_active(field: Locator, option: Locator) -> None:
    """`option` is the one the field points at, and the only one selected."""
    await expect(option).to_have_attribute("aria-selected", "true")
    await expect(field).to_have_attribute(
        "aria-activedescendant", await option.get_attribute("id") or ""
    )
    await expect(field.page.locator("[aria-selected=true]")).to_have_count(1)
    await expect(option).to_be_in_viewport()
    await expect(field).to_be_focused()


async def test_the_field_says_that_it_has_a_list_and_whether_it_is_open(reader: Walker) -> None:
    await reader.open("/praticiens")
    field = reader.page.get_by_role("combobox", name="Où")
    await expect(field).to_have_attribute("aria-autocomplete", "list")
    await expect(field).to_have_attribute("aria-expanded", "false")
    await field.fill("st eti")
    await expect(field).to_have_attribute("aria-expanded", "true")
    await expect(field).to_have_attribute("aria-controls", "lieu-suggestions")
    await expect(reader.page.get_by_role("listbox", name="Lieux")).to_have_id("lieu-suggestions")
    await expect(options(reader, "Lieux").first).to_contain_text("Saint-Étienne (42)")
    count = await options(reader, "Lieux").count()
    await expect(reader.page.get_by_text(f"{count} suggestions")).to_have_attribute(
        "role", "status"
    )


async def test_arrows_home_end_and_escape_move_as_expected(reader: Walker) -> None:
    await reader.open("/praticiens")
    field = reader.page.get_by_role("combobox", name="Que cherchez-vous")
    await field.fill("so")
    offered = options(reader, "Suggestions")
    await expect(offered.nth(2)).to_be_visible()
    await expect(field).not_to_have_attribute("aria-activedescendant", re.compile(""))
    await reader.press("ArrowDown")
    await assert_active(field, offered.first)
    await reader.press("ArrowDown")
    await assert_active(field, offered.nth(1))
    await reader.press("End")
    await assert_active(field, offered.last)
    await reader.press("ArrowDown")
    await assert_active(field, offered.first)
    await reader.press("ArrowUp")
    await assert_active(field, offered.last)
    await reader.press("Home")
    await assert_active(field, offered.first)
    await reader.press("Escape")
    await expect(field).to_have_attribute("aria-expanded", "false")
    await expect(offered).to_have_count(0)
    await expect(field).to_have_value("so")
    await reader.press("ArrowDown")
    await expect(field).to_have_attribute("aria-expanded", "true")


async def test_enter_takes_the_place_and_searches_once(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.place.fill("st eti")
    await expect(options(reader, "Lieux").first).to_be_visible()
    await reader.press("ArrowDown", "Enter")
    await expect(reader.place).to_have_value("Saint-Étienne (42)")
    await expect(reader.title).to_contain_text("Saint-Étienne (42)")
    await expect(reader.place).to_be_focused()
    await expect(reader.place).to_have_attribute("aria-expanded", "false")
    assert len(reader.searches) == 1


async def test_enter_without_a_choice_searches_the_words(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.keywords.fill("quatremer")
    await reader.press("Enter")
    await expect(reader.title).to_have_text("« quatremer »")
    await expect(reader.keywords).to_have_attribute("aria-expanded", "false")
    await expect(reader.keywords).to_be_focused()


async def test_tab_leaves_for_the_next_field_and_closes_the_list(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.keywords.fill("so")
    await expect(options(reader, "Suggestions").nth(8)).to_be_attached()
    await reader.press("ArrowDown", "Tab")
    await expect(reader.place).to_be_focused()
    await expect(reader.keywords).to_have_attribute("aria-expanded", "false")
    await expect(reader.keywords).to_have_value("so")


async def test_a_click_takes_a_suggestion(reader: Walker) -> None:
    await reader.open("/")
    await reader.place.fill("bretagn")
    await options(reader, "Lieux").filter(has_text="Région").click()
    await expect(reader.place).to_have_value("Bretagne")
    await expect(reader.place).to_be_focused()
    await reader.press("Enter")
    await expect(reader.title).to_contain_text("Bretagne")


async def test_a_suggested_practitioner_is_one_choice_away(reader: Walker) -> None:
    await reader.open("/")
    await reader.keywords.fill("quatrem")
    await expect(options(reader, "Suggestions")).to_have_count(2)
    await reader.press("ArrowDown", "Enter")
    await expect(reader.page).to_have_url(re.compile("/praticiens/zacharie-quatremer$"))


async def test_a_suggested_practice_keeps_the_place_and_visio(reader: Walker) -> None:
    await reader.open("/praticiens?lieu=Lyon&visio=1")
    await reader.keywords.fill("sophro")
    await options(reader, "Suggestions").filter(has_text="Sophrologie").first.click()
    await expect(reader.title).to_contain_text("Sophrologie")
    await expect(reader.page).to_have_url(re.compile("lieu=commune-69123"))
    await expect(reader.page).to_have_url(re.compile("visio=1"))


async def test_what_begins_with_the_letters_is_suggested_first(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.keywords.fill("yo")
    await expect(options(reader, "Suggestions").first).to_contain_text("Yoga")


async def test_the_chosen_option_is_seen_in_forced_colours(reader: Walker) -> None:
    await reader.page.emulate_media(forced_colors="active")
    await reader.open("/praticiens")
    await reader.keywords.fill("so")
    await expect(options(reader, "Suggestions").nth(1)).to_be_visible()
    await reader.press("ArrowDown")
    chosen, other = [
        await options(reader, "Suggestions")
        .nth(position)
        .evaluate("e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]")
        for position in (0, 1)
    ]
    assert chosen != other
