"""The pages of supporting documents as pictures, drawn in a process apart."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from PIL import Image

from app.database import connection
from app.errors import NotFound
from app.storage import files, pages_of, workshop
from app.storage.files import Purpose
from tests.storage import made
from tests.storage.conftest import NOW

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("own_folder")]


async def stored(owner: UUID, content: bytes) -> UUID:
    async with files.receiving(
        owner=owner, purpose=Purpose.DOSSIER, name="a.pdf", limit_bytes=9_000_000, now=NOW
    ) as incoming:
        await incoming.write(content)
        return (await incoming.keep(now=NOW)).id


async def test_each_page_of_a_document_is_a_picture_of_the_width_asked_for(owner: UUID) -> None:
    document = await stored(owner, made.pdf(3))
    assert await pages_of.count(document) == 3
    for width in pages_of.WIDTHS:
        shown = Image.open(io.BytesIO(await pages_of.page(document, 3, width=width)))
        assert shown.format == "WEBP"
        assert abs(shown.width - width) <= 1
        assert abs(shown.height - width * 842 / 595) <= 2


async def test_the_pages_are_counted_when_a_document_arrives_and_never_again(
    owner: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that arrived before they were counted is opened once."""
    document = await stored(owner, made.pdf(3))
    earlier = await stored(owner, made.pdf(2))
    await connection.execute("UPDATE stored_file SET pages = NULL WHERE id = $1", earlier)
    opened = []
    real = files.pieces

    async def watched(file_id: UUID) -> Iterator[bytes]:
        opened.append(file_id)
        return await real(file_id)

    monkeypatch.setattr(files, "pieces", watched)
    for _ in range(2):
        assert await pages_of.count(document) == 3
        assert await pages_of.count(earlier) == 2
    assert opened == [earlier]


async def test_a_picture_is_a_document_of_one_page(owner: UUID) -> None:
    document = await stored(owner, made.picture("JPEG", (1_000, 700)))
    assert await pages_of.count(document) == 1
    assert Image.open(io.BytesIO(await pages_of.page(document, 1, width=900))).size == (900, 630)


async def test_an_endless_page_is_drawn_smaller(owner: UUID) -> None:
    document = await stored(owner, made.pdf(size=(100, 14_000)))
    shown = Image.open(io.BytesIO(await pages_of.page(document, 1, width=900)))
    assert shown.height <= 3 * 900 + 1


@pytest.mark.parametrize(
    ("number", "width"), [(0, 900), (2, 900), (-1, 900), (1, 901), (1, 50_000)]
)
async def test_another_page_or_width_is_not_found(owner: UUID, number: int, width: int) -> None:
    for content in (made.pdf(1), made.picture("PNG")):
        document = await stored(owner, content)
        with pytest.raises(NotFound):
            await pages_of.page(document, number, width=width)


async def test_a_document_nobody_sent_is_not_found() -> None:
    for asked in (pages_of.count(uuid4()), pages_of.page(uuid4(), 1, width=900)):
        with pytest.raises(NotFound):
            await asked


async def test_a_protected_document_is_refused_when_it_is_sent(owner: UUID) -> None:
    protected = made.pdf(weight=10).replace(
        b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /Rien /V 9 >>"
    )
    with pytest.raises(files.Unreadable, match="mot de passe"):
        await stored(owner, protected)


async def test_a_reader_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "SECONDS", 0.01)
    begun = time.monotonic()
    with pytest.raises(workshop.CannotRead):
        await workshop.check("application/pdf", iter([made.pdf()]))
    assert time.monotonic() - begun < 5


async def test_the_program_has_no_room_for_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture within the pixels allowed does not pass when the memory of the program is too small for it."""
    swollen = made.png_that_swells(6_000)
    await workshop.check("image/png", iter([swollen]))
    monkeypatch.setattr(workshop, "MEMORY_MB", 90)
    with pytest.raises(workshop.CannotRead):
        await workshop.check("image/png", iter([swollen]))


async def test_the_program_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    seen = {}
    real = subprocess.Popen

    def watched(*arguments: object, **options: object) -> object:
        seen.update(options)
        return real(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("SECRET_KEY", "SECRET")
    monkeypatch.setattr(subprocess, "Popen", watched)
    await workshop.check("application/pdf", iter([made.pdf()]))
    assert set(seen["env"]) <= {"PATH", "LD_LIBRARY_PATH"}  # type: ignore[call-overload]
