"""The link of the séances at a distance: given by its practitioner, read by them alone, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.database import connection
from app.directory import erasing, exporting, profiles
from app.search import index
from tests.directory.owner import Owner
from tests.factories import NOW, indexed
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

PAGE = "/espace/profil/visio"
SECRET = "salle-4f7q-privee"
LINK = f"https://visio.exemple.example/{SECRET}?pwd=a1B2"
OFFERED = "UPDATE service SET modes = '{remote}' WHERE practitioner = $1"


async def give(camille: Owner, link: str = LINK) -> None:
    await camille.open(PAGE)
    seen = await camille.send(PAGE, lien=link)
    assert "C’est enregistré." in seen.text()


async def test_the_link_is_given_changed_and_taken_back(camille: Owner) -> None:
    await give(camille)
    assert LINK in camille.seen.text("#bloc-visio")
    assert "Vous seul le voyez" in camille.seen.text("#bloc-visio")
    assert (await profiles.remote_of(camille.practitioner)).link == LINK
    part = await camille.part(PAGE)
    assert part.attribute("#champ-visio-lien", "value") == LINK
    await camille.send_part(PAGE, lien="")
    assert (await profiles.remote_of(camille.practitioner)).link == ""
    assert SECRET not in camille.seen.html


@pytest.mark.parametrize(
    "link",
    [
        "http://visio.exemple.example/salle",
        "visio.exemple.example/salle",
        "javascript:alert(1)",
        "https://localhost/salle",
        "https://moi:secret@visio.exemple.example/salle",
        "https://visio.exemple.example/salle une",
        'https://visio.exemple.example/"onclick=alert(1)',
        "https://visio.exemple.example/" + "x" * 1_000,
    ],
)
async def test_what_is_no_https_link_is_refused_and_comes_back_as_typed(
    camille: Owner, link: str
) -> None:
    await camille.open(PAGE)
    seen = await camille.send(PAGE, lien=link)
    assert seen.status == 422
    assert "qui commence par https://" in seen.text("#champ-visio-lien-erreur")
    assert seen.attribute("#champ-visio-lien", "value") == link
    assert (await profiles.remote_of(camille.practitioner)).link == ""


async def test_the_link_is_on_no_public_page_nor_in_the_index_nor_in_the_logs(
    camille: Owner, visitor: Visitor, index_gateway: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await connection.execute(OFFERED, camille.practitioner)
    await give(camille)
    await indexed(index_gateway)
    for address in (f"/praticiens/{camille.slug}", "/praticiens", "/praticiens?visio=1"):
        seen = await visitor.get(address)
        assert (seen.status, SECRET in seen.html) == (200, False), address
    # Nor where one's page is shown as others see it.
    assert SECRET not in (await camille.open("/espace/apercu")).html
    found = await connection.rows(
        f"{index._DOCUMENTS} AND p.id = $1",
        camille.practitioner,
    )
    assert SECRET not in json.dumps([index.document(row) for row in found])
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err


async def test_the_link_is_ciphered_for_this_profile_alone(
    camille: Owner, dominique: Owner
) -> None:
    await give(camille)
    stored = await camille.stored("SELECT remote_link_sealed FROM profile WHERE practitioner = $1")
    assert SECRET.encode() not in stored
    assert SECRET not in (await dominique.open("/espace/profil")).html


async def test_the_link_is_in_the_archive_of_its_practitioner_and_goes_with_them(
    camille: Owner,
) -> None:
    await give(camille)
    told = await exporting.export_of(camille.account)
    assert told["fiche"]["lien_de_visio"] == LINK
    async with connection.transaction():
        await erasing.empty(camille.practitioner, now=NOW)
    assert (await profiles.remote_of(camille.practitioner)).link == ""


async def test_who_offers_seances_at_a_distance_without_a_link_is_told(camille: Owner) -> None:
    told = "donnez le lien que vos clients suivront"
    assert told not in (await camille.open("/espace/profil")).text("#bloc-visio")
    await connection.execute(OFFERED, camille.practitioner)
    assert told in (await camille.open("/espace/profil")).text("#bloc-visio")
    home = await camille.open("/espace")
    assert home.has(f'.todo a[href="{PAGE}#bloc-visio"]')
    await give(camille)
    assert not (await camille.open("/espace")).has(f'.todo a[href="{PAGE}#bloc-visio"]')
