"""What a store of files is; there are two: a folder of this machine, and any server that speaks S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from app.errors import Unavailable


class Away(Unavailable):
    """The store does not answer; nothing was lost."""

    message = "Les documents ne sont pas accessibles pour le moment. Réessayez dans un instant."


class Missing(Exception):
    """There is nothing at this place: a row without its bytes, which somebody must look at."""


class Store(Protocol):
    """Keeps bytes under a place. Nothing here waits politely: call it in a thread."""

    def put(self, place: str, path: Path) -> None:
        """Take the file at `path`, which the caller removes; when this returns it is there for good. Raises `Away`."""

    def read(self, place: str) -> Iterator[bytes]:
        """The bytes at `place`, in pieces of any size; raises `Missing` or `Away`, at once or on the way."""

    def drop(self, place: str) -> None:
        """Forget `place`; nothing there is as good. Raises `Away`."""
