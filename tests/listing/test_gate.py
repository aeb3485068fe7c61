"""The gate of the listing: each item taken away in turn closes it and is named (terms § 3.1)."""

from __future__ import annotations

import pytest

from app.database import connection
from app.directory.tables import ListingState
from app.listing import dossiers, gate, life
from app.listing.tables import DossierItem
from tests.listing import cast
from tests.listing.cast import NOW, Owner

pytestmark = pytest.mark.anyio

BREAKS: list[tuple[DossierItem, str, str]] = [
    (DossierItem.IDENTITY, "téléphone", "UPDATE legal_identity SET phone = '' WHERE practitioner = $1"),
    (DossierItem.IDENTITY, "adresse officielle", "UPDATE legal_identity SET street = ' ' WHERE practitioner = $1"),
    (DossierItem.IDENTITY, "capital", "UPDATE legal_identity SET legal_form = 'EURL' WHERE practitioner = $1"),
    (DossierItem.SIRET, "SIRET", "UPDATE legal_identity SET siret = '' WHERE practitioner = $1"),
    (DossierItem.SIRET, "SIRET", "UPDATE legal_identity SET siret = '00000000000000' WHERE practitioner = $1"),
    (DossierItem.INSURANCE, "assurance", "DELETE FROM insurance WHERE practitioner = $1"),
    (DossierItem.INSURANCE, "attestation", "UPDATE insurance SET is_awaited = true WHERE practitioner = $1"),
    (DossierItem.INSURANCE, "en cours", "UPDATE insurance SET ends_on = '2026-11-21' WHERE practitioner = $1"),
    (DossierItem.CERTIFICATES, "Sophrologie", "DELETE FROM training_certificate WHERE practitioner = $1"),
    (DossierItem.CERTIFICATES, "Sophrologie", "UPDATE training_certificate SET is_awaited = true"),
    (DossierItem.CERTIFICATES, "pratique", "DELETE FROM practice_offered WHERE practitioner = $1"),
    (DossierItem.MEDIATOR, "médiateur", "DELETE FROM mediator WHERE practitioner = $1"),
    (DossierItem.MEDIATOR, "médiateur", "UPDATE mediator SET ends_on = '2026-11-21' WHERE practitioner = $1"),
    (DossierItem.VAT, "TVA", "UPDATE legal_identity SET is_vat_told = false WHERE practitioner = $1"),
    (DossierItem.SERVICES, "prestation", "UPDATE service SET is_active = false WHERE practitioner = $1"),
    (DossierItem.CONTRACT, "contrat", "DELETE FROM acceptance"),
]  # fmt: skip


async def test_a_dossier_with_every_item_opens_the_gate(camille: Owner) -> None:
    """EX-3.1-1: presence and form of the items, nothing else."""
    assert await gate.missing(camille.practitioner, NOW) == []


@pytest.mark.parametrize(("item", "words", "sql"), BREAKS)
async def test_an_item_taken_away_closes_the_gate_and_is_named(
    camille: Owner, item: DossierItem, words: str, sql: str
) -> None:
    """EX-3.1-1, EX-3.1-3, EX-3.1-4, EX-3.1-5, EX-3.1-6, EX-3.1-7, EX-3.1-8, EX-3.1-9, EX-3.1-13."""
    await connection.execute(sql.replace("$1", str(camille.practitioner)))
    missing = await gate.missing(camille.practitioner, NOW)
    assert {one.item for one in missing} == {item}
    assert words in " ".join(one.words for one in missing)
    with pytest.raises(life.Incomplete) as refused:
        await dossiers.submit(camille.practitioner, by=camille.account, now=NOW)
    assert words in refused.value.message
    assert (await life.standing_of(camille.practitioner)).state is ListingState.DRAFT
    await connection.execute(
        "UPDATE practitioner SET listing_state = 'submitted' WHERE id = $1", camille.practitioner
    )
    with pytest.raises(life.Incomplete):
        await life.list_(camille.practitioner, by=None, now=NOW)


async def test_somebody_who_has_just_joined_lacks_everything(nobody: None) -> None:
    found = await cast.draft("Andrea")
    assert {one.item for one in await gate.missing(found.practitioner, NOW)} == set(DossierItem)


async def test_the_last_day_of_an_insurance_is_the_day_in_france(camille: Owner) -> None:
    """At 23 h 30 in Paris the contract of the day still holds; half an hour later it does not."""
    await connection.execute("UPDATE insurance SET ends_on = '2026-11-22'")
    last_hour = NOW.replace(hour=22, minute=30)
    assert await gate.missing(camille.practitioner, last_hour) == []
    missing = await gate.missing(camille.practitioner, last_hour.replace(hour=23, minute=0))
    assert [one.item for one in missing] == [DossierItem.INSURANCE]
