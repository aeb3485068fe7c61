"""Tokens and signatures: what proves that a link or a form comes from here, each purpose with a key of its own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.sealing import keys, letters

TOKEN_BYTES = 32


class BadSignature(Exception):
    """A token was not signed here for this purpose, was altered, or is too old."""


def sign(purpose: str, value: str, *, now: datetime | None = None) -> str:
    """A url-safe token carrying `value` (readable, not ciphered) and when it was signed (the clock, or `now`, UTC)."""
    moment = int((now or datetime.now(UTC)).timestamp())
    said = f"{letters.written(value.encode())}.{moment:x}"
    return f"{said}.{letters.written(mac(f'token:{purpose}', said.encode()))}"


def signed(purpose: str, token: str, *, max_age: timedelta | None, now: datetime) -> str:
    """The value of a token of `sign`, at most `max_age` old (`None`: for ever); raises `BadSignature`."""
    said, _, code = token.rpartition(".")
    value, _, moment = said.partition(".")
    try:
        given = letters.read(code)
        if not hmac.compare_digest(mac(f"token:{purpose}", said.encode()), given):
            raise BadSignature("not signed here for this purpose")
        if max_age is not None and now.timestamp() - int(moment, 16) > max_age.total_seconds():
            raise BadSignature("too old")
        return letters.read(value).decode()
    except ValueError:
        raise BadSignature("not a token") from None


def mac(purpose: str, value: bytes) -> bytes:
    """A code of 32 bytes that only this installation computes (HMAC-SHA256), different for each purpose."""
    return hmac.digest(_derived(keys.secret(), purpose), value, "sha256")


def token() -> str:
    """Something nobody guesses: 256 random bits, url-safe, 43 characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> bytes:
    """What the database keeps of a token (SHA-256): it cannot be turned back into the token."""
    return hashlib.sha256(token.encode()).digest()


@lru_cache(maxsize=256)
def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"monpro:{purpose}".encode()).derive(secret)
