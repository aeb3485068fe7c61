"""Every night the whole register is read again, and its end is sent away with what was found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.database import connection
from app.evidence import anchors, nightly
from tests.evidence.altering import altered, written

pytestmark = [pytest.mark.anyio]

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


async def _note() -> bytes:
    row = await connection.row(
        "SELECT payload FROM pgqueuer WHERE entrypoint = $1 ORDER BY id DESC LIMIT 1",
        anchors.EVIDENCE_ANCHORED,
    )
    assert row is not None
    payload: bytes = row["payload"]
    return payload


async def test_the_night_seals_checks_and_anchors(register_of_its_own: Path) -> None:
    numbers = await written(4)
    report = await nightly.keep(NOW)
    assert (report.sealed, report.unsealed, report.is_sound) == (4, 0, True)
    assert [anchor.position for anchor in await anchors.in_table()] == [4]
    assert b'"anomalies":0' in await _note()
    await altered("UPDATE evidence_entry SET content = '{}' WHERE id = $1", numbers[1])
    assert not (await nightly.keep(NOW)).is_sound
    assert b'"anomalies":1' in await _note()
