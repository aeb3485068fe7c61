"""Notes left for the worker: each is written in the transaction that causes it, so both happen or neither."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from app.database import connection

WORKER = "worker"
"""The name under which the worker says it is alive."""


async def enqueue(note: str, payload: Any = None, *, delay: timedelta | None = None) -> None:
    """Leave `note` for the worker in the current transaction.

    Raises `RuntimeError` outside a transaction: a note must never outlive a change that failed.
    """
    current = connection.engine().current_transaction.get()
    if current is None:
        raise RuntimeError(f"the note {note!r} was left outside a transaction")
    await Queries(AsyncpgDriver(current.connection)).enqueue(
        note, msgspec.json.encode(payload), execute_after=delay
    )


async def beat(name: str, now: datetime) -> None:
    """Say that the process `name` is alive."""
    await connection.execute(
        "INSERT INTO heartbeat (name, seen_at) VALUES ($1, $2)"
        " ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at",
        name,
        now,
    )


async def last_beat(name: str) -> datetime | None:
    """When the process `name` last said it was alive (UTC)."""
    found = await connection.row("SELECT seen_at FROM heartbeat WHERE name = $1", name)
    return found["seen_at"] if found else None
