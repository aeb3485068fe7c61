"""The life of a listing: draft → submitted → listed ⇄ suspended → delisted, and refused (terms § 3.1, § 3.3).

Each change locks the practitioner, is a row with who, when and why, an entry of evidence, and a note for the index.
Only `listed` is public and bookable. These verbs send no mail: whoever decides knows what to tell.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from app.database import connection
from app.directory import changes
from app.directory.tables import ListingState
from app.errors import NotFound, Refused
from app.listing import gate, noting

_DRAFT, _SUBMITTED, _LISTED, _SUSPENDED, _DELISTED, _REFUSED = ListingState

MAY_BECOME: dict[ListingState, frozenset[ListingState]] = {
    _DRAFT: frozenset({_SUBMITTED, _DELISTED}),
    _SUBMITTED: frozenset({_LISTED, _REFUSED, _DELISTED}),
    _LISTED: frozenset({_SUSPENDED, _DELISTED}),
    _SUSPENDED: frozenset({_LISTED, _DELISTED}),
    _DELISTED: frozenset({_SUBMITTED, _LISTED}),
    _REFUSED: frozenset({_SUBMITTED, _DELISTED}),
}
_KINDS = {
    _SUBMITTED: "dossier.depose",
    _LISTED: "dossier.reference",
    _SUSPENDED: "dossier.suspendu",
    _DELISTED: "dossier.dereference",
    _REFUSED: "dossier.refuse",
}

WORDS = {
    _DRAFT: "Brouillon",
    _SUBMITTED: "Dossier déposé",
    _LISTED: "Référencé",
    _SUSPENDED: "Suspendu",
    _DELISTED: "Déréférencé",
    _REFUSED: "Refusé",
}
EXPLAINED = {
    _DRAFT: "Votre dossier n’est pas encore déposé. Votre page n’est visible que de vous.",
    _SUBMITTED: "Votre dossier est déposé : la plateforme regarde si tout y est. Votre page n’est pas encore visible.",
    _LISTED: "Votre page est visible et votre nom apparaît dans les recherches.",
    _SUSPENDED: "Votre référencement est suspendu : votre page n’est plus visible, vos données restent là.",
    _DELISTED: "Vous n’êtes plus référencé. Vous pouvez déposer de nouveau votre dossier.",
    _REFUSED: "Votre dossier n’a pas été retenu ; la raison vous a été écrite. Vous pouvez le déposer de nouveau.",
}
"""What the practitioner reads of the state of the listing."""

CONTRACT_GROUND = "contrat"
"""Why the clock suspends: the listing contract in force was not accepted in time."""
ACCOUNT_GROUND = "compte"
"""Why a listing is suspended with its account."""


class NoSuchPractitioner(NotFound):
    message = "Ce praticien n’existe pas."


class NotFromHere(Refused):
    message = "L’état de ce référencement a changé entre-temps. Rechargez la page."


class Incomplete(Refused):
    """`missing`: what is, in the order of the examination (EX-3.1-1)."""

    def __init__(self, missing: list[gate.Missing]) -> None:
        super().__init__("Il manque encore : " + " ; ".join(one.words for one in missing) + ".")
        self.missing = missing


class NoAccount(Incomplete):
    """Nobody holds the page yet, so that nobody could accept the contract: an import made it."""

    def __init__(self, missing: list[gate.Missing]) -> None:
        super().__init__(missing)
        self.message = (
            "Cette page n’a pas de compte : personne n’a pu accepter le contrat de référencement ni remettre le"
            " dossier. La personne la reprend en ouvrant un compte avec l’adresse e-mail de la page, puis dépose"
            " son dossier ; alors seulement elle peut être référencée."
        )


class Standing(msgspec.Struct, frozen=True):
    """Where a listing is in its life; `ends_at` (UTC): the moment it ends or ended, decided or past."""

    state: ListingState
    account: UUID | None
    listed_at: datetime | None
    ends_at: datetime | None

    def has_ended(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now

    def will_end(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at > now

    def state_at(self, now: datetime) -> ListingState:
        """The state as everybody sees it: an end that has come counts before `settle` writes it."""
        return _DELISTED if self.has_ended(now) else self.state

    def is_public(self, now: datetime) -> bool:
        return self.state_at(now) is _LISTED


class Step(msgspec.Struct, frozen=True):
    """One line of the story; `changed_by` None: the clock."""

    from_state: ListingState
    to_state: ListingState
    changed_at: datetime
    changed_by: UUID | None
    ground: str
    reference: str


async def standing_of(practitioner: int) -> Standing:
    """Raises `NoSuchPractitioner`."""
    return _standing(await connection.row(_STANDING, practitioner))


async def locked(practitioner: int) -> Standing:
    """The same, held until the end of the transaction (before any other lock: decision 10)."""
    return _standing(await connection.row(f"{_STANDING} FOR NO KEY UPDATE", practitioner))


_STANDING = (
    "SELECT listing_state AS state, account, listed_at, listing_ends_at AS ends_at"
    " FROM practitioner WHERE id = $1"
)


def _standing(found: Record | None) -> Standing:
    if found is None:
        raise NoSuchPractitioner
    return Standing(**(dict(found) | {"state": ListingState(found["state"])}))


async def steps_of(practitioner: int) -> list[Step]:
    """The whole story, the latest first."""
    found = await connection.rows(
        "SELECT from_state, to_state, changed_at, changed_by, ground, reference FROM listing_step"
        " WHERE practitioner = $1 ORDER BY id DESC",
        practitioner,
    )
    return [
        Step(
            ListingState(row["from_state"]),
            ListingState(row["to_state"]),
            row["changed_at"],
            row["changed_by"],
            row["ground"],
            row["reference"],
        )
        for row in found
    ]


async def check(practitioner: int, now: datetime) -> None:
    """Raises `Incomplete` while something closes the gate, `NoAccount` when nobody is there to give it."""
    if missing := await gate.missing(practitioner, now):
        is_held = (await standing_of(practitioner)).account is not None
        raise Incomplete(missing) if is_held else NoAccount(missing)


async def submit(practitioner: int, *, by: UUID, now: datetime) -> None:
    """The dossier is handed over. Raises `Incomplete`, `NotFromHere`; call `dossiers.submit`, which also queues it."""
    await _move(practitioner, _SUBMITTED, by=by, ground="", reference="", now=now, is_gated=True)


async def list_(
    practitioner: int,
    *,
    by: UUID | None,
    ground: str = "",
    reference: str = "",
    now: datetime,
) -> None:
    """Make it public: the delivery was recorded, or (`by` None) the setting `listing.automatic` says so.

    Also lists again who was delisted. Raises `Incomplete` (EX-3.1-1), `NotFromHere`.
    """
    await _move(
        practitioner, _LISTED, by=by, ground=ground, reference=reference, now=now, is_gated=True
    )


async def refuse(
    practitioner: int, *, by: UUID, ground: str, reference: str = "", now: datetime
) -> None:
    """Raises `NotFromHere`."""
    await _move(practitioner, _REFUSED, by=by, ground=ground, reference=reference, now=now)


async def suspend(
    practitioner: int, *, by: UUID | None, ground: str, reference: str = "", now: datetime
) -> None:
    """Hide it for a while, at once. Raises `NotFromHere`."""
    await _move(practitioner, _SUSPENDED, by=by, ground=ground, reference=reference, now=now)


async def resume(
    practitioner: int,
    *,
    by: UUID | None,
    ground: str = "",
    reference: str = "",
    now: datetime,
) -> None:
    """Show it again after a suspension. Raises `Incomplete`, `NotFromHere`."""
    async with connection.transaction():
        if (await locked(practitioner)).state is not _SUSPENDED:
            raise NotFromHere
        await list_(practitioner, by=by, ground=ground, reference=reference, now=now)


async def end(
    practitioner: int,
    *,
    by: UUID | None,
    ground: str,
    reference: str = "",
    effective_at: datetime,
    now: datetime,
) -> None:
    """End it at `effective_at` (UTC), decided by the database from that moment on (decision 9).

    The step bears the moment of the effect; `keep` takes back an end that has not come. Raises `NotFromHere`.
    """
    if effective_at <= now:
        await _move(practitioner, _DELISTED, by=by, ground=ground, reference=reference, now=now)
        return
    async with connection.transaction():
        standing = await locked(practitioner)
        if _DELISTED not in MAY_BECOME[standing.state]:
            raise NotFromHere
        await _unwritten(practitioner, now)
        await connection.execute(
            "UPDATE practitioner SET listing_ends_at = $2, updated_at = $3 WHERE id = $1",
            practitioner,
            effective_at,
            now,
        )
        await _step(practitioner, standing.state, _DELISTED, by, ground, reference, effective_at)
        await noting.note(
            "dossier.dereference",
            practitioner,
            by=by,
            de=standing.state.value,
            motif=ground,
            reference=reference,
            date_effet=effective_at,
        )
        await changes.record(practitioner)


async def keep(
    practitioner: int, *, by: UUID | None, ground: str = "", reference: str = "", now: datetime
) -> None:
    """Take back an end that has not come yet. Raises `NotFromHere`."""
    async with connection.transaction():
        standing = await locked(practitioner)
        if not standing.will_end(now):
            raise NotFromHere
        await _unwritten(practitioner, now)
        await connection.execute(
            "UPDATE practitioner SET listing_ends_at = NULL, updated_at = $2 WHERE id = $1",
            practitioner,
            now,
        )
        await noting.note(
            "dossier.maintenu", practitioner, by=by, motif=ground, reference=reference
        )
        await changes.record(practitioner)


async def settle(now: datetime) -> int:
    """Write `delisted` where the end has come: only a tidying, nobody has seen them since. Answers how many."""
    done = 0
    for row in await connection.rows(
        "SELECT id FROM practitioner WHERE listing_ends_at <= $1 AND listing_state <> $2 ORDER BY id",
        now,
        _DELISTED.value,
    ):
        async with connection.transaction():
            moved = await connection.row(
                "UPDATE practitioner SET listing_state = $3, updated_at = $2 WHERE id = $1"
                " AND listing_ends_at <= $2 AND listing_state <> $3 RETURNING id",
                row["id"],
                now,
                _DELISTED.value,
            )
            if moved:
                await changes.record(row["id"])
                done += 1
    return done


async def _move(
    practitioner: int,
    to: ListingState,
    *,
    by: UUID | None,
    ground: str,
    reference: str,
    now: datetime,
    is_gated: bool = False,
) -> None:
    async with connection.transaction():
        standing = await locked(practitioner)
        origin = standing.state_at(now)
        if to not in MAY_BECOME[origin]:
            raise NotFromHere
        if is_gated:
            await check(practitioner, now)
        if to is _DELISTED:
            await _unwritten(practitioner, now)
        await connection.execute(
            "UPDATE practitioner SET listing_state = $2::text, updated_at = $3, listing_ends_at ="
            "   CASE WHEN $2::text = 'delisted' THEN $3 WHEN $4 THEN NULL ELSE listing_ends_at END,"
            " listed_at = CASE WHEN $2::text = 'listed' THEN coalesce(listed_at, $3) ELSE listed_at END"
            " WHERE id = $1",
            practitioner,
            to.value,
            now,
            standing.has_ended(now),
        )
        await _step(practitioner, origin, to, by, ground, reference, now)
        await noting.note(
            _KINDS[to], practitioner, by=by, de=origin.value, motif=ground, reference=reference
        )
        await changes.record(practitioner)


async def _unwritten(practitioner: int, now: datetime) -> None:
    """Drop the step of an end announced that will not come: a change that did not happen has no row."""
    await connection.execute(
        "DELETE FROM listing_step WHERE practitioner = $1 AND changed_at > $2", practitioner, now
    )


async def _step(
    practitioner: int,
    origin: ListingState,
    to: ListingState,
    by: UUID | None,
    ground: str,
    reference: str,
    at: datetime,
) -> None:
    await connection.execute(
        "INSERT INTO listing_step (practitioner, from_state, to_state, changed_at, changed_by, ground, reference)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        practitioner,
        origin.value,
        to.value,
        at,
        by,
        ground,
        reference,
    )
