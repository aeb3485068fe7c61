"""A practitioner who closes their account: unseen at once, emptied, and the dossier kept apart for five years."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.accounts import closing as accounts_closing
from app.accounts.periods import months_later
from app.database import connection
from app.directory import editing, profiles
from app.directory.editing import Block, NoSuchLine
from app.directory.erasing import NOBODY
from app.directory.profiles import Headline
from app.directory.tables import ListingState
from app.errors import NotFound
from app.listing import customers, documents, importing, life
from app.listing.tables import DossierItem
from app.moderation import closing, decisions, delisting, following, leaving, retention
from app.settings import values
from app.space import retention as nightly
from app.storage import files, pictures, tidying
from tests.accounts import cast as accounts
from tests.listing import cast
from tests.listing.cast import NOW, Owner
from tests.space import practising
from tests.space.member import Member
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

SLUG = "camille-martin"
DAY = timedelta(days=1)
DOSSIER = ("legal_identity", "insurance", "mediator", "training_certificate", "service", "decision")
PAGE = (
    "theme_chosen",
    "practice_place",
    "training_shown",
    "removal",
    "weekly_opening",
    "booking_rules",
)


@pytest.fixture
async def camille(nobody: None) -> Owner:
    """Listed, with a page, a photograph, a dossier and decisions."""
    return await practising.whole()


async def rows(table: str, who: Owner) -> int:
    return await connection.number(
        f"SELECT count(*) FROM {table} WHERE practitioner = $1", who.practitioner
    )


async def counts(now: datetime, *, is_dry: bool = False) -> dict[str, int]:
    return {line.rule: line.count for line in await nightly.run(now, is_dry=is_dry)}


async def is_emptied(who: Owner) -> bool:
    """Whether nothing is left of the public page, and all of the dossier."""
    found = await connection.row(
        "SELECT p.*, f.* FROM practitioner p JOIN profile f ON f.practitioner = p.id WHERE p.id = $1",
        who.practitioner,
    )
    assert found is not None
    assert [table for table in DOSSIER if not await rows(table, who)] == []
    written = ("headline", "presentation", "portrait", "access", "cancellation_terms", "first_name")
    is_empty = not any(found[name] for name in written) and found["trade_name"] == NOBODY
    return is_empty and not any([await rows(table, who) for table in PAGE])


# ---- at once --------------------------------------------------------------------------------------


async def test_who_closes_their_account_is_gone_at_once_without_any_job(
    site: Any, camille: Owner, anybody: Visitor
) -> None:
    """EX-14-3, EX-4-8: 410, out of the lists, the photograph too; no worker runs here."""
    portrait = await practising.portrait_file(camille)
    picture = f"/portraits/{portrait}/400.webp"
    assert (await anybody.get(f"/praticiens/{SLUG}")).status == 200
    assert (await anybody.request("GET", picture)).status == 200
    async with await cast.member(site, camille).sign_in(now=datetime.now(UTC)) as member:
        await member.open("/mon-compte/resilier/confirmer")
        seen = await member.send("/mon-compte/resilier/confirmer", mot_de_passe=cast.PASSWORD)
    assert seen.text("h1") == "Votre compte est résilié"
    assert (await anybody.get(f"/praticiens/{SLUG}")).status == 410
    assert "Camille" not in (await anybody.get("/praticiens")).text()
    assert (await anybody.request("GET", picture)).status == 404
    assert await is_emptied(camille)
    step = (await life.steps_of(camille.practitioner))[0]
    assert (step.to_state, step.ground) == (ListingState.DELISTED, life.ACCOUNT_GROUND)


async def test_what_goes_and_what_stays_is_told_before_and_by_mail(
    site: Any, camille: Owner
) -> None:
    """EX-4-8: the dossier is kept five years (listing contract § 14)."""
    async with await cast.member(site, camille).sign_in(now=datetime.now(UTC)) as member:
        page = await member.open("/mon-compte/resilier")
    assert "Votre page de praticien" in page.text()
    assert "Votre dossier de praticien et les documents remis" in page.text()
    await closing.close(camille.account, now=NOW)
    told = " ".join((await accounts.mail("account_closed", camille.email)).text.split())
    assert "Votre dossier de praticien et les documents remis, à l’écart" in told
    assert "5 ans" in told


async def test_the_documents_stay_as_they_were_and_nobody_is_shown_them(
    camille: Owner, desk: Visitor
) -> None:
    """EX-4-8: the name leaves the lists of the administrators, and their pages answer nothing."""
    await closing.close(camille.account, now=NOW)
    held = await documents.of(camille.practitioner)
    assert len(held) == 3
    assert [await asyncio.to_thread(b"".join, await files.pieces(one.file)) for one in held]
    for path in (
        "/admin/praticiens",
        "/admin/praticiens?q=73282932000074",
        "/admin/dossiers?onglet=tous",
    ):
        page = await desk.get(path)
        assert page.status == 200
        assert "Camille" not in page.text("main")
        assert NOBODY not in page.text("main")
    for path in (
        f"/admin/praticiens/{camille.practitioner}",
        f"/admin/dossiers/{camille.practitioner}",
        f"/admin/dossiers/{camille.practitioner}/pieces/{held[0].id}",
    ):
        assert (await desk.request("GET", path)).status == 404, path


async def test_a_dossier_never_handed_over_is_erased_with_the_account(nobody: None) -> None:
    """Nobody looked at it and nothing was decided: no claim may be made of it."""
    who = await cast.owner("Andrea")
    [document, *_] = await documents.of(who.practitioner)
    told = await closing.kept_after(who.account, NOW)
    assert len(told) == len(await accounts_closing.kept_after(NOW))
    await closing.close(who.account, now=NOW)
    assert await rows("legal_identity", who) == 0
    assert await rows("supporting_document", who) == 0
    with pytest.raises(NotFound):
        await files.pieces(document.file)
    [noted] = await accounts.evidence("rgpd.effacement", who.account)
    assert (noted["motif"], "documents" in noted["quoi"]) == ("compte_ferme", True)


async def test_who_is_ended_by_the_operator_leaves_in_the_same_way(
    camille: Owner, desk: Visitor
) -> None:
    """EX-14-1, EX-14-3."""
    await desk.get(f"/admin/personnes/{camille.account}")
    address = f"/admin/personnes/{camille.account}/fermeture"
    answer = await desk.submit(address, {"motif": "illicite", "faits": practising.FACTS})
    assert answer.status == 303
    assert await is_emptied(camille)
    told = " ".join((await accounts.mail("account_terminated", camille.email)).text.split())
    assert "Votre dossier de praticien" in told


async def test_the_evidence_of_a_closure_says_what_was_erased_once(camille: Owner) -> None:
    await closing.close(camille.account, now=NOW)
    await following.follow_account(camille.account, now=NOW)
    assert await retention._left(NOW) == []
    [noted] = await accounts.evidence("rgpd.effacement", camille.account)
    assert (noted["motif"], noted["quoi"]) == ("compte_ferme", ["fiche", "photo", "horaires"])


async def test_a_closure_that_fails_leaves_all_as_it_was(camille: Owner) -> None:
    class _Cut(Exception):
        pass

    async def cut() -> None:
        async with connection.transaction():
            await closing.close(camille.account, now=NOW)
            raise _Cut

    with pytest.raises(_Cut):
        await cut()
    assert (await life.standing_of(camille.practitioner)).is_public(NOW)
    portrait = UUID(await practising.portrait_file(camille))
    assert await pictures.portrait(portrait, "400.webp")


async def test_an_end_announced_does_not_delay_who_closes_their_account(camille: Owner) -> None:
    await leaving.end(
        camille.practitioner, account=camille.account, effective_at=NOW + 60 * DAY, now=NOW
    )
    await closing.close(camille.account, now=NOW + DAY)
    standing = await life.standing_of(camille.practitioner)
    assert (standing.state, standing.ends_at) == (ListingState.DELISTED, NOW + DAY)


# ---- an account closed by the night, and closures of before ----------------------------------------


async def test_an_account_closed_for_its_silence_is_followed_by_its_note(camille: Owner) -> None:
    await accounts_closing.close_forgotten(camille.account, now=NOW)
    await following.follow_account(camille.account, now=NOW)
    assert await is_emptied(camille)


async def test_the_night_empties_the_pages_that_a_note_forgot(camille: Owner) -> None:
    await accounts_closing.close_forgotten(camille.account, now=NOW)
    await connection.execute("TRUNCATE pgqueuer")
    assert (await counts(NOW, is_dry=True))["left"] == 1
    assert not await is_emptied(camille)
    assert (await counts(NOW))["left"] == 1
    assert await is_emptied(camille)
    assert (await counts(NOW))["left"] == 0


# ---- five years later -----------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "gone"), [(-DAY, 0), (timedelta(0), 1), (DAY, 1)])
async def test_the_dossier_goes_five_years_after_the_end(
    camille: Owner, late: timedelta, gone: int
) -> None:
    """Law § 2.9; listing contract § 14: its files too."""
    await closing.close(camille.account, now=NOW)
    held = await documents.of(camille.practitioner)
    at = months_later(NOW, 60) + late
    assert (await counts(at, is_dry=True))["dossiers"] == gone
    assert len(await documents.of(camille.practitioner)) == 3, "a try changes nothing"
    assert (await counts(at))["dossiers"] == gone
    assert (await counts(at))["dossiers"] == 0, "done once"
    assert await rows("legal_identity", camille) == 1 - gone
    if gone:
        with pytest.raises(NotFound):
            await files.pieces(held[0].file)
        assert (await tidying.tidy(datetime.now(UTC) + 2 * DAY)).files >= len(held)


async def test_the_period_of_a_dossier_is_a_setting(camille: Owner) -> None:
    await closing.close(camille.account, now=NOW)
    await values.change(values.DOSSIER_MONTHS, 72, by="essai", effective_at=NOW)
    assert (await counts(months_later(NOW, 61), is_dry=True))["dossiers"] == 0
    assert (await counts(months_later(NOW, 72), is_dry=True))["dossiers"] == 1


async def test_the_period_begins_with_the_end_of_the_listing_not_with_the_closure(
    camille: Owner,
) -> None:
    await leaving.end(camille.practitioner, account=camille.account, effective_at=NOW, now=NOW)
    await closing.close(camille.account, now=NOW + 900 * DAY)
    assert (await counts(months_later(NOW, 60), is_dry=True))["dossiers"] == 1


async def test_who_left_the_directory_but_kept_the_account_keeps_the_dossier_while_they_use_it(
    camille: Owner,
) -> None:
    await leaving.end(camille.practitioner, account=camille.account, effective_at=NOW, now=NOW)
    later = NOW + 900 * DAY
    await cast.tell(camille, DossierItem.MEDIATOR, now=later)
    assert (await counts(months_later(NOW, 61), is_dry=True))["dossiers"] == 0
    assert (await counts(months_later(later, 60), is_dry=True))["dossiers"] == 1


async def test_who_is_listed_is_never_forgotten(camille: Owner) -> None:
    assert (await counts(months_later(NOW, 600), is_dry=True))["dossiers"] == 0


async def test_a_document_replaced_goes_after_a_year_for_who_left_too(camille: Owner) -> None:
    [notice] = [
        one for one in await documents.of(camille.practitioner) if one.item is DossierItem.IDENTITY
    ]
    await documents.take_off(camille.practitioner, notice.id, by=camille.account, now=NOW)
    await closing.close(camille.account, now=NOW)
    assert await documents.tidy(NOW + documents.KEPT - DAY) == 0
    assert await documents.tidy(NOW + documents.KEPT) == 1


@pytest.mark.parametrize(("late", "left"), [(-DAY, 2), (DAY, 0)])
async def test_decisions_that_are_over_go_after_five_years(
    camille: Owner, late: timedelta, left: int
) -> None:
    """Law § 2.9: with what was contested and answered."""
    at = months_later(NOW, 60) + late
    assert (await counts(at, is_dry=True))["decisions"] == 2 - left
    assert (await counts(at))["decisions"] == 2 - left
    assert len(await decisions.of(camille.practitioner)) == left
    assert (await counts(at))["decisions"] == 0


async def test_a_delisting_stays_told_as_long_as_it_holds(camille: Owner, admin: UUID) -> None:
    reference = await delisting.delist(
        camille.practitioner,
        by=admin,
        ground="regle",
        facts=practising.FACTS,
        effective_at=NOW,
        exception="obligation-legale",
        seen=await decisions.latest(camille.practitioner),
        now=NOW,
    )
    await connection.execute("UPDATE practitioner SET updated_at = $1", months_later(NOW, 50))
    await counts(months_later(NOW, 61))
    assert [one.reference for one in await decisions.of(camille.practitioner)] == [reference]


# ---- afterwards -----------------------------------------------------------------------------------


async def test_nothing_arrives_on_a_page_whose_account_is_closed(camille: Owner) -> None:
    """A form or a file on its way when the account closed comes too late."""
    seen = await editing.mark_of(camille.practitioner, Block.HEADLINE)
    file = await cast.stored(camille)
    await closing.close(camille.account, now=NOW)
    with pytest.raises(NoSuchLine):
        await profiles.write_headline(
            camille.practitioner, Headline("Encore des séances"), seen=seen, now=NOW
        )
    with pytest.raises(NoSuchLine):
        await documents.hand_over(
            camille.practitioner, DossierItem.IDENTITY, file, by=camille.account, now=NOW
        )


async def test_who_left_is_neither_imported_again_nor_a_customer_to_match(camille: Owner) -> None:
    await connection.execute("UPDATE legal_identity SET email = 'pro@exemple.fr'")
    await closing.close(camille.account, now=NOW)
    lines = b"email;siret;prenom;nom\npro@exemple.fr;732 829 320 00074;Camille;Martin\n"
    assert (await importing.load(lines, now=NOW)).created == 0
    seen = await customers.preview(customers.read(b"siret;email\n73282932000074;\n"))
    assert (seen.marked, seen.doubts) == ([], [])


async def test_who_comes_back_begins_a_page_of_their_own(site: Any, camille: Owner) -> None:
    await closing.close(camille.account, now=NOW)
    again = await cast.draft("Camille")
    assert again.practitioner != camille.practitioner
    assert await rows("legal_identity", again) == 0
    member = Member(site, again.account, email=again.email)
    async with await member.sign_in(now=datetime.now(UTC)) as signed:
        assert "Camille" in (await signed.open("/espace")).text("h1, .space__top")


# ---- at once, by several --------------------------------------------------------------------------


@pytest.mark.race
async def test_a_closure_and_edits_at_once_never_wait_in_a_circle(camille: Owner) -> None:
    async def edit(number: int) -> None:
        seen = await editing.mark_of(camille.practitioner, Block.HEADLINE)
        await profiles.write_headline(
            camille.practitioner, Headline(f"Séances numéro {number}"), seen=seen, now=NOW
        )

    end = leaving.end(camille.practitioner, account=camille.account, effective_at=NOW, now=NOW)
    close = closing.close(camille.account, now=NOW)
    works: list[Coroutine[Any, Any, object]] = [edit(0), edit(1), close, edit(2), edit(3), end]
    answers = await asyncio.gather(*works, return_exceptions=True)
    failures = [one for one in answers if isinstance(one, BaseException)]
    assert not [one for one in failures if "deadlock" in str(one).lower()]
    assert await is_emptied(camille)


@pytest.mark.race
async def test_two_nights_at_once_forget_once(camille: Owner) -> None:
    await closing.close(camille.account, now=NOW)
    at = months_later(NOW, 61)
    both = await asyncio.gather(counts(at), counts(at))
    assert sum(one["dossiers"] for one in both) == 1
