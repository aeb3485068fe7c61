"""Leaving a mail: in the transaction that causes it, ciphered, noted, and nothing of what should not be in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from app import config
from app.database import connection
from app.post import choices, outbox, writing
from app.post.choices import CannotRefuse, NoSuchLink
from app.post.kinds import KINDS
from app.post.outbox import NoSuchMail, NotToSendAgain
from app.post.writing import Unwritable
from tests.post.conftest import left
from tests.post.samples import LINK, NOW, VALUES

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_mail")]


@pytest.fixture
def comfort(monkeypatch: pytest.MonkeyPatch) -> str:
    """A comfort mail: rooms to come bring theirs, so one of today's is taken for one."""
    kind = msgspec.structs.replace(KINDS["admin_alert"], is_comfort=True)
    monkeypatch.setitem(KINDS, kind.name, kind)
    return kind.name


async def _evidence(mail: UUID) -> list[tuple[str, str]]:
    found = await connection.rows(
        "SELECT kind, content FROM evidence_entry WHERE subject_id = $1 ORDER BY id", mail
    )
    return [(row["kind"], row["content"]) for row in found]


async def test_a_mail_leaves_its_row_its_note_and_its_evidence_together() -> None:
    """EX-13-1: each automatic notification is evidence from the moment it is to be sent."""
    account = uuid4()
    async with connection.transaction():
        mail = await outbox.send(
            "reset_password", to="anne@exemple.fr", account=account, now=NOW, path=LINK, minutes=30
        )
    assert mail is not None
    row = await connection.row("SELECT * FROM mail WHERE id = $1", mail)
    assert row is not None
    assert (row["state"], row["to_address"], row["recipient"]) == (
        "queued", "anne@exemple.fr", account,
    )  # fmt: skip
    written = outbox.opened(mail, row["content_sealed"])
    assert row["body_sha256"] == written.sha256
    assert LINK.encode() not in row["content_sealed"], "the link is readable at rest"
    ((kind, content),) = await _evidence(mail)
    assert kind == "courriel.mis_en_file"
    assert msgspec.json.decode(content) == {
        "modele": "reset_password",
        "version": 1,
        "compte": str(account),
        "sha256": written.sha256.hex(),
    }
    notes = await connection.rows("SELECT entrypoint, payload FROM pgqueuer")
    assert [
        (row["entrypoint"], msgspec.json.decode(row["payload"], type=UUID)) for row in notes
    ] == [(outbox.MAIL_QUEUED, mail)]


async def test_a_change_that_fails_sends_no_mail() -> None:
    async def failing() -> None:
        async with connection.transaction():
            await outbox.send("welcome", to="a@exemple.fr", account=None, now=NOW, links=[])
            raise ZeroDivisionError

    before = await connection.rows("SELECT count(*) FROM evidence_entry")
    with pytest.raises(ZeroDivisionError):
        await failing()
    assert await connection.rows("SELECT id FROM mail") == []
    assert await connection.rows("SELECT id FROM pgqueuer") == []
    assert await connection.rows("SELECT count(*) FROM evidence_entry") == before


async def test_a_mail_is_not_left_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        await outbox.send("welcome", to="anne@exemple.fr", account=None, now=NOW, links=[])


async def test_a_mail_of_no_known_kind_is_a_mistake() -> None:
    async with connection.transaction():
        with pytest.raises(KeyError):
            await outbox.send("loterie", to="anne@exemple.fr", account=None, now=NOW)


@pytest.mark.parametrize("values", [{}, {"path": LINK}, {"path": LINK, "minutes": 1, "more": 2}])
async def test_a_mail_takes_the_values_of_its_kind_and_no_other(values: dict[str, Any]) -> None:
    async with connection.transaction():
        with pytest.raises(Unwritable):
            await outbox.send("reset_password", to="a@exemple.fr", account=None, now=NOW, **values)


@pytest.mark.parametrize(
    "path",
    ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "liens/x", "",
     "/liens/x y", "/liens/x\r\nBcc: a@b.fr", "javascript:alert(1)", "@ailleurs.example"],
)  # fmt: skip
async def test_a_link_of_a_mail_never_leads_elsewhere(path: str) -> None:
    with pytest.raises(Unwritable):
        writing.absolute(path)


async def test_what_a_person_wrote_cannot_pass_for_our_words() -> None:
    """A name that brings lines, marks or controls stays one line of text, escaped in the HTML."""
    values = VALUES["new_device"] | {
        "device": 'Anne\r\n\r\nGagnez : <a href="https://x.example">ici</a>\x00\u202e'
    }
    written = writing.write(KINDS["new_device"], values)
    assert ': Anne Gagnez : <a href="https://x.example">ici</a>\n' in written.text
    assert '<a href="https://x.example">' not in written.html
    assert "&lt;a href=" in written.html
    assert not any(mark in written.text + written.html for mark in ("\x00", "\u202e", "\r"))


async def test_a_subject_of_several_lines_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_render", lambda *_: "un\nBcc: deux")
    with pytest.raises(Unwritable):
        writing.write(KINDS["welcome"], {"links": []})


async def test_instants_are_told_in_the_time_of_paris() -> None:
    assert writing.moment(NOW) == "22\u00a0novembre 2026 à 15\u00a0h\u00a004 (heure de Paris)"
    with pytest.raises(Unwritable):
        writing.moment(NOW.replace(tzinfo=None))


async def test_a_comfort_mail_refused_is_not_sent_and_one_owed_is_sent_whatever_was_refused(
    comfort: str,
) -> None:
    """Mails § 7: switching all comfort mails off leaves every mail owed by law or contract."""
    account = uuid4()
    await choices.refuse(account, comfort)
    await choices.refuse(account, comfort)
    assert await choices.refused_by(account) == {comfort}
    async with connection.transaction():
        for name, kind in KINDS.items():
            mail = await outbox.send(
                name, to="anne@exemple.fr", account=account, now=NOW, **VALUES[name]
            )
            assert (mail is None) == (name == comfort), kind
    await choices.accept(account, comfort)
    async with connection.transaction():
        assert await outbox.send(
            comfort, to="anne@exemple.fr", account=account, now=NOW, **VALUES[comfort]
        )


async def test_only_a_comfort_mail_can_be_refused() -> None:
    owed = [name for name, kind in KINDS.items() if not kind.is_comfort]
    for name in [*owed, "loterie"]:
        with pytest.raises(CannotRefuse):
            await choices.refuse(uuid4(), name)
    assert await connection.rows("SELECT id FROM mail_refused") == []


async def test_the_link_of_unsubscription_speaks_of_one_account_and_one_kind(comfort: str) -> None:
    account = uuid4()
    url = choices.unsubscribe_url(account, KINDS[comfort])
    assert url.startswith(f"{config.current().public_url}/desabonnement/")
    token = url.rpartition("/")[2]
    choice = choices.choice_of(token, NOW)
    assert (choice.account, choice.kind.name) == (account, comfort)
    for forged in ("", "x", token[:-2], token + "x", token.swapcase()):
        with pytest.raises(NoSuchLink):
            choices.choice_of(forged, NOW)


async def test_a_comfort_mail_says_how_to_stop_it(comfort: str) -> None:
    account = uuid4()
    async with connection.transaction():
        mail = await outbox.send(
            comfort, to="anne@exemple.fr", account=account, now=NOW, **VALUES[comfort]
        )
    assert mail is not None
    row = await connection.row("SELECT content_sealed FROM mail WHERE id = $1", mail)
    assert row is not None
    written = outbox.opened(mail, row["content_sealed"])
    assert written.unsubscribe_url in written.text
    assert written.unsubscribe_url in written.html


async def test_what_failed_can_be_sent_again_once() -> None:
    """D7: a resend is a new row of its own."""
    mail = await left()
    with pytest.raises(NotToSendAgain):
        await outbox.send_again(mail, now=NOW)
    await connection.execute("UPDATE mail SET state = 'failed' WHERE id = $1", mail)
    again = await outbox.send_again(mail, now=NOW)
    with pytest.raises(NotToSendAgain):
        await outbox.send_again(mail, now=NOW)
    with pytest.raises(NoSuchMail):
        await outbox.send_again(uuid4(), now=NOW)
    first, second = [
        await connection.row("SELECT state, body_sha256, message_id FROM mail WHERE id = $1", id_)
        for id_ in (mail, again)
    ]
    assert first is not None
    assert second is not None
    assert (first["state"], second["state"]) == ("failed", "queued")
    assert first["body_sha256"] == second["body_sha256"]
    assert first["message_id"] != second["message_id"]
    assert [kind for kind, _ in await _evidence(again)] == ["courriel.mis_en_file"]
