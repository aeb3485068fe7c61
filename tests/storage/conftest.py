"""Somebody's files, on a store of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from app import config

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.fixture
def owner() -> UUID:
    return uuid4()


@pytest.fixture
def own_folder(pool: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the files of this test, empty at the start; the keys of the installation stay the same."""
    from app.sealing import keys

    ring = keys.keyring()
    settings = msgspec.structs.replace(config.current(), data_dir=tmp_path)
    monkeypatch.setattr(config, "_settings", settings)
    monkeypatch.setitem(keys._rings, (settings.sealing_keys, settings.data_dir), ring)
    return tmp_path / "fichiers"
