"""Vetting: the queue, one dossier, its documents, what an administrator finds of it, and two of them at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.database import connection
from app.listing import dossiers
from app.listing.items import ITEMS
from tests.accounts import cast
from tests.backoffice import dossier_cast
from tests.backoffice.conftest import Desk, signed
from tests.backoffice.dossier_cast import handed
from tests.storage import made
from tests.visitors import Seen, Visitor

pytestmark = pytest.mark.anyio
FACTS = "Trois documents remis appartiennent à une autre personne que le praticien."


@pytest.fixture
async def desk(site: Any, empty: None, desk: Desk) -> Desk:
    """The desk, over a directory with nobody in it."""
    return desk


def seen_of(page: Seen) -> str:
    return page.attribute("input[name=vu]", "value")


async def test_the_oldest_dossier_comes_first_then_what_expires_soon(desk: Desk) -> None:
    now = datetime.now(UTC)
    await handed("Zoé", "Ancel", at=now)
    expiring = await handed("Paul", "Blanc", at=now)
    await handed("Léa", "Clerc", at=now - timedelta(days=12))
    await connection.execute(
        "UPDATE insurance SET ends_on = $2 WHERE practitioner = $1",
        expiring.practitioner,
        now.date() + timedelta(days=9),
    )
    seen = await desk.visitor.get("/admin/dossiers")
    assert seen.texts("tbody th") == ["Léa Clerc", "Paul Blanc", "Zoé Ancel"]
    assert "12 jours" in seen.text("tbody tr")
    tabs = {text.rsplit(" ", 1)[0]: text.rsplit(" ", 1)[1] for text in seen.texts(".desk__tabs a")}
    assert tabs == {
        "À examiner": "3",
        "Complets": "0",
        "À corriger": "0",
        "Expirent bientôt": "1",
        "Problème": "0",
        "Tous": "3",
    }
    everybody = await desk.visitor.get("/admin/dossiers?onglet=tous&page=99")
    assert everybody.texts("tbody th") == ["Zoé Ancel", "Paul Blanc", "Léa Clerc"]
    ending = await desk.visitor.get("/admin/dossiers?onglet=expirent-bientot")
    assert ending.texts("tbody th") == ["Paul Blanc"]
    for words, found in (
        ("clerc", ["Léa Clerc"]),
        ("lea cler", ["Léa Clerc"]),
        ("732829", 3),
        ("9", 0),
    ):
        names = (await desk.visitor.get(f"/admin/dossiers?q={words}")).texts("tbody th")
        assert (names if isinstance(found, list) else len(names)) == found, words
    assert not (await desk.visitor.get("/admin/dossiers?region=01")).has("tbody")
    assert (await desk.visitor.get("/admin/dossiers?onglet=rien&page=99&region=%27")).status == 200


async def test_a_clean_dossier_is_vetted_in_at_most_ten_clicks(desk: Desk) -> None:
    """EX-3.1-14: from the desk to « référencé », every click counted, each document looked at, without JavaScript."""
    dossier, clicks = await handed(), 0
    page = await desk.visitor.get("/admin")

    async def click(selector: str) -> Seen:
        nonlocal clicks
        clicks += 1
        node = page.tree.css_first(selector)
        assert node is not None, selector
        if node.tag == "a":
            return await desk.visitor.get((node.attributes["href"] or "").partition("#")[0])
        form = node.parent
        assert form is not None
        fields = {
            each.attributes["name"] or "": each.attributes.get("value") or ""
            for each in form.css("input[type=hidden]")
        }
        sent = await desk.visitor.submit(form.attributes["action"] or "", fields)
        assert sent.status == 303, sent.text()
        return await desk.visitor.follow(sent)

    page = await click("a[href^='/admin/dossiers?']")
    page = await click("tbody a")
    picture = await desk.visitor.request("GET", page.attribute(".exam__sheet img", "src"))
    assert picture.headers["content-type"] == "image/webp"
    page = await click("[data-sheet=next]")
    page = await click("[data-document]")
    page = await click("[data-everything]")
    page = await click(".exam__decide form[action$=referencer] button")
    assert clicks <= 10
    assert clicks == 6
    assert (await dossiers.dossier_of(dossier.practitioner)).state == "listed"
    assert (await cast.mail("dossier_listed")).to == dossier.email
    assert not (await desk.visitor.get("/admin/dossiers")).has("tbody")


async def test_looking_at_a_document_is_evidence_and_leaves_nothing_in_the_browser(
    desk: Desk,
) -> None:
    dossier = await handed()
    address = f"{dossier.url}/pieces/{dossier.document}"
    picture = await desk.visitor.request("GET", f"{address}/2")
    assert picture.status == 200
    assert picture.response.content[8:12] == b"WEBP"
    taken = await desk.visitor.request("GET", address)
    assert taken.response.content == dossier_cast.TWO_PAGES
    assert "attachment" in taken.headers["content-disposition"]
    for answer in (picture, taken):
        assert answer.headers["cache-control"] == "no-store"
        assert "sandbox" in answer.headers["content-security-policy"]
    done = [told["action"] for told in await cast.evidence("admin.action", desk.admin)]
    assert done == ["piece.lecture", "piece.telechargement"]
    assert len(await cast.evidence("dossier.piece_lue", dossier.account)) == 2
    other = await handed("Paul", "Blanc", content=made.pdf(3))
    for wrong in (f"{other.url}/pieces/{dossier.document}", f"{address}/3", f"{address}/0"):
        assert (await desk.visitor.request("GET", wrong)).status == 404, wrong


async def test_a_correction_is_one_mail_with_the_failing_lines_and_their_links(desk: Desk) -> None:
    dossier = await handed()
    page = await desk.visitor.get(dossier.url)
    first = await desk.visitor.submit(
        f"{dossier.url}/lignes/assurance",
        {
            "constat": "a-corriger",
            "vu": seen_of(page),
            "motif_pret": "L’attestation est illisible.",
        },
    )
    assert first.status == 303
    page = await desk.visitor.get(dossier.url)
    own = {
        "constat": "a-corriger",
        "vu": seen_of(page),
        "motif_pret": "Autre.",
        "motif": "Mes mots.",
    }
    assert (await desk.visitor.submit(f"{dossier.url}/lignes/mediateur", own)).status == 303
    page = await desk.visitor.get(dossier.url)
    await desk.visitor.submit(
        f"{dossier.url}/lignes/siret", {"constat": "remis", "vu": seen_of(page)}
    )
    page = await desk.visitor.get(dossier.url)
    assert "2 lignes" in page.text(".exam__decide")
    sent = await desk.visitor.submit(f"{dossier.url}/correction", {"vu": seen_of(page)})
    assert sent.status == 303
    mail = await cast.mail("dossier_to_correct")
    words = " ".join(mail.text.split())
    assert "L’attestation est illisible." in words
    assert "Mes mots." in words
    assert "/espace/dossier/assurance" in words
    assert "/espace/dossier/mediateur" in words
    assert "/espace/dossier/siret" not in words
    assert (await desk.visitor.get("/admin/dossiers?onglet=a-corriger")).texts("tbody th")
    again = await desk.visitor.submit(f"{dossier.url}/correction", {"vu": seen_of(page)})
    assert again.status == 422
    assert len(await cast.mailbox(dossier.email)) == 1


async def test_a_ground_is_needed_and_what_was_typed_stays(desk: Desk) -> None:
    dossier = await handed()
    page = await desk.visitor.get(dossier.url)
    fields = {"constat": "a-corriger", "vu": seen_of(page), "motif": "long " * 70}
    refused = await desk.visitor.submit(f"{dossier.url}/lignes/tva", fields)
    assert refused.status == 422
    assert "300 caractères" in refused.text(".refusals")
    assert refused.text("#champ-motif-tva").startswith("long long")
    assert (await desk.visitor.submit(f"{dossier.url}/lignes/rien", fields)).status == 404


async def test_the_second_of_two_administrators_is_told_and_changes_nothing(
    site: Any, desk: Desk
) -> None:
    dossier = await handed()
    other = await cast.admin("grace@exemple.fr")
    async with Visitor(site) as second:
        await signed(second, other, is_admin=True)
        stale = seen_of(await second.get(dossier.url))
        page = await desk.visitor.get(dossier.url)
        await desk.visitor.submit(
            f"{dossier.url}/lignes/siret", {"constat": "remis", "vu": seen_of(page)}
        )
        for path, fields in (
            ("/tout-remis", {}),
            ("/lignes/tva", {"constat": "remis"}),
            ("/correction", {}),
            ("/referencer", {}),
            ("/refus", {"motif": "regle", "faits": FACTS, "decision": "0"}),
        ):
            late = await second.submit(f"{dossier.url}{path}", {"vu": stale} | fields)
            assert late.status == 422, path
            assert "Ada Byron a examiné ce dossier" in late.text(".refusals"), path
    lines = await dossiers.lines(dossier.practitioner, datetime.now(UTC))
    assert [line.item for line in lines if line.is_delivered is not None] == ["siret"]


async def test_a_change_by_the_practitioner_meanwhile_is_told_too(desk: Desk) -> None:
    dossier = await handed()
    stale = seen_of(await desk.visitor.get(dossier.url))
    await dossier_cast.handed_file(
        dossier.practitioner, dossier.account, made.pdf(4), datetime.now(UTC)
    )
    late = await desk.visitor.submit(f"{dossier.url}/tout-remis", {"vu": stale})
    assert late.status == 422
    assert "a changé pendant que vous le regardiez" in late.text(".refusals")


async def test_the_machine_notices_without_saying_that_anything_is_true(desk: Desk) -> None:
    """EX-3.1-5, EX-3.1-14: form, dates and likeness only. The same file or SIRET leads to the other dossier."""
    first = await handed("Paul", "Blanc")
    dossier = await handed()
    now = datetime.now(UTC)
    await connection.execute(
        "UPDATE insurance SET ends_on = $2 WHERE practitioner = $1",
        dossier.practitioner,
        now.date() + timedelta(days=3),
    )
    await connection.execute(
        "UPDATE legal_identity SET legal_name = 'SARL Autre', siret = '73282932000075' WHERE practitioner = $1",
        dossier.practitioner,
    )
    await connection.execute(
        "DELETE FROM training_certificate WHERE practitioner = $1", dossier.practitioner
    )
    seen = await desk.visitor.get(dossier.url)
    words = seen.text(".exam__lines")
    for expected in (
        "Le nom du compte, Camille Martin, ne figure pas",
        "La clé du numéro est fausse.",
        "prend fin bientôt",
        "Sans justificatif : Sophrologie.",
        "se trouve aussi dans d’autres dossiers : Paul Blanc",
    ):
        assert expected in words, expected
    assert not re.search(r"certifié|vérifié[^s]", words)
    twin = await desk.visitor.get(first.url)
    assert "La clé du numéro est juste." in twin.text(".exam__lines")
    third = await handed("Léa", "Clerc", content=made.pdf(5))
    assert "Même SIRET ailleurs" in (await desk.visitor.get(third.url)).text("#ligne-siret")


async def test_a_refusal_says_why_and_one_put_aside_waits_under_its_tab(desk: Desk) -> None:
    dossier = await handed()
    page = await desk.visitor.get(dossier.url)
    aside = await desk.visitor.submit(f"{dossier.url}/de-cote", {"probleme": "1"})
    assert aside.status == 303
    assert (await desk.visitor.get("/admin/dossiers?onglet=probleme")).texts("tbody th")
    await desk.visitor.submit(f"{dossier.url}/de-cote", {"probleme": "0"})
    page = await desk.visitor.get(dossier.url)
    fields = {"motif": "regle", "faits": "court", "vu": seen_of(page), "decision": "0"}
    refused = await desk.visitor.submit(f"{dossier.url}/refus", fields)
    assert refused.status == 422
    done = await desk.visitor.submit(f"{dossier.url}/refus", fields | {"faits": FACTS})
    assert done.status == 303
    mail = await cast.mail("dossier_refused")
    assert FACTS in " ".join(mail.text.split())
    assert (await dossiers.dossier_of(dossier.practitioner)).state == "refused"


async def test_everything_delivered_is_refused_while_an_item_is_missing(desk: Desk) -> None:
    """EX-3.1-1, EX-3.1-10: and the listing with it; the missing item is named."""
    dossier = await handed()
    await connection.execute("DELETE FROM mediator WHERE practitioner = $1", dossier.practitioner)
    page = await desk.visitor.get(dossier.url)
    refused = await desk.visitor.submit(f"{dossier.url}/tout-remis", {"vu": seen_of(page)})
    assert refused.status == 422
    assert "médiateur" in refused.text(".refusals")
    early = await desk.visitor.submit(f"{dossier.url}/referencer", {"vu": seen_of(page)})
    assert early.status == 422
    assert (await dossiers.dossier_of(dossier.practitioner)).state == "submitted"


async def test_the_queue_is_exported_for_a_french_spreadsheet(desk: Desk) -> None:
    dossier = await handed()
    await connection.execute(
        "UPDATE practitioner SET first_name = '=HYPERLINK(1)' WHERE id = $1", dossier.practitioner
    )
    sheet = await desk.visitor.request("GET", "/admin/dossiers.csv")
    assert sheet.response.content.startswith(b"\xef\xbb\xbfPraticien;")
    assert "'=HYPERLINK(1) Martin;" in sheet.response.content.decode()
    told = await cast.evidence("admin.action", desk.admin)
    assert told[-1] == {"action": "export", "cible": "dossiers.a-examiner"}


async def test_neither_a_client_nor_a_practitioner_finds_a_dossier(site: Any, desk: Desk) -> None:
    dossier = await handed()
    paths = ["/admin/dossiers", "/admin/dossiers.csv", dossier.url]
    paths += [f"{dossier.url}/pieces/{dossier.document}{end}" for end in ("", "/1")]
    for account in (desk.client, dossier.account):
        async with Visitor(site) as somebody:
            await signed(somebody, account, is_admin=False)
            for path in paths:
                assert (await somebody.request("GET", path)).status == 404, path
            for path in ("tout-remis", "referencer", "correction", "refus", "de-cote"):
                sent = await somebody.submit(f"{dossier.url}/{path}", {"vu": "0"})
                assert sent.status in (403, 404), path
    for wrong in ("0", "999999", "99999999999999"):
        assert (await desk.visitor.get(f"/admin/dossiers/{wrong}")).status == 404, wrong
    assert len(ITEMS) == 8
