"""How an entry and its place in the chain are turned into hashes: what anybody can compute again (decision 0008)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

SALT_BYTES = 16
GENESIS = bytes(32)
"""What stands before the first seal."""

MAX_BYTES = 16_000
"""A fact fits in so much; longer is a text that does not belong in the register."""

_FORMAT = "monpro-1"


class NotAFact(ValueError):
    """The content of an entry is not made of short keys and plain values."""


def canonical(content: dict[str, Any]) -> str:
    """The one JSON text of `content`: sorted keys, no spaces, UTF-8. Raises `NotAFact`.

    Identifiers, days and instants (UTC, to the microsecond) are written as text, bytes in hexadecimal; there are no
    floating-point numbers, which do not have one way of being written.
    """
    text = json.dumps(
        _plain(content),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise NotAFact("a text is not valid Unicode") from None
    if size > MAX_BYTES:
        raise NotAFact(f"{size} bytes, {MAX_BYTES} at most")
    return text


def content_hash(salt: bytes, content: str) -> bytes:
    """The salt keeps an emptied content from being guessed from its hash."""
    return hashlib.sha256(salt + content.encode()).digest()


def seal_hash(
    position: int,
    entry: int,
    written_at: datetime,
    kind: str,
    subject_type: str,
    subject_id: UUID,
    content_hash: bytes,
    sealed_at: datetime,
    previous_hash: bytes,
) -> bytes:
    """SHA-256 of the ten parts joined by `|`; none of them can hold one."""
    said = (
        f"{_FORMAT}|{position}|{entry}|{moment(written_at)}|{kind}|{subject_type}|{subject_id}"
        f"|{content_hash.hex()}|{moment(sealed_at)}|{previous_hash.hex()}"
    )
    return hashlib.sha256(said.encode()).digest()


def moment(at: datetime) -> str:
    """An instant in UTC, to the microsecond: « 2026-11-22T09:00:00.000000+00:00 »."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case dict():
            return {_key(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return _text(value)


def _text(value: Any) -> str:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
    raise NotAFact(f"a {type(value).__name__} is not a plain value")


def _key(key: Any) -> str:
    if not isinstance(key, str) or not key.isascii() or not key.isidentifier():
        raise NotAFact(f"{key!r} is not the name of a fact")
    return key
