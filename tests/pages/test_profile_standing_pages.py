"""Who has a page: only listed practitioners (404), and those who were listed say so (410)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.directory.tables import ListingState
from tests.factories import edited, practitioner
from tests.visitors import Seen, Visitor

pytestmark = pytest.mark.anyio


def leads_somewhere(seen: Seen) -> bool:
    links = {node.attributes["href"] for node in seen.all("main a")}
    return {"/praticiens", "/thematiques", "/"} <= links


@pytest.mark.parametrize(
    "state",
    [ListingState.DRAFT, ListingState.SUBMITTED, ListingState.SUSPENDED, ListingState.REFUSED],
)
async def test_a_practitioner_who_is_not_listed_has_no_page(
    visitor: Visitor, state: ListingState
) -> None:
    """EX-3.1-10: never listed, or suspended: the address answers as if there were nobody."""
    slug = await practitioner("Zoé", "Rarissime", state=state)
    seen = await visitor.get(f"/praticiens/{slug}")
    nobody = await visitor.get("/praticiens/personne-de-ce-nom")
    assert seen.status == nobody.status == 404
    assert "Rarissime" not in seen.html
    assert seen.text("h1") == nobody.text("h1") == "Page introuvable"
    assert "Nous ne trouvons pas ce praticien" in seen.text("main")
    assert seen.texts("main .lost__text") == nobody.texts("main .lost__text")
    assert leads_somewhere(seen)
    assert seen.has('meta[name="robots"][content="noindex"]')


async def test_a_delisted_practitioner_has_left_for_good(visitor: Visitor) -> None:
    """EX-3.1-10, EX-3.3-4: 410 once de-referenced, in French, with ways out."""
    slug = await practitioner("Zoé", "Rarissime", state=ListingState.DELISTED)
    seen = await visitor.get(f"/praticiens/{slug}")
    assert seen.status == 410
    assert seen.text("h1") == "Page retirée"
    assert "Ce praticien n’est plus référencé sur le site." in seen.text("main")
    assert "Rarissime" not in seen.html
    assert leads_somewhere(seen)
    assert seen.has('meta[name="robots"][content="noindex"]')


async def test_the_moment_of_a_delisting_is_enough(visitor: Visitor) -> None:
    """EX-3.1-10; decision 9: the state still says listed, the moment has passed."""
    now = datetime.now(UTC)
    slug = await practitioner("Zoé", "Rarissime", ends_at=now + timedelta(hours=1))
    assert (await visitor.get(f"/praticiens/{slug}")).status == 200
    assert (await visitor.get("/praticiens")).slugs == [slug]
    await edited(slug, listing_ends_at=now - timedelta(seconds=1))
    assert (await visitor.get(f"/praticiens/{slug}")).status == 410
    assert (await visitor.get("/praticiens")).slugs == []


async def test_a_suspended_practitioner_whose_listing_ends_is_gone_at_that_moment(
    visitor: Visitor,
) -> None:
    """EX-3.1-10; decision 9: hidden (404) while suspended, gone (410) from the moment on, without a night's work."""
    now = datetime.now(UTC)
    slug = await practitioner(state=ListingState.SUSPENDED, ends_at=now + timedelta(hours=1))
    assert (await visitor.get(f"/praticiens/{slug}")).status == 404
    await edited(slug, listing_ends_at=now - timedelta(seconds=1))
    assert (await visitor.get(f"/praticiens/{slug}")).status == 410
    await edited(slug, listing_state=ListingState.DELISTED)
    assert (await visitor.get(f"/praticiens/{slug}")).status == 410


@pytest.mark.parametrize("state", [ListingState.DRAFT, ListingState.REFUSED])
async def test_a_moment_passed_reveals_nobody_who_was_not_listed(
    visitor: Visitor, state: ListingState
) -> None:
    slug = await practitioner(state=state, ends_at=datetime.now(UTC) - timedelta(days=1))
    assert (await visitor.get(f"/praticiens/{slug}")).status == 404


async def test_a_part_asked_by_htmx_gets_a_short_message(visitor: Visitor) -> None:
    slug = await practitioner(state=ListingState.DELISTED)
    seen = await visitor.get(f"/praticiens/{slug}", htmx=True)
    assert seen.status == 410
    assert "Ce praticien n’est plus référencé sur le site." in seen.text("#erreur")
    assert "<html" not in seen.html


@pytest.mark.parametrize(
    "slug",
    ["Camille-Martin", "camille martin", "camille-martin.html", "%20", "'--", "é", "x" * 500],
)
async def test_an_address_that_resembles_nobody_is_a_page_not_found(
    visitor: Visitor, slug: str
) -> None:
    await practitioner("Camille", "Martin", slug="camille-martin")
    assert (await visitor.get(f"/praticiens/{slug}")).status == 404
    assert (await visitor.get("/praticiens/camille-martin")).status == 200
