"""A practitioner edits their page in a real browser: in place, by keyboard, by drag, and without JavaScript."""

from __future__ import annotations

import subprocess
import sys
from uuid import uuid4

import pytest
from playwright.async_api import Locator, expect

from app.config import ROOT
from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PASSWORD = "quatre lanternes jaunes bavardent"


@pytest.fixture
def email(settled: dict[str, str]) -> str:
    """The address of a new practitioner."""
    address = f"alix.{uuid4().hex[:8]}@exemple.example"
    command = [sys.executable, "-m", "tests.journeys.browser.new_practitioner", address, PASSWORD]
    done = subprocess.run(
        command, cwd=ROOT, env=settled, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return address


async def _signs_in(walker: Walker, email: str) -> None:
    await walker.open("/connexion?suite=/espace/profil")
    await walker.page.get_by_label("Adresse e-mail").fill(email)
    await walker.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    await walker.page.get_by_role("button", name="Se connecter").click()
    await expect(walker.title).to_have_text("Mon profil")


def _labels(walker: Walker) -> Locator:
    return walker.page.locator("#bloc-prestations .service__label")


async def _add(walker: Walker, label: str) -> None:
    page = walker.page
    await page.get_by_role("link", name="Ajouter une prestation").click()
    await page.get_by_label("Intitulé", exact=True).fill(label)
    await page.get_by_label("Pratique", exact=True).select_option(label="Sophrologie")
    await page.get_by_label("Prix en euros").fill("65,50")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(_labels(walker).last).to_have_text(label)


@pytest.mark.parametrize("has_script", [True, False], ids=["with-javascript", "without-javascript"])
async def test_a_practitioner_writes_their_page(
    arrive: Arrival, address: str, email: str, has_script: bool
) -> None:
    walker = await arrive(address, java_script_enabled=has_script)
    walker.excuse("422")  # what the test has refused
    page = walker.page
    await _signs_in(walker, email)
    block = page.locator("#bloc-titre")
    await block.get_by_role("link", name="Modifier").click()
    field = block.get_by_role("textbox", name="Titre d’activité")
    if has_script:
        await expect(field).to_be_focused()
    await field.fill("Court")
    await block.get_by_role("button", name="Enregistrer").click()
    await expect(block.get_by_role("alert")).to_contain_text("Quelques mots de plus")
    await expect(block.get_by_role("textbox", name="Titre d’activité")).to_have_value("Court")
    await block.get_by_role("textbox", name="Titre d’activité").fill("Relaxation au jardin")
    await block.get_by_role("button", name="Enregistrer").click()
    await expect(block.locator(".profile__headline")).to_have_text("Relaxation au jardin")
    await expect(page.get_by_text("C’est enregistré.")).to_be_visible()
    await _add(walker, "Deuxième séance")
    await _add(walker, "Troisième séance")
    await page.get_by_role("button", name="Supprimer : Deuxième séance").click()
    await expect(_labels(walker)).to_have_text(["Séance individuelle", "Troisième séance"])
    await page.get_by_role("button", name="Annuler la suppression").click()
    await expect(_labels(walker)).to_have_text(
        ["Séance individuelle", "Deuxième séance", "Troisième séance"]
    )
    await page.get_by_role("button", name="Monter : Troisième séance").click()
    await expect(_labels(walker)).to_have_text(
        ["Séance individuelle", "Troisième séance", "Deuxième séance"]
    )


@pytest.mark.parametrize("has_script", [True, False], ids=["with-javascript", "without-javascript"])
async def test_the_last_service_of_a_public_page_stays_and_says_why(
    arrive: Arrival, address: str, email: str, has_script: bool
) -> None:
    """EX-3.1-8."""
    walker = await arrive(address, java_script_enabled=has_script)
    walker.excuse("409")  # what the test has refused
    page = walker.page
    await _signs_in(walker, email)
    await page.get_by_role("button", name="Supprimer : Séance individuelle").click()
    told = page.get_by_role("alert").filter(has_text="au moins une prestation avec son prix")
    await expect(told).to_be_visible()
    if has_script:
        await expect(told).to_be_focused()
    await expect(_labels(walker)).to_have_text(["Séance individuelle"])


async def test_what_is_typed_in_one_form_outlives_what_is_done_in_another(
    arrive: Arrival, address: str, email: str
) -> None:
    walker = await arrive(address)
    page = walker.page
    await _signs_in(walker, email)
    await page.locator("#bloc-presentation").get_by_role("link", name="Modifier").click()
    text = page.get_by_label("Votre présentation")
    await text.fill("Un brouillon que rien ne doit effacer.")
    await page.locator("#bloc-titre").get_by_role("link", name="Modifier").click()
    await page.get_by_role("textbox", name="Titre d’activité").fill("Relaxation au jardin")
    await page.locator("#bloc-titre").get_by_role("button", name="Enregistrer").click()
    await expect(page.locator("#bloc-titre .saved")).to_be_focused()
    await expect(text).to_have_value("Un brouillon que rien ne doit effacer.")
    await page.locator("#bloc-presentation").get_by_role("link", name="Abandonner").click()
    await expect(page.locator("#bloc-presentation .own__edit")).to_be_focused()


async def test_risky_words_are_shown_while_typing_and_nothing_is_blocked(
    arrive: Arrival, address: str, email: str
) -> None:
    """EX-3.1-15."""
    walker = await arrive(address)
    page = walker.page
    await _signs_in(walker, email)
    await page.locator("#bloc-presentation").get_by_role("link", name="Modifier").click()
    text = page.get_by_label("Votre présentation")
    await text.fill("")
    await text.press_sequentially("Je soigne", delay=20)
    block = page.locator("#bloc-presentation")
    await expect(block.locator(".wording mark")).to_have_text(["soigne"])
    await expect(text).to_be_focused()
    asked = [path for path in walker.asked if path.startswith("/espace/profil/mots")]
    assert len(asked) <= 2, "asked once the typing pauses, not at each letter"
    await block.get_by_role("button", name="Enregistrer").click()
    await expect(block.locator(".prose")).to_have_text("Je soigne")
    await expect(block.locator(".wording mark")).to_have_text(["soigne"])


async def test_the_order_is_changed_by_drag_and_escape_gives_up(
    arrive: Arrival, address: str, email: str
) -> None:
    walker = await arrive(address)
    page = walker.page
    await _signs_in(walker, email)
    await _add(walker, "Deuxième séance")
    handle = page.locator("#bloc-prestations .line__handle").last
    for key, expected in (
        ("Escape", ["Séance individuelle", "Deuxième séance"]),
        ("", ["Deuxième séance", "Séance individuelle"]),
    ):
        await handle.hover()
        first = await page.locator("#bloc-prestations .line").first.bounding_box()
        assert first is not None
        await page.mouse.down()
        await page.mouse.move(first["x"] + 300, first["y"] + 5, steps=8)
        if key:
            await page.keyboard.press(key)
        await page.mouse.up()
        await expect(_labels(walker)).to_have_text(expected)
    await expect(page.locator("#bloc-prestations .saved")).to_be_focused()
    await page.reload()
    await expect(_labels(walker)).to_have_text(["Deuxième séance", "Séance individuelle"])


async def test_a_commune_is_chosen_by_keyboard_and_only_its_letters_are_sent(
    arrive: Arrival, address: str, email: str
) -> None:
    walker = await arrive(address)
    page = walker.page
    await _signs_in(walker, email)
    await page.get_by_role("link", name="Ajouter une adresse").click()
    await page.get_by_label("Numéro et rue").fill("4 place du Marché")
    field = page.get_by_label("Commune")
    await field.press_sequentially("Villeurb", delay=20)
    await expect(page.get_by_role("option").first).to_contain_text("Villeurbanne")
    await walker.press("ArrowDown", "Enter")
    await expect(field).to_have_value("Villeurbanne (69)")
    suggested = [path for path in walker.asked if path.startswith("/praticiens/lieux")]
    assert suggested
    assert all(path.partition("?")[2].startswith("lieu=") and "&" not in path for path in suggested)
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.locator("#bloc-lieux .place").last).to_contain_text("69100 Villeurbanne")


async def test_the_second_of_two_tabs_is_told_in_place_and_keeps_its_words(
    arrive: Arrival, address: str, email: str
) -> None:
    walker = await arrive(address)
    walker.excuse("409")  # the refusal the test brings about
    await _signs_in(walker, email)
    late = await walker.page.context.new_page()
    await late.goto("/espace/profil")
    for page, words in ((late, "Écrit en second"), (walker.page, "Écrit en premier")):
        await page.locator("#bloc-titre").get_by_role("link", name="Modifier").click()
        await page.get_by_role("textbox", name="Titre d’activité").fill(words)
    await walker.page.get_by_role("button", name="Enregistrer").click()
    await expect(walker.page.locator("#bloc-titre .saved")).to_be_visible()
    block = late.locator("#bloc-titre")
    await block.get_by_role("button", name="Enregistrer").click()
    await expect(block.get_by_role("alert")).to_contain_text("dans une autre fenêtre")
    await expect(block.locator(".profile__headline")).to_have_text("Écrit en premier")
    await expect(block.get_by_role("textbox", name="Titre d’activité")).to_have_value(
        "Écrit en second"
    )
    await block.get_by_role("button", name="Enregistrer").click()
    await expect(block.locator(".profile__headline")).to_have_text("Écrit en second")
    await late.close()
