"""Bytes in letters that an address, a cookie or a setting may hold: base64 of RFC 4648 § 5, without its « = »."""

from __future__ import annotations

import base64


def written(raw: bytes) -> str:
    """`raw` in letters."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read(text: str) -> bytes:
    """The bytes of `text`, in its one canonical form: no two tokens are worth the same. Raises `ValueError`."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if written(raw) != text:
        raise ValueError("not canonical")
    return raw
