"""From sign-up to the results of a search, and out of them: the whole life of a listing in a real browser."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import FilePayload, Locator, expect

from tests.journeys.browser import signing_in
from tests.journeys.browser.conftest import PATIENCE_MS, Arrival
from tests.journeys.browser.signing_in import PASSWORD
from tests.journeys.browser.walker import Walker
from tests.storage import made

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

CERTIFICATE: FilePayload = {
    "name": "attestation.pdf",
    "mimeType": "application/pdf",
    "buffer": made.pdf(2),
}
MOST_CLICKS = 10
"""Of an administrator, for a dossier with nothing to say about it."""
FOUND_WITHIN_SECONDS = PATIENCE_MS / 1000
MAILED_WITHIN_SECONDS = 60.0
"""The worker starts meanwhile."""


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def test_somebody_joins_is_vetted_and_found_then_delisted_and_gone(
    arrive: Arrival,
    address: str,
    settled: dict[str, str],
    working: Callable[[], None],
    has_script: bool,
) -> None:
    """EX-3.1-1 to 3.1-10, 3.1-13, 3.1-14, 3.3-1, 3.3-2."""
    mail, name = f"lou.{uuid4().hex[:8]}@exemple.example", signing_in.letters()
    admin = signing_in.new_admin(settled)
    walker = await arrive(address, java_script_enabled=has_script)
    await _signs_up(walker, mail, name)
    await _confirms(walker, await _link_mailed(settled, mail))
    await _joins(walker)
    await _tells_who_they_are(walker)
    await _hands_papers_over(walker)
    await _agrees_and_submits(walker)
    desk = await arrive(address, java_script_enabled=has_script)
    await signing_in.sign_in_to_the_desk(desk, admin, "/admin/dossiers")
    assert await _vets(desk, name) <= MOST_CLICKS
    visitor = await arrive(address, width=360, height=780, java_script_enabled=has_script)
    page = await _is_found(visitor, name)
    working()
    await _delists(desk, name, has_script=has_script)
    visitor.excuse("410")
    await _is_gone(visitor, name, page)
    await _reads_why(walker)


async def _signs_up(walker: Walker, mail: str, name: str) -> None:
    page = walker.page
    await walker.open("/devenir-praticien")
    await page.get_by_role("link", name="Créer un compte").click()
    await page.get_by_label("Prénom").fill("Lou")
    await page.get_by_label("Nom", exact=True).fill(name)
    await page.get_by_label("Adresse e-mail").fill(mail)
    await page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    for box in await page.get_by_role("checkbox").all():
        await box.check()
    await page.get_by_role("button", name="Créer mon compte").click()
    await expect(page).to_have_url(re.compile("/inscription/envoyee"))


async def _link_mailed(settled: dict[str, str], mail: str) -> str:
    """The link of the mail that the worker has sent: here a file, one a mail."""
    asked = time.monotonic()
    while not (link := _link_in(Path(settled["DATA_DIR"], "courriels"), mail)):
        assert time.monotonic() < asked + MAILED_WITHIN_SECONDS, "no mail came"
        await asyncio.sleep(0.1)
    return link


def _link_in(folder: Path, mail: str) -> str:
    """Other mails may have come to the same address: that of a new version of the terms has no such link."""
    for file in folder.glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        text = body.get_content() if message["To"] == mail and body is not None else ""
        if found := re.search(r"/liens/[\w-]{43}", text):
            return found[0]
    return ""


async def _confirms(walker: Walker, link: str) -> None:
    await walker.open(link)
    await walker.page.get_by_role("button", name="Confirmer").click()
    await expect(walker.title).to_have_text("Devenir praticien référencé")


async def _joins(walker: Walker) -> None:
    await walker.page.get_by_role("button", name="Ouvrir mon espace").click()
    await expect(walker.title).to_have_text("Mon dossier")
    await expect(_part(walker, "etat")).to_contain_text("Il reste")


def _part(walker: Walker, key: str) -> Locator:
    return walker.page.locator(f"section[aria-labelledby={key}]")


async def _opens(walker: Walker, item: str, button: str = "Compléter") -> Locator:
    part = _part(walker, f"titre-{item}")
    await part.get_by_role("link", name=button).click()
    await expect(part.get_by_role("button", name="Enregistrer")).to_be_visible()
    return part


async def _saves(walker: Walker, part: Locator) -> None:
    await part.get_by_role("button", name="Enregistrer").click()
    await expect(walker.page.get_by_text("C’est enregistré.").first).to_be_visible()
    await expect(part.get_by_role("button", name="Enregistrer")).to_be_hidden()


async def _tells_who_they_are(walker: Walker) -> None:
    part = await _opens(walker, "identite")
    await part.get_by_label("Nom et prénom").fill("Lou Moreau EI")
    await part.get_by_label("Forme juridique").select_option("EI")
    await part.get_by_label("Adresse officielle").fill("1 rue des Essais")
    await part.get_by_label("Code postal").fill("69003")
    await part.get_by_label("Commune").fill("Lyon")
    await part.get_by_label("Téléphone").fill("01 99 00 12 34")
    await part.get_by_label("Adresse e-mail").fill("lou@exemple.example")
    await _saves(walker, part)
    part = await _opens(walker, "siret")
    await part.get_by_label("Numéro SIRET").fill("732 829 320 00074")
    await part.get_by_label("Immatriculation", exact=True).select_option("RNE")
    await _saves(walker, part)
    part = await _opens(walker, "tva")
    await part.get_by_label("Non", exact=True).check()
    await _saves(walker, part)
    part = await _opens(walker, "mediateur")
    await part.get_by_label("Nom du médiateur").fill("Médiation d’essai")
    await part.get_by_label("Adresse postale").fill("2 place des Essais, 69003 Lyon")
    await part.get_by_label("Site", exact=True).fill("https://mediation.example")
    await _saves(walker, part)


async def _hands_papers_over(walker: Walker) -> None:
    page = walker.page
    part = await _opens(walker, "assurance", "Ajouter une assurance")
    await part.get_by_label("Assureur", exact=True).fill("Assurance d’essai")
    await part.get_by_label("Numéro du contrat").fill("ABC-123")
    await part.get_by_label("Coordonnées").fill("1 place des Essais, 69003 Lyon")
    await part.get_by_label("Couverture").select_option("France")
    await part.get_by_label("Début").fill("2026-01-01")
    await part.get_by_label("Fin", exact=True).fill("2099-12-31")
    await _saves(walker, part)
    await _sends(walker, part)
    await walker.open("/espace/profil")
    block = page.locator("#bloc-pratiques")
    await block.get_by_role("link", name="Modifier").click()
    await block.get_by_label("Sophrologie", exact=True).check()
    await block.get_by_role("button", name="Enregistrer").click()
    # What is chosen counts once it is proved: the way leads where it is.
    await expect(
        page.get_by_text("Justificatif manquant pour Sophrologie.", exact=True)
    ).to_be_visible()
    part = _part(walker, "titre-formations")
    await part.get_by_label("Intitulé").fill("Certificat de sophrologie")
    await part.get_by_label("Organisme").fill("École d’essai")
    await part.get_by_label("Date d’obtention").fill("2019-06-01")
    await part.get_by_label("Sophrologie", exact=True).check()
    await _saves(walker, part)
    await _sends(walker, part)


async def _sends(walker: Walker, part: Locator) -> None:
    await part.get_by_label("Le fichier de ce justificatif").set_input_files(CERTIFICATE)
    await part.get_by_role("button", name="Remettre le fichier").click()
    await expect(walker.page.get_by_text("Le fichier est remis.")).to_be_visible()
    await expect(part.get_by_role("link", name="attestation.pdf")).to_be_visible()


async def _agrees_and_submits(walker: Walker) -> None:
    page = walker.page
    await page.get_by_role("link", name="Ajouter une prestation").click()
    await page.get_by_role("link", name="Ajouter une prestation").click()
    await page.get_by_label("Intitulé", exact=True).fill("Séance individuelle")
    await page.get_by_label("Pratique", exact=True).select_option(label="Sophrologie")
    await page.get_by_label("Durée, en minutes").fill("60")
    await page.get_by_label("Prix en euros").fill("65")
    await page.get_by_label("En cabinet").check()
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.locator("#bloc-prestations .service__label")).to_be_visible()
    await walker.open("/espace/dossier")
    await page.get_by_role("link", name="Lire et accepter le contrat").click()
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Accepter le contrat").click()
    await expect(page.get_by_text("vous avez accepté").first).to_be_visible()
    await walker.open("/espace/dossier")
    await page.get_by_role("button", name="Déposer mon dossier").click()
    await expect(_part(walker, "etat").get_by_role("heading")).to_have_text("Dossier déposé")


async def _vets(desk: Walker, name: str) -> int:
    """From the queue to the listing, every document looked at; how many clicks it took."""
    page, clicks = desk.page, 0

    async def click(element: Locator) -> None:
        nonlocal clicks
        clicks += 1
        await element.click()

    await click(page.get_by_role("link", name=f"Lou {name}"))
    await expect(desk.title).to_have_text(f"Lou {name}")
    for line in ("assurance", "formations"):
        opened = page.locator(f"#ligne-{line}")
        await click(opened.locator("summary").first)
        await click(opened.get_by_role("link", name="attestation.pdf"))
        shown = page.get_by_role("img", name="Page 1 du document remis")
        await expect(shown).to_be_visible()
        assert await shown.evaluate("async (img) => (await img.decode(), img.naturalWidth)") > 0
    await click(page.get_by_role("button", name="Tout est remis"))
    await click(page.get_by_role("button", name="Constater la remise et référencer"))
    await expect(page.get_by_text("Remise constatée : le praticien est référencé")).to_be_visible()
    return clicks


async def _is_found(visitor: Walker, name: str) -> str:
    """Searched by name until the words have reached the index; the address of the page."""
    listed = time.monotonic()
    while True:
        await visitor.open(f"/praticiens?q={name}")
        if await visitor.names.count():
            break
        assert time.monotonic() < listed + FOUND_WITHIN_SECONDS, "still not found"
        await asyncio.sleep(0.1)
    await expect(visitor.names).to_have_text([f"Lou {name}"])
    await visitor.page.get_by_role("link", name=f"Lou {name}").click()
    await expect(visitor.title).to_have_text(f"Lou {name}")
    await expect(visitor.page.get_by_text("non vérifiés par la plateforme")).to_be_visible()
    return visitor.page.url


async def _delists(desk: Walker, name: str, *, has_script: bool) -> None:
    page = desk.page
    await desk.open(f"/admin/praticiens?q={name}")
    await page.get_by_role("link", name=f"Lou {name}").click()
    await page.get_by_label("Décision", exact=True).select_option(label="Déréférencement")
    await page.get_by_label("Motif", exact=True).select_option(label="Décision de justice")
    await page.get_by_label("Faits et circonstances").fill("Une décision de justice l’impose.")
    await page.get_by_label("Date d’effet").fill("")
    await page.get_by_label("Exception").select_option(value="obligation-legale")
    await page.get_by_role("button", name="Prendre cette décision").click()
    if has_script:
        await page.get_by_role("dialog").get_by_role("button", name="Prendre cette").click()
    await expect(page.locator(".facts-list").get_by_text("Déréférencé")).to_be_visible()


async def _is_gone(visitor: Walker, name: str, page: str) -> None:
    """At once: nothing but the decision's own row says so, no job runs."""
    answer = await visitor.page.goto(page)
    assert answer is not None
    assert answer.status == 410
    await visitor.open(f"/praticiens?q={name}")
    await expect(visitor.names).to_have_count(0)


async def _reads_why(walker: Walker) -> None:
    await walker.open("/espace/referencement")
    await expect(walker.page.get_by_text("Vous n’êtes plus référencé")).to_be_visible()
    await expect(walker.page.get_by_text("Une décision de justice l’impose.")).to_be_visible()
