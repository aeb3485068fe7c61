"""What the personal space shows: everything its templates need, already decided."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec


class Attention(msgspec.Struct, frozen=True):
    """Something that waits for the person: a link to `url`, or (`is_action`) a button that posts to it."""

    title: str
    text: str
    url: str
    label: str
    is_action: bool = False


class Part(msgspec.Struct, frozen=True):
    """A way into a part of the space, with what it is for."""

    icon: str
    title: str
    text: str
    url: str


class EmptyPart(msgspec.Struct, frozen=True):
    """A part with nothing in it yet: what will be there, in one sentence and a list (EX-4-5)."""

    title: str
    sentence: str
    will_hold: tuple[str, ...]


class Device(msgspec.Struct, frozen=True):
    """An open sign-in session as its owner reads it (EX-5-5)."""

    id: str
    name: str
    opened: str
    seen: str
    is_this_one: bool


class PasswordStanding(msgspec.Struct, frozen=True):
    """When the password was chosen (None: the account opens by mailed links only), and the rule for a new one."""

    changed_on: date | None
    is_old: bool
    rule: str


class FactorSetup(msgspec.Struct, frozen=True):
    """A second factor being set up: `squares` is the QR code as a path, on a square of `side` modules."""

    key: str
    address: str
    squares: str
    side: int


class MailChoice(msgspec.Struct, frozen=True):
    """A kind of comfort mail, why it is sent, and whether the person wants it."""

    kind: str
    title: str
    words: str
    is_wanted: bool


class MailsOwed(msgspec.Struct, frozen=True):
    """The mails that are always sent for one and the same reason."""

    words: str
    titles: list[str]


class Consent(msgspec.Struct, frozen=True):
    """A version of a document accepted or read, under the very label that stood beside the box."""

    document: str
    number: int
    url: str
    label: str
    accepted: str
    is_in_force: bool
    sha256: str


class EvidenceLine(msgspec.Struct, frozen=True):
    """An element of evidence about the person: `facts` in words, `marks` for who checks it elsewhere."""

    number: int
    written: str
    title: str
    facts: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, str], ...]
    kind: str
    content_hash: str
    seal_hash: str
    is_erased: bool


class EvidencePage(msgspec.Struct, frozen=True):
    lines: list[EvidenceLine]
    total: int
    number: int
    last: int

    @property
    def previous_url(self) -> str:
        return f"/mon-compte/preuves?page={self.number - 1}" if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return f"/mon-compte/preuves?page={self.number + 1}" if self.number < self.last else ""


class ExportShown(msgspec.Struct, frozen=True):
    """The latest archive asked for: being built (`progress` in percent), or ready to be taken at `url`."""

    state: Literal["building", "ready"]
    progress: int
    until: str
    size: str
    url: str


class RequestLine(msgspec.Struct, frozen=True):
    """A request about one's data: what was asked, until when it must be answered, and the answer."""

    reference: str
    right: str
    words: str
    received: str
    due_on: date
    answered: str
    answer: str


class Effect(msgspec.Struct, frozen=True):
    """What closing the account does to one kind of data, and for how long something is kept."""

    what: str
    then: str
