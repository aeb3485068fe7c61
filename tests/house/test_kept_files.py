"""What git keeps can go anywhere: no address of a machine, no path of somebody's folder, no secret, no leftovers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:home|root|Users|work|mnt|media|opt)/\w")
INSTALLING = re.compile(
    r"(^|/)(Makefile|\.npmrc|pyproject\.toml|package\.json|package-lock\.json|\.ci/run|[\w-]+\.lock)$"
)
"""The files that say what to install."""
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bsk_(?:live|test)_\w{8}|\bAKIA[0-9A-Z]{16}|\bghp_\w{20}"
)
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|^<{7} |^>{7} ", re.MULTILINE)
VENDORED = re.compile(r"static/js/htmx-|\.csv$|package-lock\.json$")


def texts(kept_files: list[Path]) -> list[tuple[str, str]]:
    found = []
    for path in kept_files:
        content = path.read_bytes()
        if b"\0" not in content:
            found.append((path.relative_to(ROOT).as_posix(), content.decode("utf-8")))
    return found


def test_no_file_names_the_folder_of_a_machine(kept_files: list[Path]) -> None:
    found = {name: hit[0] for name, text in texts(kept_files) if (hit := MACHINE_PATH.search(text))}
    assert found == {}


def test_what_is_installed_comes_from_where_the_machine_says(kept_files: list[Path]) -> None:
    """The registries are those the machine is set for: no host is written in what installs."""
    seen = [name for name, _ in texts(kept_files) if INSTALLING.search(name)]
    assert {"Makefile", ".npmrc", "package-lock.json", "requirements.lock", ".ci/run"} <= set(seen)
    for name, text in texts(kept_files):
        if INSTALLING.search(name):
            # Packages of npm say whom to thank: nothing is fetched from there.
            rest = re.sub(r'"(?:url|funding)": "[^"]*"', "", text)
            assert not re.search(r"[a-z]+://|index-url|find-links|registry=", rest), name


@pytest.mark.parametrize("name", ["package-lock.json", "benchmarks/audit/package-lock.json"])
def test_a_lock_of_npm_pins_by_hash_without_addresses(name: str) -> None:
    packages = json.loads((ROOT / name).read_text(encoding="utf-8"))["packages"]
    for package, facts in packages.items():
        assert "resolved" not in facts, package
        assert not package or "integrity" in facts, package


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-setup.lock"]
)
def test_a_lock_of_python_pins_by_hash_without_addresses(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.findall(r"^([A-Za-z0-9][^\s=]*)==\S+.*\\$", text, re.MULTILINE)
    lines = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    assert len(pinned) == len(lines)
    assert text.count("--hash=sha256:") >= len(pinned)


def test_no_file_holds_a_secret(kept_files: list[Path]) -> None:
    assert [name for name, text in texts(kept_files) if SECRET.search(text)] == []


def test_no_file_holds_a_leftover(kept_files: list[Path]) -> None:
    found = [
        name
        for name, text in texts(kept_files)
        if not VENDORED.search(name)
        and name != "tests/house/test_kept_files.py"
        and LEFTOVER.search(text)
    ]
    assert found == []


def test_a_file_that_can_be_run_says_with_what(kept_files: list[Path]) -> None:
    for path in kept_files:
        if path.stat().st_mode & 0o111:
            assert path.read_bytes().startswith(b"#!"), path.name


def test_every_text_ends_with_a_line_and_none_has_carriage_returns(kept_files: list[Path]) -> None:
    for name, text in texts(kept_files):
        assert "\r" not in text, name
        assert not text or text.endswith("\n") or VENDORED.search(name), name


def test_nothing_heavy_is_kept(kept_files: list[Path]) -> None:
    heavy = {
        path.relative_to(ROOT).as_posix() for path in kept_files if path.stat().st_size > 400_000
    }
    assert heavy <= {"app/directory/data/communes.csv"}


def test_what_is_made_by_running_is_not_kept(kept_files: list[Path]) -> None:
    made = re.compile(r"(^|/)(\.venv|node_modules|var|__pycache__|\.\w+_cache)/|\.pyc$|\.log$")
    names = [path.relative_to(ROOT).as_posix() for path in kept_files]
    assert [name for name in names if made.search(name)] == []
