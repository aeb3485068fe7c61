"""What a change shows at the very next request: PostgreSQL is the authority, no job stands in between."""

from __future__ import annotations

from typing import Any

import pytest

from app.database import connection
from app.directory import changes
from app.search import index
from tests.factories import NOW, edited, id_of, indexed, moved, practitioner, renamed
from tests.search.looking import facet, options, search, total
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio


async def test_a_completed_profile_climbs_at_the_next_request(
    visitor: Visitor, index_gateway: Any
) -> None:
    """EX-3.2-6; no job and no update of the index are needed."""
    first = await practitioner("Zoé", "Zeller")
    other = await practitioner("Anne", "Abeille", is_complete=False)
    await indexed(index_gateway)
    for url in ("/praticiens", search(q="sophrologie"), search(lieu="Lyon")):
        assert (await visitor.get(url)).slugs == [first, other]
    await edited(other, is_complete=True)
    for url in ("/praticiens", search(q="sophrologie"), search(lieu="Lyon")):
        seen = await visitor.get(url)
        assert seen.slugs == [other, first]
        assert seen.ranks == [1, 1]


async def test_a_jupiterre_user_moves_at_the_next_request(visitor: Visitor) -> None:
    plain = await practitioner("Anne", "Abeille", is_complete=False)
    user = await practitioner("Zoé", "Zeller", is_complete=False)
    assert (await visitor.get("/praticiens")).slugs == [plain, user]
    await edited(
        user, is_jupiterre_user=True, jupiterre_changed_at=NOW, jupiterre_changed_by="essai"
    )
    assert (await visitor.get("/praticiens")).slugs == [user, plain]


async def test_a_move_counts_at_the_next_request(visitor: Visitor) -> None:
    mover = await practitioner(places=("69266",))
    assert (await visitor.get(search(lieu="Villeurbanne"))).slugs == [mover]
    assert (await visitor.get(search(lieu="Hyères"))).slugs == []
    await moved(mover, "83069")
    assert (await visitor.get(search(lieu="Villeurbanne"))).slugs == []
    seen = await visitor.get(search(lieu="Hyères"))
    assert seen.slugs == [mover]
    assert facet(seen, "regions", "Provence-Alpes-Côte d’Azur").count == 1


async def test_a_new_name_moves_the_card_at_once_and_is_found_once_the_index_has_followed(
    visitor: Visitor, index_gateway: Any
) -> None:
    other = await practitioner("Paul", "Moreau")
    person = await practitioner("Anne", "Abeille")
    await indexed(index_gateway)
    assert (await visitor.get(search(q="sophrologie"))).slugs == [person, other]
    await renamed(person, "Anne", "Zimmermann")
    seen = await visitor.get(search(q="sophrologie"))
    assert seen.slugs == [other, person]
    assert seen.texts("#resultats .card__name") == ["Paul Moreau", "Anne Zimmermann"]
    await indexed(index_gateway)
    assert (await visitor.get(search(q="zimmermann"))).slugs == [person]
    assert (await visitor.get(search(q="abeille"))).slugs == []


async def test_a_new_practitioner_is_listed_at_once_and_found_by_words_once_the_index_has_followed(
    visitor: Visitor, index_gateway: Any
) -> None:
    assert (await visitor.get("/praticiens")).slugs == []
    person = await practitioner("Anne", "Abeille")
    assert (await visitor.get("/praticiens")).slugs == [person]
    assert (await visitor.get(search(q="abeille"))).slugs == []
    await indexed(index_gateway)
    assert (await visitor.get(search(q="abeille"))).slugs == [person]


async def test_a_practice_taken_off_the_catalogue_is_neither_offered_nor_searched(
    visitor: Visitor, index_gateway: Any
) -> None:
    await practitioner(practices=("sophrologie", "reiki"))
    await indexed(index_gateway)
    assert total(await visitor.get(search(pratique="reiki"))) == 1
    async with connection.transaction():
        await connection.execute("UPDATE practice SET is_active = false WHERE slug = 'reiki'")
        await changes.record(None)
    seen = await visitor.get(search(pratique="reiki"))
    assert "Cette pratique n’existe pas" in seen.text("#resultats")
    assert "Reiki" not in seen.text("#filtres")
    assert "Reiki" not in seen.text("#resultats")
    assert (await visitor.get("/pratiques/reiki")).status == 404
    await indexed(index_gateway)
    assert (await visitor.get(search(q="reiki"))).slugs == []


# ---- listed or not ------------------------------------------------------------------------------

NEVER_SHOWN = ["draft", "submitted", "suspended", "refused"]


async def _is_nowhere(visitor: Visitor, slug: str) -> None:
    """Not in the list, by filter or by words, not suggested, not counted, not in the site map."""
    for url in (
        "/praticiens",
        search(q="sophrologie"),
        search(q="Rarissime"),
        search(lieu="Hyères"),
        search(pratique="sophrologie"),
    ):
        seen = await visitor.get(url)
        assert slug not in seen.html, url
        assert total(seen) == len(seen.slugs)
    everyone = await visitor.get("/praticiens")
    assert "Provence" not in everyone.text("#filtres")
    suggested = await visitor.get("/praticiens/suggestions?q=rarissime", htmx=True)
    assert options(suggested) == []
    written = await visitor.request("GET", "/sitemaps/praticiens-1.xml")
    assert slug not in written.html


@pytest.mark.parametrize("state", NEVER_SHOWN)
async def test_an_unlisted_practitioner_is_nowhere_and_the_address_answers_404(
    visitor: Visitor, index_gateway: Any, state: str
) -> None:
    """EX-3.1-10: direct URL, search and site map all empty."""
    other = await practitioner("Anne", "Abeille")
    person = await practitioner("Zoé", "Rarissime", places=("83069",))
    await indexed(index_gateway)
    assert (await visitor.get(search(q="sophrologie"))).slugs == [other, person]
    await edited(person, listing_state=state)
    await _is_nowhere(visitor, person)
    assert (await visitor.get(f"/praticiens/{person}")).status == 404
    await indexed(index_gateway)
    await _is_nowhere(visitor, person)


async def test_a_delisted_practitioner_leaves_at_the_commit_and_the_address_answers_410(
    visitor: Visitor, index_gateway: Any
) -> None:
    """EX-3.3-4; decision 9."""
    other = await practitioner("Anne", "Abeille")
    person = await practitioner("Zoé", "Rarissime", places=("83069",))
    await indexed(index_gateway)
    assert (await visitor.get(search(q="sophrologie"))).slugs == [other, person]
    await edited(person, listing_state="delisted")
    await _is_nowhere(visitor, person)
    gone = await visitor.get(f"/praticiens/{person}")
    assert gone.status == 410
    assert "n’est plus référencé" in gone.text("main")
    assert (await visitor.get(search(q="sophrologie"))).slugs == [other]


async def test_a_suspended_then_restored_practitioner_is_back(
    visitor: Visitor, index_gateway: Any
) -> None:
    person = await practitioner("Zoé", "Rarissime", places=("83069",))
    await indexed(index_gateway)
    await edited(person, listing_state="suspended")
    await indexed(index_gateway)
    assert (await visitor.get("/praticiens")).slugs == []
    await edited(person, listing_state="listed")
    assert (await visitor.get("/praticiens")).slugs == [person]
    assert (await visitor.get(search(lieu="Hyères"))).slugs == [person]
    assert (await visitor.get(f"/praticiens/{person}")).status == 200
    await indexed(index_gateway)
    assert (await visitor.get(search(q="rarissime"))).slugs == [person]


async def test_a_deleted_practitioner_leaves_nothing_behind(
    visitor: Visitor, index_gateway: Any
) -> None:
    person = await practitioner("Zoé", "Rarissime", places=("83069",))
    await indexed(index_gateway)
    assert (await visitor.get(search(q="rarissime"))).slugs == [person]
    async with connection.transaction():
        number = await id_of(person)
        await connection.execute("DELETE FROM practitioner WHERE id = $1", number)
        await changes.record(number)
    assert (await visitor.get(search(q="rarissime"))).slugs == []
    assert (await visitor.get(f"/praticiens/{person}")).status == 404
    await indexed(index_gateway)
    assert await index_gateway.count(index.name()) == 0
