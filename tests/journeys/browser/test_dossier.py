"""A practitioner and their dossier in a real browser: forms opened in place, files whose sending is said."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.async_api import FilePayload, Locator, expect

from tests.journeys.browser import signing_in
from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.signing_in import PASSWORD
from tests.journeys.browser.walker import Walker
from tests.storage import made

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

# The page is left once the file has been sent.
NOTE_WORDS = """said => new MutationObserver(() => {
  sessionStorage.told = (sessionStorage.told || "") + "|" + said.textContent;
}).observe(said, { childList: true })"""


def _file(content: bytes) -> FilePayload:
    return {"name": "attestation.pdf", "mimeType": "application/pdf", "buffer": content}


@pytest.fixture(scope="session")
def owner(settled: dict[str, str]) -> str:
    """The address of a practitioner whose dossier is whole."""
    email = f"alix.{uuid4().hex[:8]}@exemple.example"
    signing_in.made(settled, "new_practitioner", email, PASSWORD)
    return email


@pytest.fixture
async def at_dossier(arrive: Arrival, address: str, owner: str) -> Walker:
    walker = await arrive(address)
    await signing_in.sign_in(walker, owner, "/espace/dossier")
    await expect(walker.title).to_have_text("Mon dossier")
    return walker


def _item(walker: Walker, slug: str) -> Locator:
    return walker.page.locator(f"#ligne-{slug}")


async def test_a_refusal_is_shown_in_place_with_what_was_typed(at_dossier: Walker) -> None:
    at_dossier.excuse("422")
    item = _item(at_dossier, "identite")
    await item.get_by_role("link", name="Modifier").click()
    await expect(item.get_by_label("Nom et prénom")).to_be_focused()
    await item.get_by_label("Téléphone").fill("3639")
    await item.get_by_role("button", name="Enregistrer").click()
    await expect(item.get_by_role("alert")).to_have_count(1)
    await expect(at_dossier.page.locator("#avis p")).to_have_count(0)
    await expect(item.get_by_label("Téléphone")).to_have_value("3639")
    await expect(item.get_by_label("Téléphone")).to_have_attribute("aria-invalid", "true")


async def test_one_item_is_edited_at_a_time_and_given_up_where_it_was(at_dossier: Walker) -> None:
    vat, mediator = _item(at_dossier, "tva"), _item(at_dossier, "mediateur")
    await vat.get_by_role("link", name="Modifier").click()
    await expect(vat.get_by_role("button", name="Enregistrer")).to_be_visible()
    await expect(mediator.get_by_role("link", name="Modifier")).to_be_hidden()
    await expect(_item(at_dossier, "assurance").get_by_text("Supprimer")).to_be_hidden()
    await vat.get_by_role("link", name="Abandonner").press("Enter")
    await expect(vat.get_by_role("link", name="Modifier")).to_be_focused()
    await expect(mediator.get_by_role("link", name="Modifier")).to_be_visible()


async def test_a_file_says_its_weight_then_is_sent_or_refused_beside_its_field(
    at_dossier: Walker,
) -> None:
    """EX-3.1-2, EX-3.1-5."""
    at_dossier.excuse("422")
    page, item = at_dossier.page, _item(at_dossier, "mediateur")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    await item.get_by_text("Joindre un fichier").click()
    field, said = item.get_by_label("Attestation d’adhésion"), item.get_by_role("status")
    await field.set_input_files(_file(made.pdf(weight=10_100_000)))
    await expect(said).to_contain_text("10 Mo au plus")
    await item.get_by_role("button", name="Remettre le fichier").click()
    assert "POST" not in asked
    await field.set_input_files(_file(b"rien d'un document"))
    await item.get_by_role("button", name="Remettre le fichier").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(item.locator(".entry__error")).to_be_visible()
    await page.get_by_role("alert").get_by_role("link").click()
    await expect(field).to_be_focused()
    await field.set_input_files(_file(made.pdf(weight=3_000_000)))
    await expect(said).to_have_text("attestation.pdf, 3,0 Mo")
    await said.evaluate(NOTE_WORDS)
    await item.get_by_role("button", name="Remettre le fichier").click()
    await expect(page.get_by_text("Le fichier est remis.")).to_be_in_viewport()
    words = await page.evaluate("sessionStorage.told.split('|')")
    assert words[-1] == "Envoyé, vérification du fichier…", words
    await expect(item.get_by_role("link", name="attestation.pdf")).to_be_visible()


async def test_what_is_taken_off_is_asked_about_first(at_dossier: Walker) -> None:
    lines = _item(at_dossier, "assurance").locator(".line")
    count = await lines.count()
    await lines.first.get_by_role("button", name="Supprimer").click()
    dialog = at_dossier.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Supprimer «")
    await at_dossier.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(lines.first.get_by_role("button", name="Supprimer")).to_be_focused()
    await expect(lines).to_have_count(count)
