"""A queue with nothing in it."""

from __future__ import annotations

import pytest

from app.database import connection


@pytest.fixture
async def no_job(pool: None) -> None:
    await connection.execute("TRUNCATE pgqueuer, pgqueuer_log")
