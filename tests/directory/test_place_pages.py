"""Addresses, areas served at home and trainings, line by line, on the practitioner's own page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.directory import trainings
from app.directory.editing import Refusals
from app.directory.trainings import Training
from tests.directory.owner import Owner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

NEW = "/espace/prestations/nouvelle"
DESCRIPTION = "Une séance pour faire le point, au calme, sans autre objectif que le repos."


async def test_an_address_is_added_with_the_commune_of_the_suggestions(
    camille: Owner, guest: Visitor
) -> None:
    address = "/espace/lieux/cabinet"
    await camille.open(address)
    page = await camille.send(
        address, rue="4 place du Marché", lieu="Villeurbanne (69)", acces="Métro A, cour à gauche"
    )
    assert page.status == 200
    assert "69100 Villeurbanne" in page.text("#bloc-lieux")
    assert "Métro A" in (await guest.get(f"/praticiens/{camille.slug}")).text(".places")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("lieu", "Nullepartville", "Nous ne trouvons pas"),
        ("lieu", "Rhône (69)", "choisissez-la dans la liste"),
        ("lieu", "Saint-Denis", ""),
        ("lieu", "", "Indiquez la commune"),
        ("lieu", "<b>Lyon</b>", "choisissez-la dans la liste"),
        ("code_postal", "2A004", "cinq chiffres"),
        ("code_postal", "75001", "n’est pas celui de Lyon"),
        ("rue", "", "le numéro et la rue"),
        ("rue", "x" * 161, "compte 161 caractères"),
        ("nom_du_lieu", "x" * 81, "compte 81 caractères"),
        ("acces", "x" * 10_000, "compte 10000 caractères"),
    ],
)
async def test_a_wrong_address_is_refused_beside_its_field(
    camille: Owner, field: str, value: str, words: str
) -> None:
    address = "/espace/lieux/cabinet"
    await camille.open(address)
    typed: dict[str, Any] = {
        "rue": "4 place du Marché",
        "lieu": "Lyon (69)",
        "code_postal": "69003",
    }
    answer = await camille.send(address, **(typed | {field: value}))
    assert answer.status == 422
    assert words in answer.text(f"#champ-lieux-ajout-{field}-erreur")


async def test_an_area_has_kilometres_and_stays_an_area(camille: Owner, guest: Visitor) -> None:
    address = "/espace/lieux/zone"
    await camille.open(address)
    assert (await camille.send(address, lieu="Lyon (69)", rayon="101")).status == 422
    page = await camille.send(address, lieu="Lyon (69)", rayon="15")
    assert page.status == 200
    line = (await camille.lines("practice_place"))[-1]
    edited = f"/espace/lieux/{line}"
    page = await camille.open(edited)
    assert not page.has("[name=rue]")
    answer = await camille.post(
        edited, [*camille.held(edited), ("rue", "12 rue Forgée"), ("genre", "cabinet")]
    )
    assert answer.status == 303
    kept = "SELECT kind || street FROM practice_place WHERE practitioner = $1 ORDER BY position DESC LIMIT 1"
    assert await camille.stored(kept) == "home_area"
    assert "jusqu’à 15 km" in (await guest.get(f"/praticiens/{camille.slug}")).text(".places")


async def test_a_training_is_shown_as_declared(camille: Owner, guest: Visitor) -> None:
    address = "/espace/formations/nouvelle"
    await camille.open(address)
    answer = await camille.send(address, intitule="Relaxation", organisme="", annee="1850")
    assert answer.status == 422
    assert len(answer.all(".entry__error")) == 2
    page = await camille.send(address, organisme="École du Souffle", annee="2020")
    assert page.status == 200
    seen = await guest.get(f"/praticiens/{camille.slug}")
    assert "École du Souffle" in seen.text(".trainings")


async def test_a_training_of_the_new_year_is_taken_from_midnight_in_paris(camille: Owner) -> None:
    written = Training("Relaxation", "École du Souffle", "2027")
    midnight = datetime(2026, 12, 31, 23, tzinfo=UTC)
    with pytest.raises(Refusals):
        await trainings.add(
            camille.practitioner, written, key="", now=midnight - timedelta(seconds=1)
        )
    await trainings.add(camille.practitioner, written, key="", now=midnight)
