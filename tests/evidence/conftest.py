"""Each test has a register without an entry and a data folder of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app import config
from tests.evidence.altering import emptied_register


@pytest.fixture
async def register_of_its_own(
    pool: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Path]:
    """The data folder, where the file of the anchors is."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ANCHOR_ADDRESSES", "ancre@exemple.example, garde@exemple.example")
    config.forget()
    await emptied_register()
    yield tmp_path
    await emptied_register()
    monkeypatch.undo()
    config.forget()
