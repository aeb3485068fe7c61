"""The first page of the practitioner's space, and the page as a visitor sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.database import connection
from app.directory.tables import ListingState
from app.post import choices
from tests.accounts import cast
from tests.directory.owner import Owner, owner
from tests.space.member import somebody
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio


@pytest.fixture
async def lou(site: Any, empty: None) -> AsyncIterator[Owner]:
    """A practitioner who has only begun: no portrait, not listed."""
    await cast.empty()
    async with await owner(
        site, "Lou", state=ListingState.DRAFT, is_complete=False, headline="", themes=()
    ) as person:
        yield person


async def test_the_home_counts_what_is_missing_with_the_way_to_each(lou: Owner) -> None:
    page = await lou.open("/espace")
    assert "9 sur 12" in page.text("#profil ~ .progress-line")
    ways = [link.attributes["href"] for link in page.all(".missing a")]
    assert ways == [
        "/espace/profil/photo",
        "/espace/profil/titre#bloc-titre",
        "/espace/profil/thematiques#bloc-thematiques",
    ]
    assert "Brouillon" not in page.text("h1")
    assert "brouillon" in page.text(".space__top")


async def test_the_way_to_what_is_missing_opens_its_form(lou: Owner) -> None:
    await lou.open("/espace")
    for link in lou.seen.all(".missing a"):
        path = (link.attributes["href"] or "").partition("#")[0]
        if path != "/espace/profil/photo":
            page = await lou.open(path)
            assert page.has(f'form[action="{path}"]')


async def test_the_home_says_what_the_dossier_waits_for_and_what_ends(lou: Owner) -> None:
    await connection.execute(
        "UPDATE insurance SET ends_on = current_date + 10 WHERE practitioner = $1", lou.practitioner
    )
    await connection.execute(
        "UPDATE practitioner SET listing_state = 'suspended' WHERE id = $1", lou.practitioner
    )
    page = await lou.open("/espace")
    assert "Assurance civile professionnelle : encore" in page.text(".todo")
    assert page.has('.todo a[href="/espace/dossier/assurance"]')
    await connection.execute(
        "UPDATE practitioner SET listing_state = 'draft' WHERE id = $1", lou.practitioner
    )
    page = await lou.open("/espace")
    assert "Complétez votre dossier" in page.text(".todo")


async def test_a_dossier_sent_back_is_no_longer_said_to_be_looked_at(lou: Owner) -> None:
    await connection.execute(
        "UPDATE practitioner SET listing_state = 'submitted' WHERE id = $1", lou.practitioner
    )
    await connection.execute(
        "INSERT INTO dossier (practitioner, submitted_at, correction_asked_at) VALUES ($1, now(), now())"
        " ON CONFLICT (practitioner) DO UPDATE SET submitted_at = now(), correction_asked_at = now()",
        lou.practitioner,
    )
    page = await lou.open("/espace")
    assert "dossier à corriger" in page.text(".space__top")
    assert "regarde si tout y est" not in page.text("main")
    assert "Votre dossier est à corriger" in page.text(".todo")
    assert (await lou.open("/espace/dossier")).text("#etat") == "Dossier à corriger"


async def test_the_preview_is_the_public_page_before_it_is_public(
    lou: Owner, guest: Visitor
) -> None:
    public = f"/praticiens/{lou.slug}"
    assert (await guest.get(public)).status == 404
    page = await lou.open("/espace/apercu")
    assert "Aperçu : votre page comme un visiteur la voit." in page.text("main")
    assert page.attribute("meta[name=robots]", "content") == "noindex"
    await connection.execute(
        "UPDATE practitioner SET listing_state = 'listed' WHERE id = $1", lou.practitioner
    )
    seen = await guest.get(public)
    assert seen.text(".profile") == page.text(".profile")


async def test_an_account_without_a_practitioner_is_led_to_where_one_becomes_one(
    site: Any, lou: Owner
) -> None:
    async with await (await somebody(site, "Alix")).sign_in() as client:
        led = await client.get("/espace")
        assert (led.status, led.headers["location"]) == (303, "/devenir-praticien")
        page = await client.arrive("/espace")
        assert "ce compte n’en a pas encore" in page.text("[role=status]")
        assert (await client.get("/espace/apercu")).status == 404


async def test_a_practitioner_chooses_the_mails_about_their_profile(lou: Owner) -> None:
    page = "/mon-compte/notifications"
    seen = await lou.open(page)
    assert seen.texts(".choice .check") == ["Profil complet", "Profil à compléter"]
    await lou.send(page, mail=["profile_incomplete"])
    assert await choices.refused_by(lou.account) == {"profile_complete"}
