"""Portraits: one square cut out of what was sent, drawn again in the sizes shown, nothing else kept.

What is drawn again carries neither the place nor the day nor the camera of the photograph, nor anything hidden in its
file; the photograph itself is not kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import UUID

import msgspec

from app.database import connection
from app.errors import NotFound, Refused
from app.storage import places, workshop
from app.storage.arriving import Incoming, Unreadable

SIZES = (96, 192, 400, 800)
"""Sides in pixels; a size above that of the photograph is drawn at its own."""
SMALLEST = 400
"""Below, a face is blurred on the page (criterion of a complete profile)."""
MEDIA_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
NAMES = tuple(f"{size}.{kind}" for size in SIZES for kind in MEDIA_TYPES)


class TooSmall(Refused):
    message = f"Cette photo est trop petite : il faut au moins {SMALLEST} pixels de côté."


class Crop(msgspec.Struct, frozen=True):
    """A square, in fractions: its left edge of the width, its top of the height, its side of the shorter one.

    Whatever is written, the square drawn is inside the photograph. The middle, all of it, unless said otherwise.
    """

    left: float = -1.0
    top: float = -1.0
    side: float = 1.0


def crop_of(left: str, top: str, side: str) -> Crop:
    """The square that a form says; the middle when it says nothing readable."""
    try:
        numbers = [float(text) for text in (left, top, side)]
    except ValueError:
        return Crop()
    if not all(0.0 <= number <= 1.0 for number in numbers) or numbers[2] < 0.05:
        return Crop()  # also refuses what is not a number (nan)
    return Crop(*numbers)


async def draw(incoming: Incoming, crop: Crop) -> None:
    """Make the portrait and put it in the store, before `incoming.keep`; not in a transaction.

    Raises `Unreadable`, `TooSmall`, `Away`, `Busy`.
    """
    task = [
        "portrait",
        incoming.media_type,
        *(f"{number:.6f}" for number in (crop.left, crop.top, crop.side)),
        str(SMALLEST),
        ",".join(map(str, SIZES)),
    ]
    try:
        made = await workshop.do(task, incoming.plain())
    except workshop.CannotRead:
        raise Unreadable from None
    if not made:
        raise TooSmall
    await incoming.place_parts(made)


async def portrait(file_id: UUID, name: str) -> bytes:
    """The portrait `file_id` as `name` (« 400.webp »); raises `NotFound`, `Missing`, `Away`."""
    content = await pieces(file_id, name)
    return await asyncio.to_thread(b"".join, content)


async def pieces(file_id: UUID, name: str) -> Iterator[bytes]:
    """The same for whoever reads in a thread: nothing is read yet. Raises `NotFound`."""
    if name not in NAMES:
        raise NotFound
    row = await connection.row(
        "SELECT place FROM stored_file WHERE id = $1 AND purpose = 'portrait' AND arrived_at IS NOT NULL",
        file_id,
    )
    if row is None:
        raise NotFound
    return places.store().read(f"{row['place']}/{name}")
