"""A portrait is drawn again from the photograph: square, small, and telling nothing but what one sees."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from app.database import connection
from app.errors import NotFound, Refused
from app.storage import files, pictures
from app.storage.files import Purpose
from app.storage.pictures import Crop
from tests.storage import made
from tests.storage.conftest import NOW

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("own_folder")]

GPS, ORIENTATION = 0x8825, 0x0112


async def given(owner: UUID, content: bytes, crop: Crop | None = None) -> files.Stored:
    async with files.receiving(
        owner=owner,
        purpose=Purpose.PORTRAIT,
        name="moi.jpg",
        limit_bytes=5_000_000,
        now=NOW,
        accepted=files.PICTURES,
    ) as incoming:
        await incoming.write(content)
        await incoming.finish()
        await pictures.draw(incoming, crop or Crop())
        return await incoming.keep(now=NOW)


async def drawn(owner: UUID, content: bytes, size: int = 400, **crop: float) -> Image.Image:
    stored = await given(owner, content, Crop(**crop) if crop else None)
    return Image.open(io.BytesIO(await pictures.portrait(stored.id, f"{size}.webp")))


def colour(picture: Image.Image, x: float, y: float = 0.5) -> str:
    pixel: Any = picture.convert("RGB").getpixel((int(x * picture.width), int(y * picture.height)))
    named = {True: "red"} if pixel[0] > 200 > pixel[2] else {pixel[2] > 200 > pixel[0]: "blue"}
    return named.get(True, str(pixel))


def on_disk(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_photograph_becomes_squares_of_every_size_in_two_formats(
    owner: UUID, own_folder: Path, kind: str
) -> None:
    stored = await given(owner, made.picture(kind, (1_600, 1_200)))
    for size in pictures.SIZES:
        for end, form in (("webp", "WEBP"), ("jpg", "JPEG")):
            shown = Image.open(io.BytesIO(await pictures.portrait(stored.id, f"{size}.{end}")))
            assert (shown.size, shown.format) == ((size, size), form)
    assert on_disk(own_folder) == set(pictures.NAMES), "the photograph itself is not kept"


async def test_where_and_when_the_photograph_was_taken_is_taken_out(
    owner: UUID, own_folder: Path
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-MAKER"
    exif.get_ifd(GPS).update({1: "N", 2: (43.0, 7.0, 12.0), 3: "E", 4: (6.0, 7.0, 48.0)})
    noted = {"exif": exif, "comment": b"SECRET-COMMENT", "dpi": (300, 300)}
    sent = made.picture("JPEG", (900, 900), **noted)
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)
    stored = await given(owner, sent)
    for name in pictures.NAMES:
        content = await pictures.portrait(stored.id, name)
        shown = Image.open(io.BytesIO(content))
        assert not shown.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(shown.info)
        assert b"SECRET" not in content


async def test_a_photograph_held_sideways_is_shown_upright(owner: UUID) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    shown = await drawn(owner, made.picture("JPEG", (800, 800), exif=exif))
    assert (colour(shown, 0.5, 0.2), colour(shown, 0.5, 0.8)) == ("red", "blue")


async def test_the_square_is_the_one_asked_for(owner: UUID) -> None:
    photograph = made.picture("PNG", (1_600, 800))
    middle = await drawn(owner, photograph)
    assert (colour(middle, 0.1), colour(middle, 0.9)) == ("red", "blue")
    left = await drawn(owner, photograph, left=0.0, top=0.0, side=1.0)
    assert (colour(left, 0.1), colour(left, 0.9)) == ("red", "red")
    right = await drawn(owner, photograph, left=0.9, top=0.9, side=0.5)
    assert (colour(right, 0.1), colour(right, 0.9)) == ("blue", "blue")


async def test_what_one_sees_through_is_white(owner: UUID) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (500, 500), (0, 0, 0, 0)).save(out, "PNG")
    assert colour(await drawn(owner, out.getvalue()), 0.5) == "(255, 255, 255)"


@pytest.mark.parametrize(
    ("written", "crop"),
    [
        (("0.1", "0.2", "0.5"), Crop(0.1, 0.2, 0.5)),
        (("", "", ""), Crop()),
        (("nan", "0", "1"), Crop()),
        (("inf", "0", "1"), Crop()),
        (("0", "0", "0.01"), Crop()),
        (("-1", "0", "1"), Crop()),
        (("1e400", "0", "1"), Crop()),
        (("<b>", "0", "1"), Crop()),
    ],
)
def test_a_square_nobody_could_draw_is_the_middle(
    written: tuple[str, str, str], crop: Crop
) -> None:
    assert pictures.crop_of(*written) == crop


async def test_too_few_pixels_are_refused_also_once_cut_out(owner: UUID) -> None:
    with pytest.raises(pictures.TooSmall):
        await given(owner, made.picture("JPEG", (399, 900)))
    with pytest.raises(pictures.TooSmall):
        await given(owner, made.picture("JPEG", (700, 700)), Crop(0.0, 0.0, 0.5))
    assert (await drawn(owner, made.picture("JPEG", (400, 400)), 800)).size == (400, 400)


async def test_a_large_photograph_shrunk_on_the_way_is_not_taken_for_a_small_one(
    owner: UUID,
) -> None:
    shown = await drawn(owner, made.picture("JPEG", (8_000, 6_000)), left=0.2, top=0.2, side=0.1)
    assert shown.size == (400, 400)


@pytest.mark.parametrize(
    "content",
    [
        made.png_that_swells(30_000),
        made.picture("JPEG", (900, 900))[:2_000],
        made.picture("PNG", (900, 900))[:300],
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\xff" * 400,
        b"RIFF\xff\xff\xff\x7fWEBPVP8 " + b"\x00" * 400,
        b"\xff\xd8\xff\xe0" + b"\x00" * 400,
    ],
    ids=["bomb", "cut JPEG", "cut PNG", "noise PNG", "noise WEBP", "noise JPEG"],
)
async def test_a_picture_that_cannot_be_drawn_is_refused_and_leaves_nothing(
    owner: UUID, own_folder: Path, content: bytes
) -> None:
    with pytest.raises(files.Unreadable):
        await given(owner, content)
    assert on_disk(own_folder) == set()
    assert not await connection.rows("SELECT 1 FROM stored_file WHERE owner = $1", owner)


@pytest.mark.parametrize("content", [made.pdf(), b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
async def test_only_pictures_become_portraits(owner: UUID, content: bytes) -> None:
    with pytest.raises(files.NotAccepted, match="JPEG, PNG ou WebP"):
        await given(owner, content)


async def test_what_is_hidden_behind_a_picture_is_not_shown(owner: UUID) -> None:
    """A polyglot: a picture for some, an archive or a page with a script for others."""
    for hidden in (b"PK\x03\x04SECRET", b"<script>SECRET</script>"):
        stored = await given(owner, made.picture("PNG", (500, 500)) + hidden)
        for name in pictures.NAMES:
            assert b"SECRET" not in await pictures.portrait(stored.id, name)


async def test_a_portrait_is_drawn_before_it_is_kept(owner: UUID) -> None:
    async with files.receiving(
        owner=owner, purpose=Purpose.PORTRAIT, name="", limit_bytes=9_999, now=NOW
    ) as incoming:
        await incoming.write(made.picture("PNG", (10, 10)))
        with pytest.raises(RuntimeError):
            await incoming.keep(now=NOW)


@pytest.mark.parametrize("name", ["401.webp", "400.svg", "../400.webp", "400", ""])
async def test_only_the_sizes_drawn_are_found(owner: UUID, name: str) -> None:
    stored = await given(owner, made.picture("JPEG", (500, 500)))
    with pytest.raises(NotFound):
        await pictures.portrait(stored.id, name)


async def test_a_supporting_document_is_never_served_as_a_portrait(owner: UUID) -> None:
    async with files.receiving(
        owner=owner, purpose=Purpose.DOSSIER, name="a.jpg", limit_bytes=99_999, now=NOW
    ) as incoming:
        await incoming.write(made.picture("JPEG", (500, 500)))
        stored = await incoming.keep(now=NOW)
    with pytest.raises(NotFound):
        await pictures.portrait(stored.id, "400.webp")


async def test_a_dropped_portrait_is_found_no_more(owner: UUID) -> None:
    stored = await given(owner, made.picture("JPEG", (500, 500)))
    await files.drop(stored.id)
    with pytest.raises(NotFound):
        await pictures.portrait(stored.id, "400.webp")


def test_every_refusal_is_one_people_read() -> None:
    assert issubclass(pictures.TooSmall, Refused)
