"""Files as people send them, and as people who wish harm send them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

PDF_MARK = b"startxref\n"
"""In every PDF, and long enough never to come up by chance in a ciphered file (three letters do,
one time in thirty, in 500 kB)."""


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    """A picture with a red left half and a blue right one."""
    made = Image.new("RGB", size, "red")
    made.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


def pdf(pages: int = 1, *, weight: int = 0, size: tuple[int, int] = (595, 842)) -> bytes:
    """A real PDF of blank pages, `weight` bytes heavier thanks to a stream nobody shows."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(*size)
    out = io.BytesIO()
    document.save(out)
    if not weight:
        return out.getvalue()
    return _with_ballast(weight)


def _with_ballast(weight: int) -> bytes:
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        b"<< /Length %d >>\nstream\n" % weight + b"\x00" * weight + b"\nendstream",
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, part in enumerate(parts, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + part + b"\nendobj\n")
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(
        b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, table)
    )
    return out.getvalue()


def png_that_swells(side: int) -> bytes:
    """A decompression bomb: a few kilobytes that ask for `side` × `side` pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    squeezer = zlib.compressobj(9)
    line = b"\x00" * (side // 8 + 2)
    pixels = b"".join(squeezer.compress(line) for _ in range(side)) + squeezer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )
