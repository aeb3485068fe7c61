"""What everybody sees of a decision, at its moment: the page, the search, the site map; and the pages that decide."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.database import connection
from app.listing import life
from app.moderation import delisting, leaving
from app.rendering.moments import day_of
from tests.accounts import cast as accounts
from tests.factories import indexed, practitioner
from tests.listing.cast import Owner
from tests.search.looking import search
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

FACTS = "L’attestation remise le 2 novembre est celle d’une autre personne."
PAGE = "/praticiens/camille-martin"


async def slug_of(who: Owner) -> str:
    found = await connection.row("SELECT slug FROM practitioner WHERE id = $1", who.practitioner)
    assert found is not None
    return str(found["slug"])


async def is_seen(anybody: Visitor) -> tuple[int, bool, bool, bool]:
    """The page's status; whether the list, a search by words, and the site map show her."""
    page = await anybody.get(PAGE)
    listed = await anybody.get("/praticiens")
    found = await anybody.get(search(q="sophrologie"))
    site_map = await anybody.get("/sitemaps/praticiens-1.xml")
    return (
        page.status,
        "camille-martin" in listed.slugs,
        "camille-martin" in found.slugs,
        f"{PAGE}<" in site_map.html,
    )


async def test_from_its_moment_on_a_delisting_is_seen_everywhere_without_any_job(
    anybody: Visitor, camille: Owner, admin: UUID, index_gateway: Any
) -> None:
    """EX-3.3-2, EX-3.3-4, EX-3.1-10: 410, out of the lists, the searches and the site map; no worker runs here."""
    await practitioner("Zoé", "Zeller")
    await indexed(index_gateway)
    moment = datetime.now(UTC) + timedelta(seconds=1.5)
    await delisting.delist(
        camille.practitioner,
        by=admin,
        ground="autorite",
        facts=FACTS,
        exception="obligation-legale",
        effective_at=moment,
        seen=0,
        now=datetime.now(UTC),
    )
    before = await is_seen(anybody)
    assert datetime.now(UTC) < moment, "the machine was too slow for this test to mean anything"
    assert before == (200, True, True, True)
    await asyncio.sleep((moment - datetime.now(UTC)).total_seconds() + 0.02)
    assert await is_seen(anybody) == (410, False, False, False)


async def test_a_suspension_counts_from_its_commit_and_its_page_is_not_found(
    anybody: Visitor, camille: Owner, admin: UUID, index_gateway: Any
) -> None:
    """EX-3.1-10: 404, since it may come back; then back."""
    await practitioner("Zoé", "Zeller")
    await indexed(index_gateway)
    now = datetime.now(UTC)
    await delisting.suspend(
        camille.practitioner,
        by=admin,
        ground="regle",
        facts=FACTS,
        ends_at=None,
        seen=0,
        now=now,
    )
    assert await is_seen(anybody) == (404, False, False, False)
    found = await connection.row("SELECT max(id) AS seen FROM decision")
    assert found is not None
    await delisting.relist(
        camille.practitioner, by=admin, seen=found["seen"], now=datetime.now(UTC)
    )
    assert await is_seen(anybody) == (200, True, True, True)


# ---- the desk -------------------------------------------------------------------------------------


async def test_practitioners_are_found_by_name_address_siret_or_state(
    desk: Visitor, camille: Owner
) -> None:
    for words in ("martin", "CAMILLE", "camille@exemple.example", "73282932000074", "camille mart"):
        seen = await desk.get(f"/admin/praticiens?q={words.replace('@', '%40').replace(' ', '+')}")
        assert seen.texts("tbody th") == ["Camille Martin"], words
    assert (await desk.get("/admin/praticiens?etat=references")).has("tbody")
    for nobody in ("etat=suspendus", "etat=dereferences", "etat=fin-annoncee", "q=%25", "q=zzz"):
        assert not (await desk.get(f"/admin/praticiens?{nobody}")).has("tbody"), nobody
    assert (await desk.get("/admin/praticiens?etat=inconnu&page=999999999")).status == 200
    for nowhere in ("0", "999999", "99999999999"):
        address = f"/admin/praticiens/{nowhere}"
        assert (await desk.get(address)).status == 404, nowhere
        assert (await desk.submit(f"{address}/jupiterre", {"client": "1"})).status == 404, nowhere
        decided = await desk.submit(f"{address}/decision", {"mesure": "relisting"})
        assert decided.status == 404, nowhere


async def test_an_administrator_decides_from_the_sheet_and_nothing_typed_is_lost(
    desk: Visitor, camille: Owner
) -> None:
    """EX-3.3-1, EX-3.3-3: without an exception, a day too near is refused; with one, decided."""
    address = f"/admin/praticiens/{camille.practitioner}"
    page = await desk.get(address)
    assert "Camille Martin" in page.text("h1")
    today = day_of(datetime.now(UTC))
    offered = page.attribute("#champ-effet", "value")
    assert (datetime.fromisoformat(offered).date() - today).days == 31
    fields = {
        "vu": page.attribute("input[name=vu]", "value"),
        "mesure": "delisting",
        "motif": "regle",
        "faits": FACTS,
        "effet": today.isoformat(),
        "exception": "",
        "fin": "",
    }
    for change, told in (
        ({}, "30 jours"),
        ({"effet": "2020-01-01"}, "passée"),
        ({"effet": "demain"}, "date"),
        ({"mesure": "bannissement"}, "Choisissez"),
        ({"motif": "beaucoup"}, "motif"),
    ):
        refused = await desk.submit(f"{address}/decision", fields | change)
        assert refused.status == 422, change
        assert told in refused.text(".refusals"), change
        assert FACTS in refused.text("textarea")
    assert await accounts.count("decision") == 0
    done = await desk.submit(f"{address}/decision", fields | {"exception": "obligation-legale"})
    assert done.status == 303
    again = await desk.submit(f"{address}/decision", fields | {"exception": "obligation-legale"})
    assert again.status == 303
    assert await accounts.count("decision") == 1
    sheet = await desk.follow(done)
    assert FACTS in sheet.text("main")
    assert (await life.standing_of(camille.practitioner)).state == "delisted"
    stale = await desk.submit(f"{address}/decision", {"vu": fields["vu"], "mesure": "relisting"})
    assert stale.status == 422
    assert "autre décision" in stale.text(".refusals")
    seen = (await desk.get(address)).attribute("input[name=vu]", "value")
    back = await desk.submit(f"{address}/decision", {"vu": seen, "mesure": "relisting"})
    assert back.status == 303
    assert (await life.standing_of(camille.practitioner)).is_public(datetime.now(UTC))


# ---- leaving --------------------------------------------------------------------------------------


async def test_a_practitioner_leaves_alone_in_two_steps_told_of_the_effect(
    own: Visitor, anybody: Visitor, camille: Owner, index_gateway: Any
) -> None:
    """EX-3.3-2: the end of the contract, from one's own space; not public at the effective moment."""
    await practitioner("Zoé", "Zeller")
    await indexed(index_gateway)
    first = await own.get("/espace/referencement")
    assert "rien n’est fait avant" in first.text("main")
    second = await own.get("/espace/referencement/fin?le=")
    for told in ("n’est plus visible", "restent dus", "5 ans"):
        assert told in second.text("main")
    assert (await anybody.get(PAGE)).status == 200
    done = await own.submit("/espace/referencement/fin", {"le": ""})
    assert done.status == 303
    assert await is_seen(anybody) == (410, False, False, False)
    after = await own.get("/espace/referencement")
    assert "demandée par le praticien" in after.text("main")
    assert not after.has("#champ-le")


async def test_an_end_chosen_for_later_may_be_taken_back_from_the_space(
    own: Visitor, camille: Owner
) -> None:
    day = (day_of(datetime.now(UTC)) + timedelta(days=20)).isoformat()
    await own.get(f"/espace/referencement/fin?le={day}")
    await own.submit("/espace/referencement/fin", {"le": day})
    page = await own.get("/espace/referencement")
    assert "prend fin le" in page.text("main")
    stayed = await own.submit("/espace/referencement/maintien")
    assert stayed.status == 303
    assert (await life.standing_of(camille.practitioner)).ends_at is None
    for wrong in ("2020-01-01", "hier", "9999-12-31"):
        refused = await own.get(f"/espace/referencement/fin?le={wrong}")
        assert refused.status == 422, wrong
        assert (await own.submit("/espace/referencement/fin", {"le": wrong})).status == 422


async def test_nobody_ends_the_listing_of_somebody_else(
    site: Any, desk: Visitor, anybody: Visitor, camille: Owner
) -> None:
    """The listing is that of who is signed in: no number stands in the address."""
    for path in ("/espace/referencement", "/espace/referencement/fin"):
        assert (await anybody.get(path)).status == 303
        assert (await desk.get(path)).status == 404
    with pytest.raises(leaving.NothingToTakeBack):
        await leaving.take_back(
            camille.practitioner, account=camille.account, now=datetime.now(UTC)
        )
