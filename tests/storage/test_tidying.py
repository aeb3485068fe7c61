"""The night removes what was cut or dropped, and nothing that counts."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.database import connection
from app.storage import files, pictures, places, tidying
from app.storage.files import Purpose
from app.storage.store import Away
from app.storage.tidying import Tidied
from tests.storage import made
from tests.storage.conftest import NOW

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("own_folder", "nothing_stored")]

TOMORROW = NOW + timedelta(days=1, minutes=1)


@pytest.fixture
async def nothing_stored(pool: None) -> None:
    await connection.execute("DELETE FROM supporting_document")
    await connection.execute("DELETE FROM stored_file")


async def sent(owner: UUID, purpose: Purpose = Purpose.DOSSIER) -> files.Stored:
    async with files.receiving(
        owner=owner, purpose=purpose, name="a", limit_bytes=999_999, now=NOW
    ) as incoming:
        await incoming.write(made.picture("JPEG", (500, 500)))
        await incoming.finish()
        if purpose is Purpose.PORTRAIT:
            await pictures.draw(incoming, pictures.Crop())
        return await incoming.keep(now=NOW)


def on_disk(folder: Path) -> int:
    return len([path for path in folder.rglob("*") if path.is_file()])


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_dropped_file_leaves_the_store_the_night_after(
    owner: UUID, own_folder: Path, purpose: Purpose
) -> None:
    gone, kept = await sent(owner, purpose), await sent(owner, purpose)
    await files.drop(gone.id)
    assert await tidying.tidy(TOMORROW) == Tidied(1, 0)
    assert await tidying.tidy(TOMORROW) == Tidied(0, 0)
    rows = await connection.rows("SELECT id FROM stored_file")
    assert [row["id"] for row in rows] == [kept.id]
    assert on_disk(own_folder) == (len(pictures.NAMES) if purpose is Purpose.PORTRAIT else 1)


async def test_a_sending_cut_by_a_crash_is_removed_once_it_can_no_longer_arrive(
    owner: UUID, own_folder: Path
) -> None:
    stored = await sent(owner)
    await connection.execute("UPDATE stored_file SET arrived_at = NULL WHERE id = $1", stored.id)
    assert await tidying.tidy(NOW + timedelta(hours=23)) == Tidied(0, 0)
    assert await tidying.tidy(TOMORROW) == Tidied(1, 0)
    assert on_disk(own_folder) == 0


async def test_pieces_left_by_a_crash_are_removed_after_a_day(own_folder: Path) -> None:
    old, new = places.arrivals() / "old", places.arrivals() / "new"
    for path in (old, new):
        path.write_bytes(b"x")
    day_before = time.time() - 86_500
    os.utime(old, (day_before, day_before))
    assert await tidying.tidy(NOW) == Tidied(0, 1)
    assert (old.exists(), new.exists()) == (False, True)


async def test_a_store_that_does_not_answer_is_asked_again_the_next_night(
    owner: UUID, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = await sent(owner)
    await files.drop(stored.id)

    def away(place: str) -> None:
        raise Away

    with monkeypatch.context() as patched:
        patched.setattr(places.store(), "drop", away)
        assert await tidying.tidy(TOMORROW) == Tidied(0, 0)
    assert on_disk(own_folder) == 1
    assert await tidying.tidy(TOMORROW) == Tidied(1, 0)


def test_the_worker_tidies_every_night() -> None:
    from app import worker

    assert tidying.TIDY_FILES in {each.note for each in worker.RECURRING}
