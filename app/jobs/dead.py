"""Jobs held after their last try: what they were, what failed in plain words, and running them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from app.database import connection
from app.errors import NotFound

KILLED = "Le programme des tâches s’est arrêté net à chaque essai de cette tâche."
SILENT = "Un service dont la tâche a besoin n’a pas répondu."
GONE = "Ce que la tâche devait traiter n’existe plus."
FAULT = "Le programme s’est trompé : le détail est dans les journaux."
_WORDS = {
    "KilledItsWorker": KILLED,
    "TryLater": SILENT,
    "Unavailable": SILENT,
    "SearchUnavailable": SILENT,
    "TimeoutError": SILENT,
    "ConnectionError": SILENT,
    "ConnectionRefusedError": SILENT,
    "ConnectionResetError": SILENT,
    "OSError": SILENT,
    "NotFound": GONE,
}
"""By the name of what was raised; whatever is not expected is a fault of ours."""


class NoSuchJob(NotFound):
    message = "Cette tâche n’est plus arrêtée : elle a été relancée, ou elle a abouti."


class DeadJob(msgspec.Struct, frozen=True):
    """A job that waits for somebody. `words` is for people, `detail` (the program's own) for who repairs."""

    id: int
    note: str
    left_at: datetime
    held_at: datetime
    tries: int
    words: str
    detail: str


async def dead(*, limit: int = 200) -> list[DeadJob]:
    """The jobs held, the latest first."""
    found = await connection.rows(
        "SELECT j.id, j.entrypoint, j.created, j.updated, j.attempts, l.traceback FROM pgqueuer j"
        " LEFT JOIN LATERAL (SELECT traceback FROM pgqueuer_log WHERE job_id = j.id"
        "  AND status = 'failed' ORDER BY created DESC, id DESC LIMIT 1) l ON true"
        " WHERE j.status = 'failed' ORDER BY j.updated DESC, j.id DESC LIMIT $1",
        limit,
    )
    return [_read(dict(row)) for row in found]


async def count() -> int:
    """How many jobs are held."""
    return await connection.number("SELECT count(*) FROM pgqueuer WHERE status = 'failed'")


async def run_again(job: int) -> None:
    """Put a held job back in the queue, with all its tries. Raises `NoSuchJob` when it is not held (any more)."""
    again = await connection.row(
        "UPDATE pgqueuer SET status = 'queued', execute_after = now(), updated = now(), attempts = 0,"
        " headers = NULL, queue_manager_id = NULL WHERE id = $1 AND status = 'failed' RETURNING id",
        job,
    )
    if again is None:
        raise NoSuchJob


def _read(row: dict[str, Any]) -> DeadJob:
    raised = msgspec.json.decode(row["traceback"]) if row["traceback"] else {}
    name = str(raised.get("exception_type", "")).rpartition(".")[2]
    return DeadJob(
        id=row["id"],
        note=row["entrypoint"],
        left_at=row["created"],
        held_at=row["updated"],
        tries=row["attempts"] + 1,
        words=_WORDS.get(name, FAULT),
        detail=f"{name}: {raised.get('exception_message', '')}".strip(": "),
    )
