"""Sign-in sessions: what ends them, and that it counts from the next request on."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from app.accounts import acceptances, sessions
from app.accounts.acceptances import BoxMissing
from app.accounts.devices import label
from app.accounts.sessions import NoSuchSession
from app.database import connection
from app.legal.tables import Document
from tests.accounts import cast
from tests.accounts.cast import ELSEWHERE, HOME, NOW

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("nobody")]

DAY = timedelta(days=1)


async def test_a_session_lasts_thirty_days() -> None:
    await cast.client()
    entered = await cast.entered()
    assert entered.lasting == timedelta(days=30)
    assert await sessions.opened(entered.session_token, NOW + 30 * DAY - timedelta(seconds=1))
    assert await sessions.opened(entered.session_token, NOW + 30 * DAY) is None


@pytest.mark.parametrize("token", ["", "a" * 43, "é", "a" * 5_000, "\0"])
async def test_a_forged_token_is_nobody(token: str) -> None:
    await cast.client()
    await cast.entered()
    assert await sessions.opened(token, NOW) is None


async def test_the_list_shows_each_device_and_its_date() -> None:
    """EX-5-5: the current one first."""
    account = await cast.client()
    await cast.entered(now=NOW - DAY)
    current = await cast.entered(origin=ELSEWHERE)
    found = await sessions.of(account, current=current.session, now=NOW)
    assert [line.device for line in found] == ["Firefox sur Linux", "Firefox sur Windows"]
    assert [line.is_current for line in found] == [True, False]
    assert found[1].opened_at == NOW - DAY


async def test_a_revoked_session_is_out_at_the_next_request() -> None:
    """EX-5-5."""
    account = await cast.client()
    phone, computer = await cast.entered(), await cast.entered(origin=ELSEWHERE)
    await sessions.end(account, phone.session)
    assert await sessions.opened(phone.session_token, NOW) is None
    assert await sessions.opened(computer.session_token, NOW) is not None
    with pytest.raises(NoSuchSession):
        await sessions.end(account, phone.session)
    assert await cast.evidence("auth.fin", account) == [{"fermees": 1}]


async def test_nobody_ends_somebody_else_s_session() -> None:
    await cast.client()
    theirs = await cast.entered()
    stranger = await cast.client("zoe@exemple.fr")
    for number in (theirs.session, uuid4()):
        with pytest.raises(NoSuchSession):
            await sessions.end(stranger, number)
    assert await sessions.opened(theirs.session_token, NOW) is not None


async def test_signing_out_everywhere_keeps_only_this_session() -> None:
    account = await cast.client()
    others = [await cast.entered() for _ in range(3)]
    current = await cast.entered()
    assert await sessions.end_all(account, but=current.session) == 3
    assert [await sessions.opened(one.session_token, NOW) for one in others] == [None] * 3
    assert await sessions.opened(current.session_token, NOW) is not None


async def test_reading_pages_writes_to_five_minutes() -> None:
    await cast.client()
    entered = await cast.entered()

    async def seen_at() -> object:
        line = await connection.row("SELECT seen_at FROM session")
        return line["seen_at"] if line else None

    await sessions.opened(entered.session_token, NOW + timedelta(minutes=4, seconds=59))
    assert await seen_at() == NOW
    later = NOW + timedelta(minutes=5)
    await sessions.opened(entered.session_token, later)
    assert await seen_at() == later


async def test_using_the_account_withdraws_the_warnings_of_inactivity() -> None:
    account = await cast.client()
    entered = await cast.entered()
    await connection.execute("UPDATE account SET inactivity_warnings = 2 WHERE id = $1", account)
    await sessions.opened(entered.session_token, NOW + timedelta(hours=1))
    line = await connection.row("SELECT inactivity_warnings, seen_at FROM account")
    assert line is not None
    assert (line["inactivity_warnings"], line["seen_at"]) == (0, NOW + timedelta(hours=1))


async def test_one_statement_reads_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    await cast.client()
    entered = await cast.entered()
    asked = []
    rows = connection.rows

    async def counted(sql: str, *parameters: object) -> object:
        asked.append(sql)
        return await rows(sql, *parameters)

    monkeypatch.setattr(connection, "rows", counted)
    await sessions.opened(entered.session_token, NOW)
    assert len(asked) == 1


async def test_a_new_version_to_accept_is_known_at_the_next_request() -> None:
    """EX-12-1."""
    account = await cast.client()
    entered = await cast.entered()
    await cast.published(Document.TERMS, "Deuxième version.", at=NOW + DAY)
    almost = await sessions.opened(entered.session_token, NOW + DAY - timedelta(seconds=1))
    assert almost is not None
    assert almost.pending == ()
    found = await sessions.opened(entered.session_token, NOW + DAY)
    assert found is not None
    (version,) = await acceptances.pending(account, NOW + DAY)
    assert found.pending == (version.id,)
    with pytest.raises(BoxMissing):
        await acceptances.accept(
            account, {}, page="/documents/a-accepter", session=entered.session, now=NOW + DAY
        )
    boxes = {"cgu": str(version.id)}
    for _ in range(2):
        await acceptances.accept(
            account, boxes, page="/documents/a-accepter", session=entered.session, now=NOW + DAY
        )
    found = await sessions.opened(entered.session_token, NOW + DAY)
    assert found is not None
    assert found.pending == ()
    kept = await cast.evidence("consentement.donne", account)
    assert [line["version"] for line in kept if line["cle"] == "cgu"] == [1, 2]
    assert kept[-1]["session"] == str(entered.session)


async def test_a_correction_that_asks_nothing_does_not_hide_the_version_that_did() -> None:
    account = await cast.client()
    entered = await cast.entered()
    await cast.published(Document.TERMS, "Sans demande.", at=NOW, is_required=False)
    found = await sessions.opened(entered.session_token, NOW)
    assert found is not None
    assert found.pending == ()
    await cast.published(Document.TERMS, "Avec demande.", at=NOW + DAY)
    await cast.published(Document.TERMS, "Une faute corrigée.", at=NOW + 2 * DAY, is_required=False)
    found = await sessions.opened(entered.session_token, NOW + 2 * DAY)
    assert found is not None
    (version,) = await acceptances.pending(account, NOW + 2 * DAY)
    assert found.pending == (version.id,)
    assert version.body.strip() == "Une faute corrigée."


async def test_ended_sessions_are_swept() -> None:
    await cast.client()
    await cast.entered()
    assert await sessions.tidy(NOW + 30 * DAY - timedelta(seconds=1)) == 0
    assert await sessions.tidy(NOW + 30 * DAY) == 1


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (HOME.user_agent, "Firefox sur Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1",
            "Safari sur iOS",
        ),
        ("", "Navigateur inconnu"),
        ("<script>" * 1_000, "Navigateur inconnu"),
    ],
)
async def test_a_device_is_said_in_words(user_agent: str, words: str) -> None:
    assert label(user_agent) == words
