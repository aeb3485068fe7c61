"""Where the files are: which store the settings name, and the places in it, made by the program alone."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from app import config
from app.storage.folder import Folder
from app.storage.store import Store

_made: dict[tuple[str | None, ...], Store] = {}


def store() -> Store:
    """The store of the settings: the bucket when one is named, else the folder."""
    settings = config.current()
    known = (settings.s3_endpoint, settings.s3_bucket, settings.s3_access_key, str(root()))
    if known not in _made:
        _made[known] = _bucket() if settings.s3_bucket else Folder(root())
    return _made[known]


def root() -> Path:
    """The folder of the files on this machine."""
    return config.current().data_dir / "fichiers"


def arrivals() -> Path:
    """Where files wait, ciphered, while they arrive. Made when it is not there."""
    folder = root() / "arrivees"
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        root().chmod(0o700)
    return folder


def place_of(purpose: str, file_id: UUID) -> str:
    """The place of a new file: nothing of what was sent is in it."""
    return f"{purpose}/{file_id.hex[:2]}/{file_id.hex}"


def _bucket() -> Store:
    # Its client weighs some 20 MB: an installation that keeps its files in a folder does without.
    from app.storage.s3 import Bucket  # noqa: PLC0415

    return Bucket(config.current())
