"""The end of the chain is kept elsewhere every night: the table, the file, and a note for the mail."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from app.database import connection
from app.evidence import anchors, sealer, verifying
from app.evidence.anchors import Anchor, Anchored, NotAnAnchor
from tests.evidence.altering import written

pytestmark = [pytest.mark.anyio]

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


async def _notes() -> list[Anchored]:
    return [
        msgspec.json.decode(row["payload"], type=Anchored)
        for row in await connection.rows(
            "SELECT payload FROM pgqueuer WHERE entrypoint = $1 ORDER BY id",
            anchors.EVIDENCE_ANCHORED,
        )
    ]


@pytest.fixture(autouse=True)
async def folder(register_of_its_own: Path) -> Path:
    await connection.execute("DELETE FROM pgqueuer")
    return register_of_its_own


async def test_the_end_of_the_chain_is_kept_in_the_table_the_file_and_a_note(folder: Path) -> None:
    await written(3)
    await sealer.seal(NOW)
    anchor = await anchors.anchor(NOW, anomalies=2)
    assert anchor is not None
    assert anchor.position == 3
    assert await anchors.in_table() == [anchor]
    assert anchors.in_file() == ([anchor], [])
    assert [json.loads(line) for line in (folder / "ancres").read_bytes().splitlines()] == [
        {
            "position": 3,
            "seal_hash": anchor.seal_hash,
            "anchored_at": "2026-11-22T02:00:00.000000+00:00",
        }
    ]
    addresses = ("ancre@exemple.example", "garde@exemple.example")
    assert await _notes() == [Anchored(anchor, 2, addresses)]


async def test_nothing_sealed_means_no_anchor(folder: Path) -> None:
    assert await anchors.anchor(NOW) is None
    assert not (folder / "ancres").exists()
    assert await _notes() == []


async def test_a_night_without_a_new_seal_sends_the_same_end_and_keeps_it_once(
    folder: Path,
) -> None:
    await written(1)
    await sealer.seal(NOW)
    await anchors.anchor(NOW)
    await anchors.anchor(NOW + DAY)
    assert len(await anchors.in_table()) == 1
    assert len(anchors.in_file()[0]) == 1
    assert [note.anchor.position for note in await _notes()] == [1, 1]


async def test_the_file_is_only_added_to_even_after_a_line_cut_by_a_crash(folder: Path) -> None:
    await written(1)
    await sealer.seal(NOW)
    await anchors.anchor(NOW)
    before = (folder / "ancres").read_bytes()
    (folder / "ancres").write_bytes(before + b'{"position":2,')
    await written(1)
    await sealer.seal(NOW + DAY)
    await anchors.anchor(NOW + DAY)
    assert (folder / "ancres").read_bytes().startswith(before + b'{"position":2,')
    found, unreadable = anchors.in_file()
    assert [anchor.position for anchor in found] == [1, 2]
    assert unreadable == []


async def test_an_anchor_whose_line_was_lost_by_a_crash_is_written_the_next_night(
    folder: Path,
) -> None:
    await written(1)
    await sealer.seal(NOW)
    await anchors.anchor(NOW)
    (folder / "ancres").unlink()
    assert (await verifying.verify()).is_sound
    await written(1)
    await sealer.seal(NOW + DAY)
    await anchors.anchor(NOW + DAY)
    assert anchors.in_file()[0] == await anchors.in_table()


@pytest.mark.parametrize("text", ["", "12", "12:abc", ":" + "a" * 64, "-1:" + "a" * 64, "x:y"])
def test_what_is_not_an_anchor_is_refused_with_words(text: str) -> None:
    with pytest.raises(NotAnAnchor):
        anchors.read(text)


def test_an_anchor_is_read_as_a_mail_gives_it() -> None:
    assert anchors.read(" 12:" + "AB" * 32 + " ") == Anchor(12, "ab" * 32)
