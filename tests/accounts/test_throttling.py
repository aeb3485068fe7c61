"""Tries counted: how long one waits, and that nothing in the table says who."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import throttling
from app.accounts.throttling import (
    FREE_TRIES,
    SIGN_IN,
    TRIES_BEFORE_LOCK,
    UNTIL_UNLOCKED,
    Limit,
    Locked,
    TooManyTries,
)
from app.database import connection
from app.web import addresses
from tests.accounts.cast import NOW

pytestmark = pytest.mark.anyio

SHORT = Limit("short", (0.0, 0.0, 60.0), timedelta(minutes=10))


@given(st.integers(min_value=1, max_value=10_000))
def test_waits_never_shrink_and_double_from_the_fifth_failure(tries: int) -> None:
    wait = throttling.delay_after(tries)
    assert throttling.delay_after(tries + 1) >= wait
    if tries < FREE_TRIES:
        assert wait == timedelta()
    else:
        assert wait >= timedelta(minutes=1)
    if FREE_TRIES <= tries < TRIES_BEFORE_LOCK - 1:
        assert throttling.delay_after(tries + 1) == 2 * wait
    if tries >= TRIES_BEFORE_LOCK:
        assert wait == UNTIL_UNLOCKED


@given(st.ip_addresses())
def test_a_network_is_an_address_or_a_subscriber_s_share(address: object) -> None:
    found = addresses.network(str(address))
    assert found != "unknown"
    assert addresses.network(found.split("/", maxsplit=1)[0]) == found


def test_neighbours_of_one_ipv6_subscriber_count_together() -> None:
    one, other = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9"
    assert addresses.network(one) == addresses.network(other)
    assert addresses.network("2001:db8:1:3::1") != addresses.network(one)
    assert addresses.network("::ffff:192.0.2.1") == "192.0.2.1"
    assert addresses.network("n’importe quoi") == "unknown"


async def test_the_wait_is_said_in_minutes(nobody: None) -> None:
    for _ in range(3):
        await throttling.attempt(SHORT, "clé", now=NOW)
    with pytest.raises(TooManyTries, match="une minute"):
        await throttling.attempt(SHORT, "clé", now=NOW)
    with pytest.raises(TooManyTries) as refusal:
        await throttling.attempt(SHORT, "clé", now=NOW + timedelta(seconds=59))
    assert refusal.value.until == NOW + timedelta(minutes=1)
    assert await throttling.attempt(SHORT, "clé", now=NOW + timedelta(minutes=1)) == 4


async def test_the_count_starts_again_after_its_window(nobody: None) -> None:
    assert await throttling.attempt(SHORT, "clé", now=NOW) == 1
    assert await throttling.attempt(SHORT, "clé", now=NOW + timedelta(minutes=9)) == 2
    assert await throttling.attempt(SHORT, "clé", now=NOW + timedelta(minutes=10)) == 1


async def test_a_lock_outlives_the_window(nobody: None) -> None:
    now = NOW
    for tries in range(1, TRIES_BEFORE_LOCK + 1):
        assert await throttling.attempt(SIGN_IN, "clé", now=now) == tries
        now += min(throttling.delay_after(tries), timedelta(hours=1))
    with pytest.raises(Locked):
        await throttling.attempt(SIGN_IN, "clé", now=NOW + timedelta(days=300))
    await throttling.forget(SIGN_IN, "clé")
    assert await throttling.attempt(SIGN_IN, "clé", now=now) == 1


async def test_counters_of_different_things_do_not_add_up(nobody: None) -> None:
    for _ in range(3):
        await throttling.attempt(SHORT, "clé", now=NOW)
    assert await throttling.attempt(SIGN_IN, "clé", now=NOW) == 1
    assert await throttling.attempt(SHORT, "autre clé", now=NOW) == 1


async def test_a_try_given_back_frees_the_next(nobody: None) -> None:
    for _ in range(3):
        await throttling.attempt(SHORT, "clé", now=NOW)
    await throttling.give_back(SHORT, "clé")
    assert await throttling.attempt(SHORT, "clé", now=NOW) == 3


async def test_the_table_names_nobody(nobody: None) -> None:
    await throttling.attempt(SIGN_IN, "anne@exemple.fr", now=NOW)
    line = await connection.row("SELECT t::text AS said, key_hash FROM throttle t")
    assert line is not None
    assert "anne" not in line["said"]
    assert len(line["key_hash"]) == 32


async def test_old_counters_are_dropped(nobody: None) -> None:
    await throttling.attempt(SIGN_IN, "clé", now=NOW)
    assert await throttling.tidy(NOW + timedelta(days=30)) == 0
    assert await throttling.tidy(NOW + timedelta(days=30, seconds=1)) == 1


@pytest.mark.race
async def test_tries_sent_together_are_counted_one_by_one(nobody: None) -> None:
    """Twenty failures at once over several connections: five pass, whatever the process that counts."""
    done = await asyncio.gather(
        *(throttling.attempt(SIGN_IN, "clé", now=NOW) for _ in range(20)), return_exceptions=True
    )
    passed = sorted(one for one in done if isinstance(one, int))
    assert passed == [1, 2, 3, 4, 5]
    assert all(isinstance(one, int | TooManyTries) for one in done)
    line = await connection.row("SELECT failures FROM throttle")
    assert line is not None
    assert line["failures"] == 5
