"""The life of a listing: who may become what, who did it, and what everybody sees from that moment on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from app.database import connection
from app.directory import changes
from app.directory.offering import Practices
from app.directory.tables import ListingState
from app.listing import dossiers, life, practices
from app.listing.tables import DossierItem
from app.settings import values
from tests.listing import cast
from tests.listing.cast import NOW, Owner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio


async def listed(who: Owner, admin: UUID) -> None:
    """Handed over, all noted « remis », and listed."""
    await dossiers.submit(who.practitioner, by=who.account, now=NOW)
    revision = (await dossiers.dossier_of(who.practitioner)).revision
    await dossiers.everything_delivered(who.practitioner, by=admin, revision=revision, now=NOW)
    await dossiers.record_delivery(who.practitioner, by=admin, revision=revision, now=NOW)


async def slug_of(who: Owner) -> str:
    found = await connection.row("SELECT slug FROM practitioner WHERE id = $1", who.practitioner)
    assert found is not None
    return str(found["slug"])


async def test_from_draft_to_listed_each_step_is_a_row_and_evidence(
    camille: Owner, admin: UUID
) -> None:
    """EX-3.1-10, EX-3.1-14: a person records the delivery; the practitioner is told (E27)."""
    await listed(camille, admin)
    steps = await life.steps_of(camille.practitioner)
    assert [(one.from_state, one.to_state, one.changed_by) for one in reversed(steps)] == [
        (ListingState.DRAFT, ListingState.SUBMITTED, camille.account),
        (ListingState.SUBMITTED, ListingState.LISTED, admin),
    ]
    noted = await cast.noted(camille)
    assert noted.count("dossier.depose") == 1
    assert noted.count("dossier.constate") == 8
    assert noted.count("dossier.reference") == 1
    assert sorted(await cast.kinds(camille.email)) == ["dossier_listed", "dossier_received"]


async def test_only_listed_is_public_and_one_delisted_answers_gone(
    visitor: Visitor, camille: Owner, admin: UUID
) -> None:
    """EX-3.1-10, EX-3.3-4: 404 before and while suspended, 410 once delisted."""
    url = f"/praticiens/{await slug_of(camille)}"
    assert (await visitor.get(url)).status == 404
    await listed(camille, admin)
    assert (await visitor.get(url)).status == 200
    await life.suspend(camille.practitioner, by=admin, ground="essai", now=NOW)
    assert (await visitor.get(url)).status == 404
    await life.resume(camille.practitioner, by=admin, now=NOW)
    assert (await visitor.get(url)).status == 200
    await life.end(camille.practitioner, by=admin, ground="essai", effective_at=NOW, now=NOW)
    assert (await visitor.get(url)).status == 410


@pytest.mark.parametrize("origin", ListingState)
@pytest.mark.parametrize("to", ListingState)
async def test_a_state_becomes_only_what_it_may(
    camille: Owner, admin: UUID, origin: ListingState, to: ListingState
) -> None:
    await connection.execute(
        "UPDATE practitioner SET listing_state = $2 WHERE id = $1", camille.practitioner, origin
    )
    verbs: dict[ListingState, Any] = {
        ListingState.SUBMITTED: lambda: life.submit(camille.practitioner, by=admin, now=NOW),
        ListingState.LISTED: lambda: life.list_(camille.practitioner, by=admin, now=NOW),
        ListingState.REFUSED: lambda: life.refuse(camille.practitioner, by=admin, ground="x", now=NOW),
        ListingState.SUSPENDED: lambda: life.suspend(camille.practitioner, by=admin, ground="x", now=NOW),
        ListingState.DELISTED: lambda: life.end(
            camille.practitioner, by=admin, ground="x", effective_at=NOW, now=NOW
        ),
    }  # fmt: skip
    if to not in verbs:
        return
    if to in life.MAY_BECOME[origin]:
        await verbs[to]()
        assert (await life.standing_of(camille.practitioner)).state is to
    else:
        with pytest.raises(life.NotFromHere):
            await verbs[to]()
        assert await life.steps_of(camille.practitioner) == []


async def test_an_end_announced_comes_by_itself_and_may_be_taken_back(
    camille: Owner, admin: UUID
) -> None:
    """Decision 9: the database decides at the moment, the night only tidies."""
    await listed(camille, admin)
    later = NOW + cast.days(30)
    ending = {"by": admin, "ground": "essai", "effective_at": later, "now": NOW}
    await life.end(camille.practitioner, **ending)  # type: ignore[arg-type]
    assert (await life.standing_of(camille.practitioner)).is_public(later - cast.days(1))
    await life.keep(camille.practitioner, by=admin, now=NOW)
    assert (await life.steps_of(camille.practitioner))[0].to_state is ListingState.LISTED
    await life.end(camille.practitioner, **ending)  # type: ignore[arg-type]
    assert not (await life.standing_of(camille.practitioner)).is_public(later)
    assert await life.settle(later) == 1
    assert await life.settle(later) == 0
    assert (await life.standing_of(camille.practitioner)).state is ListingState.DELISTED
    await life.list_(camille.practitioner, by=admin, now=later)
    assert (await life.standing_of(camille.practitioner)).is_public(later)


async def test_each_change_is_told_to_the_search(camille: Owner, admin: UUID) -> None:
    await listed(camille, admin)
    found = await connection.row("SELECT version FROM directory_version")
    assert found is not None
    version = found["version"]
    await life.suspend(camille.practitioner, by=admin, ground="essai", now=NOW)
    assert (await changes.since(version))[1] == [camille.practitioner]


async def test_automatic_listing_is_a_setting_which_is_off(camille: Owner, admin: UUID) -> None:
    """Contradiction C1: a person looks at the dossier, unless the setting says otherwise."""
    assert await values.value_of(values.LISTING_AUTOMATIC, NOW) is False
    await values.change(values.LISTING_AUTOMATIC, True, by="essai", effective_at=NOW)
    await dossiers.submit(camille.practitioner, by=camille.account, now=NOW)
    steps = await life.steps_of(camille.practitioner)
    assert steps[0].to_state is ListingState.LISTED
    assert steps[0].changed_by is None


async def test_a_correction_is_one_mail_of_the_failing_lines_alone(
    camille: Owner, admin: UUID
) -> None:
    """E27: each failing line with the link that opens it; corrected, the dossier comes back in the queue."""
    await dossiers.submit(camille.practitioner, by=camille.account, now=NOW)
    revision = (await dossiers.dossier_of(camille.practitioner)).revision
    noting: dict[str, Any] = {"by": admin, "revision": revision, "now": NOW}
    with pytest.raises(dossiers.NothingToCorrect):
        await dossiers.ask_correction(camille.practitioner, **noting)
    with pytest.raises(dossiers.GroundMissing):
        await dossiers.note_line(
            camille.practitioner, DossierItem.INSURANCE, is_delivered=False, **noting
        )
    await dossiers.note_line(camille.practitioner, DossierItem.SIRET, is_delivered=True, **noting)
    await dossiers.note_line(
        camille.practitioner,
        DossierItem.INSURANCE,
        is_delivered=False,
        ground="L’attestation est coupée.",
        **noting,
    )
    await dossiers.ask_correction(camille.practitioner, **noting)
    await dossiers.ask_correction(camille.practitioner, **noting)
    mails = [text for kind, text in await cast.mails(camille.email) if kind == "dossier_to_correct"]
    assert len(mails) == 1
    assert "L’attestation est coupée." in mails[0]
    assert "/espace/dossier/assurance" in mails[0]
    assert "/espace/dossier/siret" not in mails[0]
    assert (await dossiers.dossier_of(camille.practitioner)).waits_for_practitioner
    await dossiers.submit(camille.practitioner, by=camille.account, now=NOW + cast.days(1))
    held = await dossiers.dossier_of(camille.practitioner)
    assert held.waits_for_platform
    assert held.submitted_at == NOW + cast.days(1)


async def test_an_examination_of_what_changed_meanwhile_is_refused(
    camille: Owner, admin: UUID
) -> None:
    """The line that changed is to be looked at again; the administrator is told so."""
    await dossiers.submit(camille.practitioner, by=camille.account, now=NOW)
    revision = (await dossiers.dossier_of(camille.practitioner)).revision
    await dossiers.everything_delivered(camille.practitioner, by=admin, revision=revision, now=NOW)
    await cast.tell(camille, DossierItem.MEDIATOR)
    with pytest.raises(dossiers.ChangedSince):
        await dossiers.record_delivery(camille.practitioner, by=admin, revision=revision, now=NOW)
    found = {
        line.item: line.is_delivered for line in await dossiers.lines(camille.practitioner, NOW)
    }
    assert found[DossierItem.MEDIATOR] is None
    assert found[DossierItem.INSURANCE] is True
    with pytest.raises(dossiers.NotAllDelivered):
        await dossiers.record_delivery(
            camille.practitioner, by=admin, revision=revision + 1, now=NOW
        )


async def test_a_gating_field_edited_tells_the_administrators_once_and_the_page_stays(
    visitor: Visitor, camille: Owner, admin: UUID
) -> None:
    """EX-3.1-12."""
    await listed(camille, admin)
    await connection.execute("DELETE FROM mail")
    await cast.tell(camille, DossierItem.MEDIATOR)
    await cast.tell(camille, DossierItem.IDENTITY)
    assert await cast.kinds("sacha@exemple.example") == ["admin_alert"]
    assert (await dossiers.dossier_of(camille.practitioner)).waits_for_platform
    assert (await visitor.get(f"/praticiens/{await slug_of(camille)}")).status == 200


async def test_a_practice_without_a_certificate_waits_and_the_old_list_stays_public(
    visitor: Visitor, camille: Owner, admin: UUID
) -> None:
    """EX-3.1-2."""
    await listed(camille, admin)
    (sophrology, reflexology) = await cast.practice_ids("sophrologie", "reflexologie-plantaire")
    seen = await practices_mark(camille)
    lacking = await practices.choose(
        camille.practitioner,
        Practices([sophrology, reflexology]),
        seen=seen,
        by=camille.account,
        now=NOW,
    )
    assert len(lacking) == 1
    chosen = await practices.of(camille.practitioner, NOW)
    assert chosen.practices == [sophrology]
    assert chosen.waiting == [reflexology]
    assert chosen.said == [f"Justificatif manquant pour {lacking[0]}"]
    number = await cast.certified(camille, "reflexologie-plantaire", is_handed=False)
    assert (await practices.of(camille.practitioner, NOW)).practices == [sophrology]
    await cast.hand(camille, DossierItem.CERTIFICATES, certificate=number)
    chosen = await practices.of(camille.practitioner, NOW)
    assert chosen.practices == [sophrology, reflexology]
    assert (chosen.waiting, chosen.uncovered) == ([], [])


async def practices_mark(who: Owner) -> str:
    from app.directory import editing

    return await editing.mark_of(who.practitioner, editing.Block.PRACTICES)
