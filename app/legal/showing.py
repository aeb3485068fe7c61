"""What the pages show of the documents: a version with its standing, and a difference as people read it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache

import msgspec

from app.errors import NotFound
from app.legal import difference as words
from app.legal import documents, rendering_text, shelf
from app.legal.difference import Kind, Part, Piece
from app.legal.documents import Version
from app.legal.refusals import NotPublished
from app.legal.rendering_text import Rendered
from app.legal.tables import Document
from app.rendering.moments import day_of


class VersionShown(msgspec.Struct, frozen=True):
    """A version among the others: `until` is the day the next one replaces it, None while none does."""

    version: Version
    is_in_force: bool
    is_upcoming: bool
    since: date
    until: date | None
    previous: int | None

    @property
    def rendered(self) -> Rendered:
        return rendering_text.rendered(self.version.body)


class PieceShown(msgspec.Struct, frozen=True):
    kind: Kind
    text: str


class PartShown(msgspec.Struct, frozen=True):
    """`heading`: the last title before the part; `paragraphs`: how many of them, in a part that is the same."""

    is_same: bool
    heading: str
    paragraphs: int
    pieces: list[PieceShown]

    @property
    def is_layout_only(self) -> bool:
        return not self.is_same and all(piece.kind is Kind.SAME for piece in self.pieces)


class Difference(msgspec.Struct, frozen=True):
    """What changes in `document` from the version `before` to the version `after` (their numbers)."""

    document: Document
    before: int
    after: int
    parts: list[PartShown]


class Comparison(msgspec.Struct, frozen=True):
    """A version beside another: `before` and `after` are the two in the order of their numbers."""

    shown: VersionShown
    other: VersionShown
    versions: list[VersionShown]
    before: Version
    after: Version
    difference: Difference


class Waiting(msgspec.Struct, frozen=True):
    """A version somebody has still to accept, and what changes since the one they accepted last, if any."""

    version: Version
    since: date
    difference: Difference | None


async def current(document: Document, now: datetime) -> tuple[VersionShown, VersionShown | None]:
    """The version in force at `now` (UTC) and, when one is announced, the next; raises `NotPublished`."""
    shown = shown_of(await shelf.versions_of(document), now)
    here = next((one for one in shown if one.is_in_force), None)
    if here is None:
        raise NotPublished
    coming = [one for one in shown if one.is_upcoming]
    return here, coming[-1] if coming else None


async def every(document: Document, now: datetime) -> list[VersionShown]:
    """Every version, the newest first, as they stand at `now` (UTC); raises `NotFound` before the first one."""
    found = shown_of(await shelf.versions_of(document), now)
    if not found:
        raise NotFound
    return found


async def one(document: Document, number: int, now: datetime) -> VersionShown:
    """One version as it stands at `now` (UTC); raises `NotFound`."""
    for shown in await every(document, now):
        if shown.version.number == number:
            return shown
    raise NotFound


def shown_of(versions: Sequence[Version], now: datetime) -> list[VersionShown]:
    """The standing of each of the versions of a document, given from the newest to the oldest."""
    shown: list[VersionShown] = []
    replaced_at: datetime | None = None
    for place, version in enumerate(versions):
        is_upcoming = version.effective_at > now
        is_over = replaced_at is not None and replaced_at <= now
        shown.append(
            VersionShown(
                version=version,
                is_in_force=not is_upcoming and not is_over,
                is_upcoming=is_upcoming and not is_over,
                since=day_of(version.effective_at),
                until=day_of(replaced_at) if replaced_at else None,
                previous=versions[place + 1].number if place + 1 < len(versions) else None,
            )
        )
        replaced_at = version.effective_at
    return shown


async def waiting(version: Version, *, accepted: int) -> Waiting:
    """What to show of `version` before it is accepted; `accepted` is the number accepted last, 0 for none."""
    changed = None
    if 0 < accepted < version.number:
        before = await documents.version(version.document, accepted)
        changed = await compared(before, version)
    return Waiting(version, day_of(version.effective_at), changed)


async def comparison(document: Document, number: int, other: str, now: datetime) -> Comparison:
    """The version `number` beside the one `other` names, the one before it when that is empty. Raises `NotFound`."""
    versions = {str(shown.version.number): shown for shown in await every(document, now)}
    shown = versions.get(str(number))
    compared_with = versions.get(other or str((shown and shown.previous) or number))
    if shown is None or compared_with is None:
        raise NotFound
    before, after = sorted((shown.version, compared_with.version), key=lambda one: one.number)
    changed = await compared(before, after)
    return Comparison(shown, compared_with, list(versions.values()), before, after, changed)


async def compared(before: Version, after: Version) -> Difference:
    """What changes from `before` to `after`, in a thread: long texts take a while."""
    parts = await asyncio.to_thread(_compared, before.body, after.body)
    return Difference(after.document, before.number, after.number, parts)


@lru_cache(maxsize=16)
def _compared(before: str, after: str) -> list[PartShown]:
    return list(_as_read(words.difference(before, after)))


def _as_read(parts: Sequence[Part]) -> Iterator[PartShown]:
    heading = ""
    for part in parts:
        text = "".join(piece.after or piece.before for piece in part.pieces)
        count = len(part.pieces) if part.is_same else 0
        yield PartShown(part.is_same, heading, count, _pieces(part.pieces))
        titles = re.findall(r"^#{1,6} +(.+)$", text, re.MULTILINE)
        heading = readable(titles[-1]).strip() if titles else heading


def _pieces(pieces: Sequence[Piece]) -> list[PieceShown]:
    """What is read of `pieces`: what was replaced by the same words, set out otherwise, is no change to a reader."""
    shown: list[PieceShown] = []
    for piece in pieces:
        text = readable(piece.text)
        if piece.kind is not Kind.SAME and not text.strip():
            continue
        last = shown[-1] if shown else None
        if (
            piece.kind is Kind.INSERTED
            and last is not None
            and last.kind is Kind.REMOVED
            and last.text.split() == text.split()
        ):
            shown.pop()
            shown.append(PieceShown(Kind.SAME, text))
            continue
        shown.append(PieceShown(piece.kind, text))
    return shown


_MARKS = (
    (re.compile(r"^#{1,6} +", re.MULTILINE), ""),
    (re.compile(r" *\{#[a-z0-9-]+\}"), ""),
    (re.compile(r"\*\*"), ""),
    (re.compile(r"^\|?(?: *:?-{3,}:? *\|)+(?: *:?-{3,}:? *)?\n?", re.MULTILINE), ""),
    (re.compile(r"^\| *| *\|$", re.MULTILINE), ""),
    (re.compile(r" +\| +"), " — "),
    (re.compile(r"\[([^\[\]]*)\]\(<?([^()<>\s]*)>?\)"), r"\1 (\2)"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
"""The marks of Markdown, and what people read in their place."""


def readable(text: str) -> str:
    """Markdown as plain words, for a difference: links show where they lead."""
    for mark, words_instead in _MARKS:
        text = mark.sub(words_instead, text)
    return text
