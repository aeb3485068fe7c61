"""What changes between two texts, word by word.

Nothing is lost: the pieces of a difference give back both texts, to the character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec
from rapidfuzz.distance import LCSseq, Opcode

MAX_CELLS = 200_000_000
"""Items × items compared in one place (25 MB for a moment); beyond, the place is replaced whole."""
ISLAND_WORDS = 2
"""So few words left alone between two changes read better as part of the change."""
ALIKE = 0.35
"""Two paragraphs with fewer words in common are shown one after the other, not mixed."""


_BETWEEN = re.compile(r"(\n[ \t]*\n\s*|\n(?=[ \t]*(?:[-*+] |\d+\. |\|)))")


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    INSERTED = "inserted"


class Piece(msgspec.Struct, frozen=True):
    """A run of words: `before` as the old text has it, `after` as the new one does.

    Of what stays the same, only the spaces may differ.
    """

    kind: Kind
    before: str
    after: str

    @property
    def text(self) -> str:
        return self.before if self.kind is Kind.REMOVED else self.after


class Part(msgspec.Struct, frozen=True):
    """Paragraphs that follow each other, all unchanged (`is_same`) or all touched by a change."""

    is_same: bool
    pieces: list[Piece]


def difference(before: str, after: str) -> list[Part]:
    """The parts of the two texts, in order."""
    old, new = paragraphs(before), paragraphs(after)
    parts: list[Part] = []
    for is_same, left, right in _aligned([p.strip() for p in old], [p.strip() for p in new]):
        here, there = old[left], new[right]
        if is_same:
            pairs = zip(here, there, strict=True)
            parts.append(Part(True, [Piece(Kind.SAME, one, two) for one, two in pairs]))
        else:
            parts.append(Part(False, list(_changed(here, there))))
    return parts


def before_of(parts: Sequence[Part]) -> str:
    """The old text, back."""
    return "".join(piece.before for part in parts for piece in part.pieces)


def after_of(parts: Sequence[Part]) -> str:
    """The new text, back."""
    return "".join(piece.after for part in parts for piece in part.pieces)


def paragraphs(text: str) -> list[str]:
    """The paragraphs, items of lists and rows of tables of `text`, each with the line ends that follow it."""
    found = _BETWEEN.split(text)
    return [
        joined for here in range(0, len(found), 2) if (joined := "".join(found[here : here + 2]))
    ]


def words(text: str) -> list[str]:
    """The words and the marks of `text`, each with the spaces that follow it."""
    return re.findall(r"\*\*\s*|[\w’'-]+\s*|[^\w\s]\s*|\s+", text)


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, slice, slice]]:
    """The runs the two sequences have in common, and the runs between them: (is_same, in old, in new)."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    if start:
        yield True, slice(0, start), slice(0, start)
    left = right = start
    for block in _longest_common(old[start:old_end], new[start:new_end]):
        src, dest = start + block.src_start, start + block.dest_start
        if (left, right) != (src, dest):
            yield False, slice(left, src), slice(right, dest)
        left, right = start + block.src_end, start + block.dest_end
        yield True, slice(src, left), slice(dest, right)
    if (left, right) != (old_end, new_end):
        yield False, slice(left, old_end), slice(right, new_end)
    if end:
        yield True, slice(old_end, len(old)), slice(new_end, len(new))


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many items both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (one, two) in pairs if one != two), min(len(old), len(new)))


def _longest_common(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    if len(old) * len(new) > MAX_CELLS:
        return []
    return [block for block in LCSseq.opcodes(old, new) if block.tag == "equal"]


def _changed(old: list[str], new: list[str]) -> Iterator[Piece]:
    """Paragraph by paragraph where they go in pairs, else as one run of words."""
    pairs = zip(old, new, strict=True) if len(old) == len(new) else [("".join(old), "".join(new))]
    for before, after in pairs:
        yield from _word_by_word(before, after)


def _word_by_word(before: str, after: str) -> Iterator[Piece]:
    here, there = words(before), words(after)
    runs = list(_aligned([word.strip() for word in here], [word.strip() for word in there]))
    common = sum(left.stop - left.start for is_same, left, _ in runs if is_same)
    if common < ALIKE * max(len(here), len(there)) and common < min(len(here), len(there)):
        yield from _replaced(before, after)
        return
    for is_same, left, right in _without_islands(runs):
        old, new = "".join(here[left]), "".join(there[right])
        if is_same:
            yield Piece(Kind.SAME, old, new)
        else:
            yield from _replaced(old, new)


def _without_islands(
    runs: list[tuple[bool, slice, slice]],
) -> list[tuple[bool, slice, slice]]:
    """A few common words between two changes join them."""
    kept: list[tuple[bool, slice, slice]] = []
    for number, (is_same, left, right) in enumerate(runs):
        inside = 0 < number < len(runs) - 1
        joins = not is_same or (inside and left.stop - left.start <= ISLAND_WORDS)
        if joins and kept and not kept[-1][0]:
            _, before, after = kept[-1]
            kept[-1] = (False, slice(before.start, left.stop), slice(after.start, right.stop))
        else:
            kept.append((not joins, left, right))
    return kept


def _replaced(before: str, after: str) -> Iterator[Piece]:
    if before:
        yield Piece(Kind.REMOVED, before, "")
    if after:
        yield Piece(Kind.INSERTED, "", after)
