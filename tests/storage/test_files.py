"""A file comes in ciphered, counts once it has arrived, and leaves nothing behind when it does not."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database import connection
from app.errors import NotFound
from app.sealing.sealing import CannotOpen
from app.storage import files
from app.storage.files import Purpose
from tests.storage import made
from tests.storage.conftest import NOW

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("own_folder")]


def receiving(owner: UUID, **options: Any) -> Any:
    wanted: dict[str, Any] = {
        "purpose": Purpose.DOSSIER,
        "name": "attestation.pdf",
        "limit_bytes": 10_000_000,
        "now": NOW,
    }
    return files.receiving(owner=owner, **(wanted | options))


async def sent(owner: UUID, content: bytes, **options: Any) -> files.Stored:
    async with receiving(owner, **options) as incoming:
        for start in range(0, len(content), 50_000):
            await incoming.write(content[start : start + 50_000])
        kept: files.Stored = await incoming.keep(now=NOW)
        return kept


async def read(file_id: UUID) -> bytes:
    return b"".join([piece async for piece in await files.open(file_id)])


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def rows_of(owner: UUID) -> int:
    found = await connection.row("SELECT count(*) AS n FROM stored_file WHERE owner = $1", owner)
    assert found is not None
    return int(found["n"])


@pytest.mark.parametrize("weight", [0, 65_000, 1_000_000])
async def test_a_file_is_given_back_as_it_was_sent(owner: UUID, weight: int) -> None:
    content = made.pdf(weight=weight)
    stored = await sent(owner, content)
    assert await read(stored.id) == content
    assert stored == await files.stored(stored.id)
    assert (stored.size_bytes, stored.media_type) == (len(content), "application/pdf")
    assert stored.sha256 == hashlib.sha256(content).digest()
    assert (stored.purpose, stored.sent_at) == ("dossier", NOW)


async def test_nothing_of_a_file_can_be_read_on_the_disk(owner: UUID, own_folder: Path) -> None:
    sent_as = made.pdf(weight=500_000)
    await sent(owner, sent_as)
    (kept,) = on_disk(own_folder)
    assert made.PDF_MARK in sent_as
    assert made.PDF_MARK not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


async def test_the_name_sent_is_nowhere_on_the_disk(owner: UUID, own_folder: Path) -> None:
    stored = await sent(owner, made.pdf(), name="../../../../etc/cron.d/x.pdf")
    assert stored.name == "x.pdf"
    (kept,) = on_disk(own_folder)
    assert kept.relative_to(own_folder).as_posix() == f"dossier/{stored.id.hex[:2]}/{stored.id.hex}"


async def test_one_byte_too_many_is_refused_and_leaves_nothing(
    owner: UUID, own_folder: Path
) -> None:
    content = made.pdf(weight=500_000)
    with pytest.raises(files.TooBig, match="1 Mo au plus"):
        await sent(owner, content + b"\n" * (1_000_001 - len(content)), limit_bytes=1_000_000)
    assert (on_disk(own_folder), await rows_of(owner)) == ([], 0)
    assert (await sent(owner, content, limit_bytes=len(content))).size_bytes == len(content)


async def test_an_empty_file_is_refused(owner: UUID, own_folder: Path) -> None:
    with pytest.raises(files.Empty):
        await sent(owner, b"")
    assert (on_disk(own_folder), await rows_of(owner)) == ([], 0)


async def test_what_is_not_kept_leaves_nothing(owner: UUID, own_folder: Path) -> None:
    async with receiving(owner) as incoming:
        await incoming.write(made.pdf())
        await incoming.finish()
        assert on_disk(own_folder)
    assert (on_disk(own_folder), await rows_of(owner)) == ([], 0)


async def test_a_sender_who_goes_away_leaves_nothing(owner: UUID, own_folder: Path) -> None:
    async def cut() -> None:
        async with receiving(owner) as incoming:
            await incoming.write(made.pdf(weight=300_000))
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await cut()
    assert (on_disk(own_folder), await rows_of(owner)) == ([], 0)


async def test_a_file_counts_with_the_transaction_it_is_kept_in(owner: UUID) -> None:
    ids = []

    async def undone() -> None:
        async with receiving(owner) as incoming:
            await incoming.write(made.pdf())
            await incoming.finish()
            async with connection.transaction():
                ids.append((await incoming.keep(now=NOW)).id)
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await undone()
    with pytest.raises(NotFound):
        await files.stored(ids[0])


async def test_a_file_is_not_received_inside_a_transaction(owner: UUID) -> None:
    async with connection.transaction():
        with pytest.raises(RuntimeError, match="inside a transaction"):
            await sent(owner, made.pdf())


async def test_a_dropped_file_cannot_be_read_again(owner: UUID) -> None:
    stored = await sent(owner, made.pdf())
    await files.drop(stored.id)
    for asked in (files.stored(stored.id), files.open(stored.id)):
        with pytest.raises(NotFound):
            await asked


async def test_a_file_nobody_sent_is_not_found() -> None:
    with pytest.raises(NotFound):
        await files.open(uuid4())


async def test_a_file_altered_on_the_disk_does_not_open(owner: UUID, own_folder: Path) -> None:
    stored = await sent(owner, made.pdf(weight=200_000))
    (kept,) = on_disk(own_folder)
    content = bytearray(kept.read_bytes())
    content[-1] ^= 1
    kept.write_bytes(content)
    with pytest.raises(CannotOpen):
        await read(stored.id)


async def test_the_bytes_of_another_file_do_not_open_under_its_name(
    owner: UUID, own_folder: Path
) -> None:
    mine, theirs = await sent(owner, made.pdf()), await sent(owner, made.pdf(2))
    places = {path.name: path for path in on_disk(own_folder)}
    places[mine.id.hex].write_bytes(places[theirs.id.hex].read_bytes())
    with pytest.raises(CannotOpen):
        await files.open(mine.id)
