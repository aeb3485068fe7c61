"""Every page of the personal space in a real browser: nothing sticks out, and no machine finds a fault in it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from playwright.async_api import expect

from app.config import ROOT
from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.test_every_page import AXE, STICKING_OUT, UNFOLD, WCAG, WIDTHS, _faults
from tests.journeys.browser.walker import Walker
from tests.space.test_reading_pages import PAGES

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

EMAIL, PASSWORD = "alix@exemple.example", "trois bateaux verts dérivent"


@pytest.fixture(scope="session")
def member(settled: dict[str, str]) -> str:
    """The address of somebody who has an account on the browser's site."""
    command = [sys.executable, "-m", "tests.journeys.browser.new_account", EMAIL, PASSWORD]
    done = subprocess.run(
        command, cwd=ROOT, env=settled, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return EMAIL


@pytest.fixture
async def at_home(arrive: Arrival, address: str, member: str) -> Walker:
    """Somebody signed in, at a laptop."""
    walker = await arrive(address)
    await walker.open("/connexion")
    await walker.page.get_by_label("Adresse e-mail").fill(member)
    await walker.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    await walker.press("Enter")
    await expect(walker.page.get_by_role("navigation", name="Mon compte")).to_be_visible()
    return walker


async def test_no_page_sticks_out_nor_has_a_fault(at_home: Walker) -> None:
    if not AXE.exists():
        pytest.skip("il n’y a pas d’axe-core : npm ci")
    axe = AXE.read_text("utf-8")
    for path in PAGES:
        await at_home.open(path)
        await at_home.page.evaluate(UNFOLD)
        for width in WIDTHS:
            await at_home.page.set_viewport_size({"width": width, "height": 780})
            assert await at_home.page.evaluate(STICKING_OUT) == [], (path, width)
        await at_home.page.set_viewport_size({"width": 360, "height": 780})
        await at_home.page.evaluate(axe)
        assert await _faults(at_home.page, {"runOnly": WCAG}) == [], path
        await at_home.page.emulate_media(color_scheme="dark")
        assert await _faults(at_home.page, {"runOnly": ["color-contrast"]}) == [], (path, "dark")
        await at_home.page.emulate_media(color_scheme="light")


async def test_everything_is_reached_by_the_keyboard_alone(at_home: Walker) -> None:
    """From the first page to the door out: links by Tab and Enter, the form without a pointer."""
    page = at_home.page
    await at_home.open("/mon-compte")
    await page.get_by_role("link", name="Résilier mon compte").focus()
    await at_home.press("Enter")
    await expect(at_home.title).to_have_text("Résilier mon compte")
    reached = []
    for _ in range(60):
        await at_home.press("Tab")
        reached.append((await at_home.focused.inner_text()).strip())
        if reached[-1].startswith("Continuer"):
            break
    assert "Se déconnecter" in reached
    await at_home.press("Enter")
    await expect(at_home.title).to_have_text("Confirmer la résiliation")


async def test_the_strength_of_a_new_password_shows_while_it_is_typed(at_home: Walker) -> None:
    page = at_home.page
    await at_home.open("/mon-compte/securite")
    await page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    await page.get_by_label("Nouveau mot de passe").press_sequentially("motdepasse")
    said = page.locator("#champ-mot_de_passe_nouveau-force")
    await expect(said).to_contain_text("Il faut au moins 12 caractères")
    await page.get_by_label("Nouveau mot de passe").fill("quatre lanternes jaunes bavardent")
    await expect(said).to_contain_text("Très bon")
    await expect(page.get_by_label("Mot de passe actuel")).to_have_value(PASSWORD)
