"""The pages of a long list: which one is shown, and the addresses of its neighbours."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

Line = TypeVar("Line")


class Page(msgspec.Struct, frozen=True):
    """Page `number` (from 1) of a list of `total` lines, `size` at a time."""

    number: int
    total: int
    size: int

    @classmethod
    def of(cls, asked: int, *, total: int, size: int) -> Page:
        """The page asked, or the nearest one that exists."""
        last = max(1, -(-total // size))
        return cls(min(max(1, asked), last), total, size)

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))


class PageOf(msgspec.Struct, Generic[Line], frozen=True):
    page: Page
    lines: list[Line]
