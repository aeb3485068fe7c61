"""Handing mails over to a real server that refuses, delays, hangs up: nothing lost, nothing twice, all of it said."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app import mail as door
from app.database import connection
from app.mail import TryLater
from app.post import delivery, outbox
from tests.post.conftest import left
from tests.post.mailbox import HANG_UP_AFTER, HANG_UP_BEFORE, NEVER_ANSWER, Mailbox
from tests.post.samples import NOW

pytestmark = pytest.mark.anyio


async def _row(mail: UUID) -> dict[str, Any]:
    found = await connection.row("SELECT * FROM mail WHERE id = $1", mail)
    assert found is not None
    return dict(found)


async def _told(mail: UUID) -> list[tuple[str, str]]:
    """The evidence of a mail: kind, and state when it says one."""
    found = await connection.rows(
        "SELECT kind, content FROM evidence_entry WHERE subject_id = $1 ORDER BY id", mail
    )
    return [(row["kind"], msgspec.json.decode(row["content"]).get("etat", "")) for row in found]


QUEUED = ("courriel.mis_en_file", "")
ACCEPTED = ("courriel.accepte", "accepted")
FAILED = ("courriel.echec", "failed")
DOUBTFUL = ("courriel.echec", "doubtful")


async def test_an_accepted_mail_is_written_down_and_its_text_is_no_longer_kept(
    server: Mailbox,
) -> None:
    """D7: each mail has « mis en file », then « accepté »."""
    mail = await left()
    await delivery.deliver(mail)
    row = await _row(mail)
    assert (row["state"], row["attempts"], row["content_sealed"]) == ("accepted", 1, None)
    assert row["server_reply"] == "250 2.0.0 taken"
    assert row["handed_at"] <= row["settled_at"]
    assert server.message_ids == [row["message_id"]]
    assert await _told(mail) == [QUEUED, ACCEPTED]


async def test_a_note_read_twice_sends_one_mail(server: Mailbox) -> None:
    mail = await left()
    await delivery.deliver(mail)
    await delivery.deliver(mail)
    assert len(server.texts) == 1


async def test_two_workers_that_take_the_same_mail_send_it_once(server: Mailbox) -> None:
    mails = [await left() for _ in range(8)]
    await asyncio.gather(*(delivery.deliver(mail) for mail in mails for _ in range(3)))
    assert sorted(server.message_ids) == sorted(outbox.message_id(mail) for mail in mails)


@pytest.mark.parametrize("answer", ["451 4.3.0 busy", "421 4.7.0 come back later"])
async def test_a_passing_refusal_is_tried_again(server: Mailbox, answer: str) -> None:
    mail = await left()
    server.script = [answer]
    with pytest.raises(TryLater):
        await delivery.deliver(mail)
    row = await _row(mail)
    assert (row["state"], row["server_reply"]) == ("queued", answer)
    await delivery.deliver(mail)
    assert (await _row(mail))["state"] == "accepted"
    assert (await _row(mail))["attempts"] == 2
    assert len(server.texts) == 1
    assert await _told(mail) == [QUEUED, ACCEPTED]


async def test_an_address_refused_for_now_is_tried_again(server: Mailbox) -> None:
    mail = await left()
    server.on_rcpt = ["450 4.2.0 greylisted"]
    with pytest.raises(TryLater):
        await delivery.deliver(mail)
    await delivery.deliver(mail)
    assert (await _row(mail))["state"] == "accepted"


async def test_a_final_refusal_fails_at_once_and_names_nobody_in_the_evidence(
    server: Mailbox,
) -> None:
    mail = await left(to="Anne@exemple.fr")
    server.on_rcpt = ["550 5.1.1 <anne@exemple.fr> unknown here"]
    await delivery.deliver(mail)
    row = await _row(mail)
    assert (row["state"], row["server_reply"]) == ("failed", "550 5.1.1 <…> unknown here")
    assert row["content_sealed"] is not None, "it can be sent again"
    assert await _told(mail) == [QUEUED, FAILED]
    assert server.seen == []


async def test_a_text_refused_for_good_fails_at_once(server: Mailbox) -> None:
    mail = await left()
    server.script = ["554 5.7.1 no"]
    await delivery.deliver(mail)
    assert (await _row(mail))["state"] == "failed"
    await delivery.deliver(mail)
    assert server.texts == []


async def test_without_a_server_the_mail_waits(
    server: Mailbox, settings: pytest.MonkeyPatch
) -> None:
    from app import config

    mail = await left()
    settings.setenv("SMTP_PORT", "9")
    config.forget()
    for _ in range(2):
        with pytest.raises(TryLater):
            await delivery.deliver(mail)
    assert (await _row(mail))["state"] == "queued"
    settings.setenv("SMTP_PORT", str(server.port))
    config.forget()
    await delivery.deliver(mail)
    assert len(server.texts) == 1


async def test_a_mail_that_could_never_leave_is_failed_in_the_end(
    server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "MAX_ATTEMPTS", 2)
    mail = await left()
    server.script = ["451 no", "451 no", "451 no"]
    with pytest.raises(TryLater):
        await delivery.deliver(mail)
    await delivery.deliver(mail)
    assert (await _row(mail))["state"] == "failed"
    assert await _told(mail) == [QUEUED, FAILED]


@pytest.mark.parametrize("step", [HANG_UP_BEFORE, HANG_UP_AFTER])
async def test_a_server_that_hangs_up_on_the_text_leaves_a_doubt_and_no_second_mail(
    server: Mailbox, step: str
) -> None:
    """From outside, a text taken and one dropped look the same: only a person may decide to send it again."""
    mail = await left()
    server.script = [step]
    await delivery.deliver(mail)
    row = await _row(mail)
    assert row["state"] == "doubtful"
    assert await _told(mail) == [QUEUED, DOUBTFUL]
    await delivery.deliver(mail)
    assert len(server.seen) == 1
    again = await outbox.send_again(mail, now=NOW)
    await delivery.deliver(again)
    assert (await _row(again))["state"] == "accepted"


async def test_a_server_that_never_answers_is_not_waited_for_for_ever(
    server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "TEXT_SECONDS", 0.2)
    mail = await left()
    server.script = [NEVER_ANSWER]
    await delivery.deliver(mail)
    assert (await _row(mail))["state"] == "doubtful"


async def test_a_worker_that_died_before_giving_the_text_sends_it_at_the_next_try(
    server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def died(*arguments: object, **more: object) -> None:
        raise asyncio.CancelledError

    mail = await left()
    with monkeypatch.context() as patched:
        patched.setattr(door, "_agreed", died)
        with pytest.raises(asyncio.CancelledError):
            await delivery.deliver(mail)
    assert (await _row(mail))["state"] == "queued"
    await delivery.deliver(mail)
    assert (await _row(mail))["state"] == "accepted"


async def test_a_late_answer_settles_the_doubt(server: Mailbox) -> None:
    """A worker taken for dead that hears « accepted » at last says so."""
    mail = await left()
    server.script = [NEVER_ANSWER]
    slow = asyncio.create_task(delivery.deliver(mail))
    await server.holding.wait()
    await delivery.deliver(mail)
    assert (await _row(mail))["state"] == "doubtful"
    server.released.set()
    await slow
    assert (await _row(mail))["state"] == "accepted"
    assert await _told(mail) == [QUEUED, DOUBTFUL, ACCEPTED]
    assert len(server.texts) == 1


async def test_an_address_that_is_not_one_fails_alone(server: Mailbox) -> None:
    mail = await left(to="anne@exemple.fr, autre@exemple.fr")
    await delivery.deliver(mail)
    assert (await _row(mail))["state"] == "failed"
    assert server.seen == []
