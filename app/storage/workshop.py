"""What people send is opened in a process of its own, bounded in memory and time, that knows none of our secrets.

A picture or a document made to exhaust or to break its reader breaks that process alone.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Timer

import msgspec

from app.errors import Unavailable

PROGRAM = Path(__file__).with_name("workshop_program.py")
SECONDS = 15.0
"""From the start of the process to its answer; it stops by itself after 10 seconds of work."""
MEMORY_MB = 640
AT_ONCE = 2
MAX_ANSWER_BYTES = 8_000_000
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH")
_threads = ThreadPoolExecutor(AT_ONCE, "workshop")


class CannotRead(Exception):
    """The file is not what its beginning says, is protected, or asks for too much."""


class Busy(Unavailable):
    message = "Les documents ne peuvent pas être lus pour le moment. Réessayez dans un instant."


async def check(media_type: str, plain: Iterable[bytes]) -> int:
    """Open the whole file as a `media_type`, and answer how many pages of it can be shown, at most 200: a picture
    is one page. Raises `CannotRead`, `Busy`.
    """
    made = await do(["check", media_type], plain)
    return int(made["pages"])


async def do(task: Sequence[str], plain: Iterable[bytes]) -> dict[str, bytes]:
    """Give the file to the program and answer the parts it made, by name; raises `CannotRead`, `Busy`.

    `plain` is read in a thread, and whatever it raises comes out.
    """
    loop = asyncio.get_running_loop()
    answer = await loop.run_in_executor(_threads, _run, task, plain)
    return msgspec.msgpack.decode(answer, type=dict[str, bytes])


def _run(task: Sequence[str], plain: Iterable[bytes]) -> bytes:
    try:
        child = subprocess.Popen(
            # -I: neither the folder it is started from nor the variables of Python count.
            [sys.executable, "-I", str(PROGRAM), str(MEMORY_MB), *task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
        )
    except OSError as failure:
        raise Busy from failure
    assert child.stdin is not None  # noqa: S101  # both are pipes
    assert child.stdout is not None  # noqa: S101
    alarm = Timer(SECONDS, child.kill)
    alarm.start()
    try:
        with suppress(BrokenPipeError):  # it has seen enough: its exit code tells
            for piece in plain:
                child.stdin.write(piece)
            child.stdin.close()
        answer = child.stdout.read(MAX_ANSWER_BYTES + 1)
        if len(answer) > MAX_ANSWER_BYTES or child.wait() != 0:
            raise CannotRead
        return answer
    finally:
        alarm.cancel()
        child.kill()
        child.wait()
        with suppress(BrokenPipeError):
            child.stdin.close()
        child.stdout.close()
