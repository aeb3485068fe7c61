"""What administrators search by is found through an index, among as many practitioners as France may have here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.backoffice import declared, dossiers, hints, persons, practitioners
from app.backoffice.dossiers import Tab, Wanted
from app.backoffice.practitioners import Filter
from app.database import connection
from tests.accounts import cast
from tests.factories import NOW

pytestmark = pytest.mark.anyio

MANY = 12_000
FILL = """
INSERT INTO account (id, email, first_name, last_name)
SELECT gen_random_uuid(), 'compte' || md5(i::text) || '@exemple.example', 'Anne' || (100 + i % 400),
  'Nom' || md5(i::text)
FROM generate_series(1, $1) i
"""
PRACTISE = """
INSERT INTO practitioner (account, slug, first_name, last_name, sort_name, sort_tie)
SELECT id, 'anne-' || lower(last_name), first_name, last_name, lower(last_name) || ' ' || lower(first_name), ''
FROM account
"""
IDENTIFY = """
INSERT INTO legal_identity (practitioner, legal_name, legal_form, siret, registration, street, postal_code, city,
  phone, email)
SELECT id, last_name, 'EI', lpad((73282932000074 + 97 * (id / 2))::text, 14, '0'), 'RNE', '', '', '', '',
  'pro' || md5(slug) || '@exemple.example' FROM practitioner
"""


@pytest.fixture(scope="module")
async def crowd(pool: None) -> AsyncIterator[None]:
    """Everybody has a twin with the same SIRET."""
    await cast.empty()
    await connection.execute("TRUNCATE practitioner CASCADE")
    await connection.execute(FILL, MANY)
    await connection.execute(PRACTISE)
    await connection.execute(IDENTIFY)
    for table in ("account", "practitioner", "legal_identity"):
        await connection.execute(f"ANALYZE {table}")
    yield
    await cast.empty()
    await connection.execute("TRUNCATE practitioner CASCADE")


@pytest.fixture
def plans(crowd: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How PostgreSQL ran each query of the test."""
    seen: list[str] = []
    rows = connection.rows

    async def explained(sql: str, *values: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            seen.append("\n".join(row[0] for row in await rows(f"EXPLAIN {sql}", *values)))
        return await rows(sql, *values)

    monkeypatch.setattr(connection, "rows", explained)
    return seen


async def somebody() -> dict[str, Any]:
    found = await connection.row(
        "SELECT p.first_name, p.last_name, l.siret, l.email FROM practitioner p"
        " JOIN legal_identity l ON l.practitioner = p.id ORDER BY p.id LIMIT 1 OFFSET 77"
    )
    assert found is not None
    return dict(found)


def reads_all(plan: str) -> bool:
    """Whether a table of people is read from its beginning to its end."""
    return any(f"Seq Scan on {table}" in plan for table in ("practitioner", "account", "legal"))


async def test_a_piece_of_a_name_an_address_or_a_siret_finds_a_practitioner(
    plans: list[str],
) -> None:
    who = await somebody()
    for words, count in (
        (who["last_name"][3:15].upper(), 1),
        (f"{who['last_name'][5:20]} {who['first_name']}", 1),
        (who["email"][3:20], 1),
        (who["siret"][4:], 2),
    ):
        plans.clear()
        found = await practitioners.found(words, Filter.ALL, 1, NOW)
        assert len(found.lines) == count, words
        assert plans
        for plan in plans:
            assert "practitioner_names" in plan
            assert "account_names" in plan
            assert "legal_identity_words" in plan
            assert not reads_all(plan), plan


async def test_every_word_is_held_and_signs_are_themselves(crowd: None) -> None:
    name = (await somebody())["last_name"]
    for words in (f"{name} zzz", "%%%", "___", name.replace("Nom", "Nom%")):
        assert (await practitioners.found(words, Filter.ALL, 1, NOW)).page.total == 0, words
        assert (await persons.found(words, persons.Standing.ALL, 1, NOW)).page.total == 0, words
    assert (await practitioners.found("", Filter.ALL, 1, NOW)).page.total == MANY


async def test_a_person_is_found_by_name_address_or_number(plans: list[str]) -> None:
    account = await connection.row("SELECT id, email, last_name FROM account LIMIT 1 OFFSET 5")
    assert account is not None
    for words in (account["last_name"][2:16], account["email"][6:18], str(account["id"])[:18]):
        plans.clear()
        found = await persons.found(words, persons.Standing.ALL, 1, NOW)
        assert [line.id for line in found.lines] == [account["id"]]
        assert all("account_names" in plan and not reads_all(plan) for plan in plans)


async def test_the_queue_finds_a_name_and_the_beginning_of_a_siret(plans: list[str]) -> None:
    who = await somebody()
    words = f"{who['last_name'][:12]} {who['first_name'][:5]}"
    queue = await dossiers.queue(Wanted(Tab.ALL, words=words), 1, NOW)
    assert queue.counts[Tab.ALL] == 1
    assert "practitioner_names" in plans[-1]
    queue = await dossiers.queue(Wanted(Tab.ALL, words=who["siret"]), 1, NOW)
    assert queue.counts[Tab.ALL] == 2
    assert "legal_identity_siret" in plans[-1]


async def test_the_same_siret_elsewhere_is_looked_up_by_its_index(plans: list[str]) -> None:
    found = await connection.row(
        "SELECT array_agg(practitioner ORDER BY practitioner) AS twins FROM legal_identity"
        " GROUP BY siret HAVING count(*) = 2 LIMIT 1"
    )
    assert found is not None
    first, second = found["twins"]
    told = await declared.of(first)
    plans.clear()
    twins = await hints.twins_of(first, told, [])
    assert [address for _, address in twins.siret] == [f"/admin/dossiers/{second}"]
    assert "legal_identity_siret" in plans[0]
