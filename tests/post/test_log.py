"""The log of the mails: what a person may ask of it, and how long it is kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from app.database import connection
from app.post import exporting, outbox, retention
from tests.post.conftest import left
from tests.post.samples import NOW, VALUES

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_mail")]


async def test_a_person_reads_what_was_sent_to_them_and_to_nobody_else() -> None:
    mine, other = uuid4(), uuid4()
    async with connection.transaction():
        mail, _ = [
            await outbox.send(
                "welcome", to=f"{account}@exemple.fr", account=account, now=NOW, **VALUES["welcome"]
            )
            for account in (mine, other)
        ]
    assert mail is not None
    assert await exporting.export_of(mine) == {
        "courriels": [
            {
                "objet": "Bienvenue",
                "adresse": f"{mine}@exemple.fr",
                "état": "à envoyer",
                "écrit_le": NOW,
                "fini_le": None,
                "numéro": outbox.message_id(mail),
            }
        ]
    }


@pytest.mark.parametrize(("days", "count"), [(-1, 0), (0, 1), (1, 1)])
async def test_the_log_is_deleted_when_its_time_has_come(days: int, count: int) -> None:
    """The day before, the day itself, the day after; the dry run says what the run does."""
    mail = await left()
    limit = NOW + timedelta(days=days)
    assert await retention.held_before(limit) == 0, "it may still leave by itself"
    await connection.execute("UPDATE mail SET state = 'doubtful' WHERE id = $1", mail)
    assert await retention.held_before(limit) == count
    assert await retention.purge(limit) == count
    assert await retention.purge(limit) == 0
