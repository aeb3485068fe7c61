"""A draft that an import prepared, and the person who opens an account with its e-mail: one page, no twin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from app.accounts.devices import Origin
from app.database import connection
from app.directory import completeness
from app.directory.tables import ListingState
from app.listing import importing, joining, life
from app.listing.drafts import Name
from app.listing.joining import ConfirmFirst, Joined
from app.moderation import decisions, delisting
from app.web.people import SignedIn
from tests.listing import cast
from tests.listing.cast import NOW
from tests.space.member import Member, somebody

pytestmark = pytest.mark.anyio

EMAIL = "camille@exemple.example"
CSV = (
    "email;siret;prenom;nom;titre;pratiques;rue;code_postal;commune;telephone;tva\n"
    f"{EMAIL};732 829 320 00074;Camille;Martin;Des séances pour souffler;Sophrologie;"
    "1 rue des Essais;69003;Lyon;06 12 34 56 78;non\n"
).encode()
SAID = "Une page avait été préparée pour votre adresse e-mail"
SHOWN = "Une page a été préparée pour votre adresse e-mail"


async def imported(raw: bytes = CSV) -> int:
    """The last draft that an import makes."""
    await importing.load(raw, now=NOW)
    found = await connection.row("SELECT max(id) AS id FROM practitioner WHERE account IS NULL")
    assert found is not None
    return int(found["id"])


async def joins(me: SignedIn, typed: Name | None = None) -> Joined:
    typed = typed or Name("Camille", "Martin")
    origin = Origin("192.0.2.10", "essai")
    return await joining.become(me, typed, password="", wanted="", origin=origin, now=NOW)


async def practitioners() -> list[dict[str, Any]]:
    found = await connection.rows("SELECT * FROM practitioner ORDER BY id")
    return [dict(row) for row in found]


@pytest.fixture
async def member(site: Any, nobody: None) -> AsyncIterator[Member]:
    """Camille with an account, in front of a browser."""
    async with await (await somebody(site)).sign_in(now=datetime.now(UTC)) as found:
        yield found


async def test_who_joins_takes_over_the_draft_prepared_for_their_address(nobody: None) -> None:
    draft = await imported()
    me = await cast.signed_in()
    assert await joins(me) == Joined(draft, is_taken_over=True)
    [found] = await practitioners()
    assert (found["account"], found["slug"]) == (me.account_id, "camille-martin")
    legal = await connection.row("SELECT siret FROM legal_identity WHERE practitioner = $1", draft)
    assert legal is not None
    assert legal["siret"] == "73282932000074"
    assert await completeness.stale([draft]) == []
    told = await connection.row(
        "SELECT content::jsonb ->> 'reprise' AS taken FROM evidence_entry"
        " WHERE kind = 'dossier.ouvert' AND subject_id = $1",
        me.account_id,
    )
    assert told is not None
    assert told["taken"] == "true"
    assert await joins(me) == Joined(draft), "asked again, the first one is answered"


async def test_the_person_is_told_before_and_after(member: Member) -> None:
    await imported(CSV.replace(b";Camille;Martin;", ";Camille;d’Aubigné;".encode()))
    page = await member.open("/devenir-praticien")
    assert SHOWN in page.text("main")
    assert page.attribute("#champ-nom", "value") == "d’Aubigné", "the name of the draft"
    answer = await member.send("/devenir-praticien", nom="Roche")
    assert "Mon dossier" in answer.text("h1")
    assert SAID in answer.text()
    [found] = await practitioners()
    assert (found["slug"], found["last_name"]) == ("camille-roche", "Roche"), "what was typed holds"
    identity = await member.open("/espace/dossier/siret")
    assert "732" in identity.attribute("[name=siret]", "value")


async def test_without_a_draft_nothing_is_said_of_one(member: Member) -> None:
    await imported(CSV.replace(b"camille@", b"claude@"))
    assert SHOWN not in (await member.open("/devenir-praticien")).text()
    assert SAID not in (await member.send("/devenir-praticien")).text()
    assert len(await practitioners()) == 2


async def test_nothing_is_told_nor_taken_before_the_address_is_confirmed(
    site: Any, nobody: None
) -> None:
    """Whoever opens an account with somebody's address learns nothing of them."""
    await imported()
    person = await somebody(site, is_confirmed=False)
    async with await person.sign_in(now=datetime.now(UTC)) as member:
        assert SHOWN not in (await member.open("/devenir-praticien")).text()
        answer = await member.send("/devenir-praticien")
        assert answer.status == 422
    assert [one["account"] for one in await practitioners()] == [None]


async def test_a_confirmation_undone_meanwhile_takes_nothing(nobody: None) -> None:
    """The database says whether the address is confirmed, not what the page knew."""
    await imported()
    me = await cast.signed_in()
    await connection.execute("UPDATE account SET email_confirmed_at = NULL")
    with pytest.raises(ConfirmFirst):
        await joins(me)
    assert [one["account"] for one in await practitioners()] == [None]


async def test_only_the_address_of_the_account_as_it_is_now_counts(nobody: None) -> None:
    await imported()
    me = await cast.signed_in()
    await connection.execute("UPDATE account SET email = 'autre@exemple.example'")
    assert not (await joins(me)).is_taken_over


@pytest.mark.parametrize(
    "change",
    [
        "account = (SELECT id FROM account WHERE email = 'dominique@exemple.example')",
        "listing_state = 'listed', listed_at = now()",
        "listing_state = 'delisted', listed_at = now(), listing_ends_at = now()",
    ],
)
async def test_a_page_of_somebody_or_once_public_is_not_taken_over(
    nobody: None, change: str
) -> None:
    draft = await imported()
    await cast.account("Dominique")
    await connection.execute(f"UPDATE practitioner SET {change}")
    joined = await joins(await cast.signed_in())
    assert joined.practitioner != draft
    assert not joined.is_taken_over


async def test_what_was_decided_of_a_draft_follows_whoever_takes_it_over(nobody: None) -> None:
    """Joining is no way around a decision: it is read in the space, with its reasons."""
    draft, admin = await imported(), await cast.admin()
    reference = await delisting.delist(
        draft,
        by=admin,
        ground="regle",
        facts="Les faits, tels que la personne les lira en entier.",
        exception="obligation-legale",
        effective_at=NOW,
        seen=0,
        now=NOW,
    )
    joined = await joins(await cast.signed_in())
    assert joined == Joined(draft, is_taken_over=True)
    assert (await life.standing_of(draft)).state is ListingState.DELISTED
    assert [one.reference for one in await decisions.of(draft)] == [reference]


async def test_of_two_drafts_of_one_address_the_last_one_is_taken(nobody: None) -> None:
    await imported()
    last = await imported(CSV.replace(b"732 829 320 00074", b"356 000 000 49837"))
    assert await joins(await cast.signed_in()) == Joined(last, is_taken_over=True)


async def test_an_import_after_somebody_joined_makes_no_twin(nobody: None) -> None:
    await joins(await cast.signed_in())
    report = await importing.load(CSV, now=NOW)
    assert (report.created, report.known) == (0, 1)
    assert len(await practitioners()) == 1


@pytest.mark.race
async def test_of_clicks_at_once_one_takes_the_draft_over(nobody: None) -> None:
    draft = await imported()
    me = await cast.signed_in()
    answers = await asyncio.gather(*(joins(me) for _ in range(4)))
    assert {one.practitioner for one in answers} == {draft}
    assert len(await practitioners()) == 1


@pytest.mark.race
@pytest.mark.parametrize("is_import_first", [True, False])
async def test_an_import_and_somebody_joining_at_once_make_one_page(
    nobody: None, is_import_first: bool
) -> None:
    """The second waits for the first to commit: the draft is taken over, or the line is known."""
    me = await cast.signed_in()
    works: list[Callable[[], Awaitable[object]]] = [
        lambda: importing.load(CSV, now=NOW),
        lambda: joins(me),
    ]
    first, second = works if is_import_first else reversed(works)
    is_done, may_commit = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        async with connection.transaction():
            await first()
            is_done.set()
            await may_commit.wait()

    one = asyncio.create_task(slowly())
    await is_done.wait()
    other = asyncio.create_task(_run(second))
    await asyncio.sleep(0.2)
    assert not other.done()
    may_commit.set()
    await asyncio.gather(one, other)
    [found] = await practitioners()
    assert found["account"] == me.account_id


async def _run(work: Callable[[], Awaitable[object]]) -> None:
    await work()


async def test_two_people_of_one_household_do_not_share_a_page(nobody: None) -> None:
    """Somebody with another address makes a page of their own, whatever the name."""
    draft = await imported()
    other = msgspec.structs.replace(await cast.signed_in("Claude"), email=EMAIL)
    assert (await joins(other)).practitioner != draft, "the account's own address, not the page's"
