"""The numbered list of changes: what a reader is told, and that a note goes with each change or not at all."""

from __future__ import annotations

import pytest

from app.database import connection
from app.directory import changes
from app.jobs import queue

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("pool")]


async def _version() -> int:
    found = await connection.row("SELECT version FROM directory_version")
    assert found is not None
    version: int = found["version"]
    return version


async def _notes() -> int:
    found = await connection.row(
        "SELECT count(*) AS n FROM pgqueuer WHERE entrypoint = $1", changes.DIRECTORY_CHANGED
    )
    assert found is not None
    number: int = found["n"]
    return number


async def _recorded(*practitioners: int | None) -> None:
    for practitioner in practitioners:
        async with connection.transaction():
            await changes.record(practitioner)


async def test_a_change_has_the_next_number_and_leaves_a_note() -> None:
    before, notes = await _version(), await _notes()
    async with connection.transaction():
        assert await changes.record(7) == before + 1
    assert await _version() == before + 1
    assert await _notes() == notes + 1


async def test_a_change_that_is_rolled_back_leaves_neither_number_nor_note() -> None:
    """The note is written in the transaction of the change: both happen, or neither."""
    before, notes = await _version(), await _notes()

    async def fail_after_recording() -> None:
        async with connection.transaction():
            await changes.record(7)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_recording()
    assert (await _version(), await _notes()) == (before, notes)
    assert await changes.since(before) == (before, [])


async def test_a_note_is_not_seen_before_its_change() -> None:
    before = await _notes()
    async with connection.transaction():
        await changes.record(7)
        inside = await _notes()
        pool = connection.engine().pool
        assert pool is not None
        async with pool.acquire() as somebody_else:
            outside = await somebody_else.fetchval(
                "SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", changes.DIRECTORY_CHANGED
            )
    assert inside == before + 1
    assert outside == before


async def test_a_note_cannot_be_left_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        await changes.leave_note()
    with pytest.raises(RuntimeError, match="outside a transaction"):
        await queue.enqueue("anything", {"id": 1})


async def test_a_reader_is_told_whom_the_changes_touched_once_each() -> None:
    start = await _version()
    await _recorded(9, 7, 9, 8, 7)
    assert await changes.since(start) == (start + 5, [7, 8, 9])
    assert await changes.since(start + 3) == (start + 5, [7, 8])
    assert await changes.since(start + 5) == (start + 5, [])


async def test_after_a_change_of_everything_a_reader_reads_everything() -> None:
    start = await _version()
    await _recorded(7, None, 8)
    assert await changes.since(start) == (start + 3, None)
    assert await changes.since(start + 2) == (start + 3, [8])


@pytest.mark.parametrize("forgotten", [1, 2, 3])
async def test_a_reader_further_behind_than_the_list_reads_everything(forgotten: int) -> None:
    start = await _version()
    await _recorded(7, 8, 9)
    await changes.forget_before(start + forgotten)
    assert await changes.since(start) == (start + 3, None)
    assert await changes.since(start + 3) == (start + 3, [])


async def test_the_list_keeps_its_latest_changes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "KEPT", 2)
    start = await _version()
    await _recorded(7, 8, 9)
    await changes.forget_old()
    assert await changes.since(start) == (start + 3, None)
    assert await changes.since(start + 1) == (start + 3, [8, 9])


async def test_a_reader_ahead_of_the_database_reads_everything() -> None:
    """A backup was restored under a running process."""
    version = await _version()
    assert await changes.since(version + 10) == (version, None)
