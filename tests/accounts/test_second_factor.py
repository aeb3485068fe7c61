"""The second step of a sign-in: one-time codes, recovery codes, and those who cannot do without."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pyotp
import pytest

from app.accounts import (
    incidents,
    links,
    new_password,
    passwords,
    second_factor,
    sessions,
    signing_in,
)
from app.accounts.signing_in import CodeAsked, Entered, MustChangePassword, TicketOver
from app.accounts.tables import LinkPurpose
from app.accounts.throttling import TooManyTries
from app.database import connection
from app.sealing import signing
from tests.accounts import cast
from tests.accounts.cast import HOME, NOW, PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("nobody")]

MINUTE = timedelta(minutes=1)
LATER = NOW + 10 * MINUTE


async def with_second_factor(account: UUID) -> tuple[pyotp.TOTP, list[str]]:
    secret = (await second_factor.begin(account)).secret
    generator = pyotp.TOTP(secret)
    session = (await cast.entered()).session
    codes = await second_factor.confirm(account, session, generator.at(NOW), now=NOW)
    await connection.execute("TRUNCATE mail")
    return generator, codes


async def ticket() -> str:
    asked = await signing_in.by_password("anne@exemple.fr", PASSWORD, origin=HOME, now=LATER)
    assert isinstance(asked, CodeAsked)
    return asked.ticket


async def test_the_password_alone_no_longer_opens_anything() -> None:
    generator, _ = await with_second_factor(await cast.client())
    before = await cast.count("session")
    given = await ticket()
    assert await cast.count("session") == before
    assert await sessions.opened(given, LATER) is None
    entered = await signing_in.by_code(given, generator.at(LATER), origin=HOME, now=LATER)
    found = await sessions.opened(entered.session_token, LATER)
    assert found is not None
    assert found.has_second_factor


async def test_the_mailed_link_asks_for_the_code_too() -> None:
    account = await cast.client()
    await with_second_factor(account)
    token = (await links.make(account, LinkPurpose.SIGN_IN, now=LATER)).rpartition("/")[2]
    assert isinstance(await signing_in.by_link(token, origin=HOME, now=LATER), CodeAsked)


async def test_a_code_serves_once() -> None:
    generator, _ = await with_second_factor(await cast.client())
    code = generator.at(LATER)
    await signing_in.by_code(await ticket(), code, origin=HOME, now=LATER)
    with pytest.raises(second_factor.WrongCode):
        await signing_in.by_code(await ticket(), code, origin=HOME, now=LATER)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (1, True), (2, False)])
async def test_a_clock_half_a_minute_off_is_forgiven(steps: int, is_taken: bool) -> None:
    generator, _ = await with_second_factor(await cast.client())
    code = generator.at(LATER + steps * timedelta(seconds=30))
    if is_taken:
        await signing_in.by_code(await ticket(), code, origin=HOME, now=LATER)
    else:
        with pytest.raises(second_factor.WrongCode):
            await signing_in.by_code(await ticket(), code, origin=HOME, now=LATER)


async def test_a_recovery_code_serves_once_however_it_is_typed() -> None:
    account = await cast.client()
    _, codes = await with_second_factor(account)
    assert len(set(codes)) == 10
    typed = codes[0].lower().replace("-", " ")
    await signing_in.by_code(await ticket(), typed, origin=HOME, now=LATER)
    assert await second_factor.codes_left(account) == 9
    with pytest.raises(second_factor.WrongCode):
        await signing_in.by_code(await ticket(), codes[0], origin=HOME, now=LATER)


async def test_new_recovery_codes_replace_the_former() -> None:
    account = await cast.client()
    _, former = await with_second_factor(account)
    fresh = await second_factor.new_codes(account, now=NOW)
    with pytest.raises(second_factor.WrongCode):
        await signing_in.by_code(await ticket(), former[0], origin=HOME, now=LATER)
    await signing_in.by_code(await ticket(), fresh[0], origin=HOME, now=LATER)


async def test_codes_are_not_guessed() -> None:
    generator, _ = await with_second_factor(await cast.client())
    given = await ticket()
    for _ in range(5):
        with pytest.raises(second_factor.WrongCode):
            await signing_in.by_code(given, "000000", origin=HOME, now=LATER)
    with pytest.raises(TooManyTries):
        await signing_in.by_code(given, generator.at(LATER), origin=HOME, now=LATER)


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "é" * 6, "0" * 10_000, "' OR 1=1"])
async def test_what_is_no_code_is_refused(code: str) -> None:
    await with_second_factor(await cast.client())
    with pytest.raises(second_factor.WrongCode):
        await signing_in.by_code(await ticket(), code, origin=HOME, now=LATER)


async def test_a_forged_or_old_ticket_is_worth_nothing() -> None:
    account = await cast.client()
    generator, _ = await with_second_factor(account)
    code = generator.at(LATER)
    forged = [str(account), signing.sign("flash", str(account), now=LATER), "", "a.b.c"]
    for given in forged:
        with pytest.raises(TicketOver):
            await signing_in.by_code(given, code, origin=HOME, now=LATER)
    old = await ticket()
    with pytest.raises(TicketOver):
        await signing_in.by_code(old, code, origin=HOME, now=LATER + 11 * MINUTE)


async def test_a_first_factor_given_before_a_new_password_is_worth_nothing_after_it() -> None:
    account = await cast.client()
    generator, codes = await with_second_factor(account)
    given = await ticket()
    link = (await links.make(account, LinkPurpose.RESET_PASSWORD, now=LATER)).rpartition("/")[2]
    await new_password.reset(link, cast.OTHER_PASSWORD, origin=HOME, now=LATER)
    for code in (generator.at(LATER), codes[0]):
        with pytest.raises(TicketOver):
            await signing_in.by_code(given, code, origin=HOME, now=LATER)
    assert await second_factor.codes_left(account) == second_factor.RECOVERY_CODES


async def test_a_first_factor_given_before_a_report_is_worth_nothing_after_it() -> None:
    """EX-4-6: only a new password opens the account again."""
    account = await cast.client()
    generator, _ = await with_second_factor(account)
    given = await ticket()
    await incidents.report(account, origin=HOME, now=LATER)
    with pytest.raises(MustChangePassword):
        await signing_in.by_code(given, generator.at(LATER), origin=HOME, now=LATER)
    assert await cast.count("session") == 0


async def test_the_secret_is_not_readable_in_the_database() -> None:
    account = await cast.client()
    secret = (await second_factor.begin(account)).secret
    kept = await connection.row("SELECT secret_sealed FROM second_factor")
    assert kept is not None
    assert secret.encode() not in kept["secret_sealed"]
    assert (await second_factor.begin(account)).secret == secret
    assert "otpauth://totp/" in (await second_factor.begin(account)).uri


async def test_turning_the_second_factor_on_ends_the_other_sessions() -> None:
    account = await cast.client()
    other = await cast.entered()
    await with_second_factor(account)
    assert await sessions.opened(other.session_token, NOW) is None


async def test_an_administrator_cannot_do_without() -> None:
    account = await cast.admin()
    with pytest.raises(second_factor.Compulsory):
        await second_factor.remove(account, now=NOW)


async def test_an_administrator_without_second_factor_enters_to_set_it_up() -> None:
    account = await cast.admin()
    with pytest.raises(passwords.WeakPassword, match="14"):
        await new_password.first(account, "Xk7#pq92Lm!z", now=NOW)
    await new_password.first(account, cast.OTHER_PASSWORD, now=NOW)
    entered = await cast.entered("ada@exemple.fr", cast.OTHER_PASSWORD)
    found = await sessions.opened(entered.session_token, NOW)
    assert found is not None
    assert found.is_admin
    assert not found.has_second_factor
    assert await sessions.opened(entered.session_token, NOW + timedelta(hours=12)) is None


async def test_taking_it_off_is_told() -> None:
    account = await cast.client()
    await with_second_factor(account)
    await second_factor.remove(account, now=NOW)
    assert "désactivée" in (await cast.mail("second_factor_changed")).text
    assert isinstance(await cast.entered(now=LATER), Entered)
