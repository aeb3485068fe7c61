"""After a rotation everything is ciphered with the new key, and still opens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app import config, preparation
from app.database import connection
from app.database.piccolo_app import APP_CONFIG
from app.post import outbox
from app.sealing import keys, rotation, sealing
from app.sealing.rotation import SealedColumn, Unreadable

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("pool")]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OLD, NEW = keys.new_key(), keys.new_key()
MAIL = next(column for column in preparation.SEALED if column.table == "mail")


def _with_keys(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    monkeypatch.setenv("SEALING_KEYS", listed)
    config.forget()


@pytest.fixture(autouse=True)
async def _clean(monkeypatch: pytest.MonkeyPatch) -> Any:
    # What other tests have stored was ciphered with the keys of the installation, which these tests change.
    await connection.execute("UPDATE stored_file SET sealed_key = NULL")
    for column in preparation.SEALED:
        if column.table != "stored_file":
            await connection.execute(f"DELETE FROM {column.table}")
    yield
    await connection.execute("DELETE FROM mail")
    monkeypatch.undo()
    config.forget()


async def _kept(mail: UUID) -> bytes:
    row = await connection.row("SELECT content_sealed FROM mail WHERE id = $1", mail)
    assert row is not None
    sealed: bytes = row["content_sealed"]
    return sealed


async def _mail(plain: bytes) -> UUID:
    mail = uuid4()
    await connection.execute(
        "INSERT INTO mail (id, kind, body_sha256, content_sealed, message_id) VALUES ($1, '', '', $2, '')",
        mail,
        sealing.seal(plain, context=outbox.sealed_for(mail)),
    )
    return mail


async def test_texts_are_ciphered_again_with_the_current_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _with_keys(monkeypatch, f"old:{OLD}")
    mails = [await _mail(f"texte {number}".encode()) for number in range(rotation.BATCH + 5)]
    _with_keys(monkeypatch, f"new:{NEW},old:{OLD}")
    done = await rotation.rotate(preparation.SEALED)
    assert done["mail.content_sealed"] == len(mails)
    assert (await rotation.rotate([MAIL]))["mail.content_sealed"] == 0
    _with_keys(monkeypatch, f"new:{NEW}")
    for number, mail in enumerate(mails):
        opened = sealing.open_sealed(await _kept(mail), context=outbox.sealed_for(mail))
        assert opened == f"texte {number}".encode()


async def test_a_text_that_no_key_opens_stops_the_rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Throwing the old keys away afterwards would lose it for ever."""
    _with_keys(monkeypatch, f"old:{OLD}")
    mail = await _mail(b"texte")
    _with_keys(monkeypatch, f"new:{NEW}")
    with pytest.raises(Unreadable, match=str(mail)):
        await rotation.rotate([MAIL])


def test_every_ciphered_column_takes_part_in_the_rotation() -> None:
    """A column forgotten here would be lost with the old key."""
    columns = {
        (table._meta.tablename, column._meta.name)
        for table in APP_CONFIG.table_classes
        for column in table._meta.columns
        if column.value_type is bytes and "sealed" in column._meta.name
    }
    assert columns == {(known.table, known.column) for known in preparation.SEALED}


def test_the_contexts_are_those_of_the_rooms() -> None:
    from app.accounts import archives, closing, requests, second_factor
    from app.directory import profiles
    from app.moderation import contests
    from app.storage import files

    key = uuid4()
    said = {
        "mail.content_sealed": outbox.sealed_for(key),
        "second_factor.secret_sealed": second_factor.sealed_for(key),
        "closed_identity.identity_sealed": closing.sealed_for(key),
        "data_export.archive_sealed": archives.sealed_for(key),
        "data_request.words_sealed": requests.sealed_for(str(key), "words"),
        "data_request.answer_sealed": requests.sealed_for(str(key), "answer"),
        "stored_file.sealed_key": files.sealed_for(key),
        "profile.remote_link_sealed": profiles.sealed_for(key),
        "contest.words_sealed": contests.sealed_for(key, "words"),
        "contest.answer_sealed": contests.sealed_for(key, "answer"),
    }
    assert said == {
        f"{each.table}.{each.column}": _context(each, key) for each in preparation.SEALED
    }


def _context(column: SealedColumn, key: UUID) -> str:
    return column.context.format(key=key)
