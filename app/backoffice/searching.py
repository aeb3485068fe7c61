"""Words typed in a search field, as `LIKE` looks for them."""

from __future__ import annotations


def holding(words: str) -> str:
    """The pattern of what holds `words`, where « % » and « _ » are only themselves."""
    plain = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{plain}%"
