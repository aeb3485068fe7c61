"""The database refuses what the register forbids: to the application by its rights, to the owner by triggers (D4)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from app import config
from app.database import connection, roles
from app.evidence import anchors, purging, register, sealer, verifying
from app.evidence.kinds import Retention
from tests.evidence.altering import altered, written

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("register_of_its_own")]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
APPLICATION, PURGE = "essai_app", "essai_purge"
CHANGES = (
    "UPDATE evidence_entry SET content = '{}'",
    "UPDATE evidence_entry SET written_at = now()",
    "UPDATE evidence_entry SET content = NULL",
    "UPDATE evidence_entry SET content = NULL, salt = NULL, kind = 'compte.clos'",
    "DELETE FROM evidence_entry",
    "TRUNCATE evidence_entry CASCADE",
    "UPDATE evidence_seal SET seal_hash = '\\x00'",
    "DELETE FROM evidence_seal",
    "TRUNCATE evidence_seal",
    "UPDATE evidence_anchor SET seal_hash = '\\x00'",
    "DELETE FROM evidence_anchor",
    "TRUNCATE evidence_anchor",
)


def _url_of(role: str) -> str:
    """The address of this test's database for another account of the local server."""
    parts = urlsplit(config.current().database_url or "")
    _, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{role}@{place}"))


@pytest.fixture
async def owner() -> AsyncIterator[asyncpg.Connection]:
    """The account the tests connect as: it owns the tables and made the two others."""
    link = await asyncpg.connect(config.current().database_url)
    for role in (APPLICATION, PURGE):
        await roles.create(link, role)
    await roles.grant(link, application=APPLICATION, purge=PURGE)
    yield link
    await link.close()


@pytest.fixture
async def application(owner: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    link = await asyncpg.connect(_url_of(APPLICATION))
    yield link
    await link.close()


@pytest.fixture
async def working_as_application(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """The product's own pool, connected as the application's account."""
    before = connection.engine().config["dsn"]
    pool = connection.engine().pool
    connection.engine().pool = None
    connection.engine().config["dsn"] = _url_of(APPLICATION)
    await connection.open_pool(2)
    yield
    await connection.close_pool()
    connection.engine().config["dsn"] = before
    connection.engine().pool = pool


@pytest.fixture
async def sealed() -> list[int]:
    numbers = await written(3)
    await sealer.seal(NOW)
    await anchors.anchor(NOW)
    return numbers


@pytest.mark.parametrize("change", CHANGES)
async def test_the_owner_is_refused_every_change_by_the_triggers(
    sealed: list[int], owner: asyncpg.Connection, change: str
) -> None:
    with pytest.raises(asyncpg.RestrictViolationError, match="ajout seul"):
        await owner.execute(change)
    assert (await verifying.verify()).is_sound


@pytest.mark.parametrize(
    "change", [*CHANGES, "UPDATE evidence_entry SET content = NULL, salt = NULL"]
)
async def test_the_application_has_no_right_to_change_anything(
    sealed: list[int], application: asyncpg.Connection, change: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute(change)


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE evidence_entry DISABLE TRIGGER ALL",
        "DROP TABLE evidence_seal",
        "SET session_replication_role = replica",
        "SELECT evidence_purge(ARRAY['compte.cree'], now())",
        "SELECT setval('evidence_entry_number', 1)",
        "CREATE OR REPLACE FUNCTION evidence_refuses() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "DELETE FROM migration",
        "INSERT INTO evidence_entry (id, written_at, kind) VALUES (1, now(), 'compte.cree')",
    ],
)
async def test_the_application_cannot_put_the_protections_aside(
    application: asyncpg.Connection, attempt: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute(attempt)


async def test_the_application_writes_seals_anchors_and_verifies(
    working_as_application: None,
) -> None:
    async with connection.transaction():
        await register.write("compte.cree", subject_type="compte", subject=uuid4(), content={})
    assert await sealer.seal(NOW) == 1
    assert await anchors.anchor(NOW) is not None
    report = await verifying.verify()
    assert (report.is_sound, report.sealed) == (True, 1)


async def test_the_standing_of_the_protections_is_told(working_as_application: None) -> None:
    told = await roles.standing()
    assert told == roles.Standing(
        role=APPLICATION, has_triggers=True, is_separate=True, is_purge_apart=True
    )


async def test_with_one_account_for_everything_the_standing_says_so() -> None:
    told = await roles.standing()
    assert (told.has_triggers, told.is_separate, told.is_purge_apart) == (True, False, False)
    await connection.execute("ALTER TABLE evidence_seal DISABLE TRIGGER evidence_seal_stays")
    assert (await roles.standing()).has_triggers is False
    await connection.execute("ALTER TABLE evidence_seal ENABLE TRIGGER evidence_seal_stays")


async def test_granting_again_changes_nothing(owner: asyncpg.Connection) -> None:
    rights = "SELECT relname, relacl::text FROM pg_class WHERE relacl IS NOT NULL ORDER BY relname"
    before = [tuple(row) for row in await owner.fetch(rights)]
    await roles.grant(owner, application=APPLICATION, purge=PURGE)
    assert [tuple(row) for row in await owner.fetch(rights)] == before


async def test_the_purge_account_empties_old_contents_and_nothing_else(
    sealed: list[int], owner: asyncpg.Connection
) -> None:
    link = await asyncpg.connect(_url_of(PURGE))
    try:
        for attempt in ("SELECT 1 FROM evidence_entry", *CHANGES, "SELECT 1 FROM account"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await link.execute(attempt)
        later = datetime.now(UTC) + timedelta(days=1)
        assert await link.fetchval("SELECT evidence_purge($1, $2)", ["compte.modifie"], later) == 3
        assert await link.fetchval("SELECT evidence_purge($1, $2)", ["compte.modifie"], later) == 0
    finally:
        await link.close()
    report = await verifying.verify()
    assert (report.is_sound, report.emptied) == (True, 3)


async def test_contents_are_emptied_the_day_after_their_time_and_the_chain_still_checks(
    working_as_application: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D6: connections after 12 months, the rest after five years; the purge is itself an entry."""
    monkeypatch.setenv("DATABASE_PURGE_URL", _url_of(PURGE))
    config.forget()
    await written(2, kind="auth.succes")
    await written(3, kind="compte.cree")
    await sealer.seal(NOW)
    at = datetime.now(UTC)
    day = timedelta(days=1)
    year = Retention.CONNECTION.value
    assert await _purged(at + year - day) == (0, 0)
    assert await purging.purge(at + year + day, is_dry_run=True) == {
        Retention.CONNECTION: 2,
        Retention.EVIDENCE: 0,
        Retention.CONTRACT: 0,
    }
    assert await _purged(at + year + day) == (2, 0)
    assert await _purged(at + year + day) == (0, 0)
    assert await _purged(at + Retention.EVIDENCE.value + 2 * day) == (0, 4)
    await sealer.seal(NOW)
    report = await verifying.verify()
    assert (report.is_sound, report.emptied, report.sealed) == (True, 6, 7)
    told = await connection.rows(
        "SELECT content FROM evidence_entry WHERE kind = 'registre.purge' ORDER BY id"
    )
    assert [row["content"] for row in told] == [None, '{"connection":0,"contract":0,"evidence":4}']


async def test_a_period_of_the_settings_replaces_the_default() -> None:
    await written(1, kind="auth.succes")
    at = datetime.now(UTC) + timedelta(days=31)
    month = {Retention.CONNECTION: timedelta(days=30)}
    assert (await purging.purge(at, periods=month))[Retention.CONNECTION] == 1


async def test_an_emptied_entry_that_is_altered_is_still_told(sealed: list[int]) -> None:
    await purging.purge(datetime.now(UTC) + timedelta(days=4000))
    await altered("UPDATE evidence_entry SET kind = 'compte.clos' WHERE id = $1", sealed[1])
    report = await verifying.verify()
    assert [(found.wrong, found.at) for found in report.anomalies] == [
        (verifying.Wrong.ENTRY, sealed[1])
    ]


async def _purged(at: datetime) -> tuple[int, int]:
    emptied = await purging.purge(at)
    return emptied[Retention.CONNECTION], emptied[Retention.EVIDENCE]
