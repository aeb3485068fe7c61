"""The dossier as a practitioner fills it in: one page, each item edited where it stands."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest

from app.database import connection
from app.directory.tables import ListingState
from app.listing import documents, gate, life
from app.listing.items import ITEMS
from app.listing.tables import DossierItem
from tests.listing import cast
from tests.listing.cast import NOW, Owner
from tests.space.member import Member, somebody
from tests.storage import made
from tests.visitors import Seen
from tests.web.sending import CONTENT_TYPE, file_part, form

pytestmark = pytest.mark.anyio


async def upload(browser: Member, action: str, content: bytes, name: str = "a.pdf") -> Seen:
    """Send a file by the form of the page whose address begins with `action`."""
    found = [
        node.attributes["action"] or ""
        for node in browser.seen.all("form[enctype]")
        if (node.attributes["action"] or "").startswith(f"{action}?")
    ]
    assert len(found) == 1, (action, found)
    return await browser.request(
        "POST",
        found[0],
        content=form(file_part("fichier", name, content)),
        headers={"content-type": CONTENT_TYPE, "sec-fetch-site": "same-origin"},
    )


async def test_the_page_shows_the_eight_items_and_the_way_to_hand_it_over(browser: Any) -> None:
    """EX-3.1-1, EX-3.1-14."""
    seen = await browser.open("/espace/dossier")
    for item in ITEMS:
        assert item.title in seen.text("main")
    assert "non vérifiés par la plateforme" in seen.text("main")
    assert "Déposer mon dossier" in seen.text("main")


async def test_what_is_missing_is_said_and_nothing_can_be_handed_over(
    site: Any, nobody: None
) -> None:
    """EX-3.1-1, EX-3.1-10."""
    andrea = await cast.draft("Andrea")
    async with await cast.member(site, andrea).sign_in() as browser:
        seen = await browser.open("/espace/dossier")
        assert "Il reste" in seen.text("main")
        assert "Déposer mon dossier" not in seen.text("main")
        token = browser.token()
        answer = await browser.post("/espace/dossier", [("jeton", token)])
        assert answer.status == 409
        assert "Il manque encore" in answer.text("[role=alert]")
    slug = await connection.row("SELECT slug FROM practitioner WHERE id = $1", andrea.practitioner)
    assert slug is not None
    async with Member(site, uuid4(), email="") as visitor:
        assert (await visitor.get(f"/praticiens/{slug['slug']}")).status == 404


async def test_a_dossier_is_filled_in_and_handed_over_by_its_forms_alone(
    site: Any, nobody: None
) -> None:
    """EX-3.1-1 to EX-3.1-9, without JavaScript: EX-3.1-2, EX-3.1-3, EX-3.1-5, EX-3.1-6, EX-3.1-7, EX-3.1-13."""
    andrea = await cast.draft("Andrea")
    await cast.practise(andrea, "sophrologie")
    await cast.sell(andrea, "sophrologie")
    async with await cast.member(site, andrea).sign_in() as browser:
        await browser.open("/espace/dossier/identite")
        await browser.send(
            "/espace/dossier/identite",
            denomination="Andrea Martin EI", forme="EI", rue="1 rue des Essais", code_postal="97410",
            commune="Saint-Pierre", telephone="0692 12 34 56", courriel="andrea@exemple.fr",
        )  # fmt: skip
        await browser.open("/espace/dossier/siret")
        await browser.send(
            "/espace/dossier/siret", siret="732-829-320 00074", immatriculation="RNE"
        )
        await browser.open("/espace/dossier/tva")
        pairs = [*browser.held("/espace/dossier/tva")]
        pairs = [pair for pair in pairs if pair[0] != "assujetti"] + [("assujetti", "non")]
        assert (await browser.post("/espace/dossier/tva", pairs)).status == 303
        await browser.open("/espace/dossier/mediateur")
        await browser.send(
            "/espace/dossier/mediateur",
            nom="Médiation", adresse="2 place des Essais", site="https://mediation.example",
        )  # fmt: skip
        await browser.open("/espace/dossier/assurance")
        await browser.send(
            "/espace/dossier/assurance",
            assureur="Assurance", numero_contrat="ABC-123", contact="1 place des Essais",
            couverture="France", debut="2026-01-01", fin="2099-12-31",
        )  # fmt: skip
        line = (await connection.row("SELECT id FROM insurance")) or {}
        address = f"/espace/dossier/assurance/{line['id']}/fichier"
        assert (await upload(browser, address, made.pdf())).status == 303
        await browser.open("/espace/dossier/formations")
        (practice,) = await cast.practice_ids("sophrologie")
        pairs = [
            pair for pair in browser.held("/espace/dossier/formations") if pair[0] != "pratiques"
        ]
        typed = {"intitule": "Certificat", "organisme": "École", "obtenu": "2019-06-01"}
        pairs = [pair for pair in pairs if pair[0] not in typed]
        pairs += [*typed.items(), ("pratiques", str(practice))]
        await browser.post("/espace/dossier/formations", pairs)
        await browser.open("/espace/dossier")
        line = (await connection.row("SELECT id FROM training_certificate")) or {}
        address = f"/espace/dossier/formations/{line['id']}/fichier"
        assert (await upload(browser, address, made.pdf())).status == 303
        await browser.open("/espace/contrat")
        box = browser.seen.attribute("input[name=contrat]", "value")
        await browser.send("/espace/contrat", contrat=box)
        await browser.open("/espace/dossier")
        assert "Il reste" not in browser.seen.text("main"), browser.seen.text("main")
        await browser.send("/espace/dossier")
        assert "Dossier déposé" in browser.seen.text("main")
    standing = await life.standing_of(andrea.practitioner)
    assert standing.state is ListingState.SUBMITTED
    assert await cast.kinds(andrea.email) == ["dossier_received"]


async def test_what_is_refused_comes_back_as_typed(browser: Any) -> None:
    """EX-3.1-4, EX-3.1-5: each refusal is beside its field, in the form of the same page."""
    await browser.open("/espace/dossier/identite")
    answer = await browser.send(
        "/espace/dossier/identite", forme="EURL", telephone="3639", denomination="Ma boîte"
    )
    assert answer.status == 422
    assert "capital social est obligatoire" in answer.text("#champ-capital-erreur")
    assert answer.attribute("#champ-denomination", "value") == "Ma boîte"
    assert answer.attribute("#champ-telephone", "value") == "3639"


async def test_an_item_opens_and_closes_in_place(browser: Any) -> None:
    await browser.open("/espace/dossier")
    part = await browser.get("/espace/dossier/mediateur", htmx=True)
    assert part.status == 200
    assert "<html" not in part.html
    assert part.tree.css_first("#dossier form[data-hx-post='/espace/dossier/mediateur']")


async def test_two_windows_never_overwrite_each_other(browser: Any, camille: Owner) -> None:
    """What the second typed is still there, and it may save it knowingly."""
    await browser.open("/espace/dossier/mediateur")
    stale = browser.held("/espace/dossier/mediateur")
    await browser.send("/espace/dossier/mediateur", nom="Première fenêtre")
    typed = [(name, "Seconde fenêtre" if name == "nom" else value) for name, value in stale]
    answer = await browser.post("/espace/dossier/mediateur", typed)
    assert answer.status == 409
    assert answer.attribute("#champ-nom", "value") == "Seconde fenêtre"
    kept = await connection.row("SELECT name FROM mediator")
    assert kept is not None
    assert kept["name"] == "Première fenêtre"
    again = [
        (name, answer.attribute("input[name=vu]", "value") if name == "vu" else value)
        for name, value in typed
    ]
    assert (await browser.post("/espace/dossier/mediateur", again)).status == 303


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "Médi\x00ateur\u202e",
        "'; DROP TABLE mediator; --",
        "{{ 7 * 7 }}",
    ],
)
async def test_hostile_text_is_kept_as_text(browser: Any, typed: str) -> None:
    await browser.open("/espace/dossier/mediateur")
    seen = await browser.send("/espace/dossier/mediateur", nom=typed)
    assert "<script>alert" not in seen.html
    kept = await connection.row("SELECT name FROM mediator")
    assert kept is not None
    assert not set(kept["name"]) & {"\x00", "\u202e"}
    assert "49" not in kept["name"]


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"MZ\x90\x00" * 40, b"PK\x03\x04" * 50]
)
async def test_a_file_that_is_none_of_the_four_kinds_is_refused_where_it_was_chosen(
    browser: Any, camille: Owner, content: bytes
) -> None:
    """EX-3.1-2: the type is read from the content, whatever the name says."""
    await browser.open("/espace/dossier")
    before = await documents.of(camille.practitioner)
    answer = await upload(browser, "/espace/dossier/mediateur/fichier", content, "attestation.pdf")
    assert answer.status == 422
    assert answer.text("#champ-mediateur-0-fichier-erreur")
    assert "Médiateur de la consommation" in answer.text(".refusals"), "among eight items"
    assert await documents.of(camille.practitioner) == before


async def test_a_document_is_downloaded_by_its_owner_alone_and_each_time_noted(
    site: Any, browser: Any, camille: Owner, dominique: Owner
) -> None:
    """EX-3.1-2, EX-3.1-3: never shown inline, and another practitioner finds nothing there."""
    found = (await documents.of(camille.practitioner))[0]
    url = f"/espace/dossier/documents/{found.id}"
    answer = await browser.get(url)
    assert hashlib.sha256(answer.response.content).digest() == found.sha256
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await cast.noted(camille)).count("dossier.piece_lue") == 1
    async with await cast.member(site, dominique).sign_in() as other:
        assert (await other.get(url)).status == 404
        await other.open("/espace/dossier")
        sent = [("jeton", other.token())]
        assert (await other.post(f"{url}/retirer", sent)).status == 404
        for table, slug in (("insurance", "assurance"), ("training_certificate", "formations")):
            row = await connection.row(
                f"SELECT id FROM {table} WHERE practitioner = $1", camille.practitioner
            )
            assert row is not None
            line = f"/espace/dossier/{slug}/{row['id']}"
            assert (await other.get(line)).status == 404
            assert (await other.post(line, sent)).status in (404, 422)
            assert (await other.post(f"{line}/supprimer", sent)).status == 404
    assert await gate.missing(camille.practitioner, NOW) == []
    assert (await cast.noted(camille)).count("dossier.piece_lue") == 1


async def test_the_contract_number_is_on_no_public_page(
    site: Any, browser: Any, camille: Owner
) -> None:
    """EX-3.1-3: only its practitioner reads it."""
    await life.submit(camille.practitioner, by=camille.account, now=NOW)
    await life.list_(camille.practitioner, by=None, now=NOW)
    found = await connection.row(
        "SELECT slug FROM practitioner WHERE id = $1", camille.practitioner
    )
    assert found is not None
    seen = await browser.get(f"/praticiens/{found['slug']}")
    assert seen.status == 200
    assert "Assurance d’essai" in seen.html
    assert "SECRET-123" not in seen.html
    assert "SECRET-123" in (await browser.get("/espace/dossier")).html


async def test_somebody_who_is_no_practitioner_finds_nothing(site: Any, nobody: None) -> None:
    async with await (await somebody(site)).sign_in() as client:
        for url in ("/espace/dossier", "/espace/dossier/siret", "/espace/contrat"):
            assert (await client.get(url)).status == 404


async def test_a_replaced_document_stays_a_year_then_goes(camille: Owner) -> None:
    """What was handed over can be looked at again for a year (spec law § 2.9)."""
    (line,) = [one.insurance for one in await documents.of(camille.practitioner) if one.insurance]
    first = next(one for one in await documents.of(camille.practitioner) if one.insurance)
    await cast.hand(camille, DossierItem.INSURANCE, insurance=line)
    assert len([one for one in await documents.of(camille.practitioner) if one.insurance]) == 1
    assert await documents.tidy(NOW + cast.days(364)) == 0
    kept = await documents.document_of(camille.practitioner, first.id)
    assert kept.replaced_at == NOW
    assert await documents.tidy(NOW + cast.days(365)) == 1
    with pytest.raises(documents.NoSuchDocument):
        await documents.document_of(camille.practitioner, first.id)
