"""The dossier handed over: queued for the platform, examined line by line, corrected, and its delivery recorded.

An administrator records that an item was handed over, or says what to correct; never whether it is true (contradiction
C1 of the terms, reading b: EX-3.1-14).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.database import connection
from app.directory.tables import ListingState
from app.errors import Refused
from app.listing import gate, life, noting, telling
from app.listing.gate import Missing
from app.listing.items import BY_KEY, DOSSIER, ITEMS
from app.listing.tables import DossierItem
from app.settings import values

LONGEST_GROUND = 300
AUTOMATIC_GROUND = "automatique"


class ChangedSince(Refused):
    message = "Ce dossier a changé pendant que vous le regardiez. Relisez-le avant de conclure."


class GroundMissing(Refused):
    message = f"Dites ce qui est à corriger, en {LONGEST_GROUND} caractères au plus."


class NothingToCorrect(Refused):
    message = "Aucune ligne n’est à corriger."


class NotAllDelivered(Refused):
    message = "Des lignes ne sont pas encore notées « remis »."


class NotHandedOver(Refused):
    message = "Ce dossier n’attend rien de la plateforme."


class Held(msgspec.Struct, frozen=True):
    """A dossier. `submitted_at`: since when it waits for the platform; `correction_asked_at`: for the practitioner."""

    practitioner: int
    state: ListingState
    submitted_at: datetime | None
    correction_asked_at: datetime | None
    is_in_trouble: bool
    revision: int

    @property
    def waits_for_platform(self) -> bool:
        return self.submitted_at is not None and self.correction_asked_at is None

    @property
    def waits_for_practitioner(self) -> bool:
        return self.correction_asked_at is not None


class Line(msgspec.Struct, frozen=True):
    """One item: what the gate finds missing, and what an administrator found (None: not looked at yet)."""

    item: DossierItem
    title: str
    asked: str
    url: str
    missing: tuple[Missing, ...]
    is_delivered: bool | None
    ground: str
    found_at: datetime | None
    found_by: UUID | None


async def dossier_of(practitioner: int) -> Held:
    """Raises `life.NoSuchPractitioner`. Somebody who never handed anything over has an empty one."""
    found = await connection.row(
        "SELECT p.id AS practitioner, p.listing_state AS state, d.submitted_at, d.correction_asked_at,"
        " coalesce(d.is_in_trouble, false) AS is_in_trouble, coalesce(d.revision, 0) AS revision"
        " FROM practitioner p LEFT JOIN dossier d ON d.practitioner = p.id WHERE p.id = $1",
        practitioner,
    )
    if found is None:
        raise life.NoSuchPractitioner
    return Held(**(dict(found) | {"state": ListingState(found["state"])}))


async def lines(practitioner: int, now: datetime) -> list[Line]:
    """The eight lines, in the order of the examination."""
    missing = await gate.missing(practitioner, now)
    found = {
        row["item"]: row
        for row in await connection.rows(
            "SELECT l.item, l.is_delivered, l.ground, l.found_at, l.found_by FROM dossier_line l"
            " JOIN dossier d ON d.id = l.dossier WHERE d.practitioner = $1",
            practitioner,
        )
    }
    made = []
    for item in ITEMS:
        seen = found.get(item.key.value)
        made.append(
            Line(
                item=item.key,
                title=item.title,
                asked=item.asked,
                url=item.url,
                missing=tuple(one for one in missing if one.item is item.key),
                is_delivered=seen["is_delivered"] if seen else None,
                ground=seen["ground"] if seen else "",
                found_at=seen["found_at"] if seen else None,
                found_by=seen["found_by"] if seen else None,
            )
        )
    return made


async def submit(practitioner: int, *, by: UUID, now: datetime) -> None:
    """Hand the dossier over, for the first time or after a correction; handed over twice, it waits since the first.

    With the setting `listing.automatic` the listing begins at once (EX-3.1-1). Raises `life.Incomplete`,
    `life.NotFromHere`.
    """
    async with connection.transaction():
        state = (await life.locked(practitioner)).state
        held = await _held(practitioner)
        if state in {ListingState.DRAFT, ListingState.REFUSED, ListingState.DELISTED}:
            await life.submit(practitioner, by=by, now=now)
        elif held.waits_for_platform:
            return
        else:
            await life.check(practitioner, now)
        await connection.execute(
            "UPDATE dossier SET submitted_at = $2, correction_asked_at = NULL WHERE practitioner = $1",
            practitioner,
            now,
        )
        if state is ListingState.SUBMITTED:
            await noting.note("dossier.depose", practitioner, by=by, revision=held.revision)
        if await values.value_of(values.LISTING_AUTOMATIC, now) and state not in {
            ListingState.LISTED,
            ListingState.SUSPENDED,
        }:
            await _list(practitioner, by=None, ground=AUTOMATIC_GROUND, now=now)
            return
        await telling.alert_admins("Un dossier est à examiner", practitioner, now)
        await telling.tell("dossier_received", practitioner, now, submitted_at=now, path=DOSSIER)


async def note_line(
    practitioner: int,
    item: DossierItem,
    *,
    is_delivered: bool,
    ground: str = "",
    by: UUID,
    revision: int,
    now: datetime,
) -> None:
    """Record that the item was handed over, or what is to correct of it (`ground`, as the practitioner reads it).

    `revision` is that of the dossier looked at. Raises `ChangedSince`, `GroundMissing`.
    """
    ground = "" if is_delivered else ground.strip()
    if not is_delivered and not 1 <= len(ground) <= LONGEST_GROUND:
        raise GroundMissing
    async with connection.transaction():
        await _looked_at(practitioner, revision)
        await _note(practitioner, item, is_delivered, ground, by, now)


async def everything_delivered(
    practitioner: int, *, by: UUID, revision: int, now: datetime
) -> None:
    """« Tout est remis »: every line at once. Raises `ChangedSince`, and `life.Incomplete` while one is missing."""
    async with connection.transaction():
        await _looked_at(practitioner, revision)
        await life.check(practitioner, now)
        for item in ITEMS:
            await _note(practitioner, item.key, True, "", by, now)


async def ask_correction(practitioner: int, *, by: UUID, revision: int, now: datetime) -> None:
    """One mail that lists the failing lines, each with the link that opens it (E27). Asked twice, it is sent once.

    Raises `ChangedSince`, `NothingToCorrect`.
    """
    async with connection.transaction():
        held = await _looked_at(practitioner, revision)
        failing = [line for line in await lines(practitioner, now) if line.is_delivered is False]
        if not failing:
            raise NothingToCorrect
        if held.waits_for_practitioner:
            return
        await connection.execute(
            "UPDATE dossier SET correction_asked_at = $2 WHERE practitioner = $1", practitioner, now
        )
        asked = [line.item.value for line in failing]
        await noting.note("dossier.a_corriger", practitioner, by=by, lignes=asked)
        await telling.tell(
            "dossier_to_correct",
            practitioner,
            now,
            links=[(f"{BY_KEY[line.item].title} : {line.ground}", line.url) for line in failing],
        )


async def record_delivery(practitioner: int, *, by: UUID, revision: int, now: datetime) -> None:
    """« Constater la remise et référencer »: every line is noted « remis », the listing begins (EX-3.1-10, E27).

    For somebody listed already, only takes the dossier out of the queue. Raises `ChangedSince`, `NotHandedOver`,
    `NotAllDelivered`, `life.Incomplete`, `life.NotFromHere`.
    """
    async with connection.transaction():
        held = await _looked_at(practitioner, revision)
        if not held.waits_for_platform:
            raise NotHandedOver
        if not all(line.is_delivered for line in await lines(practitioner, now)):
            raise NotAllDelivered
        if held.state is ListingState.LISTED:
            await out_of_queue(practitioner)
            await noting.note("dossier.constate", practitioner, by=by, revision=revision)
            return
        await _list(practitioner, by=by, ground="", now=now)


async def refuse(
    practitioner: int,
    *,
    by: UUID,
    ground: str,
    reference: str,
    revision: int,
    now: datetime,
) -> None:
    """Refuse to list; whoever decides gives the reasons. Raises `ChangedSince`, `life.NotFromHere`.

    `ground` is in words: it is kept with the step.
    """
    async with connection.transaction():
        await _looked_at(practitioner, revision)
        await life.refuse(practitioner, by=by, ground=ground, reference=reference, now=now)
        await out_of_queue(practitioner)


async def put_aside(practitioner: int, *, is_in_trouble: bool, by: UUID, now: datetime) -> None:
    """Keep a dossier under « problème », or bring it back; the practitioner is told nothing."""
    async with connection.transaction():
        await life.locked(practitioner)
        await _held(practitioner)
        await connection.execute(
            "UPDATE dossier SET is_in_trouble = $2 WHERE practitioner = $1",
            practitioner,
            is_in_trouble,
        )
        action = "mis_de_cote" if is_in_trouble else "repris"
        await noting.note("dossier.constate", practitioner, by=by, action=action, le=now)


async def changed(practitioner: int, item: DossierItem, *, now: datetime) -> None:
    """An item was edited: what was found of it no longer holds, and an examination under way is told (EX-3.1-12).

    Somebody listed comes back in the queue, and the administrators are told once for all that changes until they look.
    Call it in the transaction of the edit, with the practitioner locked.
    """
    held = await _held(practitioner)
    await connection.execute(
        "UPDATE dossier SET revision = revision + 1 WHERE practitioner = $1", practitioner
    )
    await connection.execute(
        "DELETE FROM dossier_line l USING dossier d WHERE d.id = l.dossier AND d.practitioner = $1"
        " AND l.item = $2 AND l.is_delivered",
        practitioner,
        item.value,
    )
    is_kept = held.state in {ListingState.LISTED, ListingState.SUSPENDED}
    if is_kept and held.submitted_at is None:
        await connection.execute(
            "UPDATE dossier SET submitted_at = $2 WHERE practitioner = $1", practitioner, now
        )
        await telling.alert_admins("Un praticien référencé a changé son dossier", practitioner, now)


async def _list(practitioner: int, *, by: UUID | None, ground: str, now: datetime) -> None:
    await life.list_(practitioner, by=by, ground=ground, now=now)
    await out_of_queue(practitioner)
    await telling.tell(
        "dossier_listed", practitioner, now, path=await telling.page_of(practitioner)
    )


async def out_of_queue(practitioner: int) -> None:
    """Nothing is expected of anybody any more; in the current transaction."""
    await connection.execute(
        "UPDATE dossier SET submitted_at = NULL, correction_asked_at = NULL, is_in_trouble = false"
        " WHERE practitioner = $1",
        practitioner,
    )


async def _held(practitioner: int) -> Held:
    """The dossier, made now for whoever had none."""
    await connection.execute(
        "INSERT INTO dossier (practitioner, is_in_trouble, revision) VALUES ($1, false, 0)"
        " ON CONFLICT (practitioner) DO NOTHING",
        practitioner,
    )
    return await dossier_of(practitioner)


async def _looked_at(practitioner: int, revision: int) -> Held:
    await life.locked(practitioner)
    held = await _held(practitioner)
    if held.revision != revision:
        raise ChangedSince
    return held


async def _note(
    practitioner: int,
    item: DossierItem,
    is_delivered: bool,
    ground: str,
    by: UUID,
    now: datetime,
) -> None:
    noted = await connection.row(
        "INSERT INTO dossier_line (dossier, item, is_delivered, ground, found_at, found_by)"
        " SELECT id, $2, $3, $4, $5, $6 FROM dossier WHERE practitioner = $1"
        " ON CONFLICT (dossier, item) DO UPDATE SET is_delivered = excluded.is_delivered,"
        " ground = excluded.ground, found_at = excluded.found_at, found_by = excluded.found_by"
        " WHERE (dossier_line.is_delivered, dossier_line.ground)"
        "   IS DISTINCT FROM (excluded.is_delivered, excluded.ground) RETURNING id",
        practitioner,
        item.value,
        is_delivered,
        ground,
        now,
        by,
    )
    if noted is not None:
        found = "remis" if is_delivered else "a_corriger"
        await noting.note("dossier.constate", practitioner, by=by, ligne=item.value, constat=found)
