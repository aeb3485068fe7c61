"""Files ciphered piece by piece, each with a key of its own: neither read nor written whole in memory.

Each piece is AES-256-GCM under the key of the file, which serves nothing else; its nonce says its number and whether
it is the last one (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). So a piece altered,
moved, missing, or a file cut at the end of a piece, does not open.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.sealing.sealing import TAG_BYTES, CannotOpen

KEY_BYTES = 32
PIECE_BYTES = 65_536
"""Of the plain file; the last piece is shorter, and may be empty."""
SEALED_PIECE_BYTES = PIECE_BYTES + TAG_BYTES
_HEAD = b"F\x01"
"""How a ciphered file begins: what it is, and the version of its layout."""


def new_key() -> bytes:
    """The key of one file, to be kept sealed."""
    return os.urandom(KEY_BYTES)


class Sealer:
    """Ciphers the pieces of one file, in their order. A key is given to one sealer in its whole life."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._number = 0
        self._waiting = bytearray()

    def add(self, plain: bytes) -> bytes:
        """What can be written down once `plain` has come; a piece is kept back, in case it is the last."""
        self._waiting += plain
        out = b"" if self._number else _HEAD
        pieces = []
        while len(self._waiting) > PIECE_BYTES:
            pieces.append(self._piece(is_last=False))
        return (out if pieces else b"") + b"".join(pieces)

    def end(self) -> bytes:
        """The last piece; nothing may be added afterwards."""
        return (b"" if self._number else _HEAD) + self._piece(is_last=True)

    def _piece(self, *, is_last: bool) -> bytes:
        plain = bytes(self._waiting[:PIECE_BYTES])
        del self._waiting[:PIECE_BYTES]
        nonce = _nonce(self._number, is_last=is_last)
        self._number += 1
        return self._cipher.encrypt(nonce, plain, _HEAD)


def opened(key: bytes, ciphered: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of the file whose ciphered bytes come in any cut; raises `CannotOpen`, at the piece that is wrong."""
    cipher = AESGCM(key)
    waiting = bytearray()
    number = -1  # the head has not come yet
    for some in ciphered:
        waiting += some
        if number < 0 and len(waiting) >= len(_HEAD):
            _check_head(waiting)
            number = 0
        while number >= 0 and len(waiting) > SEALED_PIECE_BYTES:
            yield _opened_piece(cipher, waiting, number, is_last=False)
            number += 1
    if number < 0:
        raise CannotOpen("not a ciphered file")
    yield _opened_piece(cipher, waiting, number, is_last=True)


def _check_head(waiting: bytearray) -> None:
    if waiting[: len(_HEAD)] != _HEAD:
        raise CannotOpen("not a ciphered file of a known version")
    del waiting[: len(_HEAD)]


def _opened_piece(cipher: AESGCM, waiting: bytearray, number: int, *, is_last: bool) -> bytes:
    piece = bytes(waiting[:SEALED_PIECE_BYTES])
    del waiting[:SEALED_PIECE_BYTES]
    try:
        return cipher.decrypt(_nonce(number, is_last=is_last), piece, _HEAD)
    except InvalidTag:
        raise CannotOpen(
            f"the piece {number} of the file was altered, or its end is missing"
        ) from None


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((is_last,))
