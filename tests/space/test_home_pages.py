"""The first page of the space: what waits for the person, and a way to every part."""

from __future__ import annotations

from typing import Any

import pytest

from app.space import parts
from tests.accounts import cast
from tests.space.member import Member, somebody

pytestmark = pytest.mark.anyio


async def test_an_address_not_confirmed_waits_first_and_the_link_is_sent_again(
    site: Any, nobody: None
) -> None:
    member = await somebody(site, is_confirmed=False)
    async with await member.sign_in():
        seen = await member.open("/mon-compte")
        assert seen.texts(".todo__title")[0] == "Confirmez votre adresse e-mail"
        seen = await member.send("/mon-compte/donnees/confirmation")
        assert "Le lien est renvoyé" in seen.text()
        await cast.mail("confirm_email", member.email)


async def test_a_second_factor_is_offered_never_imposed(camille: Member) -> None:
    seen = await camille.open("/mon-compte")
    assert seen.texts(".todo__title") == ["Protégez mieux votre compte"]


async def test_every_part_is_one_click_away(camille: Member) -> None:
    """EX-4-5."""
    seen = await camille.open("/mon-compte")
    shown = {link.attributes["href"] for link in seen.all(".space__content a")}
    assert {part.url for part in (*parts.ACTIVITY, *parts.ACCOUNT)} <= shown
    assert "/mon-compte/resilier" in shown


async def test_who_is_no_practitioner_yet_is_told_how_to_become_one(camille: Member) -> None:
    seen = await camille.open("/mon-compte")
    assert seen.has(".space__content a[href='/devenir-praticien']")


@pytest.mark.parametrize("address", sorted(parts.EMPTY))
async def test_an_empty_part_says_what_will_be_there_and_leads_to_the_search(
    camille: Member, address: str
) -> None:
    """EX-4-5: nothing is invented."""
    seen = await camille.open(address)
    assert len(seen.all(".empty li")) >= 2
    assert seen.attribute(".empty a.button", "href") == "/praticiens"


async def test_nobody_enters_without_signing_in_and_comes_back_after(guest: Any) -> None:
    for address in ("/mon-compte", "/mon-compte/preuves.json", "/mon-compte/preuves?page=2"):
        answer = await guest.get(address)
        assert answer.status == 303
        assert answer.headers["location"].startswith("/connexion?suite=/mon-compte")
