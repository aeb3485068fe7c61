"""One edit of a profile: one transaction, one practitioner at a time, and nobody overwritten without knowing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum

from app.database import connection
from app.directory import completeness
from app.errors import NotFound, Refused

Errors = dict[str, str]
"""By name of the form's field; the empty name is for what concerns no field."""


class Block(StrEnum):
    """A part of the public page that is edited as a whole; its value is its place in the address."""

    HEADLINE = "titre"
    PRESENTATION = "presentation"
    PRACTICES = "pratiques"
    THEMES = "thematiques"
    WELCOME = "accueil"
    TERMS = "conditions"
    REMOTE = "visio"


class Kind(StrEnum):
    """A list of the public page, edited line by line; its value is the table of its lines."""

    SERVICE = "service"
    PLACE = "practice_place"
    TRAINING = "training_shown"


class Refusals(Refused):
    """What was written breaks a rule; `errors` says which, field by field."""

    message = "Un point est à revoir."

    def __init__(self, errors: Errors) -> None:
        super().__init__(next(iter(errors.values()), None))
        self.errors = errors


def refuse(errors: Errors) -> None:
    """Raise `Refusals` with the sentences that are not empty, if any."""
    if said := {field: sentence for field, sentence in errors.items() if sentence}:
        raise Refusals(said)


class Overtaken(Refused):
    """Somebody (the same person, in another tab) changed this meanwhile. Nothing is written."""

    message = (
        "Ce bloc a été modifié dans une autre fenêtre depuis que vous l’avez ouvert."
        " Ce que vous avez écrit est toujours là."
    )


class TakenOff(Overtaken):
    message = (
        "Cette ligne a été supprimée dans une autre fenêtre."
        " Ce que vous avez écrit est toujours là : enregistrez pour la remettre."
    )


TAKEN_OFF = "supprimee"
"""The mark of a line that is no longer there: sent with it, the line is put back, then written."""


class NoSuchLine(NotFound):
    message = "Cette ligne n’existe pas, ou n’existe plus."


_CONTENTS = {
    Block.HEADLINE: "SELECT headline FROM profile WHERE practitioner = $1",
    Block.PRESENTATION: "SELECT presentation FROM profile WHERE practitioner = $1",
    Block.PRACTICES: "SELECT array_agg(practice ORDER BY position, id) FROM practice_offered"
    " WHERE practitioner = $1",
    Block.THEMES: "SELECT array_agg(theme ORDER BY position, id) FROM theme_chosen WHERE practitioner = $1",
    Block.WELCOME: "SELECT (audience, access, languages) FROM profile WHERE practitioner = $1",
    Block.TERMS: "SELECT (cancellation_terms, payment_methods) FROM profile WHERE practitioner = $1",
    Block.REMOTE: "SELECT remote_link_sealed FROM profile WHERE practitioner = $1",
}


MARK = "left(encode(sha256(convert_to(coalesce(({})::text, ''), 'UTF8')), 'hex'), 24) AS mark"
"""In SQL, a short print of a value: the form carries it, and it must be the same when it comes back."""


async def marked(content: str, practitioner: int) -> str:
    """The mark of a `content` in SQL, of the practitioner `$1`."""
    found = await connection.row(f"SELECT {MARK.format(content)}", practitioner)
    return str(found["mark"]) if found else ""


async def mark_of(practitioner: int, block: Block) -> str:
    """The mark of what `block` holds now."""
    return await marked(_CONTENTS[block], practitioner)


async def mark_of_line(practitioner: int, kind: Kind, line: int) -> str:
    """The same for one line, wherever it stands in its list; raises `TakenOff` or `NoSuchLine` (404)."""
    mark = MARK.format("to_jsonb(l) - 'position'")
    found = await connection.row(
        f"SELECT {mark} FROM {kind.value} l WHERE id = $1 AND practitioner = $2",  # noqa: S608
        line,
        practitioner,
    )
    if found is not None:
        return str(found["mark"])
    if await connection.row(
        "SELECT 1 FROM removal WHERE kind = $1 AND line = $2 AND practitioner = $3",
        kind.value,
        line,
        practitioner,
    ):
        raise TakenOff
    raise NoSuchLine


@asynccontextmanager
async def edit(practitioner: int, *, now: datetime) -> AsyncIterator[None]:
    """The transaction of one edit: others of the same profile wait; at its end the criteria and the search follow.

    The practitioner's row is locked first, as every room does, so that nobody waits in a circle.
    """
    async with connection.transaction():
        if not await connection.row(
            "SELECT 1 FROM practitioner WHERE id = $1 FOR NO KEY UPDATE", practitioner
        ):
            raise NoSuchLine
        # Looked at once the lock is held: a form or a file on its way when the account closed comes too late.
        if await connection.row(
            "SELECT 1 FROM practitioner p JOIN account a ON a.id = p.account"
            " WHERE p.id = $1 AND a.closed_at IS NOT NULL",
            practitioner,
        ):
            raise NoSuchLine
        await connection.execute(
            "INSERT INTO profile (practitioner) VALUES ($1) ON CONFLICT (practitioner) DO NOTHING",
            practitioner,
        )
        yield
        await connection.execute(
            "UPDATE profile SET revision = revision + 1 WHERE practitioner = $1", practitioner
        )
        await completeness.refresh(practitioner, now=now)


@asynccontextmanager
async def edit_block(
    practitioner: int, block: Block, *, seen: str, now: datetime
) -> AsyncIterator[None]:
    """`edit`, for who saw the block as `seen` (its mark); raises `Overtaken` when it is no longer so."""
    async with edit(practitioner, now=now):
        if await mark_of(practitioner, block) != seen:
            raise Overtaken
        yield
