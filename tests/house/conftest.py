"""Where the house stands, and what git keeps of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def kept_files() -> list[Path]:
    """Every file git keeps, or would; skipped outside a clone."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("ce dossier n’est pas un clone git")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]
