"""Every page: nothing sticks out, nothing moves, no machine finds a fault in it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from app.config import ROOT
from app.web.assets import Assets
from tests.journeys.browser import places_to_see
from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

AXE = ROOT / "node_modules/axe-core/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 360, 320)
STEADY = 0.01
"""The most a page may shift while it loads (cumulative layout shift, no unit); 0.1 is what is called good."""

STICKING_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((e) => e.outerHTML.slice(0, 100))"""
# A constructed style sheet: the pages' own rules forbid any other.
WIDE_SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important;" +
    " word-spacing: .16em !important } p { margin-block-end: 2em !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
UNSTICK = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".facets__done, .callbar { position: static !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
UNFOLD = "() => { for (const folded of document.querySelectorAll('details')) folded.open = true }"
NOTE_SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifted += e.value })
  .observe({ type: "layout-shift", buffered: true });"""
SELECTORS = """(written) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(written);
  const selectors = ({ cssRules }) => [...cssRules].flatMap(
    (rule) => [rule.selectorText || rule.conditionText || "", ...(rule.cssRules ? selectors(rule) : [])]);
  return [selectors(document.styleSheets[0]), selectors(sheet)];
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize("kind", places_to_see.ALL)
async def test_nothing_sticks_out_at_any_width(reader: Walker, kind: str) -> None:
    reader.excuse("status of 404")
    sticking_out: list[tuple[str, int | str, str]] = []
    for path in places_to_see.ALL[kind]:
        await reader.open(path)
        for width in WIDTHS:
            await reader.page.set_viewport_size({"width": width, "height": 780})
            sticking_out += [(path, width, e) for e in await reader.page.evaluate(STICKING_OUT)]
        # WCAG 1.4.12: people may space letters, words and lines as they need, on the narrowest screen too.
        await reader.page.evaluate(WIDE_SPACING)
        await reader.page.evaluate(UNFOLD)
        sticking_out += [(path, "spaced", e) for e in await reader.page.evaluate(STICKING_OUT)]
    assert sticking_out == []


@pytest.mark.parametrize("path", places_to_see.MAIN)
async def test_axe_finds_no_fault_light_or_dark_on_a_phone_or_a_laptop(
    reader: Walker, path: str
) -> None:
    if not AXE.exists():
        pytest.skip("il n’y a pas d’axe-core : npm ci")
    await reader.open(path)
    # What lies under a bar stuck to the screen is reached by scrolling.
    await reader.page.evaluate(UNSTICK)
    # Evaluated by the debugger, which the CSP does not bind; a script element would be refused.
    await reader.page.evaluate(AXE.read_text("utf-8"))
    for width in (1280, 360):
        await reader.page.set_viewport_size({"width": width, "height": 780})
        assert await _faults(reader.page, {"runOnly": WCAG}) == [], f"{width} px wide"
    await reader.page.emulate_media(color_scheme="dark")
    # Only colours change with the scheme.
    assert await _faults(reader.page, {"runOnly": ["color-contrast"]}) == [], "dark"


async def _faults(page: Page, options: dict[str, Any]) -> list[Any]:
    # The cards of a list are made alike: three tell enough.
    found = await page.evaluate(
        "options => axe.run({ exclude: [['.cards > li:nth-child(n+4)']] }, options)",
        {**options, "resultTypes": ["violations"]},
    )
    return [
        (fault["id"], fault["impact"], [node["target"] for node in fault["nodes"]][:3])
        for fault in found["violations"]
    ]


@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_moves_while_the_page_loads(
    arrive: Arrival, address: str, width: int
) -> None:
    reader = await arrive(address, width=width, height=780)
    await reader.page.add_init_script(NOTE_SHIFTS)
    for path in ("/", "/praticiens", "/praticiens/zelie-quatremer"):
        await reader.open(path)
        await reader.page.evaluate(TWO_FRAMES)
        assert await reader.page.evaluate("window.shifted") <= STEADY, path


async def test_somebody_who_wants_no_motion_sees_none(reader: Walker) -> None:
    await reader.open("/praticiens")

    seen = asyncio.Event()

    async def wait(route: Route) -> None:
        await seen.wait()
        await route.continue_()

    await reader.page.route("**/praticiens?*", wait)
    await reader.keywords.fill("quatremer")
    await expect(reader.page.locator("#resultats")).to_have_attribute("aria-busy", "true")
    # A fade is no motion.
    moving = await reader.page.evaluate(
        """document.getAnimations().map((a) => a.transitionProperty || a.animationName)
          .filter((name) => !/opacity|color|shadow/.test(name))"""
    )
    seen.set()
    assert moving == []
    await expect(reader.names).to_have_count(2)


async def test_on_paper_only_the_content_is_left(reader: Walker) -> None:
    await reader.open("/praticiens/zelie-quatremer")
    await reader.page.emulate_media(media="print")
    for chrome in (".top__nav", ".menu", ".bottom__grid", ".profile__tools", ".callbar", ".skip"):
        await expect(reader.page.locator(chrome)).to_be_hidden()
    await expect(reader.title).to_be_visible()
    address = reader.page.locator(".contact__means a[href^='mailto:']")
    written = (await address.get_attribute("href") or "").removeprefix("mailto:")
    assert "@" in written
    assert written in await address.inner_text()
    await expect(reader.page.get_by_text("Signaler ce profil")).to_be_hidden()
    for heading in ("Prestations et tarifs", "Lieux des séances", "Informations légales"):
        await expect(reader.page.get_by_role("heading", name=heading)).to_be_visible()
    await reader.open("/praticiens?q=quatremer")
    await expect(reader.page.get_by_role("search")).to_be_hidden()
    await expect(reader.page.locator("#filtres")).to_be_hidden()
    await expect(reader.names).to_have_count(2)


async def test_the_parts_of_a_card_answer_to_the_mouse(reader: Walker) -> None:
    await reader.open("/praticiens?q=quatremer")
    card = reader.page.get_by_role("article").first
    await card.get_by_text("Pourquoi ici").click()
    await expect(card.locator(".why li").first).to_be_visible()
    await card.get_by_role("link", name="Yoga").click()
    await expect(reader.title).to_have_text("Yoga")


async def test_lightened_styles_say_the_same_as_the_written_ones(reader: Walker) -> None:
    await reader.open("/accessibilite")
    served, written = await reader.page.evaluate(
        SELECTORS, Assets()._stylesheet("css/site.css").decode()
    )
    assert served == written
