"""What is no longer kept: each rule the day before, the day itself and the day after, and only once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.accounts import closing, links, people, requests, retention, sessions
from app.accounts.tables import LinkPurpose
from app.settings import values
from tests.accounts import cast

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("nobody")]

USED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LIMIT = datetime(2028, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


async def done(now: datetime) -> dict[str, int]:
    """What the dry run announces, which the run must then do, and not do again."""
    announced = {one.rule: one.count for one in await retention.run(now, is_dry=True)}
    assert {one.rule: one.count for one in await retention.run(now)} == announced
    assert not any(one.count for one in await retention.run(now))
    return {rule: count for rule, count in announced.items() if count}


async def inactive() -> UUID:
    return await cast.client(now=USED)


async def test_the_first_warning_leaves_thirty_days_before() -> None:
    """E34: two years without use, told 30 days before."""
    await inactive()
    assert await done(LIMIT - 31 * DAY) == {}
    assert await done(LIMIT - 30 * DAY - SECOND) == {}
    assert await done(LIMIT - 30 * DAY) == {"inactive_first": 1}
    assert "22 novembre 2028" in (await cast.mail("inactive_account", "anne@exemple.fr")).text
    assert await done(LIMIT - 29 * DAY) == {}


async def test_the_last_warning_leaves_seven_days_before() -> None:
    await inactive()
    await retention.run(LIMIT - 30 * DAY)
    assert await done(LIMIT - 8 * DAY) == {}
    assert await done(LIMIT - 7 * DAY) == {"inactive_last": 1}
    assert await done(LIMIT - 6 * DAY) == {}
    assert len(await cast.mailbox("anne@exemple.fr")) == 2


async def test_the_account_is_closed_on_the_day_and_not_before() -> None:
    account = await inactive()
    await retention.run(LIMIT - 30 * DAY)
    await retention.run(LIMIT - 7 * DAY)
    assert await done(LIMIT - DAY) == {}
    assert await done(LIMIT - SECOND) == {}
    assert await done(LIMIT) == {"inactive_close": 1}
    assert (await people.person(account)).closed_at == LIMIT
    assert await cast.evidence("compte.clos", account) == [
        {"auteur": "conservation", "motif": "inactivite"}
    ]
    assert await done(LIMIT + DAY) == {}


async def test_nights_missed_never_shorten_what_was_announced() -> None:
    """The worker was stopped for months: the person still has thirty days, then seven."""
    await inactive()
    late = LIMIT + 100 * DAY
    assert await done(late) == {"inactive_first": 1}
    assert await done(late + 22 * DAY) == {}
    assert await done(late + 23 * DAY) == {"inactive_last": 1}
    assert await done(late + 29 * DAY) == {}
    assert await done(late + 30 * DAY) == {"inactive_close": 1}


async def test_coming_back_keeps_the_account() -> None:
    await inactive()
    await retention.run(LIMIT - 30 * DAY)
    await cast.entered(now=LIMIT - 20 * DAY)
    for day in (7, 0, -1):
        assert await done(LIMIT - day * DAY) == {}


async def test_an_administrator_s_account_is_not_forgotten() -> None:
    await cast.admin(now=USED)
    assert await done(LIMIT + 100 * DAY) == {}


async def test_the_identity_archived_goes_after_five_years() -> None:
    """EX-4-8; C. civ. 2224."""
    account = await inactive()
    await closing.close(account, now=USED)
    end = datetime(2031, 11, 22, 9, 0, tzinfo=UTC)
    assert await done(end - DAY) == {}
    assert await done(end - SECOND) == {}
    assert await done(end) == {"archives": 1}
    assert await done(end + DAY) == {}
    assert await cast.count("closed_identity") == 0
    assert await cast.count("acceptance") == 0


async def test_a_request_goes_five_years_after_its_answer() -> None:
    admin = await cast.admin(now=USED)
    reference = await requests.receive(
        "acces", "", email="anne@exemple.fr", account=None, now=USED - 20 * DAY
    )
    open_one = await requests.receive(
        "acces", "", email="zoe@exemple.fr", account=None, now=USED - 20 * DAY
    )
    await requests.answer(reference, "Voici.", by=admin, now=USED)
    end = datetime(2031, 11, 22, 9, 0, tzinfo=UTC)
    assert await done(end - SECOND) == {}
    assert await done(end) == {"requests": 1}
    assert [one.reference for one in await requests.register_of(is_open=True)] == [open_one]


async def test_each_period_is_a_setting() -> None:
    await inactive()
    now = USED + 200 * DAY
    await values.change(values.INACTIVE_ACCOUNT_MONTHS, 6, by="Ada", effective_at=now)
    assert await done(now - DAY) == {}
    assert await done(now) == {"inactive_first": 1}
    with pytest.raises(values.OutOfBounds):
        await values.change(values.INACTIVE_ACCOUNT_MONTHS, 1, by="Ada", effective_at=now)


async def test_every_number_has_its_label_and_its_bounds() -> None:
    for name, default in values.DEFAULTS.items():
        assert values.LABELS[name]
        if isinstance(default, int) and not isinstance(default, bool):
            least, most = values.BOUNDS[name]
            assert least <= default <= most


async def test_two_years_are_years_of_the_calendar() -> None:
    """Somebody last seen on 29 February: until 28 February two years later."""
    used = datetime(2028, 2, 29, 9, 0, tzinfo=UTC)
    await cast.client(now=used)
    limit = datetime(2030, 2, 28, 9, 0, tzinfo=UTC)
    assert await done(limit - 30 * DAY - SECOND) == {}
    assert await done(limit - 30 * DAY) == {"inactive_first": 1}


async def test_what_is_over_is_swept() -> None:
    account = await inactive()
    await cast.entered(now=USED)
    await links.make(account, LinkPurpose.SIGN_IN, now=USED)
    dead = USED + links.LIVES[LinkPurpose.CONFIRM_EMAIL] + links.KEPT_AFTER
    before = await cast.count("mailed_link")
    assert before == 2
    await retention.tidy(dead)
    assert await cast.count("mailed_link") == 1
    await retention.tidy(dead + SECOND)
    assert await cast.count("mailed_link") == 0
    assert await cast.count("session") == 0
    assert await cast.count("known_device") == 1
    await retention.tidy(USED + 396 * DAY)
    assert await cast.count("known_device") == 0
    assert await sessions.of(account, current=None, now=USED) == []
