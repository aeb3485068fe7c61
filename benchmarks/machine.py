"""What the processes and the machine spend, read from /proc (Linux only): CPU that stays true on a busy machine."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import msgspec

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
QUIET_SHARE = 0.10
"""A measure taken while anything else used more of the machine than this is said to be noisy."""


def _fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold spaces; empty when the process is gone."""
    try:
        stat = (PROC / str(pid) / "stat").read_text("ascii", "replace")
    except OSError:
        return []
    return stat[stat.rindex(")") + 2 :].split()


def families(roots: dict[str, int]) -> dict[str, set[int]]:
    """Each root process with every process below it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _fields(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = {}
    for name, root in roots.items():
        known, waiting = {root}, [root]
        while waiting:
            below = set(children.get(waiting.pop(), [])) - known
            known |= below
            waiting += below
        found[name] = known
    return found


def cpu_seconds(pids: set[int]) -> float:
    """User and system time of the living `pids`, with that of their children already gone."""
    ticks = 0
    for pid in pids:
        if fields := _fields(pid):
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS


def _busy_and_total() -> tuple[float, float]:
    """Seconds all cores spent busy (time stolen by the host included) and in all, since the start."""
    ticks = [int(n) for n in (PROC / "stat").read_text("ascii").split("\n", 1)[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / TICKS, sum(ticks) / TICKS


class Spent(msgspec.Struct, frozen=True):
    """CPU seconds of each watched group, and the share of the machine that anything else used (0 to 1)."""

    by_group: dict[str, float]
    others_share: float


class Meter:
    """Between `start()` and `stop(...)`, what each group (a root process and those below it) spent."""

    def __init__(self, roots: dict[str, int]) -> None:
        self._roots = roots
        self._before: dict[str, float] = {}
        self._machine = (0.0, 0.0)
        self._own = 0.0

    def _spent(self) -> dict[str, float]:
        return {name: cpu_seconds(pids) for name, pids in families(self._roots).items()}

    def start(self) -> None:
        self._before = self._spent()
        self._machine = _busy_and_total()
        self._own = time.process_time()

    def stop(self, *, load_seconds: float) -> Spent:
        """`load_seconds`: CPU of the load process, which belongs to nobody's bill."""
        own = time.process_time() - self._own
        busy, total = _busy_and_total()
        busy, total = busy - self._machine[0], total - self._machine[1]
        after = self._spent()
        spent = {name: after[name] - before for name, before in self._before.items()}
        others = busy - sum(spent.values()) - load_seconds - own
        return Spent(spent, max(0.0, others) / total if total > 0 else 0.0)


def wait_for_quiet(seconds: float = 1.0) -> None:
    """Leave other programs up to `seconds` to finish what they do."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        busy, total = _busy_and_total()
        time.sleep(0.06)
        later_busy, later_total = _busy_and_total()
        if later_busy - busy <= 2 * QUIET_SHARE * max(later_total - total, 1 / TICKS):
            return


def described() -> str:
    """The machine in one line."""
    model = "processeur inconnu"
    for line in (PROC / "cpuinfo").read_text("utf-8", "replace").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = int((PROC / "meminfo").read_text("ascii").split()[1]) / 1e6
    return (
        f"{CORES} cœurs, {model}, {memory:.0f} Go, Linux {platform.release()},"
        f" Python {platform.python_version()}"
    )
