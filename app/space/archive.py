"""The archive of one person's data: a page to read, and the same for another program (RGPD art. 15 and 20)."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import msgspec

from app.rendering.environment import without_files
from app.rendering.moments import PARIS, moment

FOLDER = "mes-donnees"


class Shown(msgspec.Struct, frozen=True):
    """A value as the page shows it: a text, or several values, or several with their labels."""

    text: str = ""
    items: list[Shown] = []
    fields: list[tuple[str, Shown]] = []


def zipped(data: dict[str, Any], files: dict[str, bytes], *, now: datetime) -> bytes:
    """The ZIP: `data` readable and in JSON, and `files` beside them. Long for a big account: call it in a thread."""
    inside = {
        "a-lire.html": readable(data, sorted(files), now=now).encode(),
        "donnees.json": msgspec.json.format(msgspec.json.encode(data), indent=2),
        **files,
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in inside.items():
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", now.astimezone(PARIS).timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, body)
    return content.getvalue()


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
    return Shown("" if value is None else str(value))
