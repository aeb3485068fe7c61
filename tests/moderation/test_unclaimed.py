"""A page that an import prepared and nobody took over: kept for a while, then erased for good (RGPD art. 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.accounts.devices import Origin
from app.accounts.periods import months_later
from app.database import connection
from app.directory.ownership import subject_of
from app.listing import importing, joining
from app.listing.drafts import Name
from app.moderation import retention
from app.settings import values
from app.space import retention as nightly
from tests.accounts import cast as accounts
from tests.listing import cast
from tests.listing.cast import NOW, Owner

pytestmark = pytest.mark.anyio

CSV = (
    "email;siret;prenom;nom;titre;pratiques;rue;code_postal;commune;telephone;tva\n"
    "camille@exemple.example;732 829 320 00074;Camille;Martin;Des séances pour souffler;Sophrologie;"
    "1 rue des Essais;69003;Lyon;06 12 34 56 78;non\n"
).encode()
LIMIT = months_later(NOW, 12)
SECOND = timedelta(seconds=1)
HOLDS = ("profile", "practice_offered", "practice_place", "legal_identity", "profile_criterion")


@pytest.fixture
async def prepared(nobody: None) -> int:
    """Camille’s page, just imported."""
    assert (await importing.load(CSV, now=NOW)).created == 1
    return await connection.number("SELECT max(id) FROM practitioner")


async def erased(now: datetime, *, is_dry: bool = False) -> int:
    lines = await nightly.run(now, is_dry=is_dry)
    return next(line.count for line in lines if line.rule == "unclaimed")


async def held(practitioner: int) -> int:
    """How many lines are left of the page."""
    lines = [
        await connection.number(
            f"SELECT count(*) FROM {table} WHERE practitioner = $1", practitioner
        )
        for table in HOLDS
    ]
    return sum(lines) + await connection.number(
        "SELECT count(*) FROM practitioner WHERE id = $1", practitioner
    )


@pytest.mark.parametrize(("at", "gone"), [(LIMIT - SECOND, 0), (LIMIT, 1), (LIMIT + SECOND, 1)])
async def test_it_goes_a_year_after_the_import(prepared: int, at: datetime, gone: int) -> None:
    before = await held(prepared)
    assert before > len(HOLDS)
    await connection.execute("UPDATE practitioner SET updated_at = $1", at)
    assert await erased(at, is_dry=True) == gone
    assert await held(prepared) == before, "a try changes nothing"
    assert await erased(at) == gone
    assert await held(prepared) == (0 if gone else before)
    assert await erased(at) == 0, "done once"


async def test_its_erasure_is_evidence(prepared: int) -> None:
    subject = subject_of(prepared)
    before = await accounts.evidence("rgpd.effacement", subject)
    await nightly.run(LIMIT)
    [entry] = (await accounts.evidence("rgpd.effacement", subject))[len(before) :]
    assert (entry["motif"], entry["auteur"]) == ("duree_de_conservation", "horloge")
    assert "dossier" in entry["quoi"]
    assert "Camille" not in str(entry)


async def test_the_period_is_a_setting(prepared: int) -> None:
    await values.change(values.PREPARED_PAGE_MONTHS, 3, by="essai", effective_at=NOW)
    assert await erased(months_later(NOW, 3) - SECOND) == 0
    assert await erased(months_later(NOW, 3)) == 1


async def test_who_took_the_page_over_keeps_it(prepared: int) -> None:
    me = await cast.signed_in()
    joined = await joining.become(
        me,
        Name("Camille", "Martin"),
        password="",
        wanted="",
        origin=Origin("192.0.2.10", "essai"),
        now=NOW,
    )
    assert joined.practitioner == prepared
    assert await retention._unclaimed(LIMIT) == []
    assert not await retention._forget_unclaimed(prepared, LIMIT), "taken over meanwhile"
    assert await held(prepared) > 0


async def test_a_page_without_account_that_was_listed_stays(camille: Owner) -> None:
    await connection.execute("UPDATE practitioner SET account = NULL")
    assert await retention._unclaimed(LIMIT) == []
