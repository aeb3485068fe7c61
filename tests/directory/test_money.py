"""An amount typed and the same amount as its field shows it again."""

from __future__ import annotations

import pytest

from app.directory import money


@pytest.mark.parametrize(
    ("typed", "cents", "shown"),
    [
        ("65", 6500, "65"),
        ("65,5", 6550, "65,50"),
        ("65.05 €", 6505, "65,05"),
        ("1\u202f200 EUR", 120_000, "1200"),
        ("0", 0, "0"),
    ],
)
def test_an_amount_comes_back_as_it_was_meant(typed: str, cents: int, shown: str) -> None:
    assert money.cents(typed) == cents
    assert money.euros(cents) == shown


@pytest.mark.parametrize("typed", ["", "-1", "1,234", "€", "٣٥", "1e3", "65 euros", "1" * 13])
def test_what_is_no_amount_is_none(typed: str) -> None:
    assert money.cents(typed) is None
