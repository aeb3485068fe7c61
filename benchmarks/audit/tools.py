"""The programs of the audit: installed by npm in `DATA_DIR`, from the lock kept here."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from app.launching import CannotStart
from benchmarks import site

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json")


def folder() -> Path:
    return site.folder() / "audit"


def modules() -> Path:
    return folder() / "node_modules"


def install() -> None:
    """Install the programs once for each lock; raises `CannotStart` when npm cannot."""
    npm = shutil.which("npm")
    if npm is None:
        raise CannotStart("npm est introuvable : sudo apt install nodejs npm")
    done = folder() / ".done"
    wanted = (HERE / FILES[1]).read_bytes()
    if done.exists() and done.read_bytes() == wanted:
        return
    print("  Installation des outils d’audit (270 Mo)…", flush=True)
    folder().mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(HERE / name, folder() / name)
    # No install script: one of these programs would fetch lists from third parties.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    if subprocess.run([npm, "ci", *options], cwd=folder(), check=False).returncode != 0:
        raise CannotStart(
            "npm n’a pas pu installer les outils d’audit : le réseau est-il joignable ?"
        )
    done.write_bytes(wanted)


def program(name: str, advice: str) -> str:
    """Where `name` is; raises `CannotStart` with `advice` when it is missing."""
    found = shutil.which(name)
    if found is None:
        raise CannotStart(f"{name} est introuvable : {advice}")
    return found


def answer_of(command: list[str], environ: dict[str, str], *, seconds: float) -> Any:
    """The JSON that `command` prints; raises `CannotStart` with what it said when it prints none."""
    try:
        ended = subprocess.run(
            command,
            cwd=folder(),
            env=environ,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotStart(f"{Path(command[0]).name} n’a pas fini en {seconds:.0f} s.") from None
    for printed in (ended.stdout, ended.stderr):
        if (start := printed.find("{")) >= 0:
            try:
                return json.loads(printed[start:])
            except ValueError:
                continue
    raise CannotStart(f"{' '.join(command[:3])} : {(ended.stderr or ended.stdout).strip()[-400:]}")
