"""The operator shuts an account out, with a statement of reasons (terms § 14; DSA art. 17; P2B art. 4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts import people, references, statements
from app.database import connection
from app.errors import NotFound, Refused
from app.evidence import register
from app.jobs import queue
from app.post import outbox

GROUNDS = {
    "conditions": "Non-respect des conditions générales d’utilisation",
    "illicite": "Contenu ou comportement contraire à la loi",
    "usurpation": "Usurpation d’identité ou informations inexactes",
    "securite": "Sécurité du compte ou de la plateforme",
    "paiement": "Défaut de paiement ou fraude",
    "autre": "Autre motif légitime",
}
STANDING_CHANGED = "account_standing_changed"
"""The note for whoever follows an account (decision 8): it carries the account, whose standing is to be read again."""


class Suspended(Refused):
    message = "Ce compte est suspendu."

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Ce compte est suspendu (décision {reference}). Les raisons et les moyens de contester vous ont "
            "été envoyés par courriel."
        )


class AlreadySuspended(Refused):
    message = "Ce compte est déjà suspendu."


class NotSuspended(Refused):
    message = "Cette suspension est déjà levée."


class Suspension(msgspec.Struct, frozen=True):
    """A decision. `ground` is a key of `GROUNDS`; `ends_at` None: until lifted."""

    id: int
    reference: str
    account: UUID
    decided_at: datetime
    decided_by: UUID
    effective_at: datetime
    ends_at: datetime | None
    ground: str
    facts: str
    lifted_at: datetime | None

    @property
    def ground_label(self) -> str:
        return GROUNDS.get(self.ground, self.ground)

    def is_in_force(self, now: datetime) -> bool:
        is_begun = self.effective_at <= now and self.lifted_at is None
        return is_begun and (self.ends_at is None or self.ends_at > now)


_SELECT = (
    "SELECT id, reference, account, decided_at, decided_by, effective_at, ends_at, ground, facts,"
    " lifted_at FROM suspension"
)
_IN_FORCE = "effective_at <= $2 AND lifted_at IS NULL AND (ends_at IS NULL OR ends_at > $2)"


async def suspend(
    account: UUID,
    *,
    by: UUID,
    ground: str,
    facts: str,
    effective_at: datetime,
    ends_at: datetime | None,
    now: datetime,
) -> str:
    """Shut the account out from `effective_at` (UTC) on: its sign-in sessions answer nobody from the next request.
    Answers the reference of the decision.

    Raises `NotAStatement` (a statement of reasons has a ground and facts), `AlreadySuspended`, `NotFound`; an
    administrator is not suspended: its account is closed from the command line.
    """
    said = statement(ground, facts)
    effective_at = max(effective_at, now)
    ends_at = statements.end_of(ends_at, begins_at=effective_at)
    reference = references.new("S", now)
    async with connection.transaction():
        holder = await connection.row(
            "SELECT email, is_admin FROM account WHERE id = $1 AND closed_at IS NULL FOR UPDATE",
            account,
        )
        if holder is None or holder["is_admin"]:
            raise NotFound
        standing = await connection.row(
            "SELECT 1 AS one FROM suspension WHERE account = $1 AND lifted_at IS NULL"
            " AND (ends_at IS NULL OR ends_at > $2)",
            account,
            now,
        )
        if standing is not None:
            raise AlreadySuspended
        await connection.execute(
            "INSERT INTO suspension (reference, account, decided_at, decided_by, effective_at,"
            " ends_at, ground, facts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            reference,
            account,
            now,
            by,
            effective_at,
            ends_at,
            ground,
            said,
        )
        await _noted(
            "compte.suspendu", account, by, reference, motif=ground, effet=effective_at, fin=ends_at
        )
        await outbox.send(
            "account_suspended",
            to=holder["email"],
            account=account,
            now=now,
            reference=reference,
            effective_at=effective_at,
            ends_at=ends_at,
            ground=GROUNDS[ground],
            facts=said,
        )
        for moment in (effective_at, ends_at):
            if moment is not None:
                await queue.enqueue(STANDING_CHANGED, account, delay=moment - now)
    return reference


def statement(ground: str, facts: str) -> str:
    """The facts, as they are kept; raises `NotAStatement` when they or the ground are missing."""
    return statements.facts_of(ground, facts, GROUNDS)


async def lift(reference: str, *, by: UUID, now: datetime) -> None:
    """End a suspension before its time. Raises `NotFound`, `NotSuspended`."""
    async with connection.transaction():
        found = await connection.row(
            "SELECT id, account, lifted_at FROM suspension WHERE reference = $1 FOR UPDATE",
            reference,
        )
        if found is None:
            raise NotFound
        if found["lifted_at"] is not None:
            raise NotSuspended
        await connection.execute(
            "UPDATE suspension SET lifted_at = $2, lifted_by = $3 WHERE id = $1",
            found["id"],
            now,
            by,
        )
        await _noted("compte.retabli", found["account"], by, reference)
        await queue.enqueue(STANDING_CHANGED, found["account"])
        holder = await people.person(found["account"])
        if holder.email is not None:
            await outbox.send(
                "suspension_lifted",
                to=holder.email,
                account=holder.id,
                now=now,
                reference=reference,
                lifted_at=now,
            )


async def of(account: UUID) -> list[Suspension]:
    """Every decision about the account, the latest first."""
    found = await connection.rows(
        f"{_SELECT} WHERE account = $1 ORDER BY decided_at DESC, id DESC", account
    )
    return [Suspension(**line) for line in found]


async def is_suspended(account: UUID, now: datetime) -> bool:
    found = await connection.row(
        f"SELECT 1 AS one FROM suspension WHERE account = $1 AND {_IN_FORCE}",  # noqa: S608 - written here
        account,
        now,
    )
    return found is not None


async def refuse_suspended(account: UUID, now: datetime) -> None:
    """Raise `Suspended` while a suspension is in force."""
    found = await connection.row(
        f"SELECT reference FROM suspension WHERE account = $1 AND {_IN_FORCE}",  # noqa: S608 - written here
        account,
        now,
    )
    if found is not None:
        raise Suspended(found["reference"])


async def _noted(kind: str, account: UUID, by: UUID, reference: str, **more: object) -> None:
    """What happened to the account, and what the administrator did: two facts."""
    await register.write(
        kind,
        subject_type="compte",
        subject=account,
        content={"decision": reference, "auteur": str(by)} | more,
    )
    await register.acted(by, kind, cible=str(account), decision=reference)
