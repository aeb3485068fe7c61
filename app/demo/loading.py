"""Writes the invented practitioners to the database, by COPY: 600 for the demonstration, 100 000 for the benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from operator import itemgetter

from piccolo.table import Table

from app.database import connection
from app.demo.people import people
from app.demo.person import DemoPractitioner
from app.demo.rows import ORDER, Ids, Row, Rows
from app.directory import changes
from app.directory.tables import Practice, PracticePlace, Practitioner, Theme
from app.listing.tables import TrainingCertificate

CHUNK = 1_000
"""People written at once: memory stays flat whatever the count."""


async def load(count: int, *, now: datetime, report: Callable[[str], None]) -> None:
    """Write `count` invented practitioners, in one transaction; do nothing when there are practitioners already.

    `now` (UTC) dates them. The reference data must be there: raises LookupError otherwise. `report` receives
    the progress, in French.
    """
    async with connection.transaction():
        if await Practitioner.exists():
            report("Des praticiens existent déjà : aucune donnée de démonstration n’est ajoutée.")
            return
        rows = Rows(now=now, practices=await _ids(Practice), themes=await _ids(Theme))
        drawn = people(count)
        done = 0
        while chunk := list(islice(drawn, CHUNK)):
            await _write(chunk, rows)
            done += len(chunk)
            if done % (10 * CHUNK) == 0 or done == count:
                report(f"Praticiens de démonstration : {done} sur {count}.")
        for table in ORDER:
            # The planner must know these rows before its own next round, minutes away.
            await connection.execute(f"ANALYZE {_name(table)}")
        await changes.record(None)


async def _ids(table: type[Practice | Theme]) -> dict[str, int]:
    found = {row["slug"]: row["id"] for row in await table.select(table.id, table.slug)}
    if not found:
        raise LookupError(f"{_name(table)} is empty: load the reference data first")
    return found


async def _write(chunk: Sequence[DemoPractitioner], rows: Rows) -> None:
    """Write `chunk`; the ids that other rows point at are reserved first."""
    practitioners = await _reserved(Practitioner, len(chunk))
    places = await _reserved(PracticePlace, sum(len(person.places) for person in chunk))
    certificates = await _reserved(
        TrainingCertificate, sum(len(person.certificates) for person in chunk)
    )
    rows.clear()
    for person in chunk:
        ids = Ids(
            practitioner=next(practitioners),
            places=list(islice(places, len(person.places))),
            certificates=list(islice(certificates, len(person.certificates))),
        )
        rows.add(person, ids)
    for table in ORDER:
        await _copy(table, rows.by_table[table])


async def _reserved(table: type[Table], count: int) -> Iterator[int]:
    """`count` ids of `table`, taken from its sequence."""
    found = await connection.rows(
        "SELECT nextval(pg_get_serial_sequence($1, 'id')) AS id FROM generate_series(1, $2)",
        _name(table),
        count,
    )
    return iter([row["id"] for row in found])


async def _copy(table: type[Table], rows: Sequence[Row]) -> None:
    """COPY `rows` into `table`, with the columns they give; the others take the table's defaults."""
    if not rows:
        return
    columns = [name for name in _columns(table) if name in rows[0]]
    if len(columns) != len(rows[0]):
        raise LookupError(f"{_name(table)} lacks {sorted(set(rows[0]) - set(columns))}")
    current = connection.engine().current_transaction.get()
    if current is None:
        raise RuntimeError("demonstration data is loaded inside a transaction")
    await current.connection.copy_records_to_table(
        _name(table), records=map(itemgetter(*columns), rows), columns=columns
    )


def _name(table: type[Table]) -> str:
    name: str = table._meta.tablename  # noqa: SLF001 - where Piccolo documents it
    return name


def _columns(table: type[Table]) -> list[str]:
    columns = table._meta.columns  # noqa: SLF001 - where Piccolo documents them
    return [column._meta.db_column_name for column in columns]  # noqa: SLF001 - idem
