"""What a mail says: its subject, its text and its HTML, from the templates and the values it needs."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from typing import Any

import msgspec

from app import config
from app.post.kinds import PARAGRAPHS, Kind
from app.rendering import filters, moments
from app.rendering.environment import without_files

_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Controls, and the marks that turn the direction of a text around: both disguise what one reads."""


class Unwritable(ValueError):
    """The values given do not make this mail: a mistake of the program, never of the person."""


class Written(msgspec.Struct, frozen=True):
    """A mail ready to leave. `unsubscribe_url` is empty for what cannot be refused."""

    subject: str
    text: str
    html: str
    unsubscribe_url: str = ""

    @property
    def sha256(self) -> bytes:
        """Of the subject, the text and the HTML, in UTF-8, an empty line between them."""
        return hashlib.sha256(f"{self.subject}\n\n{self.text}\n\n{self.html}".encode()).digest()


def write(kind: Kind, values: dict[str, Any], *, unsubscribe_url: str = "") -> Written:
    """The mail of this `kind` with these `values`, its links built from `config.public_url` only.

    Raises `Unwritable` when a value is missing, unknown, or not of its kind, or when the subject is not one line.
    """
    if values.keys() != kind.needs:
        wrong = ", ".join(sorted(values.keys() ^ kind.needs))
        raise Unwritable(f"the mail {kind.name!r} needs other values: {wrong}")
    settings = config.current()
    shown = {name: _shown(name, value) for name, value in values.items()}
    shown |= {
        "operator": settings.operator,
        "why": kind.why,
        "site_url": settings.public_url,
        "unsubscribe_url": unsubscribe_url,
    }
    subject, text, html = (_render(kind.name, file, shown) for file in FILES)
    if not subject.strip() or "\n" in subject.strip():
        raise Unwritable(f"the subject of {kind.name!r} is not one line")
    return Written(subject.strip(), text.strip() + "\n", html, unsubscribe_url)


FILES = ("subject.txt", "body.txt", "body.html")


def _render(kind: str, file: str, shown: dict[str, Any]) -> str:
    rendered = without_files().get_template(f"mails/{kind}/{file}").render(shown)
    # Jinja's instructions leave runs of empty lines in a text; one is enough to part two paragraphs.
    return re.sub(r"\n{3,}", "\n\n", rendered)


def _shown(name: str, value: Any) -> Any:
    """A value as the templates show it."""
    if name == "links":
        return [(_line(words), absolute(path)) for words, path in value]
    if name == "path" or name.endswith("_path"):
        return absolute(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return filters.day(value)
    if isinstance(value, list):
        return [tuple(_line(part) for part in parts) for parts in value]
    if isinstance(value, str):
        value = _paragraphs(value) if name in PARAGRAPHS else _line(value)
    return value


def absolute(path: str) -> str:
    """The whole address of a path of the site; raises `Unwritable` for what would lead elsewhere."""
    if not re.fullmatch(r"/(?![/\\])[!-~]*", path):
        raise Unwritable(f"not an address of the site: {path!r}")
    return config.current().public_url + path


def moment(at: datetime) -> str:
    """An instant in the time of Paris: « 22 novembre 2026 à 15 h 04 (heure de Paris) ».

    Raises `Unwritable` for one that does not say its zone.
    """
    if at.tzinfo is None:
        raise Unwritable("an instant without its zone")
    return f"{moments.moment(at)} (heure de Paris)"


def _line(text: str) -> str:
    return _UNWANTED.sub("", " ".join(text.split()))


def _paragraphs(text: str) -> str:
    lines = (_line(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
