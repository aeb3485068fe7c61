"""What one quotes to speak of a decision or of a request."""

from __future__ import annotations

from datetime import UTC, datetime

from app.accounts import references


def test_a_reference_bears_the_month_it_is_in_paris() -> None:
    assert references.new("S", datetime(2026, 11, 30, 22, 59, tzinfo=UTC)).startswith("S-202611-")
    assert references.new("S", datetime(2026, 11, 30, 23, 0, tzinfo=UTC)).startswith("S-202612-")
