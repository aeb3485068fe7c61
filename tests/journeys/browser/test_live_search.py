"""Searching as one types and chooses: only the results change, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
import contextlib
import re

import pytest
from playwright.async_api import Error, Route, expect

from tests.journeys.browser.engine_line import EngineLine
from tests.journeys.browser.population import FIRST_LISTED, LAST_LISTED
from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

SEARCHES = re.compile(r"/praticiens(\?.*)?$")
EVERYBODY = "Praticiens du bien-être"


async def test_typing_changes_the_results_alone_with_one_request(reader: Walker) -> None:
    await reader.page.clock.install()
    await reader.open("/praticiens")
    await reader.page.evaluate("document.querySelector('#q').dataset.witness = 'the same field'")
    # Time stands still while the letters come: however slow the machine, they come within the pause it waits for.
    await reader.page.clock.pause_at(await reader.page.evaluate("Date.now() + 50"))
    await reader.keywords.press_sequentially("quatremer")
    assert reader.searches == []
    await reader.page.clock.resume()
    await expect(reader.title).to_have_text("« quatremer »")
    await expect(reader.names).to_have_text([FIRST_LISTED, LAST_LISTED])
    assert len(reader.searches) == 1
    await expect(reader.page).to_have_url(re.compile(r"/praticiens\?q=quatremer$"))
    await expect(reader.page).to_have_title(re.compile("^« quatremer » – "))
    await expect(reader.keywords).to_have_attribute("data-witness", "the same field")


async def test_the_count_is_announced_and_the_focus_stays_in_the_field(reader: Walker) -> None:
    await reader.open("/praticiens")
    # A region that is replaced is not read: it must be the same one, with other words.
    await reader.announced.evaluate("region => { region.dataset.witness = 'the same region' }")
    await reader.keywords.press_sequentially("quatremer")
    await expect(reader.announced).to_have_text(re.compile(r"^2 praticiens\b"))
    await expect(reader.announced).to_have_attribute("role", "status")
    await expect(reader.announced).to_have_attribute("data-witness", "the same region")
    await expect(reader.keywords).to_be_focused()
    await reader.type(" zelie")
    await expect(reader.names).to_have_text([LAST_LISTED])
    await expect(reader.announced).to_have_text(re.compile(r"^1 praticien\b"))


async def test_the_last_search_typed_wins_even_when_the_first_is_slow(reader: Walker) -> None:
    await reader.open("/praticiens")
    held: list[Route] = []

    async def hold_the_first(route: Route) -> None:
        if "q=qua&" in route.request.url:
            held.append(route)
        else:
            await route.continue_()

    await reader.page.route(SEARCHES, hold_the_first)
    async with reader.page.expect_request(re.compile(r"/praticiens\?q=qua&")):
        await reader.keywords.fill("qua")
    async with reader.page.expect_event("requestfailed"):
        await reader.keywords.fill("quatremer")
    await expect(reader.names).to_have_text([FIRST_LISTED, LAST_LISTED])
    await expect(reader.page.locator("#resultats")).not_to_have_attribute("aria-busy", "true")
    (first,) = held
    with contextlib.suppress(Error):  # nobody waits for it any more
        await first.abort()


async def test_a_slow_answer_is_seen_to_be_on_its_way(reader: Walker) -> None:
    await reader.open("/praticiens")
    may_go = asyncio.Event()

    async def wait(route: Route) -> None:
        await may_go.wait()
        await route.continue_()

    await reader.page.route(SEARCHES, wait)
    await reader.keywords.fill("quatremer")
    results = reader.page.locator("#resultats")
    await expect(results).to_have_attribute("aria-busy", "true")
    await expect(results).to_have_class(re.compile("htmx-request"))
    may_go.set()
    await expect(reader.names).to_have_count(2)
    await expect(results).not_to_have_attribute("aria-busy", "true")


async def test_back_and_forward_bring_back_the_results_and_the_fields(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.keywords.press_sequentially("quatremer")
    await expect(reader.names).to_have_count(2)
    await reader.page.get_by_label("En visio").check()
    await expect(reader.names).to_have_text([LAST_LISTED])
    await reader.filter("Sophrologie").click()
    await expect(reader.title).to_contain_text("Sophrologie")

    await reader.page.go_back()
    await expect(reader.title).to_have_text("« quatremer » · en visio")
    await expect(reader.names).to_have_text([LAST_LISTED])
    await reader.page.go_back()
    await expect(reader.title).to_have_text("« quatremer »")
    await expect(reader.page.get_by_label("En visio")).not_to_be_checked()
    # The letters of a word made one step, not nine.
    await reader.page.go_back()
    await expect(reader.title).to_have_text(EVERYBODY)
    await expect(reader.keywords).to_have_value("")
    await reader.page.go_forward()
    await expect(reader.keywords).to_have_value("quatremer")
    await expect(reader.names).to_have_text([FIRST_LISTED, LAST_LISTED])
    await reader.keywords.fill("vauquelin")
    await expect(reader.announced).to_have_text(re.compile(r"^2 praticiens\b"))
    await expect(reader.title).to_have_text("« vauquelin »")


async def test_coming_back_from_a_profile_finds_the_list_where_it_was(reader: Walker) -> None:
    await reader.open("/praticiens?page=2")
    name = reader.names.nth(10)
    before = await name.text_content() or ""
    await name.get_by_role("link").click()
    await expect(reader.page.get_by_role("heading", level=2, name="Présentation")).to_be_visible()
    await reader.page.go_back()
    await expect(reader.names.nth(10)).to_have_text(before)
    await expect(reader.names.nth(10)).to_be_in_viewport()


async def test_choosing_a_filter_changes_the_list_and_keeps_the_focus_on_it(
    reader: Walker,
) -> None:
    await reader.open("/praticiens?q=quatremer")
    choice = reader.filter("Mieux dormir")
    await choice.focus()
    await reader.press("Enter")
    await expect(reader.names).to_have_text([FIRST_LISTED])
    await expect(reader.announced).to_have_text(re.compile(r"^1 praticien\b"))
    await expect(reader.focused).to_contain_text("Mieux dormir")
    await expect(reader.filter("Mieux dormir")).to_have_attribute("aria-current", "true")
    await expect(reader.page).to_have_url(re.compile("theme=mieux-dormir"))
    assert len(reader.searches) == 1
    await reader.press("Enter")
    await expect(reader.names).to_have_count(2)
    await expect(reader.focused).to_contain_text("Mieux dormir")


async def test_a_criterion_taken_off_leaves_its_field_too(reader: Walker) -> None:
    await reader.open("/praticiens?q=quatremer&lieu=Lyon&visio=1")
    chips = reader.page.locator(".chips")
    await chips.get_by_role("link", name="« quatremer »").focus()
    await reader.press("Enter")
    await expect(reader.keywords).to_have_value("")
    await expect(reader.place).to_have_value("Lyon (69)")
    await expect(reader.title).to_be_focused()
    await chips.get_by_role("link", name="Tout effacer").click()
    await expect(reader.title).to_have_text(EVERYBODY)
    await expect(reader.place).to_have_value("")
    await expect(reader.page.get_by_label("En visio")).not_to_be_checked()


async def test_turning_the_page_shows_the_top_of_the_list(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.page.get_by_role("link", name="Suivante").click()
    await expect(reader.announced).to_contain_text("page 2 sur")
    await expect(reader.title).to_be_focused()
    await expect(reader.title).to_be_in_viewport()
    await expect(reader.page).to_have_url(re.compile(r"/praticiens\?page=2$"))
    assert len(reader.searches) == 1


async def test_of_two_quick_choices_the_second_counts(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.page.evaluate(
        """() => {
          const links = document.querySelectorAll("#filtres section:nth-of-type(2) a");
          links[0].click();
          links[1].click();
        }"""
    )
    second = reader.page.locator("#filtres section").nth(1).locator("a[aria-current]")
    await expect(second).to_have_count(1)
    asked = reader.searches
    assert len(asked) == 2
    await expect(reader.page).to_have_url(reader.address + asked[1])


async def test_a_cut_network_is_said_and_takes_nothing_away(reader: Walker) -> None:
    reader.excuse("ERR_FAILED", "Failed to fetch")
    await reader.open("/praticiens?q=quatremer")
    await reader.page.route(SEARCHES, lambda route: route.abort())
    await reader.keywords.fill("vauquelin")
    await expect(reader.page.locator("#avis")).to_contain_text("La connexion a été interrompue")
    await expect(reader.names).to_have_text([FIRST_LISTED, LAST_LISTED])
    await expect(reader.keywords).to_have_value("vauquelin")
    await expect(reader.keywords).to_be_focused()
    await reader.page.unroute(SEARCHES)
    await reader.press("Enter")
    await expect(reader.title).to_have_text("« vauquelin »")
    # What failed has succeeded: nothing is left to say of it.
    await expect(reader.page.locator("#avis")).to_be_empty()


async def test_an_error_stays_until_it_is_closed_by_its_button_or_by_escape(
    reader: Walker,
) -> None:
    reader.excuse("ERR_FAILED", "Failed to fetch")
    await reader.page.clock.install()
    await reader.open("/praticiens?q=quatremer")
    await reader.page.route(SEARCHES, lambda route: route.abort())
    said = reader.page.locator("#avis")
    await reader.keywords.fill("vauquelin")
    await reader.press("Enter")
    await expect(said).to_contain_text("La connexion a été interrompue")
    await reader.page.clock.fast_forward("05:00")
    await expect(said).to_contain_text("La connexion a été interrompue")
    await reader.press("Escape")
    await expect(said).to_be_empty()
    await expect(reader.keywords).to_be_focused()
    await reader.press("Enter")
    close = said.get_by_role("button", name="Fermer")
    await close.focus()
    await reader.press("Enter")
    await expect(said).to_be_empty()
    # The focus goes back where it was, not to the top of the page.
    await expect(reader.keywords).to_be_focused()


@pytest.mark.parametrize("body", ["<h1>502 Bad Gateway</h1>", ""])
async def test_an_error_that_is_not_ours_leaves_the_results_in_place(
    reader: Walker, body: str
) -> None:
    reader.excuse("status of 502")
    await reader.open("/praticiens?q=quatremer")
    await reader.page.route(
        SEARCHES, lambda route: route.fulfill(status=502, content_type="text/html", body=body)
    )
    await reader.keywords.fill("vauquelin")
    await expect(reader.page.locator("#avis")).not_to_be_empty()
    await expect(reader.names).to_have_text([FIRST_LISTED, LAST_LISTED])
    await expect(reader.page).to_have_url(re.compile("q=quatremer$"))
    await reader.page.unroute(SEARCHES)
    await reader.press("Enter")
    await expect(reader.title).to_have_text("« vauquelin »")


async def test_a_filter_opens_in_another_tab_when_asked_to(reader: Walker) -> None:
    await reader.open("/praticiens")
    async with reader.page.context.expect_page() as opening:
        await reader.filter("En visio").click(modifiers=["ControlOrMeta"])
    opened = await opening.value
    await expect(opened).to_have_url(re.compile("visio=1"))
    await expect(reader.page).to_have_url(re.compile("/praticiens$"))


async def test_an_ambiguous_place_asks_which_one(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.place.fill("saint denis")
    await reader.press("Enter")
    await expect(reader.page.locator("#quel-lieu")).to_be_visible()
    choices = reader.page.get_by_role("list", name="Quel lieu cherchez-vous")
    await choices.get_by_role("link", name="Seine-Saint-Denis").click()
    await expect(reader.title).to_contain_text("Saint-Denis (93)")
    await expect(reader.place).to_have_value("Saint-Denis (93)")
    await expect(reader.page.locator("#quel-lieu")).to_have_count(0)


async def test_a_place_that_is_not_understood_is_announced(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.place.fill("xyzabcxyz")
    await reader.press("Enter")
    await expect(reader.announced).to_contain_text("Nous ne connaissons pas le lieu")


@pytest.mark.parametrize("place", ["xyzabcxyz", "Lyon"])
async def test_enter_in_the_place_asks_once(reader: Walker, place: str) -> None:
    await reader.open("/praticiens")
    await reader.place.fill(place)
    await reader.press("Enter")
    await expect(reader.announced).not_to_be_empty()
    # Leaving the field afterwards asks nothing either.
    await reader.page.get_by_label("En visio").focus()
    await reader.page.evaluate("() => new Promise((done) => setTimeout(done, 400))")
    assert len(reader.searches) == 1
    # A place typed and left, without Enter, is searched.
    await reader.place.fill("Saint-Étienne")
    await reader.press("Tab")
    await expect(reader.title).to_contain_text("Saint-Étienne (42)")
    assert len(reader.searches) == 2


async def test_help_for_a_sensitive_search_is_announced_and_shown_first(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.keywords.fill("suicide")
    notice = reader.page.get_by_role("region", name="appelez maintenant")
    await expect(notice).to_be_visible()
    await expect(notice.get_by_role("link", name="3114")).to_have_attribute("href", "tel:3114")
    await expect(reader.announced).to_contain_text("3114")


async def test_a_radius_without_a_place_says_what_is_missing(reader: Walker) -> None:
    await reader.open("/praticiens")
    await reader.page.get_by_label("Rayon").select_option("20")
    await expect(reader.page.locator("#resultats .note")).to_contain_text("commune")


async def test_markup_typed_in_a_field_stays_words(reader: Walker) -> None:
    await reader.open("/praticiens")
    words = "<img src=x onerror=alert(1)> {{ 7*7 }}"
    await reader.keywords.fill(words)
    await expect(reader.title).to_have_text(f"« {words} »")
    await expect(reader.page.locator("#resultats img")).to_have_count(0)


async def test_without_the_engine_a_search_says_so_and_finds_again_once_it_is_back(
    reader: Walker, engine_line: EngineLine
) -> None:
    reader.excuse("status of 503")
    await reader.open("/praticiens")
    engine_line.cut()
    try:
        # Words that no other test has looked for: what was found before may be remembered.
        await reader.keywords.fill("ludivine")
        failure = reader.page.locator("#resultats .empty__title")
        await expect(failure).to_be_visible()
        await expect(reader.announced).to_contain_text((await failure.inner_text()).rstrip("."))
        await expect(reader.keywords).to_be_focused()
        await expect(reader.page.get_by_role("link", name="Parcourir par pratique")).to_be_visible()
    finally:
        engine_line.mend()
    await reader.press("Enter")
    await expect(reader.names).to_have_text(["Ludivine Vauquelin"])


async def test_when_nobody_is_found_who_is_near_is_seen_first(reader: Walker) -> None:
    await reader.open("/praticiens?q=quatremer&lieu=Brest")
    await expect(reader.names).to_have_count(0)
    near = reader.page.get_by_role("region", name="Autres praticiens")
    await expect(near.locator(".card__name").first).to_be_in_viewport(ratio=1)
