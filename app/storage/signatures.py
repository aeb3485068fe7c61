"""What a file is, read from how it begins: neither its name nor what the browser says of it is believed."""

from __future__ import annotations

HEAD_BYTES = 16
"""How many bytes tell what a file is."""
PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"


def media_type_of(head: bytes) -> str | None:
    """The type of a file that begins with `head`, or None for any other.

    At the very first byte: readers of PDF forgive a thousand bytes before it, where another file may be hidden.
    """
    if head.startswith((b"%PDF-1.", b"%PDF-2.")):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"):
        return PNG
    if head.startswith(b"RIFF") and head[8:15] == b"WEBPVP8" and head[15:16] in (b" ", b"L", b"X"):
        return WEBP
    return None
