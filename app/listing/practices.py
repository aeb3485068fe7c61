"""The practices of a practitioner: public ones are each covered by a certificate, the others wait (EX-3.1-2)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from app.database import connection
from app.directory import offering
from app.directory.editing import Block, mark_of, refuse
from app.directory.offering import Practices
from app.directory.tables import ListingState
from app.listing import dossiers, legal_identity, life, noting
from app.listing.editing import gated
from app.listing.tables import DossierItem
from app.rendering.moments import day_of


class Chosen(msgspec.Struct, frozen=True):
    """What a practitioner practises. `waiting`: chosen since they are listed, public once covered."""

    practices: list[int]
    waiting: list[int]
    uncovered: list[str]

    @property
    def said(self) -> list[str]:
        """What is told of each practice without a certificate."""
        return [f"Justificatif manquant pour {label}" for label in self.uncovered]


async def of(practitioner: int, now: datetime) -> Chosen:
    """The public list, what waits, and the labels of all that no certificate covers."""
    offered = (await offering.practices_of(practitioner)).practices
    waiting = await _waiting(practitioner)
    covered = await _covered(practitioner, day_of(now))
    lacking = [one for one in [*offered, *waiting] if one not in covered]
    labels = dict(await _labels(lacking))
    return Chosen(offered, waiting, [labels[one] for one in lacking])


async def choices_of(practitioner: int) -> list[tuple[int, str]]:
    """What a certificate may cover: the practices one offers, those that wait, and those one has a certificate for;
    while none is chosen, the whole list."""
    found = await connection.rows(
        "SELECT practice FROM practice_offered WHERE practitioner = $1"
        " UNION SELECT practice FROM practice_waiting WHERE practitioner = $1"
        " UNION SELECT c.practice FROM certificate_coverage c JOIN training_certificate t ON t.id = c.certificate"
        " WHERE t.practitioner = $1",
        practitioner,
    )
    if not found:
        return await _labels(None)
    return await _labels([row["practice"] for row in found])


async def choose(
    practitioner: int, chosen: Practices, *, seen: str, by: UUID, now: datetime
) -> list[str]:
    """Practise these, and no other; answers the labels of those that no certificate covers.

    While the listing is public, an uncovered one waits and the public list stays without it; before, the whole list
    is shown to nobody and the gate asks for the certificates. Raises what `offering.choose_practices` raises, and
    `StillNeeded` for somebody listed who would have none left.
    """
    wanted = list(dict.fromkeys(chosen.practices))
    if len(wanted) > offering.MOST_PRACTICES:
        refuse({"pratiques": f"Choisissez {offering.MOST_PRACTICES} pratiques au plus."})
    async with gated(practitioner, DossierItem.CERTIFICATES, now=now):
        standing = await life.standing_of(practitioner)
        covered = await _covered(practitioner, day_of(now))
        # One that was public before its certificate ended stays: the gate tells it (decision 8).
        kept = covered | set((await offering.practices_of(practitioner)).practices)
        is_public = standing.state is ListingState.LISTED
        shown = [one for one in wanted if one in kept] if is_public else wanted
        waiting = [one for one in wanted if one not in shown]
        if not shown and waiting:
            # Nothing would be left of the public page's practices: they stay until one is covered.
            shown = (await offering.practices_of(practitioner)).practices
        await offering.choose_practices(practitioner, Practices(shown), seen=seen, now=now)
        await _wait(practitioner, waiting, now)
        await legal_identity.write_criteria(practitioner, today=day_of(now))
        await dossiers.changed(practitioner, DossierItem.CERTIFICATES, now=now)
        await noting.note(
            "dossier.modifie", practitioner, by=by, ligne="certificates", action="pratiques"
        )
    lacking = [one for one in wanted if one not in covered]
    labels = dict(await _labels(lacking))
    return [labels[one] for one in lacking if one in labels]


async def show_covered(practitioner: int, *, now: datetime) -> None:
    """A certificate has arrived: make public the practices that waited for it. In the transaction of its arrival."""
    covered = await _covered(practitioner, day_of(now))
    ready = [one for one in await _waiting(practitioner) if one in covered]
    if not ready:
        return
    offered = (await offering.practices_of(practitioner)).practices
    seen = await mark_of(practitioner, Block.PRACTICES)
    await offering.choose_practices(practitioner, Practices([*offered, *ready]), seen=seen, now=now)
    await connection.execute(
        "DELETE FROM practice_waiting WHERE practitioner = $1 AND practice = ANY($2::int[])",
        practitioner,
        ready,
    )


async def _covered(practitioner: int, today: date) -> set[int]:
    found = await connection.rows(
        "SELECT c.practice FROM certificate_coverage c JOIN training_certificate t ON t.id = c.certificate"
        " WHERE t.practitioner = $1 AND NOT t.is_awaited AND coalesce(t.ends_on >= $2, true)",
        practitioner,
        today,
    )
    return {row["practice"] for row in found}


async def _waiting(practitioner: int) -> list[int]:
    found = await connection.rows(
        "SELECT practice FROM practice_waiting WHERE practitioner = $1 ORDER BY id", practitioner
    )
    return [row["practice"] for row in found]


async def _wait(practitioner: int, waiting: list[int], now: datetime) -> None:
    await connection.execute(
        "DELETE FROM practice_waiting WHERE practitioner = $1 AND practice <> ALL($2::int[])",
        practitioner,
        waiting,
    )
    await connection.execute(
        "INSERT INTO practice_waiting (practitioner, practice, asked_at) SELECT $1, p.id, $3"
        " FROM practice p WHERE p.id = ANY($2::int[]) AND p.is_active"
        " ON CONFLICT (practitioner, practice) DO NOTHING",
        practitioner,
        waiting,
        now,
    )


async def _labels(among: list[int] | None) -> list[tuple[int, str]]:
    """Id and label, in the order of the list; None: all that may be chosen."""
    found = await connection.rows(
        "SELECT id, label FROM practice WHERE CASE WHEN $1::int[] IS NULL THEN is_active"
        " ELSE id = ANY($1::int[]) END ORDER BY label",
        among,
    )
    return [(row["id"], row["label"]) for row in found]
