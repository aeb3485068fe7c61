"""The practitioner's space and the desk in a real browser: nothing sticks out, no machine finds a fault."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.async_api import Browser, StorageState, expect

from tests.journeys.browser import signing_in
from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.signing_in import PASSWORD
from tests.journeys.browser.test_every_page import AXE, STICKING_OUT, UNFOLD, WCAG, WIDTHS, _faults
from tests.journeys.browser.walker import Walker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

OF_A_PRACTITIONER = [
    "/espace",
    "/espace/profil",
    *(f"/espace/profil/{part}" for part in ("titre", "pratiques", "thematiques", "presentation")),
    *(f"/espace/profil/{part}" for part in ("accueil", "conditions", "photo")),
    *(f"/espace/{line}" for line in ("prestations/nouvelle", "lieux/cabinet", "lieux/zone")),
    "/espace/formations/nouvelle",
    "/espace/apercu",
    "/espace/dossier",
    *(f"/espace/dossier/{item}" for item in ("identite", "siret", "tva", "mediateur")),
    *(f"/espace/dossier/{item}" for item in ("assurance", "formations")),
    "/espace/contrat",
    "/espace/referencement",
    "/espace/referencement/fin",
    "/mon-compte",
]
OF_AN_ADMIN = [
    "/admin",
    *(f"/admin/dossiers?onglet={tab}" for tab in ("a-examiner", "complets", "tous")),
    "/admin/praticiens",
    "/admin/contestations",
    "/admin/jupiterre",
    "/admin/thematiques",
    "/admin/thematiques/mieux-dormir",
    "/admin/pratiques",
    "/admin/pratiques/yoga",
    "/admin/chiffres",
    "/admin/personnes",
    "/admin/demandes",
    "/admin/documents",
    "/admin/courriels",
    "/admin/taches",
    "/admin/preuves",
    "/admin/reglages",
]
CUT_OFF = """() => [...document.querySelectorAll(".desk__scroll")].filter((e) => e.scrollWidth > e.clientWidth)
  .map((e) => `${e.ariaLabel}: ${e.scrollWidth} px`)"""
"""Tables that a phone shows a part of."""


@pytest.fixture(scope="session")
async def practitioner(browser: Browser, address: str, settled: dict[str, str]) -> StorageState:
    """The cookies of somebody listed."""
    email = f"alix.{uuid4().hex[:8]}@exemple.example"
    signing_in.made(settled, "new_practitioner", email, PASSWORD)
    return await signing_in.cookies(
        browser, address, lambda walker: signing_in.sign_in(walker, email, "/espace")
    )


async def test_no_page_of_a_practitioner_sticks_out_nor_has_a_fault(
    arrive: Arrival, address: str, practitioner: StorageState
) -> None:
    walker = await arrive(address, storage_state=practitioner)
    for path in OF_A_PRACTITIONER:
        await _inspect(walker, path)


async def test_no_page_of_the_desk_sticks_out_nor_has_a_fault(
    arrive: Arrival, address: str, settled: dict[str, str], administrator: StorageState
) -> None:
    number = signing_in.made(settled, "new_dossier", signing_in.letters())
    walker = await arrive(address, storage_state=administrator)
    for path in [*OF_AN_ADMIN, f"/admin/dossiers/{number}", f"/admin/praticiens/{number}"]:
        await _inspect(walker, path)


async def test_a_question_is_asked_in_the_middle_of_the_screen_and_given_up_with_escape(
    arrive: Arrival, address: str, administrator: StorageState
) -> None:
    walker = await arrive(address, storage_state=administrator, width=1000, height=700)
    await walker.open("/admin/reglages")
    button = walker.page.get_by_role("button", name="Changer dans 15 jours")
    await button.click()
    box = await walker.page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert abs(box["x"] + box["width"] / 2 - 500) < 10
    assert abs(box["y"] + box["height"] / 2 - 350) < 10
    await walker.press("Escape")
    await expect(button).to_be_focused()


async def _inspect(walker: Walker, path: str) -> None:
    if not AXE.exists():
        pytest.skip("il n’y a pas d’axe-core : npm ci")
    page = walker.page
    await walker.open(path)
    await page.evaluate(UNFOLD)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 780})
        assert await page.evaluate(STICKING_OUT) == [], (path, width)
    await page.set_viewport_size({"width": 360, "height": 780})
    assert await page.evaluate(CUT_OFF) == [], path
    await page.evaluate(AXE.read_text("utf-8"))
    assert await _faults(page, {"runOnly": WCAG}) == [], path
    await page.emulate_media(color_scheme="dark")
    assert await _faults(page, {"runOnly": ["color-contrast"]}) == [], (path, "dark")
    await page.emulate_media(color_scheme="light")
