"""What somebody with all rights on the server can do to the register: the triggers are put aside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from app import config
from app.database import connection
from app.evidence import register


@asynccontextmanager
async def all_powerful() -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection on which no trigger and no foreign key stands in the way."""
    link = await asyncpg.connect(config.current().database_url)
    try:
        await link.execute("SET session_replication_role = replica")
        yield link
    finally:
        await link.close()


async def altered(sql: str, *parameters: Any) -> None:
    """Do `sql` with all rights; it must change something."""
    async with all_powerful() as link:
        done = await link.execute(sql, *parameters)
    assert not done.endswith(" 0"), f"{sql} changed nothing"


async def emptied_register() -> None:
    """A register without an entry, for the tests that count."""
    async with all_powerful() as link:
        await link.execute("TRUNCATE evidence_anchor, evidence_seal, evidence_entry")


async def written(
    times: int = 1, *, subject: UUID | None = None, kind: str = "compte.modifie"
) -> list[int]:
    """Entries about a person, each in a transaction of its own."""
    numbers = []
    for turn in range(times):
        async with connection.transaction():
            numbers.append(
                await register.write(
                    kind,
                    subject_type="compte",
                    subject=subject or uuid4(),
                    content={"champs": ["telephone"], "tour": turn},
                )
            )
    return numbers
