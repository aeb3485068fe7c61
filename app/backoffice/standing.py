"""How the register of evidence and the clock stand: numbers, the last anchor, which protections hold."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from app.database import connection, roles
from app.errors import Refused
from app.evidence import register, verifying
from app.evidence.verifying import Report

LARGEST_CHECK = 500_000
"""Entries read again in a page; a bigger register is checked from the command line, and every night."""


RECURRING = {
    "listing_suspensions": "Fin des suspensions arrivées à leur terme",
    "evidence_night": "Relecture et ancre du registre de preuves",
    "listing_night": "Pièces qui prennent fin, rappels, profils complets",
    "retention": "Durées de conservation",
    "tidy_queue": "Rangement des tâches abouties",
    "tidy_files": "Rangement des fichiers abandonnés",
}
"""What the clock starts, in words."""


class TooLarge(Refused):
    message = (
        "Le registre est trop grand pour être relu dans une page : il l’est chaque nuit, et par la "
        "commande « preuves verifier »."
    )


class Standing(msgspec.Struct, frozen=True):
    """`unsealed` entries wait for their place in the chain, usually a second."""

    entries: int
    sealed: int
    last_written_at: datetime | None
    anchors: int
    anchored_at: datetime | None
    head: str
    protections: roles.Standing

    @property
    def unsealed(self) -> int:
        return max(0, self.entries - self.sealed)


class Started(msgspec.Struct, frozen=True):
    """The last time a recurring work was started, for a day of Paris."""

    name: str
    due_on: date
    started_at: datetime

    @property
    def label(self) -> str:
        return RECURRING.get(self.name, self.name)


async def standing() -> Standing:
    found = await connection.row(
        "SELECT (SELECT count(*) FROM evidence_entry) AS entries,"
        " (SELECT count(*) FROM evidence_seal) AS sealed,"
        " (SELECT max(written_at) FROM evidence_entry) AS last_written_at,"
        " (SELECT count(*) FROM evidence_anchor) AS anchors,"
        " (SELECT max(anchored_at) FROM evidence_anchor) AS anchored_at,"
        " (SELECT encode(seal_hash, 'hex') FROM evidence_seal ORDER BY position DESC LIMIT 1) AS head"
    )
    assert found is not None  # noqa: S101 - a SELECT of counts always answers one row
    facts = dict(found) | {"head": found["head"] or ""}
    return Standing(**facts, protections=await roles.standing())


async def check(*, by: UUID) -> Report:
    """Read the whole register again; who asked is itself a fact. Raises `TooLarge`."""
    if (await standing()).entries > LARGEST_CHECK:
        raise TooLarge
    report = await verifying.verify()
    async with connection.transaction():
        await register.acted(by, "registre.controle", anomalies=len(report.anomalies))
    return report


async def recurring() -> list[Started]:
    """The last start of each recurring work."""
    rows = await connection.rows(
        "SELECT DISTINCT ON (name) name, due_on, started_at FROM clock_run ORDER BY name, due_on DESC"
    )
    return [Started(**row) for row in rows]
