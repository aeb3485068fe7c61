"""Several connections at once: whatever arrives together, one address, one use, one way in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pyotp
import pytest

from app.accounts import (
    links,
    new_email,
    new_password,
    people,
    retention,
    second_factor,
    signing_in,
)
from app.accounts.links import DeadLink
from app.accounts.people import AddressTaken
from app.accounts.second_factor import WrongCode
from app.accounts.signing_in import CodeAsked, Entered, WrongCredentials
from app.accounts.tables import LinkPurpose
from app.accounts.throttling import TooManyTries
from app.database import connection
from tests.accounts import cast
from tests.accounts.cast import ELSEWHERE, HOME, NOW, OTHER_PASSWORD, PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.race]


@pytest.fixture(autouse=True)
async def nobody(pool: None) -> None:
    await cast.empty()


async def together(*works: Awaitable[Any]) -> list[Any]:
    return await asyncio.gather(*works, return_exceptions=True)


async def test_two_sign_ups_of_one_address_make_one_account() -> None:
    """EX-5-3."""
    boxes = await cast.ticked()
    done = await together(
        *(cast.sign_up(name, boxes=boxes) for name in ("zoe@exemple.fr", "ZOE@exemple.fr") * 2)
    )
    assert done == [None] * 4
    assert await cast.count("account") == 1
    kinds = sorted(one.kind for one in await cast.mailbox())
    assert kinds == ["already_registered"] * 3 + ["confirm_email"]
    holder = await people.at("zoe@exemple.fr")
    assert holder is not None
    assert len(await cast.evidence("consentement.donne", holder.id)) == 3


async def test_a_link_used_twice_at_once_works_once() -> None:
    account = await cast.client()
    token = (await links.make(account, LinkPurpose.SIGN_IN, now=NOW)).rpartition("/")[2]
    done = await together(*(signing_in.by_link(token, origin=HOME, now=NOW) for _ in range(6)))
    assert sum(isinstance(one, Entered) for one in done) == 1
    assert sum(isinstance(one, DeadLink) for one in done) == 5
    assert await cast.count("session") == 1


async def test_a_reset_used_twice_at_once_sets_one_password() -> None:
    account = await cast.client()
    token = (await links.make(account, LinkPurpose.RESET_PASSWORD, now=NOW)).rpartition("/")[2]
    done = await together(
        *(
            new_password.reset(token, wanted, origin=HOME, now=NOW)
            for wanted in (OTHER_PASSWORD, "carnet-bleu-hibou-lune")
        )
    )
    assert sum(isinstance(one, DeadLink) for one in done) == 1
    assert len(await cast.evidence("auth.mdp_change", account)) == 1


async def test_the_last_recovery_code_used_twice_at_once_opens_once() -> None:
    account = await cast.client()
    generator = pyotp.TOTP((await second_factor.begin(account)).secret)
    session = (await cast.entered()).session
    codes = await second_factor.confirm(account, session, generator.at(NOW), now=NOW)
    await connection.execute(
        "DELETE FROM recovery_code WHERE id <> (SELECT min(id) FROM recovery_code)"
    )
    asked = await signing_in.by_password("anne@exemple.fr", PASSWORD, origin=HOME, now=NOW)
    assert isinstance(asked, CodeAsked)
    last = codes[0]
    done = await together(
        *(signing_in.by_code(asked.ticket, last, origin=HOME, now=NOW) for _ in range(4))
    )
    assert sum(isinstance(one, Entered) for one in done) == 1
    assert sum(isinstance(one, WrongCode) for one in done) == 3
    assert await second_factor.codes_left(account) == 0


async def test_a_one_time_code_sent_twice_at_once_opens_once() -> None:
    account = await cast.client()
    generator = pyotp.TOTP((await second_factor.begin(account)).secret)
    session = (await cast.entered()).session
    await second_factor.confirm(account, session, generator.at(NOW), now=NOW)
    later = NOW + timedelta(minutes=2)
    asked = await signing_in.by_password("anne@exemple.fr", PASSWORD, origin=HOME, now=later)
    assert isinstance(asked, CodeAsked)
    code = generator.at(later)
    done = await together(
        *(signing_in.by_code(asked.ticket, code, origin=HOME, now=later) for _ in range(4))
    )
    assert sum(isinstance(one, Entered) for one in done) == 1


async def test_twenty_failures_at_once_are_five_tries() -> None:
    await cast.client()
    done = await together(
        *(cast.entered(password=f"essai numéro {n}", origin=ELSEWHERE) for n in range(20))
    )
    assert sum(isinstance(one, WrongCredentials) for one in done) == 5
    assert sum(isinstance(one, TooManyTries) for one in done) == 15


async def test_the_right_password_among_many_guesses_sent_at_once_does_not_get_past_the_limit() -> (
    None
):
    await cast.client()
    guesses = [f"essai numéro {n}" for n in range(12)] + [PASSWORD]
    done = await together(*(cast.entered(password=one, origin=ELSEWHERE) for one in guesses))
    tried = sum(isinstance(one, WrongCredentials | Entered) for one in done)
    assert tried <= 6


async def test_two_accounts_that_want_one_new_address_get_it_once() -> None:
    accounts = [await cast.client("anne@exemple.fr"), await cast.client("zoe@exemple.fr")]
    tokens = []
    for account in accounts:
        await new_email.ask(account, "neuve@exemple.fr", password=PASSWORD, origin=HOME, now=NOW)
        tokens.append((await cast.mail("confirm_new_email")).token)
        await connection.execute("TRUNCATE mail")
    done = await together(*(new_email.take_effect(token, now=NOW) for token in tokens))
    assert sum(isinstance(one, AddressTaken) for one in done) == 1
    found = await connection.rows("SELECT email FROM account ORDER BY email")
    assert "neuve@exemple.fr" in {line["email"] for line in found}
    assert len(found) == 2


async def test_two_nights_at_once_warn_and_close_once() -> None:
    await cast.client()
    due = NOW + timedelta(days=731 - 30)
    for now in (due, due + timedelta(days=23), due + timedelta(days=31)):
        await together(retention.run(now), retention.run(now))
    assert [one.kind for one in await cast.mailbox()] == ["inactive_account"] * 2
    assert await cast.count("closed_identity") == 1
