"""Portraits drawn from a seed: which shapes of the sprite are put together, and in which colours.

The shapes are in `static/img/sprite.svg` (`h0`… heads, `c0`… clothes), the colours in
`static/css/components/portrait.css` (`p-s`… skins, `p-h`… hair, `p-c`… clothes and ground).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

HEADS, CLOTHES = 10, 4
MEN = frozenset({"h0", "h4", "h5", "h6"})
WOMEN = frozenset({"h0", "h1", "h2", "h3", "h4", "h7", "h8", "h9"})
"""Heads that go with the names of a demonstration; h5 and h6 wear a beard."""
SKINS, HAIR_COLOURS, GROUNDS = 5, 6, 7


class Look(NamedTuple):
    """The two symbols to draw and the classes that colour them."""

    head: str
    clothes: str
    colours: str


@lru_cache(maxsize=4096)
def look(seed: int) -> Look:
    """The portrait of a seed (> 0): always the same one."""
    seed = crc32(b"%d" % seed)  # so that neighbours do not look alike
    head, seed = seed % HEADS, seed // HEADS
    clothes, seed = seed % CLOTHES, seed // CLOTHES
    skin, seed = seed % SKINS, seed // SKINS
    hair, seed = seed % HAIR_COLOURS, seed // HAIR_COLOURS
    ground = seed % GROUNDS
    return Look(f"h{head}", f"c{clothes}", f"p-s{skin} p-h{hair} p-c{ground}")


@lru_cache(maxsize=4096)
def ground(initials: str) -> str:
    """The class of the coloured ground behind initials."""
    return f"p-c{sum(map(ord, initials)) % GROUNDS}"
