"""Every alteration of the register is told, even one made with all rights on the server (D5, spec/evidence § 6.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.evidence import anchors, chain, sealer, verifying
from app.evidence.anchors import Anchor
from app.evidence.verifying import Wrong
from tests.evidence.altering import all_powerful, altered, written

pytestmark = [pytest.mark.anyio]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
async def numbers(register_of_its_own: Path) -> list[int]:
    """Ten sealed entries, anchored."""
    made = await written(10)
    await sealer.seal(NOW)
    await anchors.anchor(NOW)
    return made


async def _found() -> list[tuple[Wrong, int]]:
    report = await verifying.verify()
    assert report.is_sound == (not report.anomalies)
    return [(anomaly.wrong, anomaly.at) for anomaly in report.anomalies]


async def test_an_untouched_register_is_sound(numbers: list[int]) -> None:
    report = await verifying.verify()
    assert report.is_sound
    assert (report.sealed, report.unsealed, report.emptied) == (10, 0, 0)
    assert (report.anchors_in_table, report.anchors_in_file) == (1, 1)
    assert report.head is not None
    assert report.head.position == 10


async def test_an_empty_register_is_sound(register_of_its_own: Path) -> None:
    report = await verifying.verify()
    assert (report.is_sound, report.sealed, report.head) == (True, 0, None)


async def test_what_is_not_sealed_yet_is_counted_apart_and_checked_too(numbers: list[int]) -> None:
    fresh = (await written(2))[1]
    report = await verifying.verify()
    assert (report.sealed, report.unsealed, report.is_sound) == (10, 2, True)
    await altered("UPDATE evidence_entry SET content = '{\"x\":1}' WHERE id = $1", fresh)
    assert await _found() == [(Wrong.CONTENT, fresh)]


async def test_a_changed_content_is_told(numbers: list[int]) -> None:
    await altered(
        "UPDATE evidence_entry SET content = replace(content, 'telephone', 'adresse') WHERE id = $1",
        numbers[4],
    )
    assert await _found() == [(Wrong.CONTENT, numbers[4])]


async def test_a_content_changed_with_its_hash_is_told(numbers: list[int]) -> None:
    salt = bytes(16)
    await altered(
        "UPDATE evidence_entry SET content = '{}', salt = $2, content_hash = $3 WHERE id = $1",
        numbers[4],
        salt,
        chain.content_hash(salt, "{}"),
    )
    assert await _found() == [(Wrong.ENTRY, numbers[4])]


@pytest.mark.parametrize(
    "change",
    [
        "written_at = written_at - interval '1 second'",
        "kind = 'compte.clos'",
        "subject_id = gen_random_uuid()",
        "subject_type = 'courriel'",
    ],
)
async def test_any_other_column_changed_is_told(numbers: list[int], change: str) -> None:
    """A row dated back by a second is seen as well as one by a year."""
    await altered(f"UPDATE evidence_entry SET {change} WHERE id = $1", numbers[4])
    assert await _found() == [(Wrong.ENTRY, numbers[4])]


async def test_half_an_emptied_content_is_told(numbers: list[int]) -> None:
    await altered("UPDATE evidence_entry SET salt = NULL WHERE id = $1", numbers[4])
    assert await _found() == [(Wrong.CONTENT, numbers[4])]


async def test_a_removed_row_is_told(numbers: list[int]) -> None:
    await altered("DELETE FROM evidence_entry WHERE id = $1", numbers[4])
    assert await _found() == [(Wrong.ENTRY_REMOVED, numbers[4])]


async def test_a_row_removed_with_its_seal_is_told(numbers: list[int]) -> None:
    await altered("DELETE FROM evidence_seal WHERE position = 5")
    await altered("DELETE FROM evidence_entry WHERE id = $1", numbers[4])
    assert await _found() == [(Wrong.SEAL_REMOVED, 5)]


async def test_a_row_removed_and_the_chain_renumbered_is_told(numbers: list[int]) -> None:
    await altered("DELETE FROM evidence_seal WHERE position = 5")
    await altered("DELETE FROM evidence_entry WHERE id = $1", numbers[4])
    await altered("UPDATE evidence_seal SET position = -position WHERE position > 5")
    await altered("UPDATE evidence_seal SET position = -position - 1 WHERE position < 0")
    found = await _found()
    assert (Wrong.CHAIN, 5) in found
    assert (Wrong.ENTRY, numbers[5]) in found
    assert (Wrong.TRUNCATED, 10) in found


async def test_a_removed_seal_is_told(numbers: list[int]) -> None:
    await altered("DELETE FROM evidence_seal WHERE position = 5")
    assert await _found() == [(Wrong.SEAL_REMOVED, 5)]
    assert (await verifying.verify()).unsealed == 1


async def test_all_the_first_seals_removed_are_told(numbers: list[int]) -> None:
    await altered("DELETE FROM evidence_seal WHERE position <= 3")
    assert await _found() == [(Wrong.SEAL_REMOVED, place) for place in (1, 2, 3)]


@pytest.mark.parametrize("column", ["seal_hash", "previous_hash"])
async def test_a_changed_seal_is_told(numbers: list[int], column: str) -> None:
    await altered(
        f"UPDATE evidence_seal SET {column} = sha256(seal_hash) WHERE position = 5",
    )
    found = await _found()
    assert (Wrong.ENTRY, numbers[4]) in found
    assert {wrong for wrong, _ in found} == {Wrong.ENTRY, Wrong.CHAIN}


async def test_a_date_of_sealing_changed_is_told(numbers: list[int]) -> None:
    await altered(
        "UPDATE evidence_seal SET sealed_at = sealed_at + interval '1 minute' WHERE position = 5"
    )
    assert await _found() == [(Wrong.ENTRY, numbers[4])]


async def test_a_back_dated_row_inserted_is_told_before_and_after_it_is_sealed(
    numbers: list[int],
) -> None:
    salt = bytes(16)
    async with all_powerful() as link:
        await link.execute(
            "INSERT INTO evidence_entry (id, written_at, kind, subject_type, subject_id, content,"
            " salt, content_hash) VALUES ($1, now() - interval '2 days', 'compte.cree', 'compte',"
            " gen_random_uuid(), '{}', $2, $3)",
            numbers[0] - 100_000,
            salt,
            chain.content_hash(salt, "{}"),
        )
    assert await _found() == [(Wrong.BACK_DATED, numbers[0] - 100_000)]
    await sealer.seal(NOW)
    assert await _found() == [(Wrong.BACK_DATED, numbers[0] - 100_000)]


async def test_a_row_inserted_in_the_middle_of_the_chain_is_told(numbers: list[int]) -> None:
    fresh = (await written(1))[0]
    await altered("UPDATE evidence_seal SET position = -position WHERE position > 5")
    await altered("UPDATE evidence_seal SET position = -position + 1 WHERE position < 0")
    before = await sealed_at(5)
    hashed = await _hash_of(fresh, 6, before)
    async with all_powerful() as link:
        await link.execute(
            "INSERT INTO evidence_seal (position, entry, previous_hash, seal_hash, sealed_at)"
            " VALUES (6, $1, $2, $3, $4)",
            fresh,
            before,
            hashed,
            NOW,
        )
    found = await _found()
    assert (Wrong.CHAIN, 7) in found
    assert (Wrong.REWRITTEN, 10) in found


async def sealed_at(position: int) -> bytes:
    """The hash of the seal at `position`."""
    async with all_powerful() as link:
        hashed: bytes = await link.fetchval(
            "SELECT seal_hash FROM evidence_seal WHERE position = $1", position
        )
    return hashed


async def _hash_of(number: int, position: int, previous: bytes) -> bytes:
    async with all_powerful() as link:
        entry = await link.fetchrow("SELECT * FROM evidence_entry WHERE id = $1", number)
    return chain.seal_hash(
        position,
        number,
        entry["written_at"],
        entry["kind"],
        entry["subject_type"],
        entry["subject_id"],
        entry["content_hash"],
        NOW,
        previous,
    )


async def _cut_tail(numbers: list[int], keep: int) -> None:
    await altered("DELETE FROM evidence_seal WHERE position > $1", keep)
    await altered("DELETE FROM evidence_entry WHERE id > $1", numbers[keep - 1])


async def test_a_cut_end_is_told_by_the_anchor_of_the_table(
    numbers: list[int], register_of_its_own: Path
) -> None:
    """D5: an anchor further than the end."""
    (register_of_its_own / "ancres").unlink()
    await _cut_tail(numbers, 7)
    assert await _found() == [(Wrong.TRUNCATED, 10)]


async def test_a_cut_end_is_told_by_the_anchor_of_the_file(numbers: list[int]) -> None:
    """The anchors of the table can be removed too; then the file tells."""
    await _cut_tail(numbers, 7)
    await altered("DELETE FROM evidence_anchor")
    assert await _found() == [(Wrong.TRUNCATED, 10), (Wrong.ANCHOR_REMOVED, 10)]


async def test_an_end_written_again_is_told_by_the_anchors(numbers: list[int]) -> None:
    await _cut_tail(numbers, 7)
    await written(5)
    await sealer.seal(NOW)
    assert await _found() == [(Wrong.REWRITTEN, 10)]


async def test_a_register_rewritten_with_all_its_anchors_is_only_seen_through_one_kept_elsewhere(
    numbers: list[int], register_of_its_own: Path
) -> None:
    """The limit of the chain, both ways: alone it says nothing, against the anchor of a mail it does."""
    mailed = anchors.read(f"10:{(await sealed_at(10)).hex()}")
    await _cut_tail(numbers, 7)
    await altered("DELETE FROM evidence_anchor")
    (register_of_its_own / "ancres").unlink()
    assert (await verifying.verify()).is_sound
    cut = await verifying.verify([mailed])
    assert [(found.wrong, found.at) for found in cut.anomalies] == [(Wrong.TRUNCATED, 10)]
    await written(5)
    await sealer.seal(NOW)
    await anchors.anchor(NOW)
    assert (await verifying.verify()).is_sound
    again = await verifying.verify([mailed])
    assert [(found.wrong, found.at) for found in again.anomalies] == [(Wrong.REWRITTEN, 10)]


async def test_a_changed_anchor_is_told(numbers: list[int]) -> None:
    await altered("UPDATE evidence_anchor SET seal_hash = sha256(seal_hash)")
    assert await _found() == [(Wrong.REWRITTEN, 10), (Wrong.ANCHOR_REMOVED, 10)]


async def test_an_unreadable_line_of_the_file_is_told_but_not_one_cut_by_a_crash(
    numbers: list[int], register_of_its_own: Path
) -> None:
    file = register_of_its_own / "ancres"
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"position":12,"se')
    assert await _found() == []
    file.write_bytes(b"n'importe quoi\n" + whole)
    assert await _found() == [(Wrong.ANCHOR_UNREADABLE, 1)]


async def test_an_anchor_of_a_mail_that_agrees_changes_nothing(numbers: list[int]) -> None:
    mailed = Anchor(10, (await sealed_at(10)).hex())
    assert (await verifying.verify([mailed])).is_sound


async def test_entries_of_a_long_silence_of_the_sealer_are_not_taken_for_forged(
    numbers: list[int],
) -> None:
    """A worker stopped for two days seals in the order of the dates: nothing is wrong with that."""
    await written(3)
    await sealer.seal(NOW + timedelta(days=2))
    assert await _found() == []
