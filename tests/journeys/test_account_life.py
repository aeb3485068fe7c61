"""The life of an account, from the first page to the last, by links and forms alone."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.database import connection
from app.legal import documents
from app.legal.tables import Document
from tests.accounts import cast
from tests.space.member import PASSWORD, Filler

pytestmark = pytest.mark.anyio

EMAIL = "lou@exemple.example"


@pytest.fixture
async def quiet_site(site: Any, pool: None) -> AsyncIterator[Any]:
    """The site with its legal texts and nobody in it; as it was, afterwards."""
    await cast.empty()
    yield site
    await cast.empty()


async def _sign_in(person: Filler) -> None:
    await person.open("/connexion?suite=/mon-compte")
    seen = await person.send("/connexion", courriel="LOU@exemple.example", mot_de_passe=PASSWORD)
    assert "Bonjour Lou" in seen.text("h1")


async def test_somebody_signs_up_lives_here_and_leaves(quiet_site: Any) -> None:
    """EX-4-1 to 4-8, 5-5, 12-1, 13-1, 14-2, 14-3; RGPD art. 15, 16, 20."""
    async with Filler(quiet_site) as laptop, Filler(quiet_site) as phone:
        await _signs_up_and_confirms(laptop)
        await _signs_in_on_two_devices(laptop, phone)
        await _accepts_new_terms_after_seeing_what_changed(laptop)
        await _downloads_everything(laptop)
        await _leaves(laptop, phone)


async def _signs_up_and_confirms(person: Filler) -> None:
    seen = await person.open("/inscription")
    ticked: dict[str, Any] = {
        name: seen.attribute(f"input[name={name}]", "value")
        for name, kind in person.offered("/inscription")
        if kind == "checkbox"
    }
    await person.send(
        "/inscription",
        prenom="Lou",
        nom="Moreau",
        courriel=EMAIL,
        mot_de_passe=PASSWORD,
        **ticked,
    )
    mail = await cast.mail("confirm_email", EMAIL)
    await person.open(f"/liens/{mail.token}")
    seen = await person.send(f"/liens/{mail.token}")
    assert "Bonjour Lou" in seen.text("h1")
    assert "Confirmez votre adresse" not in seen.text()


async def _signs_in_on_two_devices(laptop: Filler, phone: Filler) -> None:
    await _sign_in(phone)
    await laptop.open("/mon-compte")
    seen = await laptop.follow_link("Sécurité")
    assert len(seen.all(".record--row")) == 2


async def _accepts_new_terms_after_seeing_what_changed(person: Filler) -> None:
    now = datetime.now(UTC)
    before = await documents.in_force(Document.TERMS, now)
    await cast.published(Document.TERMS, before.body + "\nUn article de plus.\n", at=now)
    seen = await person.arrive("/mon-compte/agenda")
    assert "Un article de plus." in " ".join(seen.texts("ins"))
    value = seen.attribute("input[type=checkbox]", "value")
    seen = await person.send("/documents/a-accepter", cgu=value)
    assert seen.text("h1") == "Agenda"
    await person.open("/mon-compte")
    seen = await person.follow_link("Mes consentements")
    assert "version 2" in seen.text(".record")


async def _downloads_everything(person: Filler) -> None:
    await person.open("/mon-compte")
    await person.follow_link("Télécharger mes données")
    seen = await person.send("/mon-compte/telecharger")
    file = await person.request("GET", seen.attribute("#archive a.button", "href"))
    archive = zipfile.ZipFile(io.BytesIO(file.response.content))
    data = json.loads(archive.read("mes-donnees/donnees.json"))
    assert data["compte"]["prénom"] == "Lou"
    assert len(data["consentements"]) == 3
    await person.open("/mon-compte/preuves")
    proofs = await person.request("GET", "/mon-compte/preuves.json")
    kinds = {entry["type"] for entry in json.loads(proofs.html)["elements"]}
    assert {"compte.cree", "consentement.donne", "auth.succes", "rgpd.export"} <= kinds


async def _leaves(laptop: Filler, phone: Filler) -> None:
    await laptop.open("/mon-compte")
    await laptop.follow_link("Résilier mon compte")
    await laptop.follow_link("Continuer vers la résiliation")
    seen = await laptop.send("/mon-compte/resilier/confirmer", mot_de_passe=PASSWORD)
    assert seen.text("h1") == "Votre compte est résilié"
    assert (await phone.get("/mon-compte")).status == 303
    await phone.open("/connexion")
    refused = await phone.send("/connexion", courriel=EMAIL, mot_de_passe=PASSWORD)
    assert refused.status == 422
    left = await connection.row(
        "SELECT count(*) AS n FROM account WHERE email IS NOT NULL OR first_name <> ''"
    )
    assert left is not None
    assert left["n"] == 0
