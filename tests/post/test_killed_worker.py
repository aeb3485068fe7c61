"""A real worker killed with -9 while it sends: nothing lost, and no second mail where the first was taken."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from app import config
from app.database import connection
from app.post import outbox
from tests.post.conftest import left
from tests.post.mailbox import ACCEPT, NEVER_ANSWER, Mailbox

pytestmark = pytest.mark.anyio

PATIENCE = 60.0
WORKER = "from app import worker; worker.DEAD_AFTER_SECONDS = 1.0; worker.run()"


@asynccontextmanager
async def _worker() -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m app.cli worker`, that takes a silent one for dead after a second instead of thirty."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, cwd=config.ROOT, env=dict(os.environ)
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _until(is_true: Callable[[], Awaitable[bool]]) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not await is_true():
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.05)


async def _states() -> dict[UUID, str]:
    return {row["id"]: row["state"] for row in await connection.rows("SELECT id, state FROM mail")}


async def _is_settled() -> bool:
    return set((await _states()).values()) <= {"accepted", "doubtful"}


async def test_a_worker_killed_while_the_server_thinks_leaves_a_doubt_and_no_second_mail(
    server: Mailbox,
) -> None:
    """The text was taken, the answer never read: the mail came once, and the admin sees the doubt."""
    server.script = [NEVER_ANSWER]
    mail = await left()
    async with _worker() as process:
        await asyncio.wait_for(server.holding.wait(), PATIENCE)
        process.kill()
        await process.wait()
    assert (await _states())[mail] == "handing"
    async with _worker():
        await _until(_is_settled)
        assert (await _states())[mail] == "doubtful"
        other = await left()

        async def is_sent() -> bool:
            return (await _states())[other] == "accepted"

        await _until(is_sent)
    assert server.message_ids == [outbox.message_id(mail), outbox.message_id(other)]


async def test_workers_killed_again_and_again_lose_no_mail_and_send_none_twice(
    server: Mailbox,
) -> None:
    """Forty mails, a server that now and then says « later », four workers killed wherever they happen to be."""
    mails = [await left(to=f"personne{number}@exemple.fr") for number in range(40)]
    server.script = [ACCEPT, "451 later", ACCEPT, ACCEPT, "451 later"] * 4
    for round_ in range(4):
        async with _worker() as process:
            before = len(server.seen)

            async def has_sent(before: int = before) -> bool:
                return len(server.seen) >= before + 3 or await _is_settled()

            await _until(has_sent)
            await asyncio.sleep(0.005 * round_)
            process.kill()
            await process.wait()
    async with _worker():
        await _until(_is_settled)
    times = Counter(server.message_ids)
    assert max(times.values()) == 1, "a mail was taken twice"
    for mail, state in (await _states()).items():
        assert state == "doubtful" or times[outbox.message_id(mail)] == 1
    assert len(await _states()) == len(mails)
    told = await connection.rows(
        "SELECT subject_id, array_agg(kind ORDER BY id) AS kinds FROM evidence_entry"
        " WHERE subject_id = ANY($1) GROUP BY subject_id",
        mails,
    )
    assert len(told) == len(mails)
    for row in told:
        assert row["kinds"][0] == "courriel.mis_en_file"
        assert row["kinds"][-1] in ("courriel.accepte", "courriel.echec")
