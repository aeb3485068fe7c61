"""Supporting documents as somebody examines them: their pages as pictures, without opening the files themselves."""

from __future__ import annotations

from uuid import UUID

from app.database import connection
from app.errors import NotFound
from app.storage import files, workshop

WIDTHS = (900, 1_600)
"""A page to read, a page looked at closely (pixels)."""


async def count(file_id: UUID) -> int:
    """How many pages can be shown of the file, at most 200; a picture is one page. Raises `NotFound`, `CannotRead`.

    They are counted when a file arrives; one that arrived before they were is opened once.
    """
    stored = await files.stored(file_id)
    if stored.pages is not None:
        return stored.pages
    pages = await workshop.check(stored.media_type, await files.pieces(file_id))
    await connection.execute(
        "UPDATE stored_file SET pages = $2 WHERE id = $1 AND arrived_at IS NOT NULL",
        file_id,
        pages,
    )
    return pages


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
