"""Addresses of other sites, as practitioners type them."""

from __future__ import annotations

import re

_HTTPS = re.compile(
    r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}(?:[/?#][!-~]*)?"
)


def https(typed: str, *, longest: int) -> str | None:
    """An `https://` address with a host of its own, at most `longest` characters; None for anything else."""
    bare = typed.strip()
    if not _HTTPS.fullmatch(bare):
        return None
    return bare if len(bare) <= longest and not re.search(r"[\"'<>\\^`{|}]", bare) else None
