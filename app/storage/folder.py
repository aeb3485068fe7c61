"""Files kept in a folder of this machine, which must be copied with the backups of the database."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from app import disk
from app.storage.store import Missing

READ_BYTES = 65_536


class Folder:
    """The store `root`: one file a place, readable by this program's account alone."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, place: str, path: Path) -> None:
        """A file appears under its name once all of it is on the disk: a power cut leaves it whole, or not there."""
        aim = self._root / place
        aim.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = aim.with_name(f".{aim.name}")
        try:
            try:
                os.link(path, aside)
            except OSError:  # another file system, or one without hard links
                shutil.copyfile(path, aside)
            aside.chmod(0o600)
            disk.settle(aside)
            aside.replace(aim)
            disk.settle(aim.parent)
        finally:
            aside.unlink(missing_ok=True)

    def read(self, place: str) -> Iterator[bytes]:
        try:
            file = (self._root / place).open("rb")
        except FileNotFoundError:
            raise Missing(place) from None
        with file:
            while piece := file.read(READ_BYTES):
                yield piece

    def drop(self, place: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            (self._root / place).unlink()
