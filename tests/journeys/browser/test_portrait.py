"""A practitioner gives their photograph in a real browser: square chosen on it, progress said, or a plain form."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from uuid import uuid4

import pytest
from playwright.async_api import FilePayload, Route, expect

from app.config import ROOT
from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.walker import Walker
from tests.storage import made

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PASSWORD = "quatre lanternes jaunes bavardent"
SEND = re.compile("(Envoyer|Remplacer) l’image")
PHOTOGRAPH: FilePayload = {
    "name": "moi.jpg",
    "mimeType": "image/jpeg",
    "buffer": made.picture("JPEG", (1_600, 800)),
}
TEXT: FilePayload = {"name": "moi.jpg", "mimeType": "image/jpeg", "buffer": b"rien d'une image" * 9}
HEAVY: FilePayload = {
    "name": "moi.jpg",
    "mimeType": "image/jpeg",
    "buffer": b"\xff\xd8\xff" + bytes(5_999_997),
}


@pytest.fixture
def email(settled: dict[str, str]) -> str:
    """The address of a new practitioner."""
    address = f"noa.{uuid4().hex[:8]}@exemple.example"
    command = [sys.executable, "-m", "tests.journeys.browser.new_practitioner", address, PASSWORD]
    done = subprocess.run(
        command, cwd=ROOT, env=settled, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return address


async def _opens_the_form(walker: Walker, email: str) -> None:
    await walker.open("/connexion?suite=/espace/profil/photo")
    await walker.page.get_by_label("Adresse e-mail").fill(email)
    await walker.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    await walker.page.get_by_role("button", name="Se connecter").click()
    await expect(walker.title).to_have_text("Photo ou logo")


@pytest.mark.parametrize("has_script", [True, False], ids=["with-javascript", "without-javascript"])
async def test_a_photograph_is_refused_then_given_then_shown(
    arrive: Arrival, address: str, email: str, has_script: bool
) -> None:
    walker = await arrive(address, java_script_enabled=has_script)
    walker.excuse("422")  # what the test has refused
    page = walker.page
    await _opens_the_form(walker, email)
    field, send = (
        page.get_by_label("Votre image", exact=True),
        page.get_by_role("button", name=SEND),
    )
    await field.set_input_files(TEXT)
    await send.click()
    await expect(page.get_by_role("alert")).to_contain_text("JPEG, PNG ou WebP")
    if has_script:
        await expect(page.get_by_role("alert")).to_be_focused()
    await page.get_by_label("Votre image", exact=True).set_input_files(PHOTOGRAPH)
    await page.get_by_role("button", name=SEND).click()
    await expect(walker.title).to_have_text("Mon profil")
    await expect(page.get_by_text("Votre image est en place.").first).to_be_visible()
    await walker.open("/espace/profil/photo")
    shown = page.locator("main picture img")
    assert await shown.evaluate("async (img) => (await img.decode(), img.naturalWidth)") > 0


async def test_the_square_is_chosen_by_keyboard_and_by_drag(
    arrive: Arrival, address: str, email: str
) -> None:
    walker = await arrive(address)
    page = walker.page
    await _opens_the_form(walker, email)
    await page.get_by_label("Votre image", exact=True).set_input_files(PHOTOGRAPH)
    seen = page.locator("canvas")
    await expect(seen).to_be_visible()
    left, side = page.locator("[name=cadre_gauche]"), page.locator("[name=cadre_cote]")
    await expect(left).to_have_value("0.2500")
    await seen.focus()
    await page.keyboard.press("ArrowRight")
    await expect(left).to_have_value("0.2625")
    await page.get_by_label("Agrandir").fill("100")
    await expect(side).to_have_value("0.5000")
    before = float(await left.input_value())
    box = await seen.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 100, box["y"] + 100)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 40, box["y"] + 100, steps=4)
    await page.mouse.up()
    assert float(await left.input_value()) > before, "the picture follows the hand"


async def test_a_photograph_too_heavy_is_said_before_it_is_sent(
    arrive: Arrival, address: str, email: str
) -> None:
    walker = await arrive(address)
    page = walker.page
    await _opens_the_form(walker, email)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    await page.get_by_label("Votre image", exact=True).set_input_files(HEAVY)
    await expect(page.get_by_text("Ce fichier pèse 6,0 Mo : 5 Mo au plus.")).to_be_visible()
    await page.get_by_role("button", name=SEND).click()
    assert "POST" not in asked


async def test_without_javascript_a_photograph_too_heavy_comes_back_with_its_reason(
    arrive: Arrival, address: str, email: str
) -> None:
    walker = await arrive(address, java_script_enabled=False)
    walker.excuse("413")
    await _opens_the_form(walker, email)
    await walker.page.get_by_label("Votre image", exact=True).set_input_files(HEAVY)
    await walker.page.get_by_role("button", name=SEND).click()
    await expect(walker.page.get_by_role("alert")).to_contain_text("5 Mo au plus")


async def test_a_photograph_chosen_before_the_script_is_there_is_framed_all_the_same(
    arrive: Arrival, address: str, email: str
) -> None:
    walker = await arrive(address)
    page = walker.page
    let_go = asyncio.Event()

    async def late(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await _opens_the_form(walker, email)
    await page.route("**/upload*.js", late)
    await page.reload(wait_until="commit")
    await page.get_by_label("Votre image", exact=True).set_input_files(PHOTOGRAPH)
    await expect(page.locator("canvas")).to_be_hidden()
    let_go.set()
    await expect(page.locator("canvas")).to_be_visible()
