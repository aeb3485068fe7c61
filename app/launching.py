"""What the two local engines (PostgreSQL, Meilisearch) share: one owner per data folder, no orphan, a clean stop.

Two mechanisms carry the promises, because both survive `kill -9`, which no exit handler does:

- the *claim*, a `flock` whose descriptor the engine itself inherits: as long as one of its processes lives, nobody
  else starts a second engine on the same files;
- the *parent-death signal* (Linux `prctl`), by which the kernel stops a child whose parent has vanished.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, Self

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
POLL_SECONDS = 0.03
TAKEOVER_SECONDS = 5.0  # left to an owner that is stopping, before « already running »
RUNNER_PID = "MONPRO_RUNNER_PID"

Steps = Sequence[tuple[int, float]]
"""Signals to send in turn, each with the seconds left to it."""

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class CannotStart(Exception):
    """A local engine or the site cannot be started: the message is French and says what to do."""


class _ToldToStop(Exception):
    """Raised in the main thread by the signal handler of `stoppable`."""


def die_with_parent(signum: int = signal.SIGTERM) -> None:
    """Have the kernel send `signum` to this process when its parent ends, whatever the way; survives `exec`.

    Elsewhere than on Linux this does nothing: only the ordinary stop is guaranteed there.
    """
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, int(signum))


def claim(lock_file: Path) -> int | None:
    """Become the only owner of what `lock_file` stands for; the descriptor holding the claim, None when it is taken."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def claim_within(
    lock_file: Path, seconds: float, *, unless: Callable[[], bool] = lambda: False
) -> int | None:
    """Claim `lock_file`, waiting at most `seconds` for a previous owner to finish; give up early once `unless()`."""
    deadline = time.monotonic() + seconds
    while (descriptor := claim(lock_file)) is None:
        if unless() or time.monotonic() > deadline:
            return None
        time.sleep(POLL_SECONDS)
    return descriptor


@dataclass
class Engine:
    """A running engine. `process` is None when another process owns it: then stopping it here leaves it running."""

    data_dir: Path
    process: subprocess.Popen[bytes] | None = None
    claimed: int | None = None
    steps: Steps = ()

    def stop(self) -> None:
        """Shut it down, and let others claim its files."""
        if self.process is not None:
            stop(self.process, self.steps)
            self.process = None
            self.tidy()
        if self.claimed is not None:
            os.close(self.claimed)
            self.claimed = None

    def tidy(self) -> None:
        """Take away what it leaves outside its data folder, while the claim is still held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


def start_or_borrow(
    lock_file: Path,
    launch: Callable[[int], subprocess.Popen[bytes]],
    is_answering: Callable[[], bool],
    *,
    seconds: float,
) -> tuple[subprocess.Popen[bytes] | None, int | None]:
    """Become the owner of an engine and `launch` it: its process and the claim; or neither, when one answers already.

    Raises `CannotStart` when its owner does not answer within `seconds`.
    """
    claimed = claim_within(lock_file, seconds, unless=is_answering)
    if claimed is None:
        if is_answering():
            return None, None
        raise CannotStart(f"Un autre programme occupe {lock_file.with_suffix('')} sans répondre.")
    try:
        return launch(claimed), claimed
    except BaseException:
        os.close(claimed)
        raise


def spawn(
    command: Sequence[str | Path],
    *,
    claimed: int,
    log_file: Path,
    death_signal: int,
    environ: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> subprocess.Popen[bytes]:
    """Start an engine in a session of its own (a Ctrl-C in the terminal reaches only its launcher).

    It inherits the claim, writes to `log_file` and receives `death_signal` when this process ends.
    """
    # The kernel ties the signal to the *thread* that forked: outside the main thread, which lives as long as the
    # process, it would stop the engine at the end of a passing thread.
    in_main_thread = threading.current_thread() is threading.main_thread()

    def in_child() -> None:
        die_with_parent(death_signal)

    with log_file.open("ab") as log:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd="/",
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(claimed,),
            preexec_fn=in_child if in_main_thread else None,  # noqa: PLW1509 - one system call, no lock taken
            **(options or {}),
        )


def is_ready_within(
    process: subprocess.Popen[bytes],
    is_answering: Callable[[], bool],
    *,
    seconds: float,
    steps: Steps,
) -> bool:
    """Wait until it answers; False, and it is stopped by `steps`, when it ended first or `seconds` have passed."""
    deadline, is_ready = time.monotonic() + seconds, False
    try:
        while not is_ready and process.poll() is None and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
            is_ready = is_answering()
    finally:
        if not is_ready:
            stop(process, steps)
    return is_ready


def stop(process: subprocess.Popen[bytes], steps: Steps) -> None:
    """Send each signal of `steps` in turn, leaving it that many seconds to work; then SIGKILL."""
    for signum, seconds in steps:
        if process.poll() is not None:
            return
        process.send_signal(signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return
    process.kill()
    process.wait()


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Leave the block as soon as this process is told to stop (SIGTERM, Ctrl-C, terminal closed, parent gone)."""
    die_with_parent(signal.SIGTERM)

    def interrupt(_signum: int, _frame: FrameType | None) -> None:
        for each in STOP_SIGNALS:  # told once is enough: the stop itself must not be interrupted
            signal.signal(each, signal.SIG_IGN)
        raise _ToldToStop

    for each in STOP_SIGNALS:
        signal.signal(each, interrupt)
    with contextlib.suppress(_ToldToStop):
        yield


def last_lines(log_file: Path, count: int = 8) -> str:
    """The end of an engine's log, indented for a message."""
    try:
        lines = log_file.read_text("utf-8", "replace").splitlines()[-count:]
    except OSError:
        lines = []
    return "\n".join(f"    {line}" for line in lines)


def become(command: list[str]) -> NoReturn:
    """Replace this process by `command`, bound to the life of its parent (and of the runner, if gone meanwhile)."""
    die_with_parent(signal.SIGTERM)
    runner = os.environ.get(RUNNER_PID)
    if runner is not None and not Path("/proc", runner).exists() and Path("/proc/self").exists():
        raise SystemExit(0)
    try:
        os.execvp(command[0], command)  # noqa: S606 - the project's own Procfile
    except OSError as refusal:
        raise SystemExit(f"✗ {command[0]} : {refusal.strerror}") from refusal


if __name__ == "__main__":
    become(sys.argv[1:])
