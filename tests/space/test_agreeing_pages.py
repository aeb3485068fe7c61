"""A new version of the terms: shown with what changes, never in the way of one's own data or of leaving (EX-12-1)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.accounts import acceptances
from app.database import connection
from app.legal import documents
from app.legal.tables import Document
from tests.accounts import cast
from tests.space.member import Member
from tests.visitors import HTMX

pytestmark = pytest.mark.anyio

PAGE = "/documents/a-accepter"
OPEN = (
    "/mon-compte/donnees",
    "/mon-compte/securite",
    "/mon-compte/consentements",
    "/mon-compte/preuves",
    "/mon-compte/preuves.json",
    "/mon-compte/telecharger",
    "/mon-compte/demandes",
    "/mon-compte/resilier",
    "/mon-compte/resilier/confirmer",
    "/conditions-utilisation",
    "/documents/conditions-utilisation/1/telecharger",
)


@pytest.fixture
async def new_terms(camille: Member) -> None:
    now = datetime.now(UTC)
    before = await documents.in_force(Document.TERMS, now)
    body = before.body.replace("gratuit", "offert", 1) + "\n\nUn article nouveau, en entier.\n"
    await cast.published(Document.TERMS, body, at=now)


async def test_the_next_page_shows_what_changed_and_leads_back_once_accepted(
    camille: Member, new_terms: None
) -> None:
    answer = await camille.get("/thematiques?tri=nom")
    assert answer.status == 303
    seen = await camille.open(answer.headers["location"])
    assert "Un article nouveau, en entier." in " ".join(seen.texts("ins"))
    box = seen.tree.css_first("input[type=checkbox]")
    assert box is not None
    assert "checked" not in box.attributes, "D2: never ticked beforehand"
    label = seen.text(".tick__label")
    refused = await camille.send(PAGE)
    assert refused.status == 422
    assert refused.has("#champ-cgu-erreur")
    value = refused.attribute("input[type=checkbox]", "value")
    answer = await camille.send(PAGE, follow=False, cgu=value)
    assert answer.headers["location"] == "/thematiques?tri=nom"
    assert (await camille.get("/thematiques")).status == 200
    noted = await connection.row(
        "SELECT content::jsonb ->> 'libelle' AS label, content::jsonb ->> 'version' AS version,"
        " content::jsonb ->> 'sha256' AS sha256 FROM evidence_entry"
        " WHERE subject_id = $1 AND kind = 'consentement.donne' ORDER BY id DESC LIMIT 1",
        camille.account,
    )
    assert noted is not None
    assert (noted["label"], noted["version"]) == (label, "2")
    version = await documents.version(Document.TERMS, 2)
    assert noted["sha256"] == version.sha256


async def test_the_box_left_empty_writes_nothing(camille: Member, new_terms: None) -> None:
    """D2."""
    before = await acceptances.of(camille.account)
    await camille.open(PAGE)
    await camille.send(PAGE)
    assert await acceptances.of(camille.account) == before


@pytest.mark.parametrize("address", OPEN)
async def test_one_s_data_leaving_and_the_texts_stay_open(
    camille: Member, new_terms: None, address: str
) -> None:
    assert (await camille.request("GET", address)).status == 200


async def test_it_never_comes_in_the_way_of_a_form_nor_of_a_part_of_a_page(
    camille: Member, new_terms: None
) -> None:
    part = await camille.request("GET", "/praticiens/lieux?lieu=lyon", headers=HTMX)
    assert part.status == 200
    await camille.open("/mon-compte/donnees")
    answer = await camille.send("/mon-compte/donnees", follow=False, prenom="Camélia")
    assert answer.headers["location"] == "/mon-compte/donnees"
    assert (await camille.get("/static/nulle-part.css")).status == 404


async def test_a_version_published_while_one_reads_is_shown_before_it_is_accepted(
    camille: Member, new_terms: None
) -> None:
    seen = await camille.open(PAGE)
    value = seen.attribute("input[type=checkbox]", "value")
    now = datetime.now(UTC)
    latest = await documents.in_force(Document.TERMS, now)
    await cast.published(Document.TERMS, latest.body + "\nEt un autre.\n", at=now)
    refused = await camille.send(PAGE, cgu=value)
    assert refused.status == 422
    assert "Et un autre." in " ".join(refused.texts("ins"))
    assert {each.number for each in await acceptances.of(camille.account)} == {1}


async def test_nothing_to_accept_leads_on(camille: Member) -> None:
    answer = await camille.get(f"{PAGE}?suite=/mon-compte/avis")
    assert answer.headers["location"] == "/mon-compte/avis"
    answer = await camille.get(f"{PAGE}?suite=//pirate.example")
    assert answer.headers["location"] == "/mon-compte"
