"""An entry is written with its fact or not at all, dated and numbered by the database."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.database import connection
from app.evidence import chain, register
from app.evidence.chain import NotAFact
from app.evidence.kinds import KINDS, Retention, names_held

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("pool")]

SUBJECT = UUID("00000000-0000-4000-8000-000000000001")


async def _entry(number: int) -> asyncpg.Record | None:
    return await connection.row("SELECT * FROM evidence_entry WHERE id = $1", number)


async def _written(
    content: dict[Any, Any] | None = None,
    *,
    kind: str = "compte.cree",
    subject_type: str = "compte",
) -> int:
    async with connection.transaction():
        number: int = await register.write(
            kind, subject_type=subject_type, subject=SUBJECT, content=content or {}
        )
    return number


async def test_an_entry_holds_the_fact_under_a_salted_hash() -> None:
    label = "J’accepte les conditions"
    found = await _entry(await _written({"libelle": label, "version": 3}))
    assert found is not None
    assert found["content"] == '{"libelle":"J’accepte les conditions","version":3}'
    assert len(found["salt"]) == 16
    assert found["content_hash"] == chain.content_hash(found["salt"], found["content"])
    other = await _entry(await _written({"libelle": label, "version": 3}))
    assert other is not None
    assert other["content_hash"] != found["content_hash"]


async def test_the_date_and_the_number_are_the_database_s_whatever_is_asked() -> None:
    """D11: an entry cannot be given another date when it arrives."""
    before = (await connection.rows("SELECT clock_timestamp() AS at"))[0]["at"]
    written = await _entry(await _written())
    assert written is not None
    salt = b"0123456789abcdef"
    forced = await connection.row(
        "INSERT INTO evidence_entry (id, written_at, kind, subject_type, subject_id, content, salt,"
        " content_hash) VALUES (1, '2020-01-01 00:00+00', 'compte.cree', 'compte', $1, '{}', $2, $3)"
        " RETURNING id, written_at",
        SUBJECT,
        salt,
        chain.content_hash(salt, "{}"),
    )
    assert forced is not None
    assert forced["id"] > written["id"]
    assert before < written["written_at"] < forced["written_at"] < before + timedelta(minutes=1)
    assert written["written_at"].tzinfo is UTC


async def test_a_content_that_does_not_match_its_hash_is_refused_by_the_database() -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(
            "INSERT INTO evidence_entry (kind, subject_type, subject_id, content, salt, content_hash)"
            " VALUES ('compte.cree', 'compte', $1, '{}', $2, $3)",
            SUBJECT,
            bytes(16),
            bytes(32),
        )


async def test_the_entry_and_its_fact_are_undone_together() -> None:
    """D3: an exception after the entry was written leaves neither."""
    subject = uuid4()

    async def fact_and_entry() -> None:
        async with connection.transaction():
            await connection.execute(
                "INSERT INTO heartbeat (name, seen_at) VALUES ('evidence', now())"
            )
            await register.write("compte.cree", subject_type="compte", subject=subject, content={})
            raise LookupError

    with pytest.raises(LookupError):
        await fact_and_entry()
    assert await connection.row("SELECT 1 FROM heartbeat WHERE name = 'evidence'") is None
    assert (
        await connection.row("SELECT 1 FROM evidence_entry WHERE subject_id = $1", subject) is None
    )


async def test_no_entry_is_written_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="outside the transaction"):
        await register.write("compte.cree", subject_type="compte", subject=SUBJECT, content={})


async def test_an_unknown_kind_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        await _written(kind="compte.invente")


@pytest.mark.parametrize(
    "content",
    [
        {"montant": 12.5},
        {"montant": float("nan")},
        {"texte": "x" * 20_000},
        {"texte": "\ud800"},
        {"clé": 1},
        {"deux mots": 1},
        {1: "x"},
        {"objet": object()},
        {"liste": [1, {2, 3}]},
    ],
)
async def test_what_is_not_a_plain_fact_is_refused(content: dict[Any, Any]) -> None:
    with pytest.raises(NotAFact):
        await _written(content)


async def test_a_type_of_subject_is_one_plain_word() -> None:
    with pytest.raises(NotAFact):
        await _written(subject_type="compte|x")


def test_identifiers_and_dates_are_written_as_text() -> None:
    said = chain.canonical(
        {
            "quand": datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
            "jour": date(2026, 11, 22),
            "compte": SUBJECT,
            "empreinte": b"\x01\xff",
        }
    )
    assert json.loads(said) == {
        "compte": str(SUBJECT),
        "empreinte": "01ff",
        "jour": "2026-11-22",
        "quand": "2026-11-22T09:00:00.000000+00:00",
    }


_KEYS = st.from_regex(r"[a-z_][a-z0-9_]{0,12}", fullmatch=True)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=6))
def test_a_content_has_one_text_whatever_the_order_of_its_keys(content: dict[str, Any]) -> None:
    turned = dict(reversed(content.items()))
    assert chain.canonical(content) == chain.canonical(turned)
    assert json.loads(chain.canonical(content)) == content


def test_every_kind_of_the_convention_is_listed_with_its_words() -> None:
    """The types of spec/evidence § 6.2; those of connections are held 12 months."""
    for name in ("consentement.donne", "document.publie", "courriel.accepte", "rgpd.export"):
        assert KINDS[name].retention is Retention.EVIDENCE
    assert all(re.fullmatch(r"[a-z]+\.[a-z0-9_]+", name) for name in KINDS)
    assert all(kind.label for kind in KINDS.values())
    assert {name for name in KINDS if name.startswith("auth.")} == set(
        names_held(Retention.CONNECTION)
    )
    listed = [name for retention in Retention for name in names_held(retention)]
    assert sorted(listed) == sorted(KINDS)
