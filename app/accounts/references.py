"""What one quotes to speak of a decision or of a request: « S-202611-1A2B3C4D »."""

from __future__ import annotations

import secrets
from datetime import datetime

from app.rendering.moments import day_of


def new(letter: str, now: datetime) -> str:
    """A reference of the family `letter`, which nobody guesses."""
    return f"{letter}-{day_of(now):%Y%m}-{secrets.token_hex(4).upper()}"
