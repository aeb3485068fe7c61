"""An administrator examines a dossier in a real browser: by keys that do what they say, or by the mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Locator, StorageState, expect

from tests.journeys.browser import signing_in
from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.fixture(scope="session")
def dossiers(settled: dict[str, str]) -> Iterator[str]:
    """The addresses of whole dossiers, the insurance of each proved by a file of two pages."""
    names = [signing_in.letters() for _ in range(8)]
    numbers = signing_in.made(settled, "new_dossier", *names).split()
    return iter([f"/admin/dossiers/{number}" for number in numbers])


@pytest.fixture
def dossier(dossiers: Iterator[str]) -> str:
    """One that nobody has opened."""
    return next(dossiers)


@pytest.fixture
async def desk(arrive: Arrival, address: str, administrator: StorageState, dossier: str) -> Walker:
    """An administrator, the dossier in front of them."""
    walker = await arrive(address, storage_state=administrator)
    await walker.open(dossier)
    return walker


def _line(desk: Walker, slug: str) -> Locator:
    return desk.page.locator(f"#ligne-{slug}")


async def _is_at(desk: Walker, slug: str) -> None:
    """That line is open, and no other."""
    await expect(desk.page.locator("[data-line][open]")).to_have_id(f"ligne-{slug}")


def _state(desk: Walker, slug: str) -> Locator:
    return _line(desk, slug).locator("summary .tag").first


async def test_j_and_k_go_from_line_to_line(desk: Walker) -> None:
    await _is_at(desk, "identite")
    await desk.press("k")
    await _is_at(desk, "identite")
    await desk.press("j")
    await _is_at(desk, "siret")
    await expect(_line(desk, "siret").locator("summary").first).to_be_focused()
    await desk.press("Shift+J", "k")
    await _is_at(desk, "siret")


async def test_d_shows_the_document_n_and_p_turn_its_pages_z_enlarges_it(desk: Walker) -> None:
    page = desk.page
    sheet = page.get_by_role("region", name=re.compile("du document"))
    await desk.press("j", "j", "d")
    await expect(_line(desk, "assurance").locator("[data-document]")).to_have_attribute(
        "aria-current", "true"
    )
    await _is_at(desk, "assurance")
    await desk.press("n")
    await expect(sheet).to_have_attribute("aria-label", "Page 2 du document")
    await expect(page.locator("[data-sheet=next]")).to_have_count(0)
    await desk.press("z")
    await expect(page.get_by_role("link", name="Réduire")).to_be_visible()
    drawn = page.get_by_role("img", name="Page 2 du document remis")
    assert await drawn.evaluate("async (img) => (await img.decode(), img.naturalWidth)") > 1_500
    await desk.press("p")
    await expect(sheet).to_have_attribute("aria-label", "Page 1 du document")
    await desk.press("z")
    await expect(page.get_by_role("link", name="Agrandir")).to_be_visible()


async def test_r_notes_a_line_and_opens_the_next_one(desk: Walker) -> None:
    """EX-3.1-1."""
    await desk.press("r")
    await expect(_state(desk, "identite")).to_have_text("remis")
    await _is_at(desk, "siret")
    await desk.press("r")
    await expect(_state(desk, "siret")).to_have_text("remis")
    await _is_at(desk, "assurance")


async def test_c_opens_the_reasons_and_a_ready_one_fills_the_field(desk: Walker) -> None:
    await desk.press("j", "c")
    line = _line(desk, "siret")
    ready, words = line.get_by_label("Motif tout prêt"), line.get_by_label("Ou vos mots")
    await expect(ready).to_be_focused()
    chosen = await ready.locator("option").nth(1).inner_text()
    await desk.press("ArrowDown")
    await expect(words).to_have_value(chosen)
    await expect(words).to_be_focused()
    await line.get_by_role("button", name="Noter « à corriger »").press("Enter")
    await expect(_state(desk, "siret")).to_have_text("à corriger")
    await expect(line.get_by_text(f"À corriger : {chosen}")).to_have_count(1)
    asked = desk.page.get_by_role("button", name="Demander une correction (1 ligne)")
    await expect(asked).to_be_visible()


async def test_t_notes_everything_and_the_last_button_lists(desk: Walker) -> None:
    """EX-3.1-10."""
    await desk.press("t")
    await expect(desk.page.get_by_text("Les huit lignes sont notées « remis ».")).to_be_visible()
    await expect(desk.page.locator("[data-line].is-delivered")).to_have_count(8)
    await desk.press("t")
    await desk.page.get_by_role("button", name="Constater la remise et référencer").press("Enter")
    await expect(desk.page.get_by_text("Remise constatée")).to_be_visible()


async def test_keys_are_letters_while_somebody_writes(desk: Walker) -> None:
    await desk.press("j", "c")
    words = _line(desk, "siret").get_by_label("Ou vos mots")
    await words.focus()
    await desk.type("jkrcdnpztgs")
    await expect(words).to_have_value("jkrcdnpztgs")
    await _is_at(desk, "siret")
    await _line(desk, "siret").get_by_label("Motif tout prêt").focus()
    await desk.press("j", "r", "t")
    await _is_at(desk, "siret")
    await expect(_state(desk, "siret")).to_have_text("à regarder")


async def test_g_and_a_letter_leave_for_another_page(desk: Walker, dossier: str) -> None:
    await desk.press("g", "t")
    await expect(desk.title).to_have_text("Tâches")
    await desk.open(dossier)
    await desk.press("Control+j")
    await _is_at(desk, "identite")
    await expect(desk.page.locator("[data-line].is-delivered")).to_have_count(0)


async def test_without_javascript_links_and_buttons_do_it_all(
    arrive: Arrival, address: str, administrator: StorageState, dossier: str
) -> None:
    manners: dict[str, Any] = {"java_script_enabled": False, "storage_state": administrator}
    desk = await arrive(address, width=360, height=780, **manners)
    page = desk.page
    await desk.open(dossier)
    insurance = _line(desk, "assurance")
    await insurance.locator("summary").first.click()
    await insurance.get_by_role("link", name="attestation.pdf").click()
    await page.get_by_role("link", name="Page suivante").click()
    await page.get_by_role("link", name="Agrandir").click()
    await expect(page.get_by_role("link", name="Réduire")).to_be_visible()
    await expect(page.get_by_text("Page 2 sur 2")).to_be_visible()
    await insurance.get_by_role("button", name="Remis", exact=True).click()
    await expect(_state(desk, "assurance")).to_have_text("remis")
    await _is_at(desk, "formations")
    line = _line(desk, "formations")
    await line.get_by_text("À corriger…").click()
    await line.get_by_role("button", name="Noter « à corriger »").click()
    await expect(_state(desk, "formations")).to_have_text("à corriger")
    await page.get_by_role("button", name="Demander une correction (1 ligne)").click()
    await expect(page.get_by_text("Correction demandée par courriel.")).to_be_visible()
