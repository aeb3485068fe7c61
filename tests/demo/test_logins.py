"""The accounts of the demonstration: they work, once, and never in production."""

from __future__ import annotations

import pyotp
import pytest

from app import config
from app.accounts import acceptances, people, signing_in
from app.accounts.signing_in import CodeAsked, Entered
from app.database import connection
from app.demo import loading, logins
from app.directory import ownership
from app.listing import documents, dossiers, gate
from tests.accounts import cast
from tests.accounts.cast import HOME, NOW

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def nobody(pool: None) -> None:
    await cast.empty()


async def test_each_login_signs_in() -> None:
    for _ in range(2):
        await logins.load(NOW)
    assert await cast.count("account") == 4
    client, admin, *_ = logins.all_of_them()
    entered = await cast.entered(client.email, client.password)
    assert await acceptances.pending(entered.account, NOW) == []
    asked = await signing_in.by_password(admin.email, admin.password, origin=HOME, now=NOW)
    assert isinstance(asked, CodeAsked)
    code = pyotp.TOTP(admin.secret).at(NOW)
    assert isinstance(await signing_in.by_code(asked.ticket, code, origin=HOME, now=NOW), Entered)
    found = await people.at(admin.email)
    assert found is not None
    assert found.is_admin
    assert await cast.mailbox() == []


async def test_the_person_who_starts_the_site_is_told() -> None:
    client, admin, *practising = logins.lines()
    assert "client@demo.example" in client
    assert logins.all_of_them()[1].secret in admin
    assert "praticien@demo.example" in practising[0]
    assert "dossier@demo.example" in practising[1]


async def test_two_practitioners_sign_in_one_listed_and_one_who_waits() -> None:
    """Their dossiers are whole, files included: the second waits to be examined."""
    await connection.execute("TRUNCATE practitioner CASCADE")
    await loading.load(60, now=NOW, report=lambda _: None)
    await logins.load(NOW)
    for login, state in zip(logins.all_of_them()[2:], ("listed", "submitted"), strict=True):
        found = await people.at(login.email)
        assert found is not None
        assert found.shortest_password == 14
        practitioner = await ownership.practitioner_of(found.id)
        assert practitioner is not None
        held = await dossiers.dossier_of(practitioner)
        assert held.state == state
        assert held.waits_for_platform is (state == "submitted")
        assert await gate.missing(practitioner, NOW) == []
        assert await documents.of(practitioner)
    await connection.execute("TRUNCATE practitioner CASCADE")


async def test_production_has_no_such_account(monkeypatch: pytest.MonkeyPatch) -> None:
    class Production:
        is_production = True

    monkeypatch.setattr(config, "current", Production)
    with pytest.raises(logins.NotInProduction):
        logins.all_of_them()
    with pytest.raises(logins.NotInProduction):
        await logins.load(NOW)
