"""An account becomes a practitioner's: a name, a longer password, an address of its own; once, whatever the clicks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from app.accounts import passwords, people
from app.accounts.devices import Origin
from app.database import connection
from app.directory.editing import Refusals
from app.listing import joining
from app.listing.drafts import Name
from app.listing.joining import Joined
from app.web.people import SignedIn
from tests.listing import cast
from tests.listing.cast import NOW
from tests.space import member
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

HOME = Origin("192.0.2.10", "essai")
LONG = "sept girafes lisent au soleil"


async def joined(me: SignedIn, typed: Name, wanted: str = "") -> Joined:
    return await joining.become(
        me, typed, password=cast.PASSWORD, wanted=wanted, origin=HOME, now=NOW
    )


async def test_joining_makes_a_draft_with_evidence(nobody: None) -> None:
    me = await cast.signed_in()
    practitioner = (await joined(me, Name("Camille", "d’Aubigné"))).practitioner
    found = await connection.row("SELECT * FROM practitioner WHERE id = $1", practitioner)
    assert found is not None
    assert (found["slug"], found["listing_state"]) == ("camille-d-aubigne", "draft")
    kinds = await connection.rows(
        "SELECT kind FROM evidence_entry WHERE subject_id = $1", me.account_id
    )
    assert "dossier.ouvert" in {row["kind"] for row in kinds}
    assert (await people.person(me.account_id)).shortest_password == 14


async def test_a_short_password_is_made_longer_first(nobody: None) -> None:
    """Decision 13: fourteen characters, asked then and from then on."""
    me = await cast.signed_in()
    await connection.execute("UPDATE password SET is_long = false")
    with pytest.raises(Refusals) as refusal:
        await joined(me, Name("Camille", "Martin"), wanted="treize-lettr3")
    assert list(refusal.value.errors) == ["mot_de_passe_nouveau"]
    await joined(me, Name("Camille", "Martin"), wanted=LONG)
    assert await passwords.is_long(me.account_id)


async def test_an_administrator_and_an_unconfirmed_address_stay_out(nobody: None) -> None:
    me = await cast.signed_in()
    for changes, refused in (
        ({"is_admin": True}, joining.NotForAdministrators),
        ({"is_email_confirmed": False}, joining.ConfirmFirst),
    ):
        with pytest.raises(refused):
            await joined(msgspec.structs.replace(me, **changes), Name("Camille", "Martin"))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (Name("", "Martin"), "prenom"),
        (Name("Camille", "<script>"), "nom"),
        (Name("Camille", "M4rtin"), "nom"),
        (Name(is_structure=True), "nom_commercial"),
        (Name(trade_name="—", is_structure=True), "nom_commercial"),
        (Name(trade_name="x" * 121, is_structure=True), "nom_commercial"),
    ],
)
async def test_a_name_is_a_name(nobody: None, typed: Name, field: str) -> None:
    me = await cast.signed_in()
    with pytest.raises(Refusals) as refusal:
        await joined(me, typed)
    assert field in refusal.value.errors


async def test_namesakes_have_addresses_of_their_own(nobody: None) -> None:
    for first_name in ("Anne", "Anna", "Annie"):
        await joined(await cast.signed_in(first_name), Name("Anne", "Martin"))
    await joined(await cast.signed_in("Paul"), Name(trade_name="Suggestions", is_structure=True))
    found = await connection.rows("SELECT slug FROM practitioner ORDER BY id")
    assert [row["slug"] for row in found] == [
        "anne-martin",
        "anne-martin-2",
        "anne-martin-3",
        "suggestions-2",
    ]


@pytest.mark.race
async def test_two_clicks_at_once_make_one_practitioner(nobody: None) -> None:
    me = await cast.signed_in()
    made = await asyncio.gather(*(joined(me, Name("Camille", "Martin")) for _ in range(4)))
    assert len({one.practitioner for one in made}) == 1


@pytest.mark.race
async def test_namesakes_who_join_at_once_have_addresses_of_their_own(nobody: None) -> None:
    people_here = [await cast.signed_in(name) for name in ("Anne", "Anna", "Annie", "Annick")]
    await asyncio.gather(*(joined(me, Name("Anne", "Martin")) for me in people_here))
    found = await connection.rows("SELECT DISTINCT slug FROM practitioner")
    assert len(found) == 4


async def test_the_page_of_joining_is_read_by_all_and_opens_the_space(
    site: Any, visitor: Visitor, nobody: None
) -> None:
    seen = await visitor.get("/devenir-praticien")
    assert seen.status == 200
    assert "Créer un compte" in seen.text("main")
    async with await (await member.somebody(site)).sign_in(now=datetime.now(UTC)) as client:
        await client.open("/devenir-praticien")
        assert client.seen.attribute("#champ-prenom", "value") == "Camille"
        answer = await client.send("/devenir-praticien", nom="Roche")
        assert "Mon dossier" in answer.text("h1")
        assert (await client.get("/devenir-praticien")).status == 303
