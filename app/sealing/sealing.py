"""Authenticated encryption of what must not be readable at rest: AES-256-GCM, the key named in each text.

A sealed text is: version (1 byte) | length of the key's name (1 byte) | name | nonce (12 bytes) | text and tag.
Everything before the nonce and the context are authenticated too: a text moved to another row does not open.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.sealing import keys

VERSION = 1
NONCE_BYTES = (
    12  # random: safe for about four thousand million texts a key (NIST SP 800-38D, § 8.3)
)
TAG_BYTES = 16


class CannotOpen(Exception):
    """A sealed text was altered, belongs to another context, or its key is no longer here."""


def seal(plain: bytes, *, context: str) -> bytes:
    """Cipher `plain` with the current key. `context` says what and whose it is, and is asked again to open."""
    ring = keys.keyring()
    start = head(ring.current)
    nonce = os.urandom(NONCE_BYTES)
    ciphered = AESGCM(ring.keys[ring.current]).encrypt(nonce, plain, _bound(start, context))
    return start + nonce + ciphered


def open_sealed(sealed: bytes, *, context: str) -> bytes:
    """Read what `seal` wrote under the same `context`; raises `CannotOpen`."""
    name = key_of(sealed)
    start = head(name)
    body = sealed[len(start) :]
    try:
        return AESGCM(_key(name)).decrypt(
            body[:NONCE_BYTES], body[NONCE_BYTES:], _bound(start, context)
        )
    except InvalidTag:
        raise CannotOpen(f"altered, or not sealed as {context!r}") from None


def key_of(sealed: bytes) -> str:
    """The name of the key `sealed` was ciphered with; raises `CannotOpen` when it is not a sealed text."""
    length = sealed[1] if len(sealed) > 1 and sealed[0] == VERSION else 0
    if not length or len(sealed) < 2 + length + NONCE_BYTES + TAG_BYTES:
        raise CannotOpen("not a sealed text of a known version")
    try:
        return sealed[2 : 2 + length].decode("ascii")
    except UnicodeDecodeError:
        raise CannotOpen("the name of the key is unreadable") from None


def _key(name: str) -> bytes:
    ring = keys.keyring()
    if name not in ring.keys:
        ring = keys.read_again()  # a rotation begun by another process
    if name not in ring.keys:
        raise CannotOpen(f"the key {name!r} is not among the sealing keys")
    return ring.keys[name]


def head(name: str) -> bytes:
    """How the texts ciphered with the key `name` begin."""
    return bytes((VERSION, len(name))) + name.encode("ascii")


def _bound(start: bytes, context: str) -> bytes:
    return start + context.encode()
