"""What the command line says of an import."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.errors import Refused
from app.listing import importing


class Unreadable(Refused):
    """The file is not there, or may not be read."""


async def load(file: str, *, is_dry: bool, now: datetime) -> int:
    """Load a file and say what was done; 1 when a line is refused. Raises `Unreadable`, `spreadsheets.NotAList`."""
    try:
        raw = Path(file).read_bytes()  # noqa: ASYNC240 - a command does nothing else meanwhile
    except OSError as failure:
        raise Unreadable(f"« {file} » ne se lit pas : {failure.strerror}.") from None
    report = await importing.load(raw, is_dry=is_dry, now=now)
    print(f"Encodage : {report.encoding}.")
    for fault in report.faults:
        print(f"✗ {fault}")
    if report.faults:
        print(f"{len(report.faults)} refus : rien n’est chargé.")
        return 1
    done = "seraient chargés" if report.is_dry else "chargés"
    print(f"Praticiens {done} : {report.created}. Déjà là, laissés tels quels : {report.known}.")
    return 0
