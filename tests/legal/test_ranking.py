"""The ranking rules follow their setting: announced fifteen days before, in force at the same instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from app import cli
from app.database import connection
from app.legal import documents, publishing, ranking
from app.legal.ranking import NothingToChange
from app.legal.tables import Document
from app.settings import values
from app.settings.values import JUPITERRE_TIER, WrongValue

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("texts")]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


async def test_the_setting_and_the_rules_change_at_the_same_instant() -> None:
    """EX-3.2-7; P2B art. 3(2) and 5."""
    found = await ranking.change_tier(False, by="Ada", now=NOW)
    assert found.effective_at == NOW + publishing.NOTICE == NOW + 15 * DAY
    for moment, tier in ((found.effective_at - INSTANT, True), (found.effective_at, False)):
        assert await values.value_of(JUPITERRE_TIER, moment) is tier
        told = (await documents.in_force(Document.RANKING, moment)).body
        assert ("Troisième groupe" in told) is tier


async def test_a_change_of_mind_comes_after_the_change_it_undoes() -> None:
    off = await ranking.change_tier(False, by="Ada", now=NOW)
    on = await ranking.change_tier(True, by="Ada", now=NOW + DAY)
    assert (on.number, on.effective_at) == (3, off.effective_at + DAY)
    assert await values.value_of(JUPITERRE_TIER, off.effective_at) is False
    assert await values.value_of(JUPITERRE_TIER, on.effective_at) is True


@pytest.mark.parametrize("value", ["false", 0, 1, None, []])
async def test_another_kind_of_value_is_refused(value: object) -> None:
    with pytest.raises(WrongValue):
        await ranking.change_tier(value, by="Ada", now=NOW)


async def test_the_value_it_will_have_anyway_is_no_change() -> None:
    with pytest.raises(NothingToChange):
        await ranking.change_tier(True, by="Ada", now=NOW)
    await ranking.change_tier(False, by="Ada", now=NOW)
    with pytest.raises(NothingToChange):
        await ranking.change_tier(False, by="Ada", now=NOW + DAY)


async def test_a_refusal_leaves_neither_setting_nor_rules() -> None:

    async def interrupted() -> None:
        async with connection.transaction():
            await ranking.change_tier(False, by="Ada", now=NOW)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await interrupted()
    assert await connection.rows("SELECT 1 FROM setting_change") == []
    assert len(await documents.versions_of(Document.RANKING)) == 1


async def test_the_change_is_evidence_with_before_after_and_who() -> None:
    found = await ranking.change_tier(False, by="Ada", now=NOW)
    entry = await connection.row(
        "SELECT content FROM evidence_entry WHERE kind = 'reglage.classement' ORDER BY id DESC LIMIT 1"
    )
    assert entry is not None
    assert msgspec.json.decode(entry["content"]) == {
        "reglage": JUPITERRE_TIER,
        "avant": True,
        "apres": False,
        "par": "Ada",
        "date_effet": found.effective_at.isoformat(),
        "version": 2,
    }


def test_the_command_line_knows_how_to_publish() -> None:
    options = cli.parser().parse_args(["publish-documents"])
    assert options.command is cli.publish_documents
