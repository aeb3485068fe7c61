"""A page that an import made, seen from the desk: it has no account, so nobody lists it, and the desk says why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.database import connection
from app.directory.tables import ListingState
from app.listing import dossiers, importing, life
from app.moderation import decisions, following
from app.rendering.moments import day_of
from tests.accounts import cast
from tests.backoffice.conftest import Desk
from tests.visitors import Seen

pytestmark = pytest.mark.anyio

CSV = b"email;siret;prenom;nom\ncamille@exemple.fr;732 829 320 00074;Camille;Roche\n"
SAID = "Cette page n’a pas de compte"
WHY = "Elle ne peut être référencée qu’après avoir été reprise par la personne"
FACTS = "La personne a écrit qu’elle n’exerce plus depuis le printemps."


@pytest.fixture
async def imported(desk: Desk) -> int:
    await importing.load(CSV, now=datetime.now(UTC))
    found = await connection.row("SELECT id FROM practitioner WHERE account IS NULL")
    assert found is not None
    return int(found["id"])


async def _decide(desk: Desk, practitioner: int, **fields: str) -> Seen:
    address = f"/admin/praticiens/{practitioner}"
    page = await desk.visitor.get(address)
    seen = page.attribute("main input[name=vu]", "value")
    return await desk.visitor.submit(f"{address}/decision", {"vu": seen} | fields)


async def _ended(desk: Desk, imported: int) -> None:
    answer = await _decide(
        desk,
        imported,
        mesure="delisting",
        motif="regle",
        faits=FACTS,
        effet=day_of(datetime.now(UTC)).isoformat(),
        exception="obligation-legale",
    )
    assert answer.status == 303, answer.text("main")


async def _state(practitioner: int) -> ListingState:
    return (await life.standing_of(practitioner)).state


async def test_the_sheet_and_the_dossier_say_that_nobody_holds_the_page(
    desk: Desk, imported: int
) -> None:
    sheet = await desk.visitor.get(f"/admin/praticiens/{imported}")
    assert WHY in sheet.text("main")
    assert "personne ne reçoit de courriel" in sheet.text("main")
    dossier = await desk.visitor.get(f"/admin/dossiers/{imported}")
    assert "attend d’être reprise par la personne" in dossier.text("main")


async def test_a_page_without_account_is_not_listed_again(desk: Desk, imported: int) -> None:
    """EX-3.1-13: nobody accepted the contract."""
    await _ended(desk, imported)
    answer = await _decide(desk, imported, mesure="relisting")
    assert answer.status == 422
    assert SAID in answer.text(".refusals")
    assert await _state(imported) is ListingState.DELISTED
    assert [one.measure for one in await decisions.of(imported)] == ["delisting"]
    assert await cast.mailbox() == []


async def test_a_page_without_account_is_not_examined_to_its_end(desk: Desk, imported: int) -> None:
    address = f"/admin/dossiers/{imported}"
    page = await desk.visitor.get(address)
    seen = {"vu": page.attribute(f"form[action='{address}/tout-remis'] input[name=vu]", "value")}
    for door in ("tout-remis", "referencer"):
        answer = await desk.visitor.submit(f"{address}/{door}", seen)
        assert answer.status == 422
        said = answer.text(".refusals")
        assert SAID in said if door == "tout-remis" else "n’attend rien" in said
    assert await _state(imported) is ListingState.DRAFT


async def test_no_verb_lists_a_page_without_account(desk: Desk, imported: int) -> None:
    """EX-3.1-1: neither a suspension that ends, nor the setting that lists by itself."""
    now = datetime.now(UTC)
    for state, listing in (
        (ListingState.SUBMITTED, life.list_),
        (ListingState.DELISTED, life.list_),
        (ListingState.SUSPENDED, life.resume),
    ):
        await connection.execute("UPDATE practitioner SET listing_state = $1", state.value)
        with pytest.raises(life.NoAccount):
            await listing(imported, by=desk.admin, now=now)
    await connection.execute("UPDATE practitioner SET listing_state = 'draft'")
    with pytest.raises(life.NoAccount):
        await dossiers.submit(imported, by=desk.admin, now=now)


async def test_the_end_of_a_suspension_leaves_a_page_without_account_hidden(
    desk: Desk, imported: int
) -> None:
    """The night goes on with the others."""
    await connection.execute("UPDATE practitioner SET listing_state = 'listed'")
    day = datetime.now(UTC)
    answer = await _decide(
        desk,
        imported,
        mesure="suspension",
        motif="regle",
        faits=FACTS,
        fin=f"{day.replace(year=day.year + 1):%Y-%m-%d}",
    )
    assert answer.status == 303, answer.text("main")
    assert await following.lift_over(day.replace(year=day.year + 2)) == 0
    assert await _state(imported) is ListingState.SUSPENDED
