"""Mails a second, from the transaction that causes them to the answer of the server, beside the bare conversation.

The limit: the same messages given to the same server, ten at once, without a database, a queue or a cipher.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec

from app import config
from app import mail as door
from app.database import address, connection, embedded, migrating
from app.post import outbox, writing
from app.post.kinds import KINDS
from app.worker import MAILS_AT_ONCE
from benchmarks import site
from benchmarks.report import number, table
from benchmarks.site import Engines

DATABASE = "bench_mails"
MAILS = 1_000
VALUES: dict[str, Any] = {
    "path": "/liens/3q2-7w0123456789abcdefghijklmnopqrstuvwxyzABCD",
    "minutes": 30,
}
PATIENCE_SECONDS = 300.0


class Mails(msgspec.Struct, frozen=True):
    """Mails a second, over `count` of them: `left` in the outbox (one transaction each, one after the other),
    `handed` by the worker, `bare` conversations with the same server."""

    count: int
    left: float
    handed: float
    bare: float


def measure(engines: Engines, report: Callable[[str], None]) -> Mails:
    """Measure on a database of its own, durable, made again each time."""
    site.use(engines, 0)
    port = site.free_port()
    os.environ |= {
        "DATABASE_URL": embedded.url(engines.folder, DATABASE),
        "OPERATOR_REPORT_EMAIL": "contact@exemple.fr",
        "SMTP_PORT": str(port),
        "SMTP_SECURITY": "none",
    }
    config.forget()
    sink = [sys.executable, "-m", "benchmarks.mail_sink", str(port)]
    with site.process(sink, {}, engines.folder / "sink.log"):
        return asyncio.run(_measure(engines, report))


async def _measure(engines: Engines, report: Callable[[str], None]) -> Mails:
    admin = await asyncpg.connect(embedded.url(engines.folder, "postgres"))
    await admin.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
    await admin.close()
    await address.ensure_database()
    connection.engine().config["dsn"] = address.database_url()
    await migrating.migrate()
    await connection.open_pool(4)
    try:
        report(f"{MAILS} courriels…")
        before = await _bare()
        begun = time.perf_counter()
        for person in range(MAILS):
            async with connection.transaction():
                await outbox.send(
                    "reset_password",
                    to=f"personne{person}@exemple.fr",
                    account=None,
                    now=datetime.now(UTC),
                    **VALUES,
                )
        left = MAILS / (time.perf_counter() - begun)
        worker = [sys.executable, "-c", "from app import worker; worker.run()"]
        with site.process(worker, {}, engines.folder / "worker.log"):
            await _until_sent()
        # From the first answer to the last one: the start of the worker is not what is measured.
        spent = await connection.row(
            "SELECT extract(epoch FROM max(settled_at) - min(handed_at))::float8 AS s FROM mail"
        )
        assert spent is not None
        bare = (before + await _bare()) / 2
        return Mails(MAILS, left, MAILS / spent["s"], bare)
    finally:
        await connection.close_pool()


async def _until_sent() -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        waiting = await connection.row("SELECT count(*) AS n FROM mail WHERE state <> 'accepted'")
        if waiting is not None and waiting["n"] == 0:
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("the mails do not leave")


async def _bare() -> float:
    """Conversations a second, as many at once as the worker has."""
    written = writing.write(KINDS["reset_password"], VALUES)
    message = door.compose(
        to="personne@exemple.fr",
        subject=written.subject,
        text=written.text,
        html=written.html,
        message_id="<mesure@exemple.fr>",
        written_at=datetime.now(UTC),
    )

    async def agreed() -> None:
        """Nothing to write down."""

    async def one_after_the_other() -> None:
        for _ in range(MAILS // MAILS_AT_ONCE):
            await door.hand(message, before_text=agreed)

    begun = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(MAILS_AT_ONCE)))
    return MAILS / (time.perf_counter() - begun)


def shown(found: Mails) -> str:
    """The table, in French."""
    rows = [
        ["laissés dans une transaction, un par un", f"{number(found.left, 0)}/s", ""],
        ["remis au serveur par le programme des tâches", f"{number(found.handed, 0)}/s",
         f"{number(found.handed / found.bare, 2)} de la limite"],
        ["limite : la conversation SMTP seule, dix à la fois", f"{number(found.bare, 0)}/s", ""],
    ]  # fmt: skip
    return table([f"{found.count} courriels", "par seconde", ""], rows)
