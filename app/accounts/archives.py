"""The archive of a person's data, from the moment it is asked for to its erasure, 24 hours after it is ready.

One archive an account: asking again replaces it. It is kept ciphered; what it holds is gathered by the space.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from app.accounts import links, people, throttling
from app.accounts.tables import LinkPurpose
from app.database import connection
from app.errors import NotFound
from app.evidence import register
from app.sealing import sealing

LIFE = links.LIVES[LinkPurpose.DOWNLOAD]
BUILT_WITHIN = timedelta(hours=1)
"""After so long an archive being built is taken for lost: another one may be asked for."""


class Archive(msgspec.Struct, frozen=True):
    """`progress` in percent; `ready_at` and `expires_at` (UTC) once it is built."""

    id: UUID
    asked_at: datetime
    progress: int
    ready_at: datetime | None
    expires_at: datetime | None
    size_bytes: int

    def is_being_built(self, now: datetime) -> bool:
        return self.ready_at is None and now < self.asked_at + BUILT_WITHIN

    def is_ready(self, now: datetime) -> bool:
        return self.expires_at is not None and now < self.expires_at


async def ask(account: UUID, *, now: datetime) -> UUID:
    """A new archive to build, in the place of the former one; answers its id. Raises `TooManyTries`."""
    await throttling.attempt(throttling.ARCHIVES, str(account), now=now)
    archive = uuid4()
    async with connection.transaction():
        await connection.execute("DELETE FROM data_export WHERE account = $1", account)
        await connection.execute(
            "INSERT INTO data_export (id, account, asked_at, progress, size_bytes)"
            " VALUES ($1, $2, $3, 0, 0)",
            archive,
            account,
            now,
        )
    return archive


async def owner_of(archive: UUID) -> UUID | None:
    """Whose archive is to be built; None when it was replaced, or its account closed, meanwhile."""
    found = await connection.row(
        "SELECT account FROM data_export WHERE id = $1 AND ready_at IS NULL", archive
    )
    return found["account"] if found else None


async def progressed(archive: UUID, percent: int) -> None:
    await connection.execute(
        "UPDATE data_export SET progress = $2 WHERE id = $1 AND ready_at IS NULL", archive, percent
    )


async def finish(archive: UUID, content: bytes, *, now: datetime) -> bool:
    """Keep the archive built, ciphered, and tell its owner (E35); False when nobody waits for it any more."""
    sealed = sealing.seal(content, context=sealed_for(archive))
    async with connection.transaction():
        found = await connection.row(
            "UPDATE data_export SET progress = 100, ready_at = $2, expires_at = $3,"
            " archive_sealed = $4, size_bytes = $5 WHERE id = $1 AND ready_at IS NULL"
            " RETURNING account",
            archive,
            now,
            now + LIFE,
            sealed,
            len(content),
        )
        if found is None:
            return False
        account: UUID = found["account"]
        await _noted(account, archive, "preparation")
        holder, purpose = await people.person(account), LinkPurpose.DOWNLOAD
        if holder.email is not None:
            carries = str(archive)
            await links.send(purpose, to=holder.email, account=account, now=now, carries=carries)
    return True


async def latest(account: UUID) -> Archive | None:
    found = await connection.row(
        "SELECT id, asked_at, progress, ready_at, expires_at, size_bytes FROM data_export"
        " WHERE account = $1 ORDER BY asked_at DESC LIMIT 1",
        account,
    )
    return Archive(**found) if found else None


async def take(
    account: UUID, archive: UUID, *, pieces: Sequence[UUID] = (), now: datetime
) -> bytes:
    """The ZIP itself, for its owner; `pieces`: the documents that leave with it, which the evidence names.

    Raises `NotFound` for somebody else's, and once it is over.
    """
    async with connection.transaction():
        found = await connection.row(
            "SELECT archive_sealed FROM data_export WHERE id = $1 AND account = $2"
            " AND expires_at > $3 AND archive_sealed IS NOT NULL",
            archive,
            account,
            now,
        )
        if found is None:
            raise NotFound
        await _noted(account, archive, "telechargement", pieces)
    return sealing.open_sealed(found["archive_sealed"], context=sealed_for(archive))


async def over(now: datetime) -> int:
    """How many archives the next `tidy` erases."""
    return await connection.number(f"SELECT count(*) {_OVER}", now, now - LIFE)


async def tidy(now: datetime) -> int:
    """Erase the archives whose day is over, and those never built; answers how many."""
    gone = await connection.rows(f"DELETE {_OVER} RETURNING id", now, now - LIFE)
    return len(gone)


_OVER = "FROM data_export WHERE expires_at <= $1 OR (expires_at IS NULL AND asked_at <= $2)"


def sealed_for(archive: UUID) -> str:
    """What binds a ciphered archive to its row."""
    return f"data_export:{archive}"


async def _noted(account: UUID, archive: UUID, step: str, pieces: Sequence[UUID] = ()) -> None:
    await register.write(
        "rgpd.export",
        subject_type="compte",
        subject=account,
        content={"etape": step, "archive": str(archive), "pieces": [str(one) for one in pieces]},
    )
