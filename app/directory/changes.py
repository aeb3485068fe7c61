"""The numbered list of what changed in the directory, for those who keep a copy: the ranks and the index."""

from __future__ import annotations

from collections.abc import Sequence

from app.database import connection
from app.jobs import queue

DIRECTORY_CHANGED = "directory_changed"
"""The note the worker reads to bring the index up to date."""
KEPT = 50_000
"""Far more changes than an index may miss before it is quicker to build it anew."""


async def record(practitioner: int | None) -> int:
    """Say that `practitioner` (or, with None, everything) changed; answers the new version.

    Call it last in the transaction of the change: it locks the single version row, so that version
    n + 1 never commits before version n and a reader never skips one.
    """
    found = await connection.row(
        "UPDATE directory_version SET version = version + 1 WHERE id = 1 RETURNING version"
    )
    if found is None:
        raise RuntimeError("directory_version has no row: run the migrations")
    version: int = found["version"]
    await connection.execute(
        "INSERT INTO directory_change (version, practitioner) VALUES ($1, $2)",
        version,
        practitioner,
    )
    await leave_note()
    return version


async def record_each(practitioners: Sequence[int]) -> None:
    """The same for several at once, with one note; nothing for nobody."""
    if not practitioners:
        return
    found = await connection.row(
        "UPDATE directory_version SET version = version + $1 WHERE id = 1 RETURNING version",
        len(practitioners),
    )
    if found is None:
        raise RuntimeError("directory_version has no row: run the migrations")
    await connection.execute(
        "INSERT INTO directory_change (version, practitioner)"
        " SELECT $1 + n, one FROM unnest($2::int[]) WITH ORDINALITY AS touched (one, n)",
        found["version"] - len(practitioners),
        list(practitioners),
    )
    await leave_note()


async def leave_note() -> None:
    """Ask the worker to bring the index up to date."""
    await queue.enqueue(DIRECTORY_CHANGED)


async def since(version: int) -> tuple[int, list[int] | None]:
    """The latest version, and the practitioners touched after `version` (None: everything may have)."""
    found = await connection.rows(
        "SELECT d.version AS latest, c.version, c.practitioner FROM directory_version d"
        " LEFT JOIN directory_change c ON c.version > $1 ORDER BY c.version",
        version,
    )
    latest: int = found[0]["latest"]
    if latest == version:
        return version, []
    touched = {record["practitioner"] for record in found}
    if None in touched or found[0]["version"] != version + 1:
        return latest, None
    return latest, sorted(touched)


async def forget_old() -> None:
    """Keep the last `KEPT` changes of the list: it would grow for ever."""
    latest = await connection.number("SELECT version FROM directory_version WHERE id = 1")
    await forget_before(latest - KEPT)


async def forget_before(version: int) -> None:
    """Drop the list up to `version`; a reader further behind will reload everything."""
    await connection.execute("DELETE FROM directory_change WHERE version <= $1", version)
