"""The life of an account in a real browser, with and without JavaScript: the same links and forms."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from playwright.async_api import Page, expect

from app.config import ROOT
from app.post import outbox
from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PASSWORD = "trois bateaux verts dérivent"


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def test_somebody_signs_up_lives_here_and_leaves(
    arrive: Arrival, address: str, settled: dict[str, str], has_script: bool, tmp_path: Path
) -> None:
    """EX-4-1 to 4-8, 5-5, 12-1, 13-1, 14-2."""
    email = f"lou.{uuid4().hex[:8]}@exemple.example"
    laptop = await arrive(address, java_script_enabled=has_script)
    phone = await arrive(address, width=360, height=780, java_script_enabled=has_script)
    await _signs_up(laptop, email)
    await _confirms(laptop, await _link_mailed(settled, "confirm_email", email))
    await _signs_in(phone, email)
    await laptop.open("/mon-compte/securite")
    await expect(laptop.page.locator(".record--row")).to_have_count(2)
    await _accepts_new_terms(laptop, settled)
    await _downloads(laptop, tmp_path)
    await _leaves(laptop)
    await phone.open("/mon-compte")
    await expect(phone.title).to_have_text("Se connecter")


async def test_a_box_forgotten_keeps_the_password_typed(
    arrive: Arrival, address: str, has_script: bool
) -> None:
    """The browser leads to the box, in its own words; nothing leaves."""
    walker = await arrive(address, width=360, height=780, java_script_enabled=has_script)
    page = walker.page
    await walker.open("/inscription")
    await page.get_by_label("Prénom").fill("Lou")
    await page.get_by_label("Nom", exact=True).fill("Moreau")
    await page.get_by_label("Adresse e-mail").fill("lou.oubli@exemple.example")
    await page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    boxes = await page.get_by_role("checkbox").all()
    for box in boxes[1:]:
        await box.check()
    await page.get_by_role("button", name="Créer mon compte").click()
    await expect(boxes[0]).to_be_focused()
    await expect(boxes[0]).to_be_in_viewport()
    await expect(page.get_by_label("Mot de passe", exact=True)).to_have_value(PASSWORD)
    assert [await box.is_checked() for box in boxes] == [False, True, True]
    await boxes[0].check()
    await page.get_by_role("button", name="Créer mon compte").click()
    await expect(page).to_have_url(re.compile("/inscription/envoyee"))


async def _signs_up(walker: Walker, email: str) -> None:
    page = walker.page
    await walker.open("/inscription")
    await page.get_by_label("Prénom").fill("Lou")
    await page.get_by_label("Nom", exact=True).fill("Moreau")
    await page.get_by_label("Adresse e-mail").fill(email)
    await page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    for box in await page.get_by_role("checkbox").all():
        assert not await box.is_checked(), "never ticked beforehand"
        await box.check()
    await page.get_by_role("button", name="Créer mon compte").click()
    await expect(page).to_have_url(re.compile("/inscription/envoyee"))


async def _link_mailed(settled: dict[str, str], kind: str, email: str) -> str:
    """The address of the link in the mail that waits for the worker."""
    database = await asyncpg.connect(settled["DATABASE_URL"])
    try:
        row = await database.fetchrow(
            "SELECT id, content_sealed FROM mail WHERE kind = $1 AND to_address = $2", kind, email
        )
    finally:
        await database.close()
    assert row is not None
    found = re.search(r"/liens/[\w-]{43}", outbox.opened(row["id"], row["content_sealed"]).text)
    assert found is not None
    return found[0]


async def _confirms(walker: Walker, link: str) -> None:
    await walker.open(link)
    await walker.page.get_by_role("button", name="Confirmer").click()
    await expect(walker.title).to_have_text("Bonjour Lou")


async def _signs_in(walker: Walker, email: str) -> None:
    await walker.open("/mon-compte")
    await walker.page.get_by_label("Adresse e-mail").fill(email)
    await walker.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    await walker.press("Enter")
    await expect(walker.title).to_have_text("Bonjour Lou")
    await _fits(walker.page)


async def _accepts_new_terms(walker: Walker, settled: dict[str, str]) -> None:
    words = f"Un article de plus, {uuid4().hex}."
    command = [sys.executable, "-m", "tests.journeys.browser.new_terms", words]
    done = subprocess.run(  # noqa: ASYNC221 - the person waits meanwhile
        command, cwd=ROOT, env=settled, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    page = walker.page
    await walker.open("/mon-compte/avis")
    await expect(page).to_have_url(re.compile("/documents/a-accepter"))
    await expect(page.locator("ins", has_text=words)).to_be_visible()
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Accepter et continuer").click()
    await expect(walker.title).to_have_text("Avis")


async def _downloads(walker: Walker, folder: Path) -> None:
    page = walker.page
    await walker.open("/mon-compte/telecharger")
    await page.get_by_role("button", name="Préparer mon archive").click()
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Télécharger l’archive").click()
    file = folder / "donnees.zip"
    await (await downloading.value).save_as(file)
    with zipfile.ZipFile(file) as archive:
        data = json.loads(archive.read("mes-donnees/donnees.json"))
    assert data["compte"]["prénom"] == "Lou"
    await walker.open("/mon-compte/preuves")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Tout télécharger, en JSON").click()
    await (await downloading.value).save_as(folder / "preuves.json")
    entries = json.loads((folder / "preuves.json").read_bytes())["elements"]
    assert "consentement.donne" in {entry["type"] for entry in entries}


async def _leaves(walker: Walker) -> None:
    page = walker.page
    await walker.open("/mon-compte")
    await page.get_by_role("link", name="Résilier mon compte").click()
    await page.get_by_role("link", name="Continuer vers la résiliation").click()
    await page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Résilier mon compte").click()
    await expect(walker.title).to_have_text("Votre compte est résilié")


async def _fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
