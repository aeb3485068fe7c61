"""The program of the workshop: reads one file from its input, writes what was asked of it, and ends.

Run by its path, alone: it imports nothing of the product, and is told everything by its arguments.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings
from typing import NoReturn

import msgspec
import pypdfium2
from PIL import Image, ImageCms, ImageOps

REFUSED = 3
CPU_SECONDS = 10
MAX_INPUT_BYTES = 64_000_000
MAX_PIXELS = 40_000_000
"""Some 8 000 × 5 000: 160 MB once decoded."""
MAX_JPEG_PIXELS = 110_000_000
"""Telephones take up to 108 million; a JPEG is decoded at the scale wanted, which costs little."""
MAX_PAGES = 200
MAX_PAGE_HEIGHT = 3
"""Times its width: a longer page is drawn smaller."""
JPEG_QUALITY, WEBP_QUALITY = 82, 80
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


def refuse() -> NoReturn:
    sys.exit(REFUSED)


def _picture(media_type: str, content: bytes, side: int) -> tuple[Image.Image, float]:
    """The picture, decoded, upright, its colours those of screens; and how many times smaller than it was sent.

    A JPEG is only shrunk while its sides keep `side` pixels.
    """
    picture = Image.open(io.BytesIO(content), formats=[_FORMATS[media_type]])
    width, height = picture.size
    if width * height > (MAX_JPEG_PIXELS if media_type == "image/jpeg" else MAX_PIXELS):
        refuse()
    if media_type == "image/jpeg":
        picture.draft("RGB", (side, side))
    picture.load()
    profile = picture.info.get("icc_profile")
    shrunk = max(width, height) / max(picture.size)
    upright = ImageOps.exif_transpose(picture)
    return _plain(_in_screen_colours(upright, profile)), shrunk


def _in_screen_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return picture
    try:
        wanted = ImageCms.createProfile("sRGB")
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        found = ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), wanted, outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError):
        return picture
    return found or picture


def _plain(picture: Image.Image) -> Image.Image:
    """Without transparency, on white, and without anything that came with the picture."""
    if picture.mode not in {"RGB", "L", "CMYK", "YCbCr"}:
        picture = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        return ground
    plain = picture.convert("RGB")
    plain.info.clear()
    return plain


def portrait(
    media_type: str, content: bytes, left: str, top: str, side: str, smallest: str, sizes: str
) -> dict[str, bytes]:
    """The square that begins at (`left`, `top`), its `side`, in fractions of the width and of the shorter side.

    Nothing when the square has fewer than `smallest` pixels a side.
    """
    wanted = [int(size) for size in sizes.split(",")]
    # Twice the largest: a square cut out of the photograph is seldom smaller than half of it.
    picture, shrunk = _picture(media_type, content, 2 * max(wanted))
    square = _square(picture, float(left), float(top), float(side))
    if square.width * shrunk < int(smallest):
        return {}
    made = {}
    for size in wanted:
        pixels = min(size, max(square.width, int(smallest)))
        small = square.resize((pixels, pixels), Image.Resampling.LANCZOS, reducing_gap=3.0)
        for name, kind, options in (
            ("webp", "WEBP", {"quality": WEBP_QUALITY, "method": 4}),
            ("jpg", "JPEG", {"quality": JPEG_QUALITY, "optimize": True, "progressive": True}),
        ):
            out = io.BytesIO()
            small.save(out, kind, **options)
            made[f"{size}.{name}"] = out.getvalue()
    return made


def _square(picture: Image.Image, left: float, top: float, side: float) -> Image.Image:
    """A negative edge: in the middle."""
    width, height = picture.size
    pixels = max(1, round(side * min(width, height)))
    x = (width - pixels) // 2 if left < 0 else min(round(left * width), width - pixels)
    y = (height - pixels) // 2 if top < 0 else min(round(top * height), height - pixels)
    return picture.crop((x, y, x + pixels, y + pixels))


def _document(content: bytes) -> pypdfium2.PdfDocument:
    document = pypdfium2.PdfDocument(content)
    if len(document) == 0:
        refuse()
    return document


def page(media_type: str, content: bytes, number: str, width: str) -> dict[str, bytes]:
    """The page `number` (from 1) as a WebP `width` pixels wide, on white; nothing when there is no such page."""
    if media_type == "application/pdf":
        document = _document(content)
        if not 1 <= int(number) <= min(len(document), MAX_PAGES):
            return {}
        drawn = document[int(number) - 1]
        points_wide, points_high = drawn.get_size()
        scale = min(int(width) / points_wide, MAX_PAGE_HEIGHT * int(width) / points_high)
        picture = drawn.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    elif int(number) != 1:
        return {}
    else:
        picture, _ = _picture(media_type, content, int(width))
        picture.thumbnail((int(width), MAX_PAGE_HEIGHT * int(width)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=WEBP_QUALITY, method=2)
    return {"webp": out.getvalue()}


def check(media_type: str, content: bytes) -> dict[str, bytes]:
    """How many pages; a document has a first one that can be laid out, a picture can be decoded to its end."""
    count = 1
    if media_type == "application/pdf":
        document = _document(content)
        document[0].get_size()
        count = min(len(document), MAX_PAGES)
    else:
        _picture(media_type, content, 200)
    return {"pages": str(count).encode()}


def main(task: str, *arguments: str) -> None:
    content = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
    if len(content) > MAX_INPUT_BYTES:
        refuse()
    media_type, *rest = arguments
    if task == "check":
        made = check(media_type, content)
    elif task == "page":
        made = page(media_type, content, *rest)
    else:
        made = portrait(media_type, content, *rest)
    sys.stdout.buffer.write(msgspec.msgpack.encode(made))


def _limit(memory_mb: int) -> None:
    memory = memory_mb * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit(int(sys.argv[1]))
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    try:
        main(*sys.argv[2:])
    except (Exception, MemoryError):  # noqa: BLE001  # whatever it is, this file cannot be read
        refuse()
