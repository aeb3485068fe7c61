"""A program that copies the site is slowed down; a person is not (terms § 5 and § 9)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import config
from app.web import pace
from app.web.pace import Pace
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio


@pytest.fixture
def three_a_minute(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("REQUESTS_PER_MINUTE", "3")
    monkeypatch.setattr(pace, "_paces", {})
    config.forget()
    yield
    monkeypatch.undo()
    config.forget()


async def test_beyond_the_limit_a_page_says_to_wait_and_files_still_come(
    three_a_minute: None, guest: Visitor
) -> None:
    """EX-5-6, EX-9-2: 429 beyond the limit, with how long to wait, as a page in French."""
    seen = await guest.get("/praticiens")
    for _ in range(2):
        assert (await guest.get("/praticiens")).status == 200
    refused = await guest.get("/praticiens")
    assert refused.status == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "Vous avez fait beaucoup de demandes en peu de temps. Réessayez dans une minute." in (
        refused.text("main")
    )
    assert (await guest.get(seen.attribute("link[rel=stylesheet]", "href"))).status == 200
    assert (await guest.get("/sante")).status in (200, 503)


async def test_outside_production_nothing_is_counted() -> None:
    assert config.read({}).requests_per_minute == 0


@given(st.lists(st.floats(0, 30), max_size=200), st.integers(1, 120))
def test_no_minute_holds_more_than_twice_the_limit(waits: list[float], per_minute: int) -> None:
    """The bucket full at first, then filled evenly: never more than both in sixty seconds."""
    moment = 0.0
    kept = Pace(per_minute, clock=lambda: moment)
    taken = []
    for wait in waits:
        moment += wait
        if kept.take("192.0.2.1") == 0:
            taken.append(moment)
    for at in taken:
        assert sum(at <= other < at + 60 for other in taken) <= 2 * per_minute


def test_who_waits_as_told_is_answered() -> None:
    moment = 0.0
    kept = Pace(2, clock=lambda: moment)
    assert [kept.take("a"), kept.take("a")] == [0, 0]
    moment += kept.take("a")
    assert kept.take("a") == 0
    assert kept.take("b") == 0, "another network has its own bucket"


def test_networks_forgotten_bound_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST_NETWORKS", 10)
    kept = Pace(5, clock=lambda: 0.0)
    for number in range(100):
        kept.take(str(number))
    assert len(kept._left) == 10
