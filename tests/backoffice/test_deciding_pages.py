"""What binds somebody is chosen, never left as a list shows it; what is refused is said beside its field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.accounts import suspensions
from app.accounts.statements import NotAStatement
from app.database import connection
from app.moderation import grounds
from app.rendering.moments import day_of
from tests.accounts import cast
from tests.backoffice.conftest import Desk
from tests.backoffice.dossier_cast import Handed, handed

pytestmark = pytest.mark.anyio

FACTS = "Trois documents remis appartiennent à une autre personne que le praticien."


async def listed() -> Handed:
    """Somebody about whom the desk may decide."""
    dossier = await handed()
    await connection.execute(
        "UPDATE practitioner SET listing_state = 'listed' WHERE id = $1", dossier.practitioner
    )
    return dossier


async def test_neither_a_measure_nor_a_ground_is_chosen_beforehand(
    site: Any, empty: None, desk: Desk
) -> None:
    """EX-3.3-1: from the sheet of a practitioner, that of a person, and a dossier."""
    dossier = await listed()
    listing = f"/admin/praticiens/{dossier.practitioner}"
    person = f"/admin/personnes/{desk.client}"
    for page, address, fields in (
        (listing, f"{listing}/decision", ("mesure", "motif")),
        (person, f"{person}/suspension", ("motif",)),
        (person, f"{person}/fermeture", ("motif",)),
    ):
        seen = await desk.visitor.get(page)
        for field in fields:
            assert seen.text(f"#champ-{field} option") == "Choisissez"
            assert not seen.has(f"#champ-{field} option[selected]:not([value=''])")
            given = {"mesure": "suspension", "motif": "regle", "faits": FACTS, "vu": "0"}
            refused = await desk.visitor.submit(address, given | {field: ""})
            assert refused.status == 422
            assert refused.text(f"#champ-{field}-erreur")
            assert refused.text("#champ-faits") == FACTS


async def test_a_refusal_without_a_ground_says_it_beside_the_ground(
    site: Any, empty: None, desk: Desk
) -> None:
    dossier = await handed()
    page = await desk.visitor.get(dossier.url)
    fields = {"vu": page.attribute("input[name=vu]", "value"), "decision": "0", "faits": FACTS}
    refused = await desk.visitor.submit(f"{dossier.url}/refus", fields | {"motif": ""})
    assert refused.status == 422
    assert refused.text("#champ-motif-erreur")
    assert refused.text("#champ-faits") == FACTS


async def test_a_year_typed_wrong_does_not_suspend_for_a_century(
    site: Any, empty: None, desk: Desk
) -> None:
    """Two years are the most, the whole of their last day included; what was typed stays, and is sent again."""
    dossier, today = await listed(), day_of(datetime.now(UTC))
    in_two_years = today + timedelta(days=730)
    listing = f"/admin/praticiens/{dossier.practitioner}"
    person = f"/admin/personnes/{desk.client}"
    for page, address, ground in (
        (listing, f"{listing}/decision", "regle"),
        (person, f"{person}/suspension", "conditions"),
    ):
        given = {"mesure": "suspension", "motif": ground, "faits": FACTS, "vu": "0"}
        assert "deux ans" in (await desk.visitor.get(page)).text("#champ-fin-aide")
        for day in ("2125-11-22", "9999-12-31", (in_two_years + timedelta(days=3)).isoformat()):
            refused = await desk.visitor.submit(address, given | {"fin": day})
            assert refused.status == 422
            assert "deux ans au plus" in refused.text("#champ-fin-erreur")
            assert refused.attribute("#champ-fin", "value") == day
            assert refused.text("#champ-faits") == FACTS
        done = await desk.visitor.submit(address, given | {"fin": in_two_years.isoformat()})
        assert done.status == 303
    assert await cast.count("decision") == await cast.count("suspension") == 1


def test_the_length_of_the_facts_is_written_as_a_number_is() -> None:
    with pytest.raises(NotAStatement, match="4\u202f000 au plus"):
        grounds.facts_of("regle", "court")
    with pytest.raises(NotAStatement, match="4\u202f000 au plus"):
        suspensions.statement("conditions", "court")
