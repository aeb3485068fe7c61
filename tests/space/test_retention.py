"""The nightly run: every rule at its day, once, and nothing when it is only tried (law § 2.9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.accounts import archives, closing
from app.accounts.periods import months_later
from app.database import connection
from app.settings import values
from app.space import retention
from tests.accounts import cast

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)


async def _counts(now: datetime, *, is_dry: bool = False) -> dict[str, int]:
    return {line.rule: line.count for line in await retention.run(now, is_dry=is_dry)}


async def _mail_written(at: datetime) -> None:
    await connection.execute(
        "INSERT INTO mail (id, kind, template_version, to_address, body_sha256, state, queued_at,"
        " attempts, message_id, server_reply) VALUES ($1, 'welcome', 1, 'a@exemple.example',"
        " ''::bytea, 'accepted', $2, 1, '', '')",
        uuid4(),
        at,
    )


@pytest.mark.parametrize(("late", "gone"), [(-DAY, 0), (DAY, 1)])
async def test_the_log_of_mails_goes_after_five_years(
    nobody: None, late: timedelta, gone: int
) -> None:
    await _mail_written(months_later(NOW, -60) - late)
    assert (await _counts(NOW, is_dry=True))["mails"] == gone
    assert (await _counts(NOW))["mails"] == gone
    assert (await _counts(NOW))["mails"] == 0, "done once"


async def test_each_period_is_a_setting(nobody: None) -> None:
    await _mail_written(NOW - timedelta(days=400))
    assert (await _counts(NOW, is_dry=True))["mails"] == 0
    await values.change(values.MAIL_LOG_MONTHS, 12, by="essai", effective_at=NOW)
    assert (await _counts(NOW, is_dry=True))["mails"] == 1


@pytest.mark.parametrize(("late", "gone"), [(-DAY / 24, 0), (DAY / 24, 1)])
async def test_an_archive_to_download_goes_after_a_day(
    nobody: None, late: timedelta, gone: int
) -> None:
    account = await cast.client(now=NOW)
    asked = await archives.ask(account, now=NOW)
    await archives.finish(asked, b"PK", now=NOW)
    at = NOW + archives.LIFE + late
    assert (await _counts(at, is_dry=True))["exports"] == gone
    assert (await _counts(at))["exports"] == gone
    assert (await archives.latest(account) is None) == bool(gone)


@pytest.mark.parametrize(("late", "gone"), [(-DAY, 0), (DAY, 1)])
async def test_a_closed_identity_goes_after_five_years(
    nobody: None, late: timedelta, gone: int
) -> None:
    """EX-4-8."""
    account = await cast.client(now=NOW)
    await closing.close(account, now=NOW)
    at = months_later(NOW, 60) + late
    assert (await _counts(at, is_dry=True))["archives"] == gone
    assert (await _counts(at))["archives"] == gone


async def test_old_traces_leave_the_register_and_the_try_leaves_everything(nobody: None) -> None:
    """D6 of the convention de preuve: the content goes, the entry and its place stay."""
    await cast.client(now=NOW)
    await cast.entered(now=NOW)
    in_a_year = datetime.now(UTC) + timedelta(days=366)
    held = await connection.row("SELECT count(*) AS n FROM evidence_entry WHERE content IS NULL")
    tried = await _counts(in_a_year, is_dry=True)
    assert tried["evidence_connection"] >= 1
    assert tried["evidence_evidence"] == 0
    assert (
        await connection.row("SELECT count(*) AS n FROM evidence_entry WHERE content IS NULL")
        == held
    )
    assert (await _counts(in_a_year))["evidence_connection"] == tried["evidence_connection"]
    left = await connection.row(
        "SELECT count(*) AS n FROM evidence_entry WHERE kind = 'auth.succes' AND content IS NOT NULL"
    )
    assert left is not None
    assert left["n"] == 0


async def test_a_night_after_a_night_finds_nothing_left_to_do(nobody: None) -> None:
    await cast.client(now=NOW)
    await _mail_written(months_later(NOW, -61))
    await retention.run(NOW)
    assert not any((await _counts(NOW)).values())
