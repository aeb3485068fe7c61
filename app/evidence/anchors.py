"""Anchors: the end of the chain, kept outside the database (a file, and mails), so that a rewritten chain shows."""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
from datetime import datetime
from pathlib import Path

import msgspec

from app import config, disk
from app.database import connection
from app.errors import Refused
from app.evidence import chain
from app.jobs import queue

EVIDENCE_ANCHORED = "evidence_anchored"
"""The note of a night's anchor: whoever sends mails reads it; it carries an `Anchored`."""

FILE = "ancres"
_CUT = b" # ligne interrompue"


class Anchor(msgspec.Struct, frozen=True):
    """A place of the chain and its hash, as they were at a moment (UTC)."""

    position: int
    seal_hash: str
    anchored_at: str = ""


class Anchored(msgspec.Struct, frozen=True):
    """What the mail of the night says: the end of the chain, and how many anomalies the check found."""

    anchor: Anchor
    anomalies: int
    addresses: tuple[str, ...]


class NotAnAnchor(Refused):
    message = "Une ancre s’écrit « position:empreinte » (un nombre, puis 64 signes de 0 à f)."


def read(text: str) -> Anchor:
    """An anchor as a mail or a printed sheet gives it: « 1234:9f86d0… ». Raises `NotAnAnchor`."""
    found = re.fullmatch(r"\s*([1-9][0-9]{0,17})\s*:\s*([0-9a-fA-F]{64})\s*", text)
    if found is None:
        raise NotAnAnchor
    return Anchor(int(found[1]), found[2].lower())


def path() -> Path:
    """The file of the anchors: one JSON line each, only ever added to."""
    return config.current().data_dir / FILE


async def anchor(now: datetime, *, anomalies: int = 0) -> Anchor | None:
    """Keep the end of the chain in the table and in the file, and leave the note of its mail.

    Answers None when nothing is sealed yet. On a night without a new seal the same end is told again.
    """
    addresses = config.current().anchor_addresses
    kept = None
    async with connection.transaction():
        head = await connection.row(
            "SELECT position, seal_hash FROM evidence_seal ORDER BY position DESC LIMIT 1"
        )
        if head is not None:
            await connection.execute(
                "INSERT INTO evidence_anchor (position, seal_hash, anchored_at, sent_to)"
                " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                head["position"],
                head["seal_hash"],
                now,
                msgspec.json.encode([f"fichier:{FILE}", *addresses]).decode(),
            )
            kept = Anchor(head["position"], head["seal_hash"].hex(), chain.moment(now))
            await queue.enqueue(EVIDENCE_ANCHORED, Anchored(kept, anomalies, addresses))
    if kept is None:
        return None
    # After the commit: a file never tells of an anchor that the table was not left with.
    await asyncio.to_thread(_catch_up, await in_table())
    return kept


async def in_table() -> list[Anchor]:
    """The anchors of the database, in order."""
    return [
        Anchor(row["position"], row["seal_hash"].hex(), chain.moment(row["anchored_at"]))
        for row in await connection.rows(
            "SELECT position, seal_hash, anchored_at FROM evidence_anchor ORDER BY position"
        )
    ]


def in_file() -> tuple[list[Anchor], list[int]]:
    """The anchors of the file, in order, and the numbers of its lines that cannot be read.

    A last line without its end was being written when the machine stopped: it is left out.
    """
    try:
        raw = path().read_bytes()
    except FileNotFoundError:
        return [], []
    found: list[Anchor] = []
    unreadable: list[int] = []
    whole = raw[: raw.rfind(b"\n") + 1]
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            found.append(msgspec.json.decode(line, type=Anchor))
        except (msgspec.DecodeError, msgspec.ValidationError):
            if not line.endswith(_CUT):
                unreadable.append(number)
    return found, unreadable


def _catch_up(kept: list[Anchor]) -> None:
    """Add to the file the anchors of the table that come after its last one."""
    path().parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        known, _ = in_file()
        last = max((anchor.position for anchor in known), default=0)
        lines = b"".join(
            msgspec.json.encode(anchor) + b"\n" for anchor in kept if anchor.position > last
        )
        if lines:
            os.write(descriptor, _end_of_cut_line(descriptor) + lines)
            os.fsync(descriptor)
            disk.settle(path().parent)
    finally:
        os.close(descriptor)


def _end_of_cut_line(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    is_whole = size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"
    return b"" if is_whole else _CUT + b"\n"
