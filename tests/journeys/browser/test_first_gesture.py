"""What changes the page by parts comes with the first gesture: before it, links lead to pages, and nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Error, Route, expect

from tests.journeys.browser.population import FIRST_LISTED, LAST_LISTED
from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

SEARCHES = re.compile(r"/praticiens(\?.*)?$")
LIBRARY = re.compile(r"/static/js/htmx-")


async def test_a_list_only_read_fetches_no_more_than_it_needs(reader: Walker) -> None:
    fetched: list[str] = []
    reader.page.on("request", lambda request: fetched.append(request.url))
    await reader.page.goto("/praticiens", wait_until="networkidle")
    await expect(reader.names.first).to_be_visible()
    assert not [url for url in fetched if LIBRARY.search(url)]
    await reader.keywords.focus()
    await expect(reader.page.locator("form[data-htmx-powered]")).to_be_attached()
    await reader.type("quatremer")
    await expect(reader.names).to_have_text([FIRST_LISTED, LAST_LISTED])
    assert len([url for url in fetched if LIBRARY.search(url)]) == 1


async def test_a_filter_chosen_before_that_leads_to_its_page(reader: Walker) -> None:
    reader.excuse("ERR_FAILED")
    await reader.page.route(LIBRARY, lambda route: route.abort())
    await reader.page.goto("/praticiens?q=quatremer")
    await reader.filter("Mieux dormir").click()
    await expect(reader.names).to_have_text([FIRST_LISTED])
    await expect(reader.page).to_have_url(re.compile("theme=mieux-dormir"))


async def test_back_right_after_a_reload_shows_what_was_there(reader: Walker) -> None:
    await reader.open("/praticiens?q=quatremer")
    await reader.filter("Mieux dormir").click()
    await expect(reader.names).to_have_text([FIRST_LISTED])
    await reader.page.reload()
    await expect(reader.names).to_have_text([FIRST_LISTED])
    await reader.page.go_back()
    await expect(reader.names).to_have_text([FIRST_LISTED, LAST_LISTED])
    await expect(reader.title).to_have_text("« quatremer »")


async def slow_library(walker: Walker) -> None:
    """What comes with the first gesture takes its time, as on a weak network."""

    async def later(route: Route) -> None:
        await asyncio.sleep(0.8)
        with contextlib.suppress(Error):  # the page may have been left
            await route.continue_()

    await walker.page.route(LIBRARY, later)


async def quiet(walker: Walker) -> None:
    """Let what was about to be asked be asked."""
    await expect(walker.page.locator("form[data-htmx-powered]")).to_be_attached()
    await walker.page.evaluate("() => new Promise((done) => setTimeout(done, 400))")


async def tick_remote(walker: Walker) -> None:
    await walker.page.get_by_label("En visio").tap()


async def choose_radius(walker: Walker) -> None:
    await walker.page.get_by_label("Rayon").focus()
    await walker.press("ArrowDown", "Tab")


async def type_word(walker: Walker) -> None:
    await walker.keywords.focus()
    await walker.type("quatremer")


async def paste_word(walker: Walker) -> None:
    await walker.keywords.focus()
    await walker.page.keyboard.insert_text("quatremer")


async def name_place(walker: Walker) -> None:
    await walker.place.focus()
    await walker.type("Lyon")
    await walker.press("Tab")


@pytest.mark.parametrize(
    ("path", "change", "asked"),
    [
        ("/praticiens?q=quatremer", tick_remote, {"q": "quatremer", "visio": "1"}),
        ("/praticiens?lieu=Lyon", choose_radius, {"lieu": "Lyon (69)", "rayon": "5"}),
        ("/praticiens", type_word, {"q": "quatremer"}),
        ("/praticiens", paste_word, {"q": "quatremer"}),
        ("/praticiens", name_place, {"lieu": "Lyon"}),
    ],
)
async def test_what_is_changed_before_the_library_is_there_is_asked_once_as_soon_as_it_is(
    phone_reader: Walker,
    path: str,
    change: Callable[[Walker], Awaitable[None]],
    asked: dict[str, str],
) -> None:
    await slow_library(phone_reader)
    await phone_reader.page.goto(path)
    phone_reader.asked.clear()
    await change(phone_reader)
    assert phone_reader.searches == []
    await expect(phone_reader.announced).not_to_be_empty()
    await quiet(phone_reader)
    (search,) = phone_reader.searches
    sent = parse_qs(urlsplit(search).query)
    assert {name: value for name, (value,) in sent.items()} == asked
    await expect(phone_reader.page.locator("#criteres")).to_have_attribute(
        f"data-{list(asked)[-1]}", re.compile(".")
    )


async def test_nothing_is_asked_when_nothing_was_changed(phone_reader: Walker) -> None:
    await slow_library(phone_reader)
    await phone_reader.page.goto("/praticiens?q=quatremer&lieu=lyon&rayon=20&visio=1")
    phone_reader.asked.clear()
    await phone_reader.keywords.tap()
    await quiet(phone_reader)
    assert phone_reader.searches == []


async def test_a_place_being_typed_is_asked_when_its_field_is_left(reader: Walker) -> None:
    await slow_library(reader)
    await reader.page.goto("/praticiens")
    reader.asked.clear()
    await reader.place.focus()
    await reader.type("Ly")
    await quiet(reader)
    assert reader.searches == []
    await reader.type("on")
    await reader.press("Tab")
    await expect(reader.title).to_contain_text("Lyon (69)")
    assert len(reader.searches) == 1


@pytest.mark.parametrize(
    ("leave", "asked"),
    [
        ("link", ["/praticiens?q=quatremer&visio=1"]),
        ("Enter", ["/praticiens?q=zelie&lieu=&rayon=", "/praticiens?q=zelie"]),  # the clean address
    ],
)
async def test_one_who_leaves_before_the_library_is_there_is_followed_and_nothing_else_is_asked(
    reader: Walker, leave: str, asked: list[str]
) -> None:
    async def arrive_after_the_library(route: Route) -> None:
        await asyncio.sleep(1.6)
        await route.continue_()

    await slow_library(reader)
    await reader.page.goto("/praticiens?q=quatremer")
    await reader.page.route(SEARCHES, arrive_after_the_library)
    reader.asked.clear()
    await reader.keywords.fill("zelie")
    if leave == "link":
        await reader.filter("En visio").click(no_wait_after=True)
    else:
        await reader.keywords.press("Enter", no_wait_after=True)
    await expect(reader.names).to_have_text([LAST_LISTED])
    assert reader.searches == asked
