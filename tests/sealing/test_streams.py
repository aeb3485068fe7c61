"""A ciphered file opens whole and in order, or not at all."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sealing import streams
from app.sealing.sealing import CannotOpen
from app.sealing.streams import PIECE_BYTES, SEALED_PIECE_BYTES, Sealer

KEY = bytes(range(32))
HEAD_BYTES = 2


def sealed(plain: bytes, *, key: bytes = KEY, cut: int = 50_000) -> bytes:
    sealer = Sealer(key)
    parts = [sealer.add(plain[at : at + cut]) for at in range(0, len(plain), cut)]
    return b"".join([*parts, sealer.end()])


def opened(ciphered: bytes, *, key: bytes = KEY, cut: int = 30_000) -> bytes:
    parts = [ciphered[at : at + cut] for at in range(0, len(ciphered), cut)]
    return b"".join(streams.opened(key, parts))


@pytest.mark.parametrize(
    "size",
    [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 3 * PIECE_BYTES + 5],
)
def test_a_file_of_any_size_opens_as_it_was(size: int) -> None:
    plain = os.urandom(size)
    assert opened(sealed(plain)) == plain


@given(
    st.integers(0, 2 * PIECE_BYTES + 9),
    st.integers(1, 2 * PIECE_BYTES),
    st.integers(1, 3 * PIECE_BYTES),
)
def test_the_cut_of_what_comes_does_not_matter(size: int, cut: int, other_cut: int) -> None:
    # A small cut over a large file only repeats what larger ones prove.
    cut, other_cut = max(cut, size // 500 + 1), max(other_cut, size // 500 + 1)
    plain = bytes(size)
    assert sealed(plain, cut=cut) == sealed(plain)
    assert opened(sealed(plain), cut=other_cut) == plain


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:0],
        lambda text: text[:1],
        lambda text: text[:-1],
        lambda text: text + b"\0",
        lambda text: b"X" + text[1:],
        lambda text: text[:1] + b"\x02" + text[2:],
        lambda text: text[:5] + bytes([text[5] ^ 1]) + text[6:],
        lambda text: text[: HEAD_BYTES + SEALED_PIECE_BYTES],
        lambda text: text[: HEAD_BYTES + 2 * SEALED_PIECE_BYTES],
        lambda text: text[:HEAD_BYTES] + text[HEAD_BYTES + SEALED_PIECE_BYTES :],
        lambda text: (
            text[:HEAD_BYTES]
            + text[HEAD_BYTES + SEALED_PIECE_BYTES : HEAD_BYTES + 2 * SEALED_PIECE_BYTES]
            + text[HEAD_BYTES : HEAD_BYTES + SEALED_PIECE_BYTES]
            + text[HEAD_BYTES + 2 * SEALED_PIECE_BYTES :]
        ),
    ],
    ids=[
        "nothing", "half a head", "its end cut", "something added", "another kind", "another version",
        "a bit turned", "one piece of three", "two pieces of three", "without the first", "two exchanged",
    ],
)  # fmt: skip
def test_what_is_altered_does_not_open(damage: object) -> None:
    assert callable(damage)
    ciphered = sealed(os.urandom(2 * PIECE_BYTES + 100))
    with pytest.raises(CannotOpen):
        opened(damage(ciphered))


def test_the_key_of_another_file_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        opened(sealed(b"texte"), key=streams.new_key())


def test_keys_are_never_the_same() -> None:
    assert len({streams.new_key() for _ in range(100)}) == 100


def test_what_is_wrong_is_told_before_it_is_given() -> None:
    """Pieces already given were right: only the altered one and those after it are missing."""
    plain = os.urandom(2 * PIECE_BYTES + 100)
    ciphered = bytearray(sealed(plain))
    ciphered[-1] ^= 1
    given_out: list[bytes] = []
    with pytest.raises(CannotOpen):
        given_out.extend(streams.opened(KEY, [bytes(ciphered)]))
    assert b"".join(given_out) == plain[: 2 * PIECE_BYTES]
