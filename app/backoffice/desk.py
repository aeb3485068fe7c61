"""What waits for an administrator, counted: each line leads to where it is dealt with."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from app.database import connection
from app.jobs import queue
from app.listing import expiry
from app.rendering import filters

SILENT_AFTER = timedelta(minutes=1)
"""The worker says it is alive every few seconds."""
_ENDING = "dont un justificatif a pris fin ou prend fin dans les trente jours"
UNANCHORED_AFTER = timedelta(hours=30)
"""An anchor is made every night: beyond, one is missing."""


class Waiting(msgspec.Struct, frozen=True):
    """A line of the desk. `is_urgent`: somebody's right or the evidence is at stake, or a dossier waits for a week."""

    label: str
    number: int
    url: str
    is_urgent: bool = False


class Desk(msgspec.Struct, frozen=True):
    """What waits, and how the installation is."""

    waiting: list[Waiting]
    troubles: list[str]
    accounts_open: int
    accounts_this_week: int


_COUNTS = """
SELECT
  (SELECT count(*) FROM data_request WHERE answered_at IS NULL) AS requests,
  (SELECT count(*) FROM data_request WHERE answered_at IS NULL AND due_at < $1) AS late_requests,
  (SELECT count(*) FROM mail WHERE state = 'doubtful') AS doubtful,
  (SELECT count(*) FROM mail WHERE state = 'failed' AND settled_at > $1 - interval '7 days') AS failed,
  (SELECT count(*) FROM pgqueuer WHERE status = 'failed') AS held,
  (SELECT count(*) FROM dossier WHERE submitted_at IS NOT NULL AND correction_asked_at IS NULL
     AND NOT is_in_trouble) AS dossiers,
  (SELECT count(*) FROM dossier WHERE submitted_at < $1 - interval '7 days' AND correction_asked_at IS NULL
     AND NOT is_in_trouble) AS old_dossiers,
  (SELECT count(*) FROM contest WHERE answered_at IS NULL) AS contests,
  (SELECT count(*) FROM account WHERE closed_at IS NULL AND NOT is_admin) AS accounts_open,
  (SELECT count(*) FROM account WHERE created_at > $1 - interval '7 days' AND NOT is_admin) AS accounts_this_week,
  (SELECT max(anchored_at) FROM evidence_anchor) AS anchored_at,
  EXISTS (SELECT FROM evidence_seal WHERE sealed_at < $1 - interval '30 hours') AS has_old_seals
"""


async def desk(now: datetime) -> Desk:
    """The desk at `now` (UTC)."""
    found = await connection.row(_COUNTS, now)
    assert found is not None  # noqa: S101 - a SELECT of counts always answers one row
    pressing = await expiry.pressing(now)
    lines = [
        _waiting(
            found["dossiers"],
            ("dossier à examiner", "dossiers à examiner"),
            "/admin/dossiers?onglet=a-examiner",
            is_urgent=found["old_dossiers"] > 0,
        ),
        _waiting(
            len({one.practitioner for one in pressing}),
            (f"praticien {_ENDING}", f"praticiens {_ENDING}"),
            "/admin/dossiers?onglet=expirent-bientot",
        ),
        _waiting(
            found["contests"],
            ("décision contestée", "décisions contestées"),
            "/admin/contestations",
            is_urgent=True,
        ),
        _waiting(
            found["requests"],
            ("demande sur les données personnelles", "demandes sur les données personnelles"),
            "/admin/demandes",
            is_urgent=found["late_requests"] > 0,
        ),
        _waiting(
            found["doubtful"],
            ("courriel dont l’envoi est incertain", "courriels dont l’envoi est incertain"),
            "/admin/courriels?etat=doubtful",
        ),
        _waiting(
            found["failed"],
            ("courriel en échec cette semaine", "courriels en échec cette semaine"),
            "/admin/courriels?etat=failed",
        ),
        _waiting(
            found["held"], ("tâche arrêtée", "tâches arrêtées"), "/admin/taches", is_urgent=True
        ),
    ]
    return Desk(
        waiting=[line for line in lines if line.number],
        troubles=await _troubles(
            found["anchored_at"], has_old_seals=found["has_old_seals"], now=now
        ),
        accounts_open=found["accounts_open"],
        accounts_this_week=found["accounts_this_week"],
    )


def _waiting(number: int, words: tuple[str, str], url: str, *, is_urgent: bool = False) -> Waiting:
    return Waiting(filters.plural(number, *words), number, url, is_urgent)


async def _troubles(
    anchored_at: datetime | None, *, has_old_seals: bool, now: datetime
) -> list[str]:
    troubles = []
    seen_at = await queue.last_beat(queue.WORKER)
    if seen_at is None or now - seen_at > SILENT_AFTER:
        troubles.append(
            "Les tâches de fond ne tournent pas : ni courriel ni mise à jour de la recherche ne partent."
        )
    if has_old_seals and (anchored_at is None or now - anchored_at > UNANCHORED_AFTER):
        troubles.append("L’empreinte du registre de preuves n’a pas été envoyée la nuit dernière.")
    return troubles
