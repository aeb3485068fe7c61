"""The pictures of a second factor being set up: the QR code, drawn as one path, and the codes as a file."""

from __future__ import annotations

from urllib.parse import quote

import segno

QUIET = 4
"""Modules of empty ground that a reader needs around the code (ISO/IEC 18004)."""


def squares(address: str) -> tuple[str, int]:
    """The dark runs of the QR code of `address` as an SVG path, and the side of the drawing, in modules."""
    code = segno.make(address, error="m", micro=False)
    path = []
    rows = [bytes(row) for row in code.matrix_iter(border=QUIET)]
    for y, row in enumerate(rows):
        start = None
        for x, is_dark in enumerate([*row, 0]):
            if is_dark and start is None:
                start = x
            elif not is_dark and start is not None:
                path.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
                start = None
    return "".join(path), len(rows)


def grouped(key: str) -> str:
    """The key as one copies it: by groups of four."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def codes_file(codes: list[str], *, site: str) -> str:
    """The recovery codes as the address of a text file that the page itself holds: nothing is asked twice."""
    lines = [f"Codes de secours de votre compte sur {site}", "Chaque code sert une seule fois.", ""]
    return "data:text/plain;charset=utf-8," + quote("\n".join([*lines, *codes, ""]))
