"""Amounts as forms hold them: typed in euros, kept in euro cents."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,2}))?")


def cents(typed: str) -> int | None:
    """« 65 », « 65,50 », « 1 200 € » → euro cents; None for anything else, what is less than nothing included."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", typed).removesuffix("€").removesuffix("EUR")
    found = _AMOUNT.fullmatch(bare)
    if found is None:
        return None
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def euros(amount_cents: int) -> str:
    """6550 → « 65,50 », 6500 → « 65 »."""
    whole, rest = divmod(amount_cents, 100)
    return f"{whole},{rest:02}" if rest else str(whole)
