"""The mails kept on this machine, when there is no mail server: what `/dev/courriels` shows (development only)."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import msgspec

from app import mail
from app.errors import NotFound

SHOWN = 100
_NAME = re.compile(r"[0-9A-Za-z-]{1,80}")
_ADDRESS = re.compile(r"https?://\S+")


class KeptMail(msgspec.Struct, frozen=True):
    """One mail: what its readers see. `links` are the addresses of the text, in order, each once."""

    name: str
    to: str
    subject: str
    written_at: datetime
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        return list(dict.fromkeys(_ADDRESS.findall(self.text)))


def kept() -> list[KeptMail]:
    """The last mails, the latest first."""
    if not mail.folder().is_dir():
        return []
    files = sorted(mail.folder().glob("*.eml"), key=_age, reverse=True)
    return [_read(path) for path in files[:SHOWN]]


def kept_mail(name: str) -> KeptMail:
    """The mail of this name; raises `NotFound`."""
    path = mail.folder() / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound
    return _read(path)


def _age(path: Path) -> float:
    return path.stat().st_mtime


def _read(path: Path) -> KeptMail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return KeptMail(
        name=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        written_at=message["Date"].datetime,
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    return found.get_content() if found is not None else ""
