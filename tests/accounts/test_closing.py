"""Suspending, closing, exporting, erasing: the end of an account and what is left of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from app.accounts import (
    acceptances,
    closing,
    erasing,
    exporting,
    links,
    people,
    requests,
    sessions,
    signing_in,
    suspensions,
)
from app.accounts.periods import due_one_month_after
from app.accounts.signing_in import WrongCredentials
from app.accounts.statements import NotAStatement
from app.accounts.tables import LinkPurpose
from app.database import connection
from app.errors import NotFound
from tests.accounts import cast
from tests.accounts.cast import HOME, NOW

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("nobody")]

FACTS = "Le compte porte le nom d’une autre personne, qui nous l’a signalé."
DAY = timedelta(days=1)


async def suspend(account: UUID, by: UUID, **changes: object) -> str:
    wanted: dict[str, object] = {
        "by": by,
        "ground": "usurpation",
        "facts": FACTS,
        "effective_at": NOW,
        "ends_at": None,
        "now": NOW,
    }
    return await suspensions.suspend(account, **(wanted | changes))  # type: ignore[arg-type]


async def test_a_suspension_counts_at_the_next_request_and_says_why() -> None:
    """EX-14-1, E25: reference, ground, facts, and how to contest."""
    admin, account = await cast.admin(), await cast.client()
    entered = await cast.entered()
    reference = await suspend(account, admin)
    assert await sessions.opened(entered.session_token, NOW) is None
    with pytest.raises(suspensions.Suspended, match=reference):
        await cast.entered()
    said = (await cast.mail("account_suspended", "anne@exemple.fr")).text
    assert reference in said
    assert FACTS in said
    assert suspensions.GROUNDS["usurpation"] in said
    assert "contester" in said
    (fact,) = await cast.evidence("compte.suspendu", account)
    assert (fact["decision"], fact["motif"]) == (reference, "usurpation")
    assert FACTS not in str(fact)
    (action,) = await cast.evidence("admin.action", admin)
    assert action["cible"] == str(account)


async def test_only_who_gives_the_password_learns_of_a_suspension() -> None:
    admin, account = await cast.admin(), await cast.client()
    await suspend(account, admin)
    with pytest.raises(WrongCredentials):
        await cast.entered(password="faux")


async def test_a_suspension_begins_and_ends_when_said() -> None:
    admin, account = await cast.admin(), await cast.client()
    entered = await cast.entered()
    await suspend(account, admin, effective_at=NOW + DAY, ends_at=NOW + 3 * DAY)
    second = timedelta(seconds=1)
    for moment, is_in in (
        (NOW + DAY - second, True),
        (NOW + DAY, False),
        (NOW + 3 * DAY - second, False),
        (NOW + 3 * DAY, True),
    ):
        found = await sessions.opened(entered.session_token, moment)
        assert (found is not None) is is_in, moment


async def test_a_suspension_lifted_is_over() -> None:
    admin, account = await cast.admin(), await cast.client()
    reference = await suspend(account, admin)
    await suspensions.lift(reference, by=admin, now=NOW)
    await cast.entered()
    with pytest.raises(suspensions.NotSuspended):
        await suspensions.lift(reference, by=admin, now=NOW)
    await cast.mail("suspension_lifted")
    (one,) = await suspensions.of(account)
    assert one.lifted_at == NOW
    assert not one.is_in_force(NOW)


async def test_no_link_lets_a_suspended_account_in() -> None:
    admin, account = await cast.admin(), await cast.client()
    token = (await links.make(account, LinkPurpose.SIGN_IN, now=NOW)).rpartition("/")[2]
    await suspend(account, admin)
    with pytest.raises(suspensions.Suspended):
        await signing_in.by_link(token, origin=HOME, now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"ground": "parce que"},
        {"facts": ""},
        {"facts": "court"},
        {"facts": "x" * 5_000},
        {"ends_at": NOW - DAY},
    ],
)
async def test_a_decision_without_its_reasons_is_refused(changes: dict[str, object]) -> None:
    admin, account = await cast.admin(), await cast.client()
    with pytest.raises(NotAStatement):
        await suspend(account, admin, **changes)


async def test_two_administrators_suspend_once() -> None:
    admin, account = await cast.admin(), await cast.client()
    done = await asyncio.gather(
        *(suspend(account, admin) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(one, str) for one in done) == 1
    assert sum(isinstance(one, suspensions.AlreadySuspended) for one in done) == 3


async def test_an_administrator_is_not_suspended_from_the_site() -> None:
    admin = await cast.admin()
    for account in (admin, uuid4()):
        with pytest.raises(NotFound):
            await suspend(account, admin)


async def test_the_holder_closes_and_loses_access_at_once() -> None:
    """EX-4-7, EX-14-2, EX-14-3."""
    account = await cast.client()
    entered = await cast.entered()
    token = (await links.make(account, LinkPurpose.SIGN_IN, now=NOW)).rpartition("/")[2]
    await closing.close(account, reason="plus_besoin", now=NOW)
    assert await sessions.opened(entered.session_token, NOW) is None
    with pytest.raises(WrongCredentials):
        await cast.entered()
    with pytest.raises(links.DeadLink):
        await signing_in.by_link(token, origin=HOME, now=NOW)
    said = (await cast.mail("account_closed", "anne@exemple.fr")).text
    for what, how_long in await closing.kept_after(NOW):
        assert f"{what} : {how_long}" in said
    assert await cast.evidence("compte.clos", account) == [
        {"auteur": "personne", "motif": "plus_besoin"}
    ]
    with pytest.raises(NotFound):
        await closing.close(account, now=NOW)


async def test_the_name_is_nowhere_readable_after_closure() -> None:
    """EX-4-8: only the sealed archive knows who it was."""
    account = await cast.client(last_name="Zyxquentin")
    await cast.entered()
    await people.rename(
        account, first_name="Anne", last_name="Zyxquentin", phone_typed="0612345678"
    )
    await closing.close(account, reason="n’importe quoi <b>", now=NOW)
    await connection.execute("TRUNCATE mail")  # what was sent keeps its own time
    tables = await connection.rows(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    for table in tables:
        name = table["table_name"]
        found = await connection.rows(
            f'SELECT 1 FROM "{name}" t WHERE t::text ~* $1', "zyxquentin|anne@exemple|612345678"
        )
        assert not found, name
    kept = await closing.identity_of(account)
    assert (kept.last_name, kept.email, kept.phone) == (
        "Zyxquentin",
        "anne@exemple.fr",
        "+33612345678",
    )
    (said,) = await cast.evidence("compte.clos", account)
    assert said["motif"] is None


async def test_the_address_may_open_another_account_later() -> None:
    account = await cast.client()
    await closing.close(account, now=NOW)
    assert await cast.client() != account


async def test_the_operator_ends_a_contract_with_its_reasons() -> None:
    """EX-14-1: the mail says why and how to contest."""
    admin, account = await cast.admin(), await cast.client()
    reference = await closing.terminate(account, by=admin, ground="illicite", facts=FACTS, now=NOW)
    said = (await cast.mail("account_terminated", "anne@exemple.fr")).text
    assert reference in said
    assert FACTS in said
    assert "contester" in said
    assert (await people.person(account)).closed_at == NOW
    with pytest.raises(NotAStatement):
        await closing.terminate(account, by=admin, ground="illicite", facts="", now=NOW)


async def test_the_last_administrator_does_not_lock_everybody_out() -> None:
    admin = await cast.admin()
    with pytest.raises(closing.LastAdministrator):
        await closing.close(admin, now=NOW)
    await cast.admin("grace@exemple.fr")
    await closing.close(admin, now=NOW)


async def test_two_closures_at_once_close_once() -> None:
    account = await cast.client()
    done = await asyncio.gather(
        *(closing.close(account, now=NOW) for _ in range(4)), return_exceptions=True
    )
    assert done.count(None) == 1
    assert sum(isinstance(one, NotFound) for one in done) == 3
    assert len(await cast.mailbox()) == 1


async def test_erasing_leaves_an_opaque_number() -> None:
    account = await cast.client()
    with pytest.raises(erasing.NotClosed):
        await erasing.erase(account, NOW)
    await closing.close(account, now=NOW)
    assert await erasing.erase(account, NOW)
    with pytest.raises(NotFound):
        await closing.identity_of(account)
    assert await acceptances.of(account) == []
    assert not await erasing.erase(account, NOW)
    assert len(await cast.evidence("rgpd.effacement", account)) == 1


async def test_an_export_holds_all_of_one_person_and_nothing_of_another() -> None:
    admin, account = await cast.admin(), await cast.client()
    await cast.client("zoe@exemple.fr", first_name="Zoé")
    await cast.entered()
    await cast.entered("zoe@exemple.fr")
    await requests.receive(
        "acces", "Que savez-vous ?", email="anne@exemple.fr", account=account, now=NOW
    )
    await suspensions.lift(await suspend(account, admin), by=admin, now=NOW)
    found = await exporting.export_of(account)
    text = msgspec.json.encode(found).decode()
    assert "Zoé" not in text
    assert "zoe@exemple.fr" not in text
    assert "argon2" not in text
    assert found["compte"]["adresse_e-mail"] == "anne@exemple.fr"
    assert len(found["sessions"]) == 1
    assert {line["document"] for line in found["consentements"]} == {
        "conditions-utilisation",
        "politique-de-protection-des-donnees",
    }
    assert found["demandes"][0]["demande"] == "Que savez-vous ?"
    assert found["suspensions"][0]["faits"] == FACTS


# --- Requests about data ---------------------------------------------------------------------------------------


async def test_a_request_is_acknowledged_then_answered_within_the_month() -> None:
    admin, account = await cast.admin(), await cast.client()
    reference = await requests.receive(
        "effacement", "Tout.", email="Anne@exemple.fr", account=account, now=NOW
    )
    assert reference in (await cast.mail("data_request_received", "anne@exemple.fr")).text
    (waiting,) = await requests.register_of(is_open=True)
    assert (waiting.words, waiting.right_label) == ("Tout.", "Effacer mes données")
    assert waiting.due_at == datetime(2026, 12, 22, 22, 59, 59, tzinfo=UTC)
    assert not waiting.is_late(waiting.due_at)
    assert waiting.is_late(waiting.due_at + timedelta(seconds=1))
    with pytest.raises(requests.AnswerMissing):
        await requests.answer(reference, "  ", by=admin, now=NOW)
    await requests.answer(reference, "C’est fait.", by=admin, now=NOW + DAY)
    assert "C’est fait." in (await cast.mail("data_request_answered")).text
    with pytest.raises(requests.AlreadyAnswered):
        await requests.answer(reference, "Encore.", by=admin, now=NOW + DAY)
    assert await requests.register_of(is_open=True) == []
    assert len(await cast.evidence("rgpd.demande", account)) == 2


async def test_the_words_of_a_request_are_ciphered() -> None:
    await requests.receive(
        "autre", "Un secret.", email="sans-compte@exemple.fr", account=None, now=NOW
    )
    line = await connection.row("SELECT r::text AS said FROM data_request r")
    assert line is not None
    assert "secret" not in line["said"]
    assert b"Un secret.".hex() not in line["said"]


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-22T09:00", "2026-12-22T22:59:59"),
        ("2026-01-31T09:00", "2026-02-28T22:59:59"),
        ("2028-01-31T09:00", "2028-02-29T22:59:59"),
        ("2026-03-31T09:00", "2026-04-30T21:59:59"),
        ("2026-12-31T22:30", "2027-01-31T22:59:59"),
        ("2026-12-31T23:30", "2027-02-01T22:59:59"),
        ("2026-02-28T09:00", "2026-03-28T22:59:59"),
        ("2026-03-01T09:00", "2026-04-01T21:59:59"),
    ],
)
async def test_one_month_is_a_month_of_the_calendar_of_paris(received: str, due: str) -> None:
    """RGPD art. 12(3), règlement 1182/71: the same number in the next month, else its last day."""
    at = datetime.fromisoformat(received).replace(tzinfo=UTC)
    assert due_one_month_after(at) == datetime.fromisoformat(due).replace(tzinfo=UTC)


async def test_two_administrators_who_leave_at_once_leave_one() -> None:
    """Each sees the other still there, unless they take turns."""
    for number in range(5):
        await cast.empty()
        two = [await cast.admin(f"admin-{number}-{which}@exemple.fr") for which in "ab"]
        left = await asyncio.gather(
            *(closing.close(one, now=NOW) for one in two), return_exceptions=True
        )
        assert sorted(type(each).__name__ for each in left) == ["LastAdministrator", "NoneType"]
