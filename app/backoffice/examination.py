"""One dossier on the examiner's table: its eight lines, what was declared, the documents, and what may be done.

Two administrators may open the same dossier: every verb carries what its author had seen, and the second is told.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from app.accounts import people
from app.backoffice import declared, hints
from app.backoffice.corrections import READY
from app.backoffice.hints import Hint
from app.database import connection
from app.directory.names import name_in
from app.directory.ownership import HAS_LEFT
from app.errors import NotFound, Refused
from app.evidence import register
from app.listing import documents, dossiers, life
from app.listing.documents import Document
from app.listing.dossiers import Held, Line
from app.listing.items import ITEMS
from app.listing.life import Step
from app.moderation import decisions, delisting
from app.rendering import moments
from app.rendering.moments import day_of

SLUGS = {item.slug: item.key for item in ITEMS}
"""The lines, as addresses name them."""


class Overtaken(Refused):
    """Somebody else examined the dossier, or it changed, since this page was shown."""


class ExamLine(msgspec.Struct, frozen=True):
    """A line of the examination. `number` from 1; `ready`: reasons that may be sent."""

    number: int
    slug: str
    line: Line
    facts: list[tuple[str, str]]
    hints: list[Hint]
    documents: list[Document]
    ready: tuple[str, ...]

    @property
    def state(self) -> str:
        if self.line.is_delivered:
            return "remis"
        return "à corriger" if self.line.is_delivered is False else "à regarder"

    @property
    def alerts(self) -> int:
        return sum(hint.is_alert for hint in self.hints) + len(self.line.missing)


class Exam(msgspec.Struct, frozen=True):
    """The whole page. `seen` stands in every form; `decision` is the number of the last one taken."""

    practitioner: int
    name: str
    account: UUID | None
    slug: str
    held: Held
    lines: list[ExamLine]
    steps: list[Step]
    seen: str
    decision: int

    @property
    def is_all_delivered(self) -> bool:
        return all(each.line.is_delivered for each in self.lines)

    @property
    def failing(self) -> list[ExamLine]:
        return [each for each in self.lines if each.line.is_delivered is False]

    @property
    def documents(self) -> list[Document]:
        return [one for each in self.lines for one in each.documents]

    def line(self, slug: str) -> ExamLine:
        """The line asked, else the first that nobody has looked at, else the first."""
        waiting = [each for each in self.lines if each.line.is_delivered is None]
        asked = [each for each in self.lines if each.slug == slug]
        return [*asked, *waiting, *self.lines][0]

    def after(self, slug: str) -> ExamLine:
        """The line to look at once `slug` is done: the next that nobody has looked at, else itself."""
        here = self.line(slug).number
        waiting = [each for each in self.lines if each.line.is_delivered is None]
        later = [each for each in waiting if each.number > here]
        return [*later, *waiting, self.line(slug)][0]


async def exam(practitioner: int, now: datetime) -> Exam:
    """The dossier as it is at `now` (UTC). Raises `life.NoSuchPractitioner`, also for who left."""
    person = await _named(practitioner)
    held = await dossiers.dossier_of(practitioner)
    lines = await dossiers.lines(practitioner, now)
    told = await declared.of(practitioner)
    papers = await documents.of(practitioner)
    twins = await hints.twins_of(practitioner, told, papers)
    remarks = hints.of(told, papers, twins, day_of(now))
    return Exam(
        practitioner=practitioner,
        slug=person["slug"],
        name=name_in(person),
        account=told.account,
        held=held,
        lines=[
            ExamLine(
                number=number,
                slug=item.slug,
                line=line,
                facts=declared.facts(told, line.item),
                hints=remarks[line.item],
                documents=[one for one in papers if one.item is line.item],
                ready=READY[line.item],
            )
            for number, (item, line) in enumerate(zip(ITEMS, lines, strict=True), 1)
        ],
        steps=await life.steps_of(practitioner),
        seen=_seen(held, lines),
        decision=await decisions.latest(practitioner),
    )


async def _named(practitioner: int) -> Record:
    """Who it is. Raises `life.NoSuchPractitioner`, also for who left: their dossier is kept apart (EX-4-8)."""
    found = await connection.row(
        "SELECT slug, first_name, last_name, trade_name, is_structure FROM practitioner p"  # noqa: S608
        f" WHERE p.id = $1 AND NOT {HAS_LEFT}",
        practitioner,
    )
    if found is None:
        raise life.NoSuchPractitioner
    return found


async def opened(practitioner: int, *, by: UUID, now: datetime) -> Exam:
    """The same for an administrator who opens it: looking at a dossier is a fact of the register."""
    found = await exam(practitioner, now)
    async with connection.transaction():
        await register.acted(by, "dossier.consulte", praticien=practitioner)
    return found


async def looked_at(practitioner: int, document: UUID, *, by: UUID, how: str) -> Document:
    """A document of this dossier, about to be shown (`how` « lecture ») or downloaded (« telechargement »).

    Raises `NoSuchDocument`.
    """
    async with connection.transaction():
        await _named(practitioner)
        found = await documents.document_of(practitioner, document)
        await documents.read(found, by=by, how=how)
        await register.acted(by, f"piece.{how}", praticien=practitioner, piece=str(document))
    return found


async def note(
    practitioner: int,
    slug: str,
    *,
    is_delivered: bool,
    ground: str,
    seen: str,
    by: UUID,
    now: datetime,
) -> None:
    """« Remis » or « À corriger » for one line. Raises `Overtaken`, `dossiers.GroundMissing`, `NotFound`."""
    if slug not in SLUGS:
        raise NotFound
    async with _alone(practitioner, seen, by, now) as revision:
        await dossiers.note_line(
            practitioner,
            SLUGS[slug],
            is_delivered=is_delivered,
            ground=ground,
            by=by,
            revision=revision,
            now=now,
        )


async def everything_delivered(practitioner: int, *, seen: str, by: UUID, now: datetime) -> None:
    """« Tout est remis ». Raises `Overtaken`, `life.Incomplete`."""
    async with _alone(practitioner, seen, by, now) as revision:
        await dossiers.everything_delivered(practitioner, by=by, revision=revision, now=now)


async def record_delivery(practitioner: int, *, seen: str, by: UUID, now: datetime) -> None:
    """« Constater la remise et référencer ». Raises `Overtaken` and the refusals of `dossiers.record_delivery`."""
    async with _alone(practitioner, seen, by, now) as revision:
        await dossiers.record_delivery(practitioner, by=by, revision=revision, now=now)
        await register.acted(by, "dossier.reference", praticien=practitioner)


async def ask_correction(practitioner: int, *, seen: str, by: UUID, now: datetime) -> None:
    """One mail with the failing lines. Raises `Overtaken`, `dossiers.NothingToCorrect`."""
    async with _alone(practitioner, seen, by, now) as revision:
        await dossiers.ask_correction(practitioner, by=by, revision=revision, now=now)
        await register.acted(by, "dossier.a_corriger", praticien=practitioner)


async def refuse(
    practitioner: int,
    *,
    ground: str,
    facts: str,
    seen: str,
    decision: int,
    by: UUID,
    now: datetime,
) -> str:
    """Refuse to list, with the statement of reasons; answers the reference. Raises `Overtaken`, `NotAStatement`."""
    async with _alone(practitioner, seen, by, now) as revision:
        return await delisting.refuse(
            practitioner,
            by=by,
            ground=ground,
            facts=facts,
            revision=revision,
            seen=decision,
            now=now,
        )


async def put_aside(practitioner: int, *, is_in_trouble: bool, by: UUID, now: datetime) -> None:
    """« Mettre de côté », or take it up again."""
    async with connection.transaction():
        await dossiers.put_aside(practitioner, is_in_trouble=is_in_trouble, by=by, now=now)
        action = "dossier.mis_de_cote" if is_in_trouble else "dossier.repris"
        await register.acted(by, action, praticien=practitioner)


@asynccontextmanager
async def _alone(practitioner: int, seen: str, by: UUID, now: datetime) -> AsyncIterator[int]:
    """A transaction on the dossier as it was seen; gives its revision. Raises `Overtaken`."""
    async with connection.transaction():
        await life.locked(practitioner)
        await _named(practitioner)
        held = await dossiers.dossier_of(practitioner)
        lines = await dossiers.lines(practitioner, now)
        if _seen(held, lines) != seen:
            raise Overtaken(await _by_whom(lines, seen, by, now))
        yield held.revision


async def _by_whom(lines: list[Line], seen: str, by: UUID, now: datetime) -> str:
    noted = [
        (line.found_at, line.found_by, line.title)
        for line in lines
        if line.found_at is not None and line.found_by is not None
    ]
    found_at, found_by, title = max(noted, default=(now, by, ""))
    if found_by == by or seen.endswith(f".{_stamp(found_at)}"):
        return dossiers.ChangedSince.message
    other = await people.person(found_by)
    return (
        f"{other.first_name} {other.last_name} a examiné ce dossier entre-temps (« {title} »,"
        f" le {moments.moment(found_at)}). Relisez-le avant de conclure."
    )


def _seen(held: Held, lines: list[Line]) -> str:
    """What changes with the dossier, its state, and each line noted."""
    noted = [line.found_at for line in lines if line.found_at is not None]
    last = _stamp(max(noted)) if noted else 0
    return f"{held.revision}.{held.state}.{held.waits_for_practitioner:d}.{len(noted)}.{last}"


def _stamp(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)
