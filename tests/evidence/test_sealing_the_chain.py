"""The chain takes every committed entry, once, in order, whoever writes and whatever dies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from app import config
from app.database import connection
from app.evidence import chain, sealer, verifying
from app.evidence.sealer import Sealer
from tests.evidence.altering import written

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("register_of_its_own")]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
WRITE = (
    "INSERT INTO evidence_entry (kind, subject_type, subject_id, content, salt, content_hash)"
    " VALUES ('compte.cree', 'compte', $1, '{}', $2, $3) RETURNING id"
)
SALT = bytes(16)


async def _write_on(link: asyncpg.Connection) -> int:
    number: int = await link.fetchval(WRITE, uuid4(), SALT, chain.content_hash(SALT, "{}"))
    return number


async def _in_chain() -> list[int]:
    return [
        row["entry"]
        for row in await connection.rows("SELECT entry FROM evidence_seal ORDER BY position")
    ]


async def test_entries_are_chained_in_the_order_of_their_numbers() -> None:
    numbers = await written(5)
    assert await sealer.seal(NOW) == 5
    assert await sealer.seal(NOW) == 0
    numbers += await written(2)
    assert await sealer.seal(NOW) == 2
    assert await _in_chain() == numbers
    first, second = await connection.rows("SELECT * FROM evidence_seal ORDER BY position LIMIT 2")
    assert first["previous_hash"] == chain.GENESIS
    assert second["previous_hash"] == first["seal_hash"]
    assert first["position"] == 1


async def test_an_entry_committed_after_others_of_higher_numbers_is_not_missed() -> None:
    """A sealer that only went forward would never see it."""
    follower = Sealer()
    await written(2)
    await follower.seal(NOW)
    slow = await asyncpg.connect(config.current().database_url)
    try:
        transaction = slow.transaction()
        await transaction.start()
        late = await _write_on(slow)
        quick = await written(3)
        for _ in range(5):
            await follower.seal(NOW)
        assert late < quick[0]
        assert late not in await _in_chain()
        assert follower.floor < late
        await transaction.commit()
    finally:
        await slow.close()
    assert await follower.seal(NOW) == 1
    assert (await _in_chain())[-1] == late
    assert (await verifying.verify()).is_sound


async def test_the_sealer_stops_reading_what_is_settled() -> None:
    """Its floor rises once no transaction can bring a lower number: a second costs the same after a million rows."""
    follower = Sealer()
    numbers = await written(10)
    for _ in range(200):  # transactions of other databases of the server hold it back too
        await follower.seal(NOW)
        if follower.floor:
            break
        await asyncio.sleep(0.02)
    assert follower.floor == numbers[-1]


async def test_an_entry_rolled_back_leaves_no_hole_in_the_chain() -> None:
    numbers = await written(1)
    with contextlib.suppress(LookupError):
        async with connection.transaction() as outer:
            await _write_on(outer.connection)
            raise LookupError
    numbers += await written(1)
    await sealer.seal(NOW)
    assert numbers[1] == numbers[0] + 2
    assert await _in_chain() == numbers
    assert (await verifying.verify()).is_sound


@pytest.mark.race
async def test_many_writers_and_several_sealers_make_one_chain_with_everything() -> None:
    done = asyncio.Event()
    url = config.current().database_url

    async def writer() -> list[int]:
        link = await asyncpg.connect(url)
        try:
            numbers = []
            for turn in range(60):
                async with link.transaction():
                    numbers.append(await _write_on(link))
                    if turn % 7 == 0:
                        await asyncio.sleep(0.002)
            return numbers
        finally:
            await link.close()

    async def sealing() -> None:
        follower = Sealer()
        while not done.is_set():
            await follower.seal(NOW)

    sealers = [asyncio.create_task(sealing()) for _ in range(3)]
    numbers = await asyncio.gather(*(writer() for _ in range(8)))
    done.set()
    await asyncio.gather(*sealers)
    await sealer.seal(NOW)
    everything = sorted(number for some in numbers for number in some)
    assert sorted(await _in_chain()) == everything
    report = await verifying.verify()
    assert report.is_sound, report.anomalies
    assert (report.sealed, report.unsealed) == (480, 0)


_KILLED = """
import asyncio, sys
from datetime import UTC, datetime
from app.database import connection
from app.evidence import sealer
sealer.BATCH = 3

async def run():
    await connection.open_pool(2)
    follower = sealer.Sealer()
    while True:
        await follower._batch(datetime.now(UTC))
        print("batch", flush=True)

asyncio.run(run())
"""


async def test_a_sealer_killed_at_any_moment_loses_nothing() -> None:
    numbers = await written(60)
    for _ in range(4):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _KILLED,
            cwd=config.ROOT,
            env=os.environ | {"DATABASE_URL": config.current().database_url or ""},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"batch\n"
        process.kill()
        await process.communicate()
        numbers += await written(3)
    await sealer.seal(NOW)
    assert await _in_chain() == numbers
    assert (await verifying.verify()).is_sound


async def test_a_killed_writer_leaves_neither_the_fact_nor_the_entry() -> None:
    """D3, when the server itself ends the connection."""
    link = await asyncpg.connect(config.current().database_url)
    transaction = link.transaction()
    await transaction.start()
    await link.execute("INSERT INTO heartbeat (name, seen_at) VALUES ('killed', now())")
    number = await _write_on(link)
    ended = asyncio.Event()
    link.add_termination_listener(lambda _: ended.set())
    await connection.execute("SELECT pg_terminate_backend($1)", link.get_server_pid())
    await asyncio.wait_for(ended.wait(), 10)
    assert await connection.row("SELECT 1 FROM evidence_entry WHERE id = $1", number) is None
    assert await connection.row("SELECT 1 FROM heartbeat WHERE name = 'killed'") is None
