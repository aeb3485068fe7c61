"""The migrations are complete, can be undone, and give one schema whatever the way."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys

import pytest
from piccolo.apps.migrations.commands.new import AutoMigrationManager

from app import config
from app.database.piccolo_app import APP_CONFIG
from tests.conftest import clone

pytestmark = pytest.mark.anyio

FOLDER = config.ROOT / "app/database/piccolo_migrations"
PROGRAM = config.ROOT / "tests/house/migrating_there_and_back.py"


async def test_no_change_of_a_table_lacks_its_migration() -> None:
    found = await AutoMigrationManager().get_alter_statements(APP_CONFIG)
    missing = [line for part in found for line in part.statements]
    assert missing == [], "python -m piccolo migrations new monpro --auto"


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [
        int(found[1])
        for path in sorted(FOLDER.glob("monpro_*.py"))
        if (found := re.fullmatch(r"monpro_(\d{4})_\w+\.py", path.name))
    ]
    assert numbers == list(range(1, len(list(FOLDER.glob("monpro_*.py"))) + 1))


def test_a_migration_bears_a_date_of_its_own_and_says_what_it_does() -> None:
    ids = []
    for path in sorted(FOLDER.glob("monpro_*.py")):
        text = path.read_text(encoding="utf-8")
        found = re.search(r'^ID = "([^"]+)"$', text, re.MULTILINE)
        assert found, path.name
        assert re.search(r'^DESCRIPTION = "[^"]+"$', text, re.MULTILINE), path.name
        ids.append(found[1])
    assert ids == sorted(set(ids)), "Piccolo runs them in the order of these dates"


def test_the_last_migration_can_be_undone_and_done_again(worker_name: str) -> None:
    address = asyncio.run(clone(f"monpro_migrations_{worker_name}"))
    done = subprocess.run(
        [sys.executable, PROGRAM],
        cwd=config.ROOT,
        env=os.environ | {"DATABASE_URL": address, "PYTHONPATH": str(config.ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "undone": True,
        "current_between": False,
        "current_after": True,
        "changed_between": True,
        "lost": [],
        "added": [],
    }
