"""The back-office: open to administrators alone, and everything done there is itself evidence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.accounts import requests
from app.database import connection
from app.jobs import queue
from app.legal import documents
from app.legal.tables import Document
from app.settings import values
from tests.accounts import cast
from tests.backoffice.conftest import Desk, signed
from tests.house.test_routes import routes_of
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio
FACTS = "Trois messages injurieux envoyés à des praticiens le 20 novembre."


def doors(site: Any) -> list[tuple[str, str]]:
    """(method, address) of every door of the back-office, its parameters filled."""
    filled = []
    for name, method, path in routes_of(site):
        if name.startswith("backoffice."):
            address = path
            for parameter, value in (
                ("{account:str}", str(uuid4())),
                ("{mail:str}", str(uuid4())),
                ("{reference:str}", "D-202611-00000000"),
                ("{slug:str}", "conditions-utilisation"),
                ("{job:int}", "1"),
                ("{file:str}", "regions.csv"),
                ("{line:str}", "siret"),
                ("{sheet:int}", "1"),
                ("{document:str}", str(uuid4())),
                ("{practitioner:int}", "1"),
            ):
                address = address.replace(parameter, value)
            filled.append((method, address))
    return filled


async def test_nobody_but_an_administrator_finds_the_desk(site: Any, desk: Desk) -> None:
    """Absence and prohibition look the same: a client gets 404 everywhere, a stranger is sent to sign in."""
    found = doors(site)
    assert len(found) >= 20
    async with Visitor(site) as client, Visitor(site) as stranger:
        await signed(client, desk.client, is_admin=False)
        for method, path in found:
            if method == "GET":
                assert (await client.get(path)).status == 404, path
                assert (await stranger.get(path)).status == 303, path
            else:
                assert (await client.submit(path)).status in (403, 404), path


async def test_an_administrator_without_a_second_factor_goes_no_further(
    site: Any, desk: Desk
) -> None:
    async with Visitor(site) as hasty:
        await signed(hasty, desk.admin, is_admin=True, has_factor=False)
        for method, path in doors(site):
            if method == "GET":
                seen = await hasty.get(path)
                assert seen.status == 303, path
                assert seen.headers["location"].startswith("/connexion/code"), path


async def test_every_page_of_the_desk_opens(site: Any, desk: Desk) -> None:
    for path in (
        "",
        "/personnes",
        f"/personnes/{desk.client}",
        "/demandes",
        "/documents",
        "/courriels",
    ):
        assert (await desk.visitor.get(f"/admin{path}")).status == 200, path
    for path in ("/taches", "/preuves", "/reglages", "/documents/conditions-utilisation"):
        assert (await desk.visitor.get(f"/admin{path}")).status == 200, path


async def test_no_door_of_the_desk_leads_to_a_conversation_or_an_appointment(site: Any) -> None:
    """EX-6-1: the operator has no screen to read messages, nor to make appointments."""
    addresses = " ".join(path for _, path in doors(site))
    assert "message" not in addresses
    assert "rendez-vous" not in addresses


async def test_a_person_is_found_by_name_by_address_or_by_state(desk: Desk) -> None:
    for words in ("dupuis", "ANNE", "anne@exemple", "anne dupuis", str(desk.client)):
        seen = await desk.visitor.get(f"/admin/personnes?q={words.replace('@', '%40')}")
        assert seen.texts("tbody th") == ["Anne Dupuis"], words
    assert (await desk.visitor.get("/admin/personnes?etat=administration")).texts("tbody a") == [
        "Ada Byron"
    ]
    for nobody in ("q=%25", "q=_____", "etat=suspendus", "q=zzz"):
        assert not (await desk.visitor.get(f"/admin/personnes?{nobody}")).has("tbody"), nobody
    assert (await desk.visitor.get("/admin/personnes?etat=inconnu&page=99999999999")).status == 200


async def test_looking_at_somebody_is_itself_evidence(desk: Desk) -> None:
    await desk.visitor.get(f"/admin/personnes/{desk.client}")
    told = await cast.evidence("admin.action", desk.admin)
    assert told == [{"action": "compte.consulte", "cible": str(desk.client)}]


async def test_an_account_is_suspended_with_its_reasons_and_the_session_dies_at_once(
    site: Any, desk: Desk
) -> None:
    """EX-14-1, EX-4-6: the mail holds the ground, the facts and how to contest."""
    async with Visitor(site) as client:
        await signed(client, desk.client, is_admin=False)
        assert "Mon compte" in (await client.get("/")).text("header")
        await desk.visitor.get(f"/admin/personnes/{desk.client}")
        decided = await desk.visitor.submit(
            f"/admin/personnes/{desk.client}/suspension", {"motif": "conditions", "faits": FACTS}
        )
        assert decided.status == 303
        assert "Se connecter" in (await client.get("/")).text("header")
    mail = await cast.mail("account_suspended")
    assert FACTS in mail.text.replace("\n", " ")
    assert "contest" in mail.text.lower()
    seen = await desk.visitor.get(f"/admin/personnes/{desk.client}")
    assert "suspendu" in seen.text("dl")
    lift = seen.attribute("form[action$=levee]", "action")
    assert (await desk.visitor.submit(lift)).status == 303
    assert "suspendu" not in (await desk.visitor.get(f"/admin/personnes/{desk.client}")).text("dl")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"motif": "conditions", "faits": "court"}, "20 caractères"),
        ({"motif": "inventé", "faits": FACTS}, "motif"),
        ({"motif": "autre", "faits": FACTS, "fin": "demain"}, "date"),
        ({"motif": "autre", "faits": FACTS, "fin": "2020-01-01"}, "fin de la suspension"),
    ],
)
async def test_a_decision_without_its_reasons_is_refused_and_nothing_typed_is_lost(
    desk: Desk, fields: dict[str, str], told: str
) -> None:
    await desk.visitor.get(f"/admin/personnes/{desk.client}")
    seen = await desk.visitor.submit(f"/admin/personnes/{desk.client}/suspension", fields)
    assert seen.status == 422
    assert told in seen.text(".refusals")
    assert fields["faits"] in seen.text("textarea")
    assert await cast.count("suspension") == 0


async def test_an_account_is_closed_by_the_operator_with_its_reasons(desk: Desk) -> None:
    """EX-14-1, EX-14-3: the person is told why and how to contest; nothing of the name is left in the lists."""
    await desk.visitor.get(f"/admin/personnes/{desk.client}")
    closed = await desk.visitor.submit(
        f"/admin/personnes/{desk.client}/fermeture", {"motif": "illicite", "faits": FACTS}
    )
    assert closed.status == 303
    assert FACTS in (await cast.mail("account_terminated")).text.replace("\n", " ")
    assert not (await desk.visitor.get("/admin/personnes?q=dupuis")).has("tbody")


async def test_a_request_is_answered_once_and_its_lateness_is_seen(desk: Desk) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=60)
    reference = await requests.receive(
        "acces",
        "Que savez-vous de moi ?",
        email="anne@exemple.fr",
        account=desk.client,
        now=long_ago,
    )
    assert "en retard" in (await desk.visitor.get("/admin/demandes")).text("tbody")
    assert "urgent" in (await desk.visitor.get("/admin")).text("main")
    page = await desk.visitor.get(f"/admin/demandes/{reference}")
    assert "Que savez-vous de moi ?" in page.text("blockquote")
    empty = await desk.visitor.submit(f"/admin/demandes/{reference}", {"reponse": "  "})
    assert empty.status == 422
    answered = await desk.visitor.submit(f"/admin/demandes/{reference}", {"reponse": "Voici tout."})
    assert answered.status == 303
    assert "Voici tout." in (await cast.mail("data_request_answered")).text
    again = await desk.visitor.submit(f"/admin/demandes/{reference}", {"reponse": "Encore."})
    assert again.status == 422
    assert "Voici tout." in (await desk.visitor.get(f"/admin/demandes/{reference}")).text("main")


async def test_a_version_is_shown_with_what_changes_before_it_is_published(desk: Desk) -> None:
    """EX-12-1: an acceptance may be asked; nothing is published by the first button."""
    now = datetime.now(UTC)
    before = await documents.in_force(Document.TERMS, now)
    page = await desk.visitor.get("/admin/documents/conditions-utilisation")
    text = before.body + "\n\nUne phrase **nouvelle**.\n"
    fields = {"texte": text, "resume": "Une phrase de plus.", "acceptation": "1"}
    fields["vu"] = page.attribute("input[name=vu]", "value")
    preview = await desk.visitor.submit("/admin/documents/conditions-utilisation", fields)
    assert preview.status == 200
    assert "Une phrase nouvelle." in preview.text("ins")
    assert len(await documents.versions_of(Document.TERMS)) == before.number
    hidden = {
        node.attributes["name"] or "": node.attributes.get("value") or ""
        for node in preview.all("form input[type=hidden]")
    }
    back = await desk.visitor.submit(
        "/admin/documents/conditions-utilisation", hidden | {"corriger": "1"}
    )
    assert "Une phrase **nouvelle**." in back.text("textarea")
    done = await desk.visitor.submit(
        "/admin/documents/conditions-utilisation", hidden | {"publier": "1"}
    )
    assert done.status == 303
    made = await documents.in_force(Document.TERMS, datetime.now(UTC))
    assert made.number == before.number + 1
    assert made.is_acceptance_required
    assert made.body.endswith("Une phrase **nouvelle**.\n")
    assert made.summary == "Une phrase de plus."


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"texte": ""}, "vide"),
        ({"texte": "Bonjour", "effet": "2020-01-01"}, "passé"),
        ({"texte": "Bonjour", "effet": "31/12/2027"}, "date"),
    ],
)
async def test_a_version_that_cannot_be_is_refused_and_the_text_stays(
    desk: Desk, fields: dict[str, str], told: str
) -> None:
    await desk.visitor.get("/admin/documents/conditions-utilisation")
    seen = await desk.visitor.submit(
        "/admin/documents/conditions-utilisation", fields | {"publier": "1"}
    )
    assert seen.status == 422
    assert told in seen.text(".refusals")
    assert seen.text("textarea").startswith(fields["texte"])


async def test_the_rules_of_ranking_are_written_by_their_setting(desk: Desk) -> None:
    sent = await desk.visitor.get("/admin/documents/classement")
    assert (sent.status, sent.headers["location"]) == (303, "/admin/reglages")
    assert "changez le réglage" in (await desk.visitor.get("/admin/reglages")).text("main")


async def test_a_mail_that_may_have_left_is_sent_again_by_hand_only(desk: Desk) -> None:
    await cast.sign_up("bea@exemple.fr", now=datetime.now(UTC))
    await connection.execute(
        "UPDATE mail SET state = 'doubtful' WHERE to_address = 'bea@exemple.fr'"
    )
    assert "incertain" in (await desk.visitor.get("/admin")).text("main")
    page = await desk.visitor.get("/admin/courriels?etat=doubtful&q=bea")
    action = page.attribute("form[action$=renvoyer]", "action")
    assert (await desk.visitor.submit(action)).status == 303
    states = await connection.rows("SELECT state FROM mail WHERE to_address = 'bea@exemple.fr'")
    assert sorted(line["state"] for line in states) == ["doubtful", "queued"]
    assert (await desk.visitor.submit(action)).status == 409


async def test_a_job_held_is_run_again(desk: Desk) -> None:
    async with connection.transaction():
        await queue.enqueue("essai", {"n": 1})
    await connection.execute("UPDATE pgqueuer SET status = 'failed' WHERE entrypoint = 'essai'")
    page = await desk.visitor.get("/admin/taches")
    action = page.attribute("form[action$=relancer]", "action")
    assert (await desk.visitor.submit(action)).status == 303
    found = await connection.row("SELECT status FROM pgqueuer WHERE entrypoint = 'essai'")
    assert found is not None
    assert found["status"] == "queued"
    assert (await desk.visitor.submit(action)).status == 404


async def test_the_register_is_read_again_on_demand(desk: Desk) -> None:
    await desk.visitor.get("/admin/preuves")
    seen = await desk.visitor.submit("/admin/preuves")
    assert seen.status == 200
    assert "Rien d’anormal" in seen.text("main")
    told = await cast.evidence("admin.action", desk.admin)
    assert {"action": "registre.controle", "anomalies": 0} in told


async def test_a_period_is_changed_within_its_bounds(desk: Desk) -> None:
    name = values.INACTIVE_ACCOUNT_MONTHS
    await desk.visitor.get("/admin/reglages")
    for wrong in ("", "abc", "-3", "999", "1e3", "²"):
        seen = await desk.visitor.submit("/admin/reglages", {"reglage": name, "valeur": wrong})
        assert seen.status == 422, wrong
    done = await desk.visitor.submit("/admin/reglages", {"reglage": name, "valeur": "18"})
    assert done.status == 303
    assert await values.value_of(name, datetime.now(UTC)) == 18
    unknown = await desk.visitor.submit("/admin/reglages", {"reglage": "autre", "valeur": "18"})
    assert unknown.status == 422


async def test_the_ranking_changes_in_fifteen_days_with_its_rules(desk: Desk) -> None:
    now = datetime.now(UTC)
    await desk.visitor.get("/admin/reglages")
    asked = {"reglage": values.JUPITERRE_TIER, "valeur": "non"}
    done = await desk.visitor.submit("/admin/reglages", asked)
    assert done.status == 303
    assert "prendra effet" in (await desk.visitor.get("/admin/reglages")).text("main")
    assert await values.value_of(values.JUPITERRE_TIER, now + timedelta(days=14)) is True
    assert await values.value_of(values.JUPITERRE_TIER, now + timedelta(days=16)) is False
    assert (await desk.visitor.submit("/admin/reglages", asked)).status == 422
