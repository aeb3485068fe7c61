"""The one way to PostgreSQL: Piccolo's engine, its pool, its transactions, and plain SQL on the same connection."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from asyncpg import Record
from piccolo.engine import engine_finder

from app.database.engine import SafePostgresEngine, SafeTransaction

CONNECTION_SECONDS = 5.0
"""A server that does not even accept a connection is taken for down after so long."""


def engine() -> SafePostgresEngine:
    return cast(SafePostgresEngine, engine_finder())


def transaction() -> SafeTransaction:
    """A transaction; inside another one it joins it (Piccolo's rule)."""
    return engine().transaction()


async def open_pool(
    size: int, *, patience_seconds: float | None = None, is_stateless: bool = False
) -> None:
    """Open the pool of this process; without it Piccolo silently opens one connection a query.

    A statement that takes longer than `patience_seconds` raises `TimeoutError`. `is_stateless`: this process leaves
    nothing behind on a connection (no LISTEN, no advisory lock, no SET), so that none is wiped after each
    query: one round trip instead of two. A transaction left open is rolled back all the same.
    """
    await engine().start_connection_pool(
        min_size=min(2, size),
        max_size=size,
        command_timeout=patience_seconds,
        timeout=CONNECTION_SECONDS,
        **({"reset": _leave_as_it_is} if is_stateless else {}),
    )


async def _leave_as_it_is(_: object) -> None:
    """Instead of asyncpg's `RESET ALL; UNLISTEN *…` on each return to the pool."""


async def close_pool() -> None:
    await engine().close_connection_pool()


async def rows(sql: str, *parameters: Any) -> list[Record]:
    """Run `sql` ($1-style parameters) in the current transaction if there is one, else on the pool."""
    current = engine().current_transaction.get()
    if current is not None:
        return cast("list[Record]", await current.connection.fetch(sql, *parameters))
    pool = engine().pool
    if pool is None:
        raise RuntimeError("the connection pool is not open")
    return cast("list[Record]", await pool.fetch(sql, *parameters))


async def row(sql: str, *parameters: Any) -> Record | None:
    """The first row of `sql`, or None."""
    found = await rows(sql, *parameters)
    return found[0] if found else None


async def number(sql: str, *parameters: Any) -> int:
    """The number that `sql` answers in its one row: a count."""
    return int((await rows(sql, *parameters))[0][0])


async def execute(sql: str, *parameters: Any) -> None:
    await rows(sql, *parameters)


@asynccontextmanager
async def alone(number: int) -> AsyncIterator[None]:
    """Hold the lock `number` on a connection of its own: long work that must not run twice at once."""
    pool = engine().pool
    if pool is None:
        raise RuntimeError("the connection pool is not open")
    async with pool.acquire() as holder:
        await holder.execute("SELECT pg_advisory_lock($1)", number, timeout=3600)
        try:
            yield
        finally:
            await holder.execute("SELECT pg_advisory_unlock($1)", number)
