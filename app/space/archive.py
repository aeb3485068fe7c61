"""The archive of one person's data: a page to read, and the same for another program (RGPD art. 15 and 20)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import structlog

from app.rendering import filters
from app.rendering.environment import without_files
from app.rendering.moments import PARIS, moment
from app.sealing.sealing import CannotOpen
from app.storage.store import Away, Missing

FOLDER = "mes-donnees"
UNREAD = "fichiers-a-redemander.txt"
_log = structlog.get_logger("space")


class Shown(msgspec.Struct, frozen=True):
    """A value as the page shows it: a text, or several values, or several with their labels."""

    text: str = ""
    items: list[Shown] = []
    fields: list[tuple[str, Shown]] = []


def zipped(
    data: dict[str, Any], files: dict[str, bytes], beside: Sequence[str], *, now: datetime
) -> bytes:
    """The ZIP: `data` readable and in JSON, with `files`; `beside`: what `with_files` will add. Long for a big account:
    call it in a thread."""
    inside = {
        "a-lire.html": readable(data, sorted([*files, *beside]), now=now).encode(),
        "donnees.json": msgspec.json.format(msgspec.json.encode(data), indent=2),
        **files,
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in inside.items():
            archive.writestr(_entry(name, now), body)
    return content.getvalue()


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(f"{FOLDER}/{name}", now.astimezone(PARIS).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


class _Written:
    """What a ZIP writes, taken away piece by piece: nothing of it stays."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nor here."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def with_files(
    zipped: bytes, files: Mapping[str, Iterator[bytes]], *, now: datetime
) -> Iterator[bytes]:
    """The ZIP `zipped` with `files` in it, by their names, in pieces: one piece of a file is held at a time.

    A file that cannot be read is named in `UNREAD`. It reads and computes: for a thread.
    """
    written, unread = _Written(), list[str]()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(zipped)) as held:
            for entry in held.infolist():
                archive.writestr(
                    _entry(entry.filename.removeprefix(f"{FOLDER}/"), now), held.read(entry)
                )
        for name, pieces in files.items():
            try:
                with archive.open(_entry(name, now), "w") as inside:
                    for piece in pieces:
                        inside.write(piece)
                        yield written.taken()
            except (Away, Missing, CannotOpen) as failure:
                _log.warning("file not archived", name=name, cause=type(failure).__name__)
                unread.append(name)
        if unread:
            archive.writestr(_entry(UNREAD, now), _to_ask_again(unread))
    yield written.taken()


def _to_ask_again(names: list[str]) -> str:
    lines = [
        "Ces fichiers n’ont pas pu être lus en entier. Téléchargez l’archive de nouveau plus tard,"
    ]
    return "\n".join([*lines, "ou écrivez-nous si cela dure.", "", *names, ""])


def readable(data: dict[str, Any], files: list[str], *, now: datetime) -> str:
    """`data` as one page of HTML that calls nobody and needs no other file."""
    sections = [(_label(name), _shown(value)) for name, value in data.items()]
    template = without_files().get_template("space/archive.html")
    html: str = template.render(
        title="Mes données", made=moment(now), sections=sections, files=files
    )
    return html


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _shown(value: Any) -> Shown:
    if isinstance(value, dict):
        return Shown(fields=[(_label(name), _shown(each)) for name, each in value.items()])
    if isinstance(value, (list, tuple)):
        return Shown(items=[_shown(each) for each in value])
    if isinstance(value, bool):
        return Shown("oui" if value else "non")
    if isinstance(value, datetime):
        return Shown(moment(value))
    if isinstance(value, date):
        return Shown(filters.day(value))
    return Shown("" if value is None else str(value))
