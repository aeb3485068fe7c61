"""The register of decisions about listings, each with its statement of reasons (terms § 3.3; DSA art. 17)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts import references
from app.database import connection
from app.errors import NotFound, Refused
from app.evidence import register
from app.moderation.grounds import CONTEST_PERIOD, EXCEPTIONS, GROUNDS, MEASURES, SCOPES
from app.moderation.tables import Measure

RESTRICTIONS = frozenset({Measure.SUSPENSION, Measure.DELISTING, Measure.REFUSAL})


class DecidedMeanwhile(Refused):
    message = (
        "Une autre décision vient d’être prise pour ce praticien. Relisez-la avant de décider."
    )


class NoSuchDecision(NotFound):
    message = "Cette décision n’existe pas."


class Statement(msgspec.Struct, frozen=True):
    """What is decided of a listing, from when and until when (UTC; None: until lifted), and why (DSA art. 17)."""

    measure: Measure
    effective_at: datetime
    ground: str = ""
    facts: str = ""
    exception: str = ""
    ends_at: datetime | None = None


class Decision(msgspec.Struct, frozen=True):
    """`decided_by` is the practitioner's own account when `is_by_practitioner`. `ends_at` None: until lifted."""

    id: int
    reference: str
    practitioner: int
    measure: Measure
    ground: str
    facts: str
    exception: str
    decided_at: datetime
    decided_by: UUID | None
    is_by_practitioner: bool
    effective_at: datetime
    ends_at: datetime | None
    contested_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def label(self) -> str:
        if self.is_by_practitioner and self.measure is Measure.DELISTING:
            return "Fin du référencement, demandée par le praticien"
        return MEASURES[self.measure]

    @property
    def ground_label(self) -> str:
        return GROUNDS[self.ground].label if self.ground in GROUNDS else ""

    @property
    def basis(self) -> str:
        return GROUNDS[self.ground].basis if self.ground in GROUNDS else ""

    @property
    def scope(self) -> str:
        return SCOPES[self.measure]

    @property
    def exception_label(self) -> str:
        return EXCEPTIONS.get(self.exception, "")

    def can_be_contested(self, now: datetime) -> bool:
        """Decided by the platform, standing, not contested yet, and not too long ago."""
        return (
            self.measure in RESTRICTIONS
            and not self.is_by_practitioner
            and self.contested_at is None
            and self.withdrawn_at is None
            and now <= self.decided_at + CONTEST_PERIOD
        )


COLUMNS = (
    "d.id, d.reference, d.practitioner, d.measure, d.ground, d.facts, d.exception, d.decided_at, d.decided_by,"
    " d.is_by_practitioner, d.effective_at, d.ends_at, d.contested_at, d.withdrawn_at"
)
"""What `decision_in` reads, of the decision `d`."""
_SELECT = f"SELECT {COLUMNS} FROM decision d"  # noqa: S608 - written here


async def of(practitioner: int) -> list[Decision]:
    """Every decision about a practitioner, the latest first."""
    found = await connection.rows(
        f"{_SELECT} WHERE practitioner = $1 ORDER BY id DESC", practitioner
    )
    return [decision_in(row) for row in found]


async def named(reference: str, *, is_locked: bool = False) -> Decision:
    """Raises `NoSuchDecision`."""
    lock = " FOR UPDATE" if is_locked else ""
    found = await connection.row(f"{_SELECT} WHERE reference = $1{lock}", reference)
    if found is None:
        raise NoSuchDecision
    return decision_in(found)


async def latest(practitioner: int) -> int:
    """The number of the last decision, which a form carries: 0 for none."""
    found = await connection.row(
        "SELECT coalesce(max(id), 0) AS latest FROM decision WHERE practitioner = $1", practitioner
    )
    return int(found["latest"]) if found else 0


async def already(practitioner: int, statement: Statement, *, seen: int, by: UUID) -> str | None:
    """The reference of this very decision when the form was sent twice; None when nothing was decided since `seen`.

    Call it with the practitioner locked. Raises `DecidedMeanwhile` when something else was.
    """
    since = [one for one in await of(practitioner) if one.id > seen]
    if not since:
        return None
    [*others, first] = since
    asked = (by, statement.measure, statement.facts)
    if others or (first.decided_by, first.measure, first.facts) != asked:
        raise DecidedMeanwhile
    return first.reference


async def record(
    practitioner: int,
    statement: Statement,
    *,
    by: UUID,
    is_by_practitioner: bool = False,
    reference: str,
    now: datetime,
) -> None:
    """Write a decision, and that an administrator took it. The listing itself changes through `listing.life`."""
    await connection.execute(
        "INSERT INTO decision (reference, practitioner, measure, ground, facts, exception, decided_at, decided_by,"
        " is_by_practitioner, effective_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        reference,
        practitioner,
        statement.measure.value,
        statement.ground,
        statement.facts,
        statement.exception,
        now,
        by,
        is_by_practitioner,
        statement.effective_at,
        statement.ends_at,
    )
    if not is_by_practitioner:
        await done_by(by, statement.measure.value, practitioner, reference)


async def done_by(by: UUID, action: str, practitioner: int, reference: str) -> None:
    """What an administrator did about a listing is itself a fact of the register."""
    await register.acted(by, f"referencement.{action}", praticien=practitioner, decision=reference)


async def close(practitioner: int, *, now: datetime) -> None:
    """The restrictions on a listing shown again are over: those that had not begun never will."""
    await connection.execute(
        "UPDATE decision SET withdrawn_at = CASE WHEN effective_at > $2 THEN $2 ELSE withdrawn_at END,"
        " ends_at = CASE WHEN effective_at > $2 THEN ends_at ELSE $2 END"
        " WHERE practitioner = $1 AND measure = ANY($3::text[]) AND withdrawn_at IS NULL"
        " AND (ends_at IS NULL OR ends_at > $2)",
        practitioner,
        now,
        sorted(measure.value for measure in RESTRICTIONS),
    )


def new_reference(now: datetime) -> str:
    """What one quotes to speak of a decision about a listing."""
    return references.new("L", now)


def decision_in(row: object) -> Decision:
    """The decision of a row that holds its `COLUMNS`, among others."""
    return msgspec.convert(dict(row), Decision)  # type: ignore[call-overload]  # asyncpg has no types
