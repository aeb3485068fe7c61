"""The local engines and the runner: started, stopped, killed for real."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from app import config, launching, processes
from app.config import ROOT
from app.database import address, embedded, programs
from app.launching import CannotStart
from app.search import engine


@pytest.fixture(autouse=True)
def no_server_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests start servers of their own, whatever the settings of the others."""
    for name in ("DATABASE_URL", "MEILISEARCH_URL", "PORT", "HOST", "ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data folder in which nothing may be left running."""
    yield tmp_path
    assert not running_in(tmp_path)


def running_in(folder: Path) -> list[str]:
    """The command lines of the processes that name `folder`, whoever started them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (
                (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            )
            if str(folder) in command and process.name != str(os.getpid()):
                found.append(command)
    return found


def until(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def query(url: str, sql: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_postgresql_starts_speaks_french_and_leaves_nothing_behind(data_dir: Path) -> None:
    with embedded.start(data_dir, durable=False) as server:
        assert query(server.url("postgres"), "SELECT lower('ÉLAN')") == "élan"
        assert query(server.url("postgres"), "SHOW timezone") == "UTC"
        assert query(server.url("postgres"), "SHOW listen_addresses") == ""
        sockets = Path(str(query(server.url("postgres"), "SHOW unix_socket_directories")))
        assert sockets.stat().st_mode & 0o777 == 0o700
        asyncio.run(address.ensure_database(server.url("essai")))
        asyncio.run(address.ensure_database(server.url("essai")))
        assert query(server.url("essai"), "SELECT current_database()") == "essai"
    assert not embedded.is_answering(data_dir)
    assert not sockets.exists()


def test_postgresql_keeps_what_was_committed_when_killed(data_dir: Path) -> None:
    with embedded.start(data_dir) as server:
        query(server.url("postgres"), "CREATE TABLE kept AS SELECT 7 AS number")
        assert server.process is not None
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
    # As after a restart of the machine, the number in the stale file is that of a living program.
    pid_file = data_dir / "postgresql/postmaster.pid"
    stale = pid_file.read_text("ascii").splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *stale[1:]]) + "\n", "ascii")
    with embedded.start(data_dir) as server:
        assert query(server.url("postgres"), "SELECT number FROM kept") == 7


def test_two_starts_at_once_share_one_server(data_dir: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        started = list(pool.map(lambda _: embedded.start(data_dir, durable=False), range(2)))
    owners = [server for server in started if server.process is not None]
    borrowers = [server for server in started if server.process is None]
    assert len(owners) == len(borrowers) == 1
    borrowers[0].stop()
    assert query(owners[0].url("postgres"), "SELECT 1") == 1
    owners[0].stop()


def test_a_long_data_folder_is_no_obstacle(data_dir: Path) -> None:
    deep = data_dir / ("un-dossier-au-nom-interminable-" * 4) / "avec des espaces"
    with embedded.start(deep, durable=False) as server:
        assert query(server.url("postgres"), "SELECT 1") == 1


def test_data_of_another_major_version_is_left_alone(data_dir: Path) -> None:
    (data_dir / "postgresql").mkdir()
    (data_dir / "postgresql/PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="PostgreSQL 9"):
        embedded.start(data_dir)


def test_the_socket_folder_of_somebody_else_is_refused(data_dir: Path) -> None:
    folder = Path(embedded.url(data_dir).split("host=")[1].split("&")[0])
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    try:
        with pytest.raises(CannotStart, match="dossier privé"):
            embedded.start(data_dir, durable=False)
    finally:
        folder.rmdir()


def test_a_wrong_pg_bindir_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))
    with pytest.raises(CannotStart, match="PG_BINDIR"):
        programs.bin_directory()


def test_meilisearch_starts_answers_and_stops(data_dir: Path) -> None:
    with engine.start(data_dir) as server:
        assert engine.is_answering(server.url)
        assert (data_dir / "meilisearch/key").stat().st_mode & 0o777 == 0o600
        assert not any(server.key in command for command in running_in(data_dir))
        assert engine.start(data_dir).process is None, "a second start borrows the first"
        first = server.url
    assert not engine.is_answering(first)
    with socket.socket() as other:  # the port of last time is taken meanwhile
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(first.rsplit(":", 1)[1])))
        other.listen()
        with engine.start(data_dir) as server:
            assert server.url != first
            assert engine.is_answering(server.url)


def test_a_program_whose_hash_differs_is_not_run(tmp_path: Path) -> None:
    program = tmp_path / "meilisearch"
    program.write_bytes(b"#!/bin/sh\nexit 0\n")
    with pytest.raises(CannotStart, match="n’est pas le programme attendu"):
        engine._checked(program, engine.PACKAGED_SHA256)
    assert not os.access(program, os.X_OK)


def test_an_address_nobody_wrote_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="pas encore été lancé"):
        engine.local_address(tmp_path)


def test_the_local_engines_are_left_out_when_an_address_is_given(tmp_path: Path) -> None:
    names = [*processes.commands_to_run(processes.PROCFILE, config.read({}))]
    assert names == ["worker", "search", "database", "web"]
    elsewhere = config.read({"DATABASE_URL": "postgresql://x", "MEILISEARCH_URL": "http://x"})
    assert [*processes.commands_to_run(processes.PROCFILE, elsewhere)] == ["worker", "web"]


def test_a_busy_port_is_refused_with_another_to_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"PORT={port + 1}"):
            processes.refuse_busy_port("127.0.0.1", port)


def test_a_claim_lasts_as_long_as_the_engine_itself(tmp_path: Path) -> None:
    lock, log = tmp_path / "lock", tmp_path / "log"
    claimed = launching.claim(lock)
    assert claimed is not None
    child = launching.spawn(
        ["sleep", "60"], claimed=claimed, log_file=log, death_signal=signal.SIGTERM
    )
    os.close(claimed)  # as when the launcher is killed
    assert launching.claim(lock) is None
    launching.stop(child, [(signal.SIGTERM, 5.0)])
    claimed = launching.claim_within(lock, 1.0)
    assert claimed is not None
    os.close(claimed)


def test_an_engine_that_never_answers_is_stopped(tmp_path: Path) -> None:
    silent = subprocess.Popen(["sleep", "60"])
    patience = [(signal.SIGTERM, 5.0)]
    assert not launching.is_ready_within(silent, lambda: False, seconds=0.1, steps=patience)
    assert silent.poll() == -signal.SIGTERM


def test_files_held_by_an_owner_that_does_not_answer_are_left_to_it(tmp_path: Path) -> None:
    lock = tmp_path / "moteur.lock"
    claimed = launching.claim(lock)
    assert claimed is not None
    with pytest.raises(CannotStart, match="moteur sans répondre"):
        launching.start_or_borrow(lock, _does_not_start, lambda: False, seconds=0.1)
    assert launching.start_or_borrow(lock, _does_not_start, lambda: True, seconds=0.1) == (
        None,
        None,
    )
    os.close(claimed)


def test_a_start_that_fails_leaves_the_files_to_the_next_one(tmp_path: Path) -> None:
    lock = tmp_path / "moteur.lock"
    with pytest.raises(CannotStart, match="en panne"):
        launching.start_or_borrow(lock, _does_not_start, lambda: False, seconds=0.1)
    claimed = launching.claim(lock)
    assert claimed is not None
    os.close(claimed)


def _does_not_start(_claimed: int) -> subprocess.Popen[bytes]:
    raise CannotStart("en panne")


class Runner:
    """`make run` with a Procfile of its own, whose commands all name the data folder."""

    def __init__(self, data_dir: Path, **commands: str) -> None:
        self.data_dir = data_dir
        self.output = data_dir / "output"
        procfile = data_dir / "Procfile"
        procfile.write_text("".join(f"{name}: {line}\n" for name, line in commands.items()))
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", RUN, str(procfile)],
                cwd=ROOT,
                env=os.environ | {"DATA_DIR": str(data_dir)},
                stdout=output,
                stderr=output,
            )

    def says(self, *sentences: str) -> bool:
        return until(lambda: all(each in self.output.read_text() for each in sentences), 60)


RUN = """
import sys, pathlib
from app import processes
sys.exit(processes.run(pathlib.Path(sys.argv[1])))
"""
ENGINES = {
    "release": "false",
    "database": "python -m app.cli database",
    "search": "python -m app.cli search",
}


def test_nothing_survives_a_killed_runner(data_dir: Path) -> None:
    idle = f"python -c 'import time; time.sleep(600)' {data_dir}"
    runner = Runner(data_dir, worker=idle, **ENGINES)
    try:
        assert runner.says("PostgreSQL", "Meilisearch répond"), runner.output.read_text()
        assert len(running_in(data_dir)) >= 4
    finally:
        runner.process.kill()
        runner.process.wait()
    assert until(lambda: not running_in(data_dir)), running_in(data_dir)
    # The database was shut down in order, not merely cut: no recovery at the next start.
    assert "database system is shut down" in (data_dir / "postgresql.log").read_text()


def test_a_stop_asked_for_is_orderly_and_no_failure(data_dir: Path) -> None:
    runner = Runner(data_dir, **ENGINES)
    assert runner.says("PostgreSQL", "Meilisearch répond"), runner.output.read_text()
    runner.process.send_signal(signal.SIGINT)
    assert runner.process.wait(60) == 0
    assert "base : arrêté (code 0)" in runner.output.read_text().replace("  ", " ")


def test_when_one_process_ends_all_stop_with_its_code(data_dir: Path) -> None:
    runner = Runner(data_dir, worker=f"sh -c 'sleep 0.3; exit 7' {data_dir}", **ENGINES)
    assert runner.process.wait(60) == 7


def test_a_search_engine_that_falls_is_started_again_and_the_rest_goes_on(data_dir: Path) -> None:
    runner = Runner(data_dir, **ENGINES)
    try:
        assert runner.says("PostgreSQL", "Meilisearch répond"), runner.output.read_text()
        time.sleep(engine.SHORTEST_LIFE_SECONDS)
        url, _ = engine.local_address(data_dir)
        number = subprocess.check_output(["pgrep", "-f", f"db-path {data_dir}/meilisearch"])
        os.kill(int(number), signal.SIGKILL)
        assert runner.says("il est relancé"), runner.output.read_text()
        assert until(lambda: engine.is_answering(url)), "at the address the site knows"
        assert runner.process.poll() is None
    finally:
        runner.process.send_signal(signal.SIGINT)
        assert runner.process.wait(60) == 0


def test_a_second_launch_in_the_same_folder_says_so(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "claim", lambda _: None)
    monkeypatch.setattr(launching, "TAKEOVER_SECONDS", 0.0)
    monkeypatch.setattr(config, "current", lambda: config.read({"DATA_DIR": str(data_dir)}))
    monkeypatch.setattr(processes, "refuse_busy_port", lambda *_: None)
    with pytest.raises(CannotStart, match="se sert déjà"):
        processes.run(ROOT / "Procfile")
    with pytest.raises(CannotStart, match="déjà lancée"):
        embedded.serve(data_dir)
    with pytest.raises(CannotStart, match="déjà lancé"):
        engine.serve(data_dir)
