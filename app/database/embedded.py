"""The local PostgreSQL server of development and tests, run from any folder of PostgreSQL programs.

It listens on a Unix socket only, in a private folder of this account: no password, no port, nobody else.
Every public function takes the data folder of the project (`DATA_DIR`); the cluster lives in its `postgresql`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app import launching
from app.database import programs
from app.database.programs import Identity
from app.launching import CannotStart, Steps

DATABASE = "monpro"
OWNER = "postgres"
PORT = 5432  # only names the socket file: nothing listens on the network
START_SECONDS = 60.0  # after a power cut the server first reads its write-ahead log again

# SIGTERM lets clients finish; SIGINT is the « fast » shutdown (connections cut, data safe); SIGQUIT the last resort.
POLITE_STOP = ((signal.SIGTERM, 2.0), (signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0))
FAST_STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0))


@dataclass
class Server(launching.Engine):
    steps: Steps = FAST_STOP

    def url(self, database: str = DATABASE) -> str:
        return url(self.data_dir, database)

    def tidy(self) -> None:
        shutil.rmtree(_socket_directory(self.data_dir), ignore_errors=True)


def url(data_dir: Path, database: str = DATABASE, *, user: str = OWNER) -> str:
    """The address of `database` on the server of `data_dir`, as asyncpg reads it."""
    sockets = quote(str(_socket_directory(data_dir)), safe="/")
    return f"postgresql://{quote(user)}@/{quote(database)}?host={sockets}&port={PORT}"


def is_answering(data_dir: Path) -> bool:
    """Whether the server accepts connections. Asked of the server: a pid file outlives a crash."""
    where = ("-h", str(_socket_directory(data_dir)), "-p", str(PORT), "-U", OWNER)
    return Identity().run([programs.bin_directory() / "pg_isready", "-q", *where]).returncode == 0


def start(data_dir: Path, *, durable: bool = True) -> Server:
    """Start the server, creating its cluster the first time; returns once it accepts connections.

    When another process already runs it, that one is borrowed. `durable=False` (tests) trades safety for speed.
    """
    process, claimed = launching.start_or_borrow(
        _lock_file(data_dir),
        lambda claimed: _launch(data_dir, claimed, durable=durable),
        lambda: is_answering(data_dir),
        seconds=START_SECONDS,
    )
    return Server(data_dir, process, claimed)


def serve(data_dir: Path) -> None:
    """Run the server until this process is told to stop, then shut it down.

    Raises `CannotStart` when another process runs it, when it does not start, or when it ends by itself.
    """
    claimed = launching.claim_within(_lock_file(data_dir), launching.TAKEOVER_SECONDS)
    if claimed is None:
        raise CannotStart(
            f"La base de {data_dir} est déjà lancée, sans doute par un autre « make run ». "
            "Arrêtez-le, ou donnez un autre dossier dans DATA_DIR."
        )
    server = Server(data_dir, claimed=claimed, steps=POLITE_STOP)
    try:
        with launching.stoppable():
            server.process = _launch(data_dir, claimed, durable=True)
            print(f"PostgreSQL {programs.version(programs.bin_directory())} répond.", flush=True)
            server.process.wait()
            raise CannotStart(_failure("PostgreSQL s’est arrêté de lui-même.", data_dir))
    finally:
        server.stop()


def _launch(data_dir: Path, claimed: int, *, durable: bool) -> subprocess.Popen[bytes]:
    """Start the server of `data_dir`, whose claim is held, and wait until it answers."""
    folder = programs.bin_directory()
    identity = programs.identity(folder, data_dir)
    cluster, sockets = _cluster(data_dir), _socket_directory(data_dir)
    _initialise(folder, cluster, identity, durable=durable)
    _forget_crash(cluster)
    _make_private(sockets, identity)
    options = [
        f"unix_socket_directories={sockets}",
        "unix_socket_permissions=0700",
        "listen_addresses=",
        f"port={PORT}",
        "max_connections=100",
        "timezone=UTC",
        "log_timezone=UTC",
        "log_checkpoints=off",
        # The values of a refused row are personal data: the application gets them, the log file does not.
        "log_error_verbosity=terse",
        "log_min_error_statement=fatal",
    ]
    if not durable:
        options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    process = launching.spawn(
        [*identity.prefix, folder / "postgres", "-D", cluster, *_as_arguments(options)],
        claimed=claimed,
        log_file=_log_file(data_dir),
        death_signal=signal.SIGINT,
        environ=programs.environ(),
        options=identity.options(),
    )
    if not launching.is_ready_within(
        process, lambda: is_answering(data_dir), seconds=START_SECONDS, steps=FAST_STOP
    ):
        raise CannotStart(_failure("PostgreSQL ne démarre pas.", data_dir))
    return process


def _initialise(folder: Path, cluster: Path, identity: Identity, *, durable: bool) -> None:
    """Create the cluster aside, then name it: an interrupted creation leaves nothing that looks finished."""
    major = programs.version(folder).split(".", maxsplit=1)[0]
    if cluster.exists():
        found = (cluster / "PG_VERSION").read_text("ascii").strip()
        if found != major:
            raise CannotStart(
                f"{cluster} a été créé par PostgreSQL {found}, or {folder} est en version {major}. "
                f"Donnez dans PG_BINDIR les programmes de la version {found}, ou déplacez ce dossier."
            )
        return
    unfinished = cluster.with_suffix(".inacheve")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    identity.take(unfinished)
    locale = ["--locale=C.UTF-8"]
    if int(major) >= 17:  # its own provider: the same order and case rules on every system
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    where = ["-D", str(unfinished), "-U", OWNER, "-A", "trust", "-E", "UTF8"]
    haste = [] if durable else ["--no-sync"]
    result = identity.run([folder / "initdb", *where, *locale, "--no-instructions", *haste])
    if result.returncode != 0:
        raise CannotStart(
            f"La base locale n’a pas pu être créée dans {cluster} :\n{result.stderr.strip()}"
        )
    unfinished.rename(cluster)


def _forget_crash(cluster: Path) -> None:
    """Remove the pid file left by a crash when its number no longer is a server of this cluster.

    PostgreSQL takes any process of that number for its own and refuses to start: usual after a container
    restarts. Safe, because the claim is held, which every process of a server launched from here keeps; the
    working folder tells a server started by hand, which is left alone.
    """
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists() or not Path("/proc/self").exists():
        return
    pid = pid_file.read_text("ascii").split("\n", maxsplit=1)[0].strip()
    try:
        folder = Path(f"/proc/{pid}/cwd").readlink()
    except OSError:  # gone, or a zombie
        folder = None
    if folder != cluster.resolve():
        pid_file.unlink()


def _make_private(sockets: Path, identity: Identity) -> None:
    """Create the socket folder, refusing one that somebody else prepared; remove a crashed server's files."""
    try:
        sockets.mkdir(mode=0o700)
    except FileExistsError:
        found = sockets.lstat()
        ours = found.st_uid in {os.geteuid(), identity.uid}
        if not ours or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077:
            raise CannotStart(
                f"{sockets} n’est pas un dossier privé de ce compte : supprimez-le."
            ) from None
        for leftover in sockets.glob(".s.PGSQL.*"):
            leftover.unlink()
    identity.take(sockets)


def _socket_directory(data_dir: Path) -> Path:
    """Short whatever the data folder: the system refuses a socket path beyond 107 bytes."""
    name = f"{os.geteuid()}:{data_dir.resolve()}"
    temporary = Path("/tmp")  # noqa: S108 - a private folder is made in it; TMPDIR differs between terminals
    if not os.access(temporary, os.W_OK):
        temporary = Path(tempfile.gettempdir())
    return temporary / f"monpro-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _as_arguments(options: list[str]) -> list[str]:
    return [part for option in options for part in ("-c", option)]


def _failure(sentence: str, data_dir: Path) -> str:
    log_file = _log_file(data_dir)
    return f"{sentence} Fin de {log_file} :\n{launching.last_lines(log_file)}"


def _cluster(data_dir: Path) -> Path:
    return data_dir.resolve() / "postgresql"


def _lock_file(data_dir: Path) -> Path:
    return data_dir.resolve() / "postgresql.lock"


def _log_file(data_dir: Path) -> Path:
    return data_dir.resolve() / "postgresql.log"
