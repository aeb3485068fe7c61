"""A dossier that is not retained: the practitioner reads why, contests it, and a person looks at it again."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import pytest

from app.backoffice import deciding
from app.directory.tables import ListingState
from app.listing import dossiers
from app.moderation import delisting, grounds
from app.moderation.grounds import GROUNDS
from app.moderation.tables import Measure
from tests.accounts import cast as accounts
from tests.listing import cast
from tests.listing.cast import Owner
from tests.moderation.conftest import now
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

FACTS = "L’attestation remise le 2 novembre est celle d’une autre personne."
WORDS = "Cette attestation porte mon nom de naissance, Camille Durand."
ANSWER = "L’attestation est bien la vôtre : le nom de naissance l’explique."


@pytest.fixture
async def candidate(nobody: None) -> Owner:
    """Somebody whose dossier is handed over."""
    who = await cast.owner("Camille")
    await dossiers.submit(who.practitioner, by=who.account, now=now())
    return who


async def refuse(who: Owner, by: UUID, *, at: datetime) -> str:
    held = await dossiers.dossier_of(who.practitioner)
    return await delisting.refuse(
        who.practitioner,
        by=by,
        ground="regle",
        facts=FACTS,
        revision=held.revision,
        seen=0,
        now=at,
    )


async def test_a_refusal_gives_its_reasons_and_the_way_to_contest_it(
    candidate: Owner, admin: UUID
) -> None:
    """EX-3.3-3: as every decision; the mail is one with it."""
    reference = await refuse(candidate, admin, at=now())
    held = await dossiers.dossier_of(candidate.practitioner)
    assert held.state is ListingState.REFUSED
    flat = " ".join((await accounts.mail("dossier_refused", candidate.email)).text.split())
    for told in (
        reference,
        grounds.SCOPES[Measure.REFUSAL],
        "Date d’effet",
        GROUNDS["regle"].label,
        GROUNDS["regle"].basis,
        FACTS,
        "sans décision automatique",
        "/contestations/",
    ):
        assert told in flat


async def test_a_refusal_withdrawn_brings_the_dossier_back_before_the_administrators(
    anybody: Visitor, candidate: Owner, admin: UUID
) -> None:
    reference = await refuse(candidate, admin, at=now())
    mail = (await accounts.mail("dossier_refused", candidate.email)).text
    found = re.search(r"/contestations/[\w.-]+", mail)
    assert found is not None
    await anybody.get(found[0])
    assert (await anybody.submit(found[0], {"raisons": WORDS})).status == 200
    told = await deciding.reexamine(reference, ANSWER, deciding.WITHDRAWN, by=admin, now=now())
    assert "de nouveau à examiner" in told
    held = await dossiers.dossier_of(candidate.practitioner)
    assert held.state is ListingState.SUBMITTED
    assert held.waits_for_platform
