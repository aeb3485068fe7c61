"""Calls go down, notes go up: the floors hold for imports, for foreign keys, and for the names of files."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from piccolo.columns import ForeignKey
from piccolo.table import Table

from app import config
from app.database.piccolo_app import APP_CONFIG, TABLE_MODULES

APP = config.ROOT / "app"
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "services",
    "service",
    "manager",
    "managers",
}
FORBIDDEN_NAMES |= {"common", "misc", "base", "core", "lib"}
LONGEST = 400
"""Lines a file may have; most hold in two screens."""


def floors() -> list[set[str]]:
    """The rooms of each floor, the highest first, as pyproject.toml gives them to import-linter."""
    settings: dict[str, Any] = tomllib.loads(
        (config.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return [{room.strip(" ()") for room in layer.split("|")} for layer in layers]


def height(table: type[Table]) -> int:
    """0 at the bottom."""
    room = table.__module__.split(".")[1]
    return next(number for number, rooms in enumerate(reversed(floors())) if room in rooms)


def test_imports_go_down_the_floors() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-logo"], cwd=config.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_has_its_floor() -> None:
    known = {room for rooms in floors() for room in rooms}
    rooms = {
        path.stem
        for path in APP.iterdir()
        if (path.is_dir() or path.suffix == ".py") and not path.name.startswith("__")
    }
    assert rooms == known


def test_foreign_keys_go_down_the_floors() -> None:
    for table in APP_CONFIG.table_classes:
        for column in table._meta.foreign_key_columns:
            assert isinstance(column, ForeignKey)
            target = column._foreign_key_meta.resolved_references
            assert height(table) >= height(target), f"{table.__name__} → {target.__name__}"


def test_a_foreign_key_says_whether_it_may_be_empty_and_what_follows_it() -> None:
    """Piccolo's own answers (empty, and deleted with its target) are never the ones taken unawares."""
    for path in APP.glob("*/tables.py"):
        for call in re.findall(r"ForeignKey\((.*?)\n?\s*\)", path.read_text("utf-8"), re.DOTALL):
            assert "null=" in call, f"{path.parent.name}: {call}"
            assert "on_delete=" in call, f"{path.parent.name}: {call}"


def test_every_table_is_known_to_the_migrations() -> None:
    modules = {
        ".".join(path.relative_to(config.ROOT).with_suffix("").parts)
        for path in APP.glob("*/tables.py")
    }
    assert modules == set(TABLE_MODULES)


def test_files_bear_the_name_of_their_subject() -> None:
    for path in APP.rglob("*.py"):
        assert path.stem not in FORBIDDEN_NAMES, path
        assert path.parent.name not in FORBIDDEN_NAMES, path


def test_a_file_can_be_read_in_one_go() -> None:
    long = {
        path.relative_to(config.ROOT).as_posix()
        for folder in ("app", "tests", "benchmarks")
        for path in (config.ROOT / folder).rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST
        and "piccolo_migrations" not in path.parts
    }
    assert long == set()


def test_no_room_is_an_empty_shell() -> None:
    for folder in APP.iterdir():
        if folder.is_dir() and not folder.name.startswith("__"):
            files = [path for path in folder.rglob("*.py") if path.stat().st_size]
            assert files, folder.name
