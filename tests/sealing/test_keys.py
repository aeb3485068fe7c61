"""Keys come from the settings, or are made once in the data folder; never in production, never twice."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import config
from app.config import UnsafeSetup
from app.sealing import keys

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SHOW = (
    "from app.sealing import keys; r = keys.keyring(); "
    "print(r.current, r.keys[r.current].hex(), keys.secret().hex())"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SEALING_KEYS", raising=False)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    config.forget()
    yield tmp_path
    config.forget()


def test_processes_that_start_together_make_one_key(folder: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SHOW], stdout=subprocess.PIPE, cwd=config.ROOT, env=os.environ
        )
        for _ in range(6)
    ]
    said = {process.communicate(timeout=60)[0] for process in started}
    assert len(said) == 1
    assert said != {b""}
    assert sorted(path.name for path in (folder / "keys").iterdir()) == ["sealing", "secret"]


def test_the_files_of_keys_are_for_their_owner_only(folder: Path) -> None:
    keys.keyring()
    keys.secret()
    assert stat.S_IMODE((folder / "keys").stat().st_mode) == 0o700
    for name in ("sealing", "secret"):
        assert stat.S_IMODE((folder / "keys" / name).stat().st_mode) == 0o600


def test_a_key_already_there_is_kept() -> None:
    first = keys.keyring()
    assert keys.read_again() == first


def test_a_new_key_comes_first_and_the_old_ones_stay() -> None:
    before = keys.keyring()
    name = keys.add(NOW)
    after = keys.keyring()
    assert after.current == name
    assert {known: after.keys[known] for known in before.keys} == before.keys
    assert keys.add(NOW) not in {name, before.current}


def test_keys_given_by_the_settings_are_not_added_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALING_KEYS", f"a:{keys.new_key()}")
    config.forget()
    with pytest.raises(UnsafeSetup, match="SEALING_KEYS"):
        keys.add(NOW)


@pytest.mark.parametrize(
    "listed", ["sans-nom", "a:court", "a:", ":x", "A:é", ",", "a:" + "=" * 43, "a b:" + "A" * 43]
)
def test_unreadable_keys_are_refused_without_showing_them(
    listed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEALING_KEYS", listed)
    config.forget()
    with pytest.raises(UnsafeSetup, match="SEALING_KEYS") as refusal:
        keys.keyring()
    assert "court" not in str(refusal.value)


def test_two_keys_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALING_KEYS", f"a:{keys.new_key()},a:{keys.new_key()}")
    config.forget()
    with pytest.raises(UnsafeSetup, match="nom"):
        keys.keyring()
