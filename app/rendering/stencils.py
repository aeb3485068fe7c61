"""Stencils: HTML that a macro draws once, with holes that every page fills.

Escaping a thousand values for each search costs more than finding them. What is the same from one search to the next
is drawn once; the macro stays the only place where its HTML is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import itemgetter
from sys import intern
from typing import Any

from markupsafe import Markup

EDGE = "\x02"
"""Around a hole and after its name. No HTML may hold it: texts are cleaned of it before they are drawn."""


def hole(name: str, shown: str = "") -> Markup:
    """What a macro is given for something that will change; `shown` (HTML) is what stands there until it does."""
    return Markup(f"{EDGE}{name}{EDGE}{shown}{EDGE}")  # noqa: S704  # callers give HTML


class Stencil:
    """`pieces`: fixed HTML and, at odd positions, what the holes show; `names`: those of the holes, in their order.

    The same pieces come back from one stencil to the next: thousands of stencils share them.
    """

    __slots__ = ("names", "pieces")

    def __init__(self, drawn: str) -> None:
        # Not its own method: `Markup` would wrap every piece.
        pieces = list(map(intern, str.split(drawn, EDGE)))
        self.names = pieces[1::3]
        del pieces[1::3]
        self.pieces = pieces

    def filled(self, fillings: Iterable[tuple[int, str]]) -> str:
        """The HTML with `fillings` (number of a hole, HTML) in place; the other holes keep what they show."""
        pieces = self.pieces.copy()
        for number, html in fillings:
            pieces[2 * number + 1] = html
        return "".join(pieces)

    def shown(self, number: int) -> str:
        """What hole `number` shows."""
        return self.pieces[2 * number + 1]


class Line:
    """HTML that comes back many times on a page; `names`: those of its holes, two at least, filled all at once."""

    __slots__ = ("_order", "_pattern")

    def __init__(self, drawn: str, names: tuple[str, ...]) -> None:
        stencil = Stencil(drawn)
        self._pattern = "%s".join(piece.replace("%", "%%") for piece in stencil.pieces[::2])
        self._order = itemgetter(*map(names.index, stencil.names))

    def filled(self, *values: str) -> str:
        """The HTML with `values` (HTML) in the holes, in the order of the names."""
        filled: str = self._pattern % self._order(values)
        return filled


@lru_cache(maxsize=32)
def line(macro: Callable[..., Any], *names: str) -> Line:
    """`macro` drawn with a hole of its name for each argument, two at least (kept)."""
    return Line(str(macro(*map(hole, names))), names)
