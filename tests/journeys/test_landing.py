"""Where one lands after signing in: each at home, unless a page was asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest

from app.accounts import links
from app.accounts.second_factor import put
from app.accounts.tables import LinkPurpose
from app.database import connection
from tests.accounts import cast as accounts
from tests.listing import cast
from tests.listing.cast import Owner
from tests.space.member import Filler

pytestmark = pytest.mark.anyio

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
async def person(site: Any, pool: None) -> AsyncIterator[Filler]:
    """Somebody in front of the site, with its legal texts and nobody in it; as it was, afterwards."""
    await accounts.empty()
    async with Filler(site) as found:
        yield found
    await accounts.empty()


async def _sign_in(person: Filler, email: str, *, suite: str = "") -> str:
    """Fill in the form of the door; the page one is then on."""
    await person.open(f"/connexion?suite={suite}" if suite else "/connexion")
    seen = await person.send("/connexion", courriel=email, mot_de_passe=cast.PASSWORD)
    return seen.response.url.path


async def _link(owner: Owner, purpose: LinkPurpose) -> str:
    async with connection.transaction():
        return await links.make(owner.account, purpose, now=datetime.now(UTC))


async def test_a_practitioner_lands_in_the_practitioner_s_space(person: Filler) -> None:
    owner = await cast.draft()
    assert await _sign_in(person, owner.email) == "/espace"
    assert "Espace praticien" in person.seen.text()
    for door in ("/connexion", "/inscription"):
        seen = await person.arrive(door)
        assert seen.response.url.path == "/espace", "already signed in"
        seen = await person.arrive(f"{door}?suite=/devenir-praticien")
        assert seen.response.url.path != "/espace", "somewhere was asked for"


async def test_a_practitioner_goes_back_to_the_page_asked_for(person: Filler) -> None:
    owner = await cast.draft()
    asked = await person.arrive("/mon-compte")
    assert asked.response.url.path == "/connexion"
    seen = await person.send("/connexion", courriel=owner.email, mot_de_passe=cast.PASSWORD)
    assert seen.response.url.path == "/mon-compte"


async def test_a_client_lands_on_their_account(person: Filler) -> None:
    client = await cast.account("Zoe")
    assert client.email is not None
    assert await _sign_in(person, client.email) == "/mon-compte"


async def test_a_mailed_link_leads_a_practitioner_to_the_same_place(person: Filler) -> None:
    owner = await cast.draft()
    path = await _link(owner, LinkPurpose.SIGN_IN)
    await person.open(path)
    assert (await person.send(path)).response.url.path == "/espace"


async def test_confirming_the_address_leads_a_practitioner_to_the_same_place(
    person: Filler,
) -> None:
    """Who became a practitioner before confirming the address they signed up with."""
    owner = await cast.draft()
    await connection.execute(
        "UPDATE account SET email_confirmed_at = NULL WHERE id = $1", owner.account
    )
    path = await _link(owner, LinkPurpose.CONFIRM_EMAIL)
    await person.open(path)
    assert (await person.send(path)).response.url.path == "/espace"


async def test_a_practitioner_with_a_second_factor_lands_there_after_the_code(
    person: Filler,
) -> None:
    owner = await cast.draft()
    async with connection.transaction():
        await put(owner.account, SECRET, now=datetime.now(UTC))
    assert await _sign_in(person, owner.email) == "/connexion/code"
    code = pyotp.TOTP(SECRET).at(int(datetime.now(UTC).timestamp()))
    assert (await person.send("/connexion/code", code=code)).response.url.path == "/espace"


async def test_an_administrator_lands_at_the_desk(person: Filler) -> None:
    admin = await cast.account("Ada", is_admin=True)
    assert admin.email is not None
    async with connection.transaction():
        await put(admin.id, SECRET, now=datetime.now(UTC))
    assert await _sign_in(person, admin.email) == "/connexion/code"
    code = pyotp.TOTP(SECRET).at(int(datetime.now(UTC).timestamp()))
    assert (await person.send("/connexion/code", code=code)).response.url.path == "/admin"
