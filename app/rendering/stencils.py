"""Stencils: HTML that a macro draws once, with holes that every page fills.

Escaping a thousand values for each search costs more than finding them. What is the same from one search to the next
is drawn once; the macro stays the only place where its HTML is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from markupsafe import Markup

EDGE = "\x02"
"""On both sides of a hole: no HTML may hold this character, and texts are cleaned of it before they are drawn."""
_NAMED = "\x03"


def hole(name: str, shown: str = "") -> Markup:
    """What a macro is given for something that will change; `shown` (HTML) is what stands there until it does."""
    return Markup(f"{EDGE}{name}{_NAMED}{shown}{EDGE}")  # noqa: S704  # callers give HTML


class Stencil:
    """`pieces`: fixed HTML, and at odd positions the holes; `holes`: the positions of each name."""

    __slots__ = ("holes", "pieces")

    def __init__(self, drawn: str) -> None:
        self.pieces = drawn.split(EDGE)
        self.holes: dict[str, tuple[int, ...]] = {}
        for at in range(1, len(self.pieces), 2):
            name, _, self.pieces[at] = self.pieces[at].partition(_NAMED)
            self.holes[name] = (*self.holes.get(name, ()), at)

    def filled(self, fillings: Iterable[tuple[int, str]]) -> str:
        """The HTML with `fillings` (position, HTML) in place; the other holes show what they were drawn with."""
        pieces = self.pieces.copy()
        for at, html in fillings:
            pieces[at] = html
        return "".join(pieces)


@lru_cache(maxsize=32)
def of(macro: Callable[..., Any], *names: str) -> Stencil:
    """`macro` drawn with a hole of its name for each argument (kept)."""
    return Stencil(str(macro(*map(hole, names))))
