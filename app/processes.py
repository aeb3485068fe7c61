"""Runs the processes of the Procfile together on one machine (« make run »), and stops them all together.

Honcho starts, prefixes and stops them. Three things are ours: its words in French, the processes the settings
make useless, and the guarantee that nothing outlives the runner, even killed.
"""

from __future__ import annotations

import errno
import http.client
import multiprocessing
import os
import re
import shlex
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Message, Printer

from app import config, launching
from app.config import Settings
from app.demo import logins
from app.launching import CannotStart

PROCFILE = config.ROOT / "Procfile"
NAMES = {"web": "site", "worker": "tâches", "search": "recherche", "database": "base"}

# What Honcho says of the life of the processes; anything else it says (the signals it sends) is left out.
_WORDS = (
    (re.compile(r"^(\S+) stopped \(rc=(-?\d+)\)$"), "{0} : arrêté (code {1})"),
    (re.compile(r"^SIG(INT|TERM) received$"), "arrêt demandé…"),
)


class FrenchPrinter(Printer):  # type: ignore[misc]  # Honcho is published without types
    """Honcho's printer, whose own messages are in French; says where the site is once it answers."""

    def __init__(self, settings: Settings | None) -> None:
        super().__init__(sys.stdout)
        self.settings = settings
        self.waiting = False

    def write(self, message: Message) -> None:
        if message.name != "system":
            super().write(message)
            return
        said = message.data.strip()
        # Only from here on may a thread exist: every process has been forked.
        if not self.waiting and self.settings is not None and said.startswith(NAMES["web"]):
            self.waiting = True
            threading.Thread(target=announce, args=(self.settings,), daemon=True).start()
        for pattern, words in _WORDS:
            if found := pattern.match(said):
                super().write(message._replace(name="", data=words.format(*found.groups())))


def run(procfile: Path = PROCFILE) -> int:
    """Run the development processes until one ends or Ctrl-C; the exit code, 0 when a person asked for the stop.

    Raises `CannotStart` when the port is taken, or the data folder served already.
    """
    settings = config.current()
    commands = commands_to_run(procfile, settings)
    if "web" in commands:
        refuse_busy_port(settings.host, settings.port)
    # Held until this process ends: two sites must not prepare the same data.
    if launching.claim_within(settings.data_dir / "run.lock", launching.TAKEOVER_SECONDS) is None:
        raise CannotStart(
            f"Un autre « make run » se sert déjà de {settings.data_dir}. "
            "Arrêtez-le, ou donnez un autre dossier dans DATA_DIR."
        )
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        launching.RUNNER_PID: str(os.getpid()),
    }
    # Honcho puts a process of its own before each command, which must die with us for the command to die with
    # it. (Python 3.14 no longer forks by default: the chain would be cut.)
    multiprocessing.set_start_method("fork", force=True)
    os.register_at_fork(after_in_child=lambda: launching.die_with_parent(signal.SIGKILL))
    manager = Manager(FrenchPrinter(settings if "web" in commands else None))
    for name, command in commands.items():
        bound = f"exec {shlex.quote(sys.executable)} -m app.launching {command}"
        manager.add_process(NAMES.get(name, name), bound, env=environment, cwd=str(config.ROOT))
    try:
        manager.loop()
    except KeyError:
        # Told to stop before Honcho knew the number of every process, it fails: our own end stops them.
        sys.stdout.flush()
        os._exit(0)
    asked = manager.returncode in (128 + signal.SIGINT, 128 + signal.SIGTERM)
    return 0 if asked else int(manager.returncode or 0)


def commands_to_run(procfile: Path, settings: Settings) -> dict[str, str]:
    """The commands of `procfile`, the site last; no local engine when the settings name a server elsewhere."""
    left_out = {"release"}
    if settings.database_url:
        left_out.add("database")
    if settings.meilisearch_url:
        left_out.add("search")
    commands: dict[str, str] = parse_procfile(procfile.read_text("utf-8")).processes
    kept = {name: command for name, command in commands.items() if name not in left_out}
    return dict(sorted(kept.items(), key=lambda item: item[0] == "web"))


def refuse_busy_port(host: str, port: int) -> None:
    """Say so now when the port is taken, rather than after the whole preparation."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            if refusal.errno == errno.EADDRINUSE:
                raise CannotStart(
                    f"Le port {port} est déjà pris, peut-être par un autre « make run ». "
                    f"Essayez : make run PORT={port + 1}"
                ) from None
            raise CannotStart(
                f"Impossible d’écouter sur {host}:{port} ({refusal.strerror})."
            ) from None


def announce(settings: Settings) -> None:
    """Wait until the site answers, then say where it is."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    while True:
        connection = http.client.HTTPConnection(reached, settings.port, timeout=5)
        try:
            connection.request("GET", "/sante")
            connection.getresponse()
            break
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    known = logins.lines() if settings.environment == "development" else []
    if known and not settings.smtp_host:
        known.append(f"les courriels envoyés se lisent à {settings.public_url}/dev/courriels")
    said = [f"Le site est prêt : {settings.public_url}   (Ctrl-C pour tout arrêter)", *known]
    # In one piece: the main thread prints at the same time.
    sys.stdout.write("\n" + "".join(f"  {line}\n" for line in said) + "\n")
    sys.stdout.flush()
