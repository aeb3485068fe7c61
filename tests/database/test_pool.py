"""A pool whose connections are not wiped between two queries still hands over clean ones."""

from __future__ import annotations

import asyncpg
import pytest

from app.database import connection

pytestmark = pytest.mark.anyio


async def test_a_transaction_left_open_is_rolled_back_before_the_next_one_has_the_connection(
    own_database: str,
) -> None:
    pool = await asyncpg.create_pool(
        own_database, min_size=1, max_size=1, reset=connection._leave_as_it_is
    )
    async with pool:
        await pool.execute("CREATE TABLE IF NOT EXISTS left_behind (n int)")
        async with pool.acquire() as careless:
            await careless.execute("BEGIN")
            await careless.execute("INSERT INTO left_behind VALUES (1)")
        async with pool.acquire() as next_one:
            assert not next_one.is_in_transaction()
            assert await next_one.fetchval("SELECT count(*) FROM left_behind") == 0
        await pool.execute("DROP TABLE left_behind")
