"""Contesting a decision, by a signed link, and its second examination by a person (terms § 3.3; contract § 13.3)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from app.accounts import administrators
from app.database import connection
from app.directory.names import name_in
from app.errors import NotFound, Refused
from app.listing import dossiers, life, noting, telling
from app.moderation import decisions, delisting
from app.moderation.decisions import Decision
from app.moderation.tables import Measure
from app.rendering import filters
from app.sealing import sealing

SHORTEST_WORDS, LONGEST_WORDS = 20, 5_000


class NoLonger(Refused):
    message = (
        "Cette décision ne peut plus être contestée ici : elle l’a déjà été, ou le délai est passé."
    )


class WordsMissing(Refused):
    message = f"Écrivez pourquoi, en {SHORTEST_WORDS} caractères au moins, {filters.count(LONGEST_WORDS)} au plus."


class AnswerMissing(Refused):
    message = (
        f"Répondez en {SHORTEST_WORDS} caractères au moins, {filters.count(LONGEST_WORDS)} au plus."
    )


class AlreadyAnswered(Refused):
    message = "Cette contestation a déjà sa réponse."


class Contest(msgspec.Struct, frozen=True):
    """A contested decision. `is_upheld` and what follows are None until somebody answered."""

    decision: Decision
    name: str
    words: str
    received_at: datetime
    answered_at: datetime | None
    answered_by: UUID | None
    is_upheld: bool | None
    answer: str

    def is_by_the_same_person(self, account: UUID) -> bool:
        """Whether who would answer took the decision: somebody else should, if there is anybody."""
        return self.decision.decided_by == account


async def contest(reference: str, words: str, *, now: datetime) -> None:
    """Ask for a second look at a decision: once, for six months.

    Raises `WordsMissing`, `NoLonger`, `decisions.NoSuchDecision`.
    """
    said = words.strip()
    if not SHORTEST_WORDS <= len(said) <= LONGEST_WORDS:
        raise WordsMissing
    async with connection.transaction():
        decision = await decisions.named(reference, is_locked=True)
        if not decision.can_be_contested(now):
            raise NoLonger
        await connection.execute(
            "INSERT INTO contest (decision, words_sealed, received_at) VALUES ($1, $2, $3)",
            decision.id,
            sealing.seal(said.encode(), context=sealed_for(decision.id, "words")),
            now,
        )
        await connection.execute(
            "UPDATE decision SET contested_at = $2 WHERE id = $1", decision.id, now
        )
        # The link was written to the practitioner alone.
        holder = (await life.standing_of(decision.practitioner)).account
        await noting.note(
            "dossier.conteste", decision.practitioner, by=holder, decision=reference, recu=now
        )
        await administrators.alert(
            f"Décision contestée : {reference}", f"/admin/contestations/{reference}", now=now
        )


async def about(reference: str) -> Contest:
    """Raises `NotFound` when the decision was not contested."""
    found = await connection.row(f"{_SELECT} WHERE d.reference = $1", reference)
    if found is None:
        raise NotFound
    return _contest(found)


async def answer(
    reference: str, words: str, *, is_upheld: bool, by: UUID, now: datetime
) -> list[str]:
    """Uphold the decision, or withdraw it and restore the listing at once, and say why by mail.

    Answers what is missing for the listing to be shown again (empty when it is, or when the decision is upheld).
    Raises `AnswerMissing`, `AlreadyAnswered`, `NotFound`.
    """
    said = words.strip()
    if not SHORTEST_WORDS <= len(said) <= LONGEST_WORDS:
        raise AnswerMissing
    async with connection.transaction():
        decision = await decisions.named(reference)
        await life.locked(decision.practitioner)
        found = await connection.row(
            "SELECT answered_at FROM contest WHERE decision = $1 FOR UPDATE", decision.id
        )
        if found is None:
            raise NotFound
        if found["answered_at"] is not None:
            raise AlreadyAnswered
        await connection.execute(
            "UPDATE contest SET answered_at = $2, answered_by = $3, is_upheld = $4, answer_sealed = $5"
            " WHERE decision = $1",
            decision.id,
            now,
            by,
            is_upheld,
            sealing.seal(said.encode(), context=sealed_for(decision.id, "answer")),
        )
        missing = [] if is_upheld else await _withdraw(decision, by=by, now=now)
        await noting.note(
            "dossier.reexamine",
            decision.practitioner,
            by=by,
            decision=reference,
            maintenue=is_upheld,
            meme_personne=decision.decided_by == by,
        )
        await decisions.done_by(by, "reexamen", decision.practitioner, reference)
        await telling.tell(
            "contest_answered",
            decision.practitioner,
            now,
            reference=reference,
            is_upheld=is_upheld,
            answer=said,
            missing=" ; ".join(missing),
        )
    return missing


async def _withdraw(decision: Decision, *, by: UUID, now: datetime) -> list[str]:
    """Undo the decision; answers why the listing is not shown again all the same, if it is not."""
    await connection.execute(
        "UPDATE decision SET withdrawn_at = $2 WHERE id = $1", decision.id, now
    )
    steps = await life.steps_of(decision.practitioner)
    if not steps or steps[0].reference != decision.reference:
        return ["une autre décision, ou votre propre choix, est venue depuis"]
    try:
        if decision.measure is Measure.REFUSAL:
            await dossiers.submit(decision.practitioner, by=by, now=now)
        else:
            await delisting.restore(
                decision.practitioner, by=by, reference=decision.reference, now=now
            )
    except life.Incomplete as incomplete:
        return [one.words for one in incomplete.missing]
    except delisting.AccountShut:
        return ["votre compte est suspendu ou fermé"]
    return []


_SELECT = f"""
SELECT {decisions.COLUMNS},
  c.decision, c.words_sealed, c.received_at, c.answered_at, c.answered_by, c.is_upheld, c.answer_sealed,
  p.first_name, p.last_name, p.trade_name, p.is_structure
FROM contest c JOIN decision d ON d.id = c.decision JOIN practitioner p ON p.id = d.practitioner
"""  # noqa: S608 - written here


def _contest(row: Record) -> Contest:
    return Contest(
        decision=decisions.decision_in(row),
        name=name_in(row),
        words=_opened(row["decision"], "words", row["words_sealed"]),
        received_at=row["received_at"],
        answered_at=row["answered_at"],
        answered_by=row["answered_by"],
        is_upheld=row["is_upheld"],
        answer=_opened(row["decision"], "answer", row["answer_sealed"]),
    )


def sealed_for(decision: object, part: str) -> str:
    """What binds the words of a contest, or its answer, to their row."""
    return f"contest:{decision}:{part}"


def _opened(decision: int, part: str, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    return sealing.open_sealed(sealed, context=sealed_for(decision, part)).decode()
