"""The commands of the register, run as a person runs them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from app import config
from app.evidence import anchors, sealer
from tests.evidence.altering import altered, written

pytestmark = [pytest.mark.anyio]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def _run(folder: Path, *arguments: str) -> tuple[int, str]:
    environ = os.environ | {
        "DATABASE_URL": config.current().database_url or "",
        "DATA_DIR": str(folder),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.cli",
        "preuves",
        *arguments,
        cwd=config.ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, said.decode()


async def test_the_check_fails_as_soon_as_one_row_is_altered(register_of_its_own: Path) -> None:
    """D5: a fixture altered with all rights makes the command fail and say where."""
    numbers = await written(3)
    await sealer.seal(NOW)
    code, said = await _run(register_of_its_own, "verifier")
    assert (code, "Aucune anomalie." in said) == (0, True), said
    assert "3 lignes dans la chaîne, 0 en attente" in said
    await altered("UPDATE evidence_entry SET content = '{}' WHERE id = $1", numbers[1])
    code, said = await _run(register_of_its_own, "verifier")
    assert code == 1
    assert f"✗ contenu différent de son empreinte (n° {numbers[1]})" in said


async def test_an_anchor_from_a_mail_is_compared(register_of_its_own: Path) -> None:
    await written(3)
    await sealer.seal(NOW)
    kept = await anchors.anchor(NOW)
    assert kept is not None
    code, _ = await _run(register_of_its_own, "verifier", "--ancre", f"3:{kept.seal_hash}")
    assert code == 0
    code, said = await _run(register_of_its_own, "verifier", "--ancre", f"9:{kept.seal_hash}")
    assert code == 1
    assert "fin tronquée" in said
    code, said = await _run(register_of_its_own, "verifier", "--ancre", "trois")
    assert code == 1
    assert "position:empreinte" in said


async def test_anchoring_by_hand_does_the_work_of_the_night(register_of_its_own: Path) -> None:
    await written(2)
    code, said = await _run(register_of_its_own, "ancrer")
    assert (code, "Ancre : 2:" in said) == (0, True), said
    assert [anchor.position for anchor in anchors.in_file()[0]] == [2]


async def test_an_export_is_written_and_is_itself_evidence(register_of_its_own: Path) -> None:
    """D10."""
    mine = uuid4()
    await written(2, subject=mine)
    folder = register_of_its_own / "export"
    code, said = await _run(
        register_of_its_own, "exporter", "--compte", str(mine), "--vers", str(folder)
    )
    assert code == 0, said
    told = json.loads((folder / "preuves.json").read_bytes())
    assert len(told["elements"]) == 2
    assert "Éléments de preuve" in (folder / "preuves.html").read_text("utf-8")
    again = await _run(
        register_of_its_own, "exporter", "--compte", str(mine), "--vers", str(folder)
    )
    assert "3 éléments de preuve" in again[1]
    code, said = await _run(register_of_its_own, "exporter", "--compte", "moi")
    assert code == 1
    assert "--compte" in said
