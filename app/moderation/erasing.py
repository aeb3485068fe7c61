"""What stays of who left: the dossier, for the time of a claim, then nothing (law § 2.9; listing contract § 14)."""

from __future__ import annotations

from datetime import datetime

from app.calendar import erasing as hours
from app.database import connection
from app.directory import erasing as pages
from app.listing import documents, noting


async def was_handed_over(practitioner: int) -> bool:
    """Whether the platform ever had to look at the dossier, or decided anything: a claim may then be made."""
    found = await connection.row(
        "SELECT p.listed_at IS NOT NULL OR EXISTS (SELECT FROM decision d WHERE d.practitioner = p.id)"
        " OR EXISTS (SELECT FROM listing_step s WHERE s.practitioner = p.id AND s.to_state = 'submitted')"
        " AS was FROM practitioner p WHERE p.id = $1",
        practitioner,
    )
    return bool(found and found["was"])


async def empty(practitioner: int, *, now: datetime) -> None:
    """Take off what the public page alone held, with its evidence, in the current transaction; twice is once."""
    await hours.empty(practitioner)
    if await pages.empty(practitioner, now=now):
        await _noted(practitioner, "compte_ferme", ["fiche", "photo", "horaires"])


async def forget(practitioner: int, *, ground: str) -> None:
    """Erase everything, the files too, in the current transaction. The evidence goes with its own retention."""
    await _noted(practitioner, ground, ["fiche", "photo", "horaires", "dossier", "documents"])
    await documents.drop_all(practitioner)
    await pages.forget(practitioner)


async def _noted(practitioner: int, ground: str, what: list[str]) -> None:
    await noting.note("rgpd.effacement", practitioner, by=None, motif=ground, quoi=what)
