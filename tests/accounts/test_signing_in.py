"""Signing in: by password, by a mailed link, with a code; and what a stranger meets."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from app.accounts import (
    asking,
    links,
    new_password,
    passwords,
    people,
    sessions,
    signing_in,
    throttling,
)
from app.accounts.devices import Origin
from app.accounts.signing_in import Entered, WrongCredentials
from app.accounts.tables import LinkPurpose
from app.accounts.throttling import Locked, TooManyTries
from app.database import connection
from app.errors import NotFound
from app.sealing import signing
from tests.accounts import cast
from tests.accounts.cast import ELSEWHERE, HOME, NOW, PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("nobody")]

MINUTE = timedelta(minutes=1)


async def fail(times: int, *, origin: Origin = ELSEWHERE, now: object = NOW) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            await cast.entered(password="un autre mot de passe", origin=origin, now=now)  # type: ignore[arg-type]


async def test_the_password_opens_a_session() -> None:
    account = await cast.client()
    entered = await cast.entered("ANNE@exemple.fr")
    found = await sessions.opened(entered.session_token, NOW)
    assert found is not None
    assert (found.account_id, found.email, found.is_admin) == (account, "anne@exemple.fr", False)
    assert found.is_email_confirmed
    assert not found.pending
    (trace,) = await cast.evidence("auth.succes", account)
    assert trace["adresse_ip"] == HOME.address


async def test_only_the_hash_of_the_token_is_kept() -> None:
    await cast.client()
    entered = await cast.entered()
    rows = await connection.rows("SELECT s::text AS line FROM session s")
    assert entered.session_token not in rows[0]["line"]
    kept = await connection.row("SELECT token_hash FROM session")
    assert kept is not None
    assert kept["token_hash"] == signing.digest(entered.session_token)


async def test_the_accents_of_a_password_do_not_depend_on_the_keyboard() -> None:
    await cast.client(password="tortue-lampe-v\u00e9lo-42")
    await cast.entered(password="tortue-lampe-ve\u0301lo-42")


async def test_a_new_token_at_each_sign_in_and_the_one_brought_along_dies() -> None:
    """Session fixation: what a stranger put in the browser never becomes the person's session."""
    await cast.client()
    planted = await cast.entered()
    brought = Origin(HOME.address, HOME.user_agent, session_token=planted.session_token)
    entered = await cast.entered(origin=brought)
    assert entered.session_token != planted.session_token
    assert await sessions.opened(planted.session_token, NOW) is None
    chosen = signing.token()
    entered = await cast.entered(origin=Origin(HOME.address, session_token=chosen))
    assert entered.session_token != chosen
    assert await sessions.opened(chosen, NOW) is None


@pytest.mark.parametrize(
    ("origin", "statements"), [(HOME, 4), (Origin(HOME.address, device_token="a" * 43), 5)]
)
@pytest.mark.parametrize("email", ["anne@exemple.fr", "personne@exemple.fr"])
async def test_an_account_and_no_account_answer_the_same_with_the_same_work(
    email: str, origin: Origin, statements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enumeration, by words or by time: as many hashes, statements and lines written in both cases."""
    await cast.client()
    done: list[str] = []

    async def counted(work: object, *arguments: object) -> object:
        done.append(getattr(work, "__name__", ""))
        return work(*arguments)  # type: ignore[operator]

    monkeypatch.setattr(passwords, "_in_turn", counted)
    asked: list[str] = []
    rows = connection.rows

    async def watched(sql: str, *parameters: object) -> object:
        asked.append(sql.split("(", maxsplit=1)[0])
        return await rows(sql, *parameters)

    monkeypatch.setattr(connection, "rows", watched)
    before = await cast.count("evidence_entry")
    asked.clear()
    with pytest.raises(WrongCredentials) as refusal:
        await cast.entered(email, "un autre mot de passe", origin=origin)
    assert refusal.value.message == WrongCredentials.message
    assert done == ["_verify"]
    wrote = await cast.count("evidence_entry")
    assert len(asked) == statements, asked
    assert wrote == before + 1


async def test_a_hash_of_nobody_costs_as_much_as_a_real_one() -> None:
    real, nobody = await passwords.hashed(PASSWORD), passwords._nobody(passwords.parameters())
    assert real.split("$")[1:4] == nobody.split("$")[1:4]
    assert not await passwords.is_right(PASSWORD, None)


async def test_after_five_failures_the_wait_begins_and_doubles() -> None:
    """CNIL 2022-100: a minute, then two, then four…"""
    await cast.client()
    await fail(5)
    now = NOW
    for waited in (1, 2, 4, 8, 16):
        with pytest.raises(TooManyTries):
            await cast.entered(origin=ELSEWHERE, now=now + waited * MINUTE - timedelta(seconds=1))
        now += waited * MINUTE
        await fail(1, now=now)
    with pytest.raises(Locked):
        await cast.entered(origin=ELSEWHERE, now=now + timedelta(days=20))


async def test_after_ten_failures_only_a_mail_unlocks() -> None:
    account = await cast.client()
    now = NOW
    await fail(5)
    for waited in (1, 2, 4, 8, 16):
        now += waited * MINUTE
        await fail(1, now=now)
    assert await cast.answer_notes(now) == 1
    sent = await cast.mail("account_locked", "anne@exemple.fr")
    with pytest.raises(Locked):
        await cast.entered(now=now)
    await signing_in.unlock(sent.token, now=now)
    await cast.entered(now=now)
    assert len(await cast.evidence("auth.echec", account)) == 10
    with pytest.raises(links.DeadLink):
        await signing_in.unlock(sent.token, now=now)


async def test_an_address_without_account_is_locked_the_same_way() -> None:
    now = NOW
    for waited in (0, 0, 0, 0, 0, 1, 2, 4, 8, 16):
        now += waited * MINUTE
        with pytest.raises(WrongCredentials):
            await cast.entered("personne@exemple.fr", now=now)
    with pytest.raises(Locked):
        await cast.entered("personne@exemple.fr", now=now + timedelta(days=1))
    assert await cast.answer_notes(now) == 0
    assert await cast.mailbox() == []


async def test_brute_force_from_many_addresses_meets_the_limit_of_the_account() -> None:
    await cast.client()
    refused = 0
    for number in range(200):
        origin = Origin(address=f"198.51.{number // 250}.{number % 250}")
        try:
            await cast.entered(password=f"essai numéro {number}", origin=origin)
        except (TooManyTries, Locked):
            refused += 1
        except WrongCredentials:
            pass
    assert refused == 195


async def test_one_network_trying_many_accounts_meets_its_own_limit() -> None:
    for number in range(throttling.ADDRESS_SIGN_IN.most):
        with pytest.raises(WrongCredentials):
            await cast.entered(f"p{number}@exemple.fr", origin=ELSEWHERE)
    with pytest.raises(TooManyTries):
        await cast.entered("encore@exemple.fr", origin=ELSEWHERE)
    await cast.client()
    await cast.entered(origin=HOME)


async def test_a_network_where_many_sign_in_is_not_held_up() -> None:
    """Successes are given back: a company behind one address signs in all morning."""
    await cast.client()
    for _ in range(throttling.ADDRESS_SIGN_IN.most + 10):
        await cast.entered()


async def test_a_stranger_s_tries_do_not_lock_the_holder_s_own_browser_out() -> None:
    await cast.client()
    known = (await cast.entered()).device_token
    await fail(5)
    with pytest.raises(TooManyTries):
        await cast.entered()
    own = Origin(HOME.address, HOME.user_agent, device_token=known)
    await cast.entered(origin=own)
    stolen = Origin(ELSEWHERE.address, device_token=signing.token())
    with pytest.raises(TooManyTries):
        await cast.entered(origin=stolen)


async def test_a_browser_known_to_the_account_is_unlocked_by_the_mail_too() -> None:
    await cast.client()
    known = (await cast.entered()).device_token
    own = Origin(HOME.address, HOME.user_agent, device_token=known)
    now = NOW
    await fail(5, origin=own)
    for waited in (1, 2, 4, 8, 16):
        now += waited * MINUTE
        await fail(1, origin=own, now=now)
    with pytest.raises(Locked):
        await cast.entered(origin=own, now=now)
    await cast.answer_notes(now)
    await signing_in.unlock((await cast.mail("account_locked")).token, now=now)
    await cast.entered(origin=own, now=now)


async def test_a_sign_in_under_way_does_not_outlive_a_new_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = await cast.client()
    link = (await links.make(account, LinkPurpose.RESET_PASSWORD, now=NOW)).rpartition("/")[2]
    is_right = passwords.is_right

    async def slowly(password: str, kept: str | None) -> bool:
        found = await is_right(password, kept)
        monkeypatch.undo()
        await new_password.reset(link, cast.OTHER_PASSWORD, origin=HOME, now=NOW + MINUTE)
        return found

    monkeypatch.setattr(passwords, "is_right", slowly)
    with pytest.raises(signing_in.TicketOver):
        await cast.entered()
    assert await cast.count("session") == 0


async def test_a_success_forgets_the_failures() -> None:
    await cast.client()
    for _ in range(4):
        await fail(4)
        await cast.entered(origin=ELSEWHERE)


async def test_a_mailed_link_signs_in_once() -> None:
    await cast.client()
    await asking.ask(LinkPurpose.SIGN_IN, " Anne@exemple.fr", origin=HOME, now=NOW)
    assert await cast.answer_notes() == 1
    token = (await cast.mail("sign_in_link", "anne@exemple.fr")).token
    assert isinstance(await signing_in.by_link(token, origin=HOME, now=NOW), Entered)
    with pytest.raises(links.DeadLink):
        await signing_in.by_link(token, origin=HOME, now=NOW)


async def test_a_link_is_read_as_often_as_one_likes_before_it_is_used() -> None:
    """Mail scanners open links."""
    account = await cast.client()
    path = await links.make(account, LinkPurpose.SIGN_IN, now=NOW)
    token = path.rpartition("/")[2]
    for _ in range(3):
        assert (await links.look(token, now=NOW)).purpose is LinkPurpose.SIGN_IN
    await signing_in.by_link(token, origin=HOME, now=NOW)
    with pytest.raises(links.DeadLink):
        await links.look(token, now=NOW)


@pytest.mark.parametrize("token", ["", "a", "a" * 43, "é" * 43, "a" * 10_000, "../../etc", "\0"])
async def test_a_forged_link_opens_nothing(token: str) -> None:
    await cast.client()
    with pytest.raises(links.DeadLink):
        await links.look(token, now=NOW)
    with pytest.raises(links.DeadLink):
        await signing_in.by_link(token, origin=HOME, now=NOW)


@pytest.mark.parametrize("purpose", [one for one in LinkPurpose if one is not LinkPurpose.SIGN_IN])
async def test_a_link_made_for_something_else_does_not_sign_in(purpose: LinkPurpose) -> None:
    account = await cast.client()
    token = (await links.make(account, purpose, now=NOW)).rpartition("/")[2]
    with pytest.raises(links.DeadLink):
        await signing_in.by_link(token, origin=HOME, now=NOW)


@pytest.mark.parametrize("purpose", list(LinkPurpose))
async def test_a_link_lives_as_long_as_its_mail_says(purpose: LinkPurpose) -> None:
    account = await cast.client()
    token = (await links.make(account, purpose, now=NOW)).rpartition("/")[2]
    end = NOW + timedelta(minutes=links.minutes(purpose))
    await links.look(token, now=end - timedelta(seconds=1))
    with pytest.raises(links.DeadLink):
        await links.use(token, purpose, now=end)


async def test_a_link_asked_for_an_unknown_address_says_nothing_and_sends_nothing() -> None:
    """The page leaves the same note for anybody: the worker alone looks who has an account."""
    await cast.client()
    for address in ("anne@exemple.fr", "personne@exemple.fr"):
        await asking.ask(LinkPurpose.RESET_PASSWORD, address, origin=HOME, now=NOW)
    assert await cast.count("pgqueuer") == 2
    assert await cast.count("mail") == 0
    assert await cast.answer_notes() == 1
    assert [one.to for one in await cast.mailbox()] == ["anne@exemple.fr"]


async def test_a_note_read_too_late_sends_nothing() -> None:
    await cast.client()
    await asking.ask(LinkPurpose.SIGN_IN, "anne@exemple.fr", origin=HOME, now=NOW)
    assert await cast.answer_notes(NOW + timedelta(hours=3)) == 0


async def test_requests_of_links_are_counted_apart_from_sign_ins() -> None:
    await cast.client()
    for number in range(throttling.ADDRESS_RESET.most):
        await asking.ask(LinkPurpose.RESET_PASSWORD, f"p{number}@exemple.fr", origin=HOME, now=NOW)
    with pytest.raises(TooManyTries):
        await asking.ask(LinkPurpose.RESET_PASSWORD, "q@exemple.fr", origin=HOME, now=NOW)
    await asking.ask(LinkPurpose.SIGN_IN, "anne@exemple.fr", origin=HOME, now=NOW)
    await cast.entered()


async def test_a_new_browser_is_told_by_mail_a_known_one_is_not() -> None:
    """E4: the first browser of an account surprises nobody."""
    await cast.client()
    first = await cast.entered()
    assert await cast.mailbox() == []
    await cast.entered(origin=Origin(HOME.address, device_token=first.device_token))
    assert await cast.mailbox() == []
    await cast.entered(origin=ELSEWHERE)
    assert "Firefox" in (await cast.mail("new_device")).text


async def test_a_mailbox_that_nobody_confirmed_is_not_filled_by_signing_in_again_and_again() -> (
    None
):
    """Whoever opened the account may have given somebody else's address."""
    await cast.sign_up()
    for _ in range(3):
        await cast.entered()
    assert [one.kind for one in await cast.mailbox()] == ["confirm_email"]


async def test_the_hash_follows_the_parameters_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    account = await cast.client()
    old = await passwords.hash_of(account)
    from argon2 import profiles

    monkeypatch.setattr(passwords, "parameters", lambda: profiles.PRE_21_2)
    await cast.entered()
    new = await passwords.hash_of(account)
    assert old is not None
    assert new is not None
    assert old.split("$")[3] != new.split("$")[3]
    assert await passwords.is_right(PASSWORD, new)


async def test_an_account_that_does_not_exist_has_no_person() -> None:
    with pytest.raises(NotFound):
        await people.person(uuid4())
