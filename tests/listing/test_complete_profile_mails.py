"""E29: a practitioner learns that their profile became complete, or is no longer, soon after the edit that did it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from app.database import connection
from app.directory import completeness, editing, profiles
from app.directory.editing import Block
from app.directory.profiles import Headline
from app.listing import telling
from app.post import choices
from tests.accounts import cast
from tests.directory.owner import Owner, owner
from tests.factories import NOW, edited

pytestmark = pytest.mark.anyio

GOOD = "Des séances pour souffler"


@pytest.fixture
async def camille(site: Any, empty: None) -> AsyncIterator[Owner]:
    """Listed, with a complete profile."""
    await cast.empty()
    async with await owner(site) as person:
        await connection.execute("TRUNCATE pgqueuer")
        yield person


async def write(who: Owner, headline: str) -> None:
    seen = await editing.mark_of(who.practitioner, Block.HEADLINE)
    await profiles.write_headline(who.practitioner, Headline(headline), seen=seen, now=NOW)


async def read_notes() -> int:
    """Do what the worker does when the notes are due; answers how many there were."""
    notes = await connection.rows(
        "DELETE FROM pgqueuer WHERE entrypoint = $1 RETURNING payload",
        completeness.COMPLETENESS_CHANGED,
    )
    for note in notes:
        await telling.completeness_changed(msgspec.json.decode(note["payload"]), now=NOW)
    return len(notes)


async def received(who: Owner) -> list[str]:
    assert who.email is not None
    return [mail.kind for mail in await cast.mailbox(who.email)]


async def test_who_loses_a_complete_profile_is_told_what_is_missing_with_the_way_to_it(
    camille: Owner,
) -> None:
    await write(camille, "")
    due = await connection.row(
        "SELECT execute_after - now() BETWEEN $2 - interval '1 minute' AND $2 AS is_soon"
        " FROM pgqueuer WHERE entrypoint = $1",
        completeness.COMPLETENESS_CHANGED,
        completeness.SETTLING,
    )
    assert due is not None
    assert due["is_soon"]
    assert await read_notes() == 1
    mail = await cast.mail("profile_incomplete", camille.email)
    assert "Écrivez un titre d’activité" in mail.text
    assert "/espace/profil/titre#bloc-titre" in mail.text
    await write(camille, GOOD)
    assert await read_notes() == 1
    assert sorted(await received(camille)) == ["profile_complete", "profile_incomplete"]


async def test_what_is_lost_and_found_again_while_editing_is_told_to_nobody(camille: Owner) -> None:
    await write(camille, "")
    await write(camille, GOOD)
    assert await read_notes() == 2
    assert await received(camille) == []
    for headline in ("", GOOD, ""):
        await write(camille, headline)
    assert await read_notes() == 3
    assert await received(camille) == ["profile_incomplete"], "once, of where it ended"


async def test_each_change_is_evidence_in_the_transaction_of_the_edit(camille: Owner) -> None:
    await write(camille, "")
    await write(camille, "Une autre façon de souffler")
    await write(camille, GOOD)
    found = await cast.evidence("profil.complet_change", camille.account)
    assert [(one["avant"], one["complet"], one["manquants"]) for one in found] == [
        (True, False, 1),
        (False, True, 0),
    ]


@pytest.mark.parametrize("state", ["suspended", "draft"])
async def test_who_is_not_public_is_told_nothing(camille: Owner, state: str) -> None:
    await edited(camille.slug, listing_state=state)
    await write(camille, "")
    assert await read_notes() == 0
    await edited(camille.slug, listing_state="listed")
    await write(camille, GOOD)
    await edited(camille.slug, listing_state=state)
    assert await read_notes() == 1
    assert await received(camille) == []


async def test_who_refused_these_mails_receives_none(camille: Owner) -> None:
    await choices.refuse(camille.account, "profile_incomplete")
    await write(camille, "")
    assert await read_notes() == 1
    assert await received(camille) == []
