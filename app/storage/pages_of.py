"""Supporting documents as somebody examines them: their pages as pictures, without opening the files themselves."""

from __future__ import annotations

from uuid import UUID

from app.errors import NotFound
from app.storage import files, signatures, workshop

WIDTHS = (240, 900, 1_600)
"""A thumbnail, a page to read, a page looked at closely (pixels)."""


async def count(file_id: UUID) -> int:
    """How many pages can be shown of the file, at most 200; a picture is one page. Raises `NotFound`, `CannotRead`."""
    stored = await files.stored(file_id)
    if stored.media_type != signatures.PDF:
        return 1
    made = await workshop.do(["pages", stored.media_type], await files.pieces(file_id))
    return int(made["count"])


async def page(file_id: UUID, number: int, *, width: int) -> bytes:
    """The page `number` (from 1) as a WebP `width` pixels wide, one of `WIDTHS`, at most three times as high.

    Raises `NotFound` for another page or width, `CannotRead` for what cannot be drawn, `Busy`, `Away`.
    """
    if width not in WIDTHS:
        raise NotFound
    stored = await files.stored(file_id)
    task = ["page", stored.media_type, str(number), str(width)]
    made = await workshop.do(task, await files.pieces(file_id))
    if not made:
        raise NotFound
    return made["webp"]
