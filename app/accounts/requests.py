"""The register of requests about personal data (RGPD art. 15 to 22), each to be answered within a month."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts import emails, references, throttling
from app.accounts.periods import due_one_month_after
from app.database import connection
from app.errors import NotFound, Refused
from app.evidence import register
from app.post import outbox
from app.rendering import filters
from app.sealing import sealing

RIGHTS = {
    "acces": "Accéder à mes données",
    "rectification": "Rectifier mes données",
    "effacement": "Effacer mes données",
    "limitation": "Limiter un traitement",
    "opposition": "M’opposer à un traitement",
    "portabilite": "Récupérer mes données",
    "autre": "Autre demande",
}
LONGEST_WORDS = 5_000
SUBJECTLESS = UUID(int=0)
"""Whose evidence it is when the person has no account."""


class NotARequest(Refused):
    message = "Choisissez votre demande."


class WordsTooLong(NotARequest):
    message = f"Pas plus de {filters.count(LONGEST_WORDS)} caractères."


class AnswerMissing(Refused):
    message = "Écrivez la réponse envoyée à la personne."


class AlreadyAnswered(Refused):
    message = "Cette demande a déjà reçu sa réponse."


class DataRequest(msgspec.Struct, frozen=True):
    """A line of the register, its words deciphered. `account` is None for who has none."""

    reference: str
    account: UUID | None
    email: str
    right: str
    words: str
    received_at: datetime
    due_at: datetime
    answered_at: datetime | None
    answer: str

    @property
    def right_label(self) -> str:
        return RIGHTS.get(self.right, self.right)

    def is_late(self, now: datetime) -> bool:
        return self.answered_at is None and self.due_at < now


async def receive(
    right: str, words: str, *, email: str, account: UUID | None, now: datetime
) -> str:
    """Enter a request in the register; answers its reference, sent to the person too (E36).

    Raises `NotARequest`, `WordsTooLong`, `WrongAddress`, `TooManyTries`.
    """
    if right not in RIGHTS:
        raise NotARequest
    said = words.strip()
    if len(said) > LONGEST_WORDS:
        raise WordsTooLong
    address = emails.normal(email)
    if account is not None:
        await throttling.attempt(throttling.DATA_REQUESTS, str(account), now=now)
    reference = references.new("D", now)
    due_at = due_one_month_after(now)
    async with connection.transaction():
        await connection.execute(
            'INSERT INTO data_request (reference, account, email, "right", words_sealed, received_at,'
            " due_at, details) VALUES ($1, $2, $3, $4, $5, $6, $7, '{}')",
            reference,
            account,
            address,
            right,
            sealing.seal(said.encode(), context=sealed_for(reference, "words")),
            now,
            due_at,
        )
        await _noted(account, right, reference, echeance=due_at)
        await outbox.send(
            "data_request_received",
            to=address,
            account=account,
            now=now,
            reference=reference,
            right=RIGHTS[right],
            due_at=due_at,
        )
    return reference


async def answer(reference: str, words: str, *, by: UUID, now: datetime) -> None:
    """Answer a request, by mail. Raises `NotFound`, `AnswerMissing`, `WordsTooLong`, `AlreadyAnswered`."""
    said = words.strip()
    if not said:
        raise AnswerMissing
    if len(said) > LONGEST_WORDS:
        raise WordsTooLong
    async with connection.transaction():
        found = await connection.row(
            'SELECT account, email, "right", answered_at FROM data_request WHERE reference = $1'
            " FOR UPDATE",
            reference,
        )
        if found is None:
            raise NotFound
        if found["answered_at"] is not None:
            raise AlreadyAnswered
        await connection.execute(
            "UPDATE data_request SET answered_at = $2, answer_sealed = $3 WHERE reference = $1",
            reference,
            now,
            sealing.seal(said.encode(), context=sealed_for(reference, "answer")),
        )
        await _noted(found["account"], found["right"], reference, repondue=True)
        await register.acted(by, "rgpd.demande", reference=reference)
        await outbox.send(
            "data_request_answered",
            to=found["email"],
            account=found["account"],
            now=now,
            reference=reference,
            right=RIGHTS[found["right"]],
            answer=said,
        )


_SELECT = (
    'SELECT reference, account, email, "right", words_sealed, received_at, due_at, answered_at,'
    " answer_sealed FROM data_request"
)


async def register_of(*, is_open: bool) -> list[DataRequest]:
    """The requests still to answer, the first due first; or those answered, the latest first."""
    where = (
        "WHERE answered_at IS NULL ORDER BY due_at, id"
        if is_open
        else "WHERE answered_at IS NOT NULL ORDER BY answered_at DESC, id DESC"
    )
    return [_read(line) for line in await connection.rows(f"{_SELECT} {where} LIMIT 500")]


async def one(reference: str) -> DataRequest:
    """Raises `NotFound`."""
    found = await connection.row(f"{_SELECT} WHERE reference = $1", reference)
    if found is None:
        raise NotFound
    return _read(found)


async def of(account: UUID) -> list[DataRequest]:
    """Those of one account, the latest first."""
    found = await connection.rows(
        f"{_SELECT} WHERE account = $1 ORDER BY received_at DESC, id DESC", account
    )
    return [_read(line) for line in found]


def sealed_for(reference: str, part: str) -> str:
    """What binds a ciphered text to its row and column."""
    return f"data_request:{reference}:{part}"


def _read(line: object) -> DataRequest:
    facts = dict(line)  # type: ignore[call-overload]  # a row of asyncpg
    reference = facts["reference"]
    return DataRequest(
        words=_opened(facts.pop("words_sealed"), reference, "words"),
        answer=_opened(facts.pop("answer_sealed"), reference, "answer"),
        **facts,
    )


def _opened(sealed: bytes | None, reference: str, part: str) -> str:
    if sealed is None:
        return ""
    return sealing.open_sealed(sealed, context=sealed_for(reference, part)).decode()


async def _noted(account: UUID | None, right: str, reference: str, **more: object) -> None:
    await register.write(
        "rgpd.demande",
        subject_type="compte",
        subject=account or SUBJECTLESS,
        content={"droit": right, "reference": reference} | more,
    )
