"""A database without mails nor notes, and a mail server the settings point at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app import config
from app.database import connection
from app.post import outbox
from tests.post import mailbox
from tests.post.mailbox import Mailbox
from tests.post.samples import NOW, VALUES


@pytest.fixture
async def no_mail(pool: None) -> None:
    await connection.execute("TRUNCATE mail, mail_refused, pgqueuer, pgqueuer_log")


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """The settings of a test: what it puts in the environment holds until its end."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    config.forget()
    yield monkeypatch
    monkeypatch.undo()
    config.forget()


@pytest.fixture
async def server(
    no_mail: None, settings: pytest.MonkeyPatch, anyio_backend: object
) -> AsyncIterator[Mailbox]:
    """A mail server that takes everything unless told otherwise."""
    async with mailbox.opened() as opened:
        settings.setenv("SMTP_HOST", "127.0.0.1")
        settings.setenv("SMTP_PORT", str(opened.port))
        settings.setenv("SMTP_SECURITY", "none")
        config.forget()
        yield opened


async def left(kind: str = "reset_password", *, to: str = "anne@exemple.fr") -> UUID:
    """A mail left in the outbox, committed."""
    async with connection.transaction():
        mail = await outbox.send(kind, to=to, account=None, now=NOW, **VALUES[kind])
    assert mail is not None
    return mail
