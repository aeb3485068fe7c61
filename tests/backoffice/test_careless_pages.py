"""What an administrator in a hurry is kept from: sending twice, binding without being asked, losing their place."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from app.accounts import requests, suspensions
from app.backoffice import standing
from app.config import ROOT
from app.database import connection
from app.moderation import delisting
from app.settings import values
from tests.accounts import cast
from tests.backoffice.conftest import Desk
from tests.backoffice.dossier_cast import Handed, handed

pytestmark = pytest.mark.anyio
FACTS = "Trois documents remis appartiennent à une autre personne que le praticien."
PAGES = {
    page.name: page.read_text("utf-8")
    for page in sorted((ROOT / "templates/backoffice").glob("*.html"))
    if 'method="post"' in page.read_text("utf-8")
}


@pytest.fixture
async def dossier(empty: None, desk: Desk) -> Handed:
    """Somebody listed whose dossier is on the desk."""
    one = await handed()
    await connection.execute(
        "UPDATE practitioner SET listing_state = 'listed' WHERE id = $1", one.practitioner
    )
    return one


@pytest.mark.parametrize("name", sorted(PAGES))
def test_two_clicks_on_a_button_of_the_desk_send_its_form_once(name: str) -> None:
    for form in re.findall(r'<form[^>]*method="post".*?</form>', PAGES[name], re.DOTALL):
        buttons = re.findall(r"<button(.*?)</button>", form, re.DOTALL)
        assert buttons or "ui.submit(" in form
        assert [button for button in buttons if "data-once" not in button] == []


async def test_what_is_sent_or_erased_at_once_is_asked_first(desk: Desk, dossier: Handed) -> None:
    now = datetime.now(UTC)
    await delisting.suspend(
        dossier.practitioner,
        by=desk.admin,
        ground="regle",
        facts=FACTS,
        ends_at=None,
        seen=0,
        now=now,
    )
    await suspensions.suspend(
        desk.client,
        by=desk.admin,
        ground="conditions",
        facts=FACTS,
        effective_at=now,
        ends_at=None,
        now=now,
    )
    reference = await requests.receive(
        "acces", "", email="anne@exemple.fr", account=desk.client, now=now
    )
    for page, button, told in (
        (
            f"/admin/praticiens/{dossier.practitioner}",
            "form:has([value=relisting]) button",
            "visible",
        ),
        (f"/admin/personnes/{desk.client}", "form[action$=levee] button", "retrouve"),
        (f"/admin/demandes/{reference}", "form[action*=demandes] button", "ne se modifie plus"),
        ("/admin/reglages", f'form:has([value="{values.MAIL_LOG_MONTHS}"]) button', "effacer"),
    ):
        seen = await desk.visitor.get(page)
        assert told in seen.attribute(button, "data-confirm"), page


async def test_everything_delivered_asks_first_when_it_takes_off_words_already_written(
    desk: Desk, empty: None
) -> None:
    """Its letter on the keyboard is next to others."""
    dossier = await handed()
    page = await desk.visitor.get(dossier.url)
    assert not page.has("[data-everything][data-confirm]")
    fields = {"constat": "a-corriger", "motif": "Ce numéro est celui d’un autre établissement."}
    seen = page.attribute("input[name=vu]", "value")
    noted = await desk.visitor.submit(f"{dossier.url}/lignes/siret", fields | {"vu": seen})
    page = await desk.visitor.follow(noted)
    assert "perd son motif" in page.attribute("[data-everything]", "data-confirm")


async def test_a_delisting_with_an_end_is_refused_for_it_has_none(
    desk: Desk, dossier: Handed
) -> None:
    """Whoever types one means a suspension."""
    address = f"/admin/praticiens/{dossier.practitioner}"
    await desk.visitor.get(address)
    decided = {"mesure": "delisting", "motif": "regle", "faits": FACTS, "fin": "2027-03-01"}
    refused = await desk.visitor.submit(f"{address}/decision", decided | {"vu": "0"})
    assert refused.status == 422
    assert "n’a pas de terme" in refused.text("#champ-fin-erreur")
    assert refused.text("#champ-faits") == FACTS
    assert await cast.count("decision") == 0


async def test_a_mail_sent_again_leaves_the_list_as_it_was_filtered(desk: Desk) -> None:
    await cast.sign_up("bea@exemple.fr", now=datetime.now(UTC))
    await connection.execute(
        "UPDATE mail SET state = 'doubtful' WHERE to_address = 'bea@exemple.fr'"
    )
    page = await desk.visitor.get("/admin/courriels?etat=doubtful&q=bea")
    again = "form[action$=renvoyer]"
    fields = {
        node.attributes["name"] or "": node.attributes.get("value") or ""
        for node in page.all(f"{again} input:not([name=jeton])")
    }
    sent = await desk.visitor.submit(page.attribute(again, "action"), fields)
    assert sent.headers["location"] == "/admin/courriels?etat=doubtful&q=bea"


async def test_a_register_too_large_to_be_read_in_a_page_says_so_on_that_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "LARGEST_CHECK", -1)
    await desk.visitor.get("/admin/preuves")
    seen = await desk.visitor.submit("/admin/preuves")
    assert seen.status == 422
    assert "trop grand" in seen.text(".refusals")
    assert seen.has("#protections")


async def test_facts_of_a_refusal_sent_back_are_under_the_eyes_of_who_wrote_them(
    desk: Desk, empty: None
) -> None:
    dossier = await handed()
    await desk.visitor.get(dossier.url)
    fields = {"motif": "regle", "faits": FACTS, "vu": "0", "decision": "0"}
    refused = await desk.visitor.submit(f"{dossier.url}/refus", fields)
    assert refused.status == 422
    assert refused.text("details[open] #champ-faits") == FACTS


async def test_a_list_of_customers_that_leaves_no_doubt_shows_no_empty_list(desk: Desk) -> None:
    await desk.visitor.get("/admin/jupiterre")
    preview = await desk.visitor.submit(
        "/admin/jupiterre/apercu", {"liste": "email\ninconnu@exemple.fr\n"}
    )
    assert preview.status == 200
    assert "vous direz ensuite qui est qui" not in preview.text("main")
    assert [node for node in preview.all("ul.bullets") if not node.text().strip()] == []
