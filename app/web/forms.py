"""What a form sends, read by ourselves.

The framework keeps the last thousand forms it has read in memory, passwords too (its parser is memoised): no handler
takes `data:` nor calls `request.form()`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException

MAX_FIELDS = 300
MOST_MARKS = 30
"""On one letter: no language writes more (UAX #15, stream-safe text), and putting n of them in order takes n² steps."""
TOKEN = "jeton"  # noqa: S105  # the name of the field that carries the form's token
_SECRETS = ("mot_de_passe", "code")
"""How the names of the fields begin whose content is never shown again, nor kept."""
_READ = "form_read"
_CONTROL = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]"
)
"""Control characters but the line feed, and those that show nothing or turn the text around."""


class Sent(msgspec.Struct, frozen=True):
    """The fields of a form, in the order sent."""

    pairs: tuple[tuple[str, str], ...] = ()

    def text(self, name: str, *, max: int = 5_000) -> str:  # noqa: A002  # the word of forms
        """One line: composed letters (NFC), no control character, single spaces, at most `max` characters.

        `max` is a safety belt: give it room, so that the rule of the field can refuse what is too long and the
        person finds it as typed.
        """
        return " ".join(_tidy(self._first(name))[: max * 2].split())[:max]

    def prose(self, name: str, *, max: int = 20_000) -> str:  # noqa: A002
        """Several lines, as typed, without the control characters."""
        return _tidy(self._first(name).replace("\r\n", "\n").replace("\r", "\n")).strip()[:max]

    def secret(self, name: str, *, max: int = 1_000) -> str:  # noqa: A002
        """A password as it was typed or pasted: nothing is taken away from it."""
        return self._first(name)[:max]

    def flag(self, name: str) -> bool:
        """Whether the box `name` is ticked."""
        return self._first(name) not in ("", "0")

    def many(self, name: str, *, max: int = 200) -> list[str]:  # noqa: A002
        """Every value sent under `name`, at most `max` of them."""
        return [_tidy(value).strip() for key, value in self.pairs if key == name][:max]

    def number(self, name: str) -> int | None:
        """A whole number that the database can hold, or None."""
        typed = self.text(name, max=12)
        if not re.fullmatch(r"[0-9]{1,10}", typed):
            return None
        found = int(typed)
        return found if found < 2**31 else None

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """What may be shown again: everything but secrets and the form's token."""
        return tuple(
            (name, value)
            for name, value in self.pairs
            if name != TOKEN and not name.startswith(_SECRETS)
        )

    def _first(self, name: str) -> str:
        return next((value for key, value in self.pairs if key == name), "")


async def read(request: Request[Any, Any, Any]) -> Sent:
    """The form of this request; raises a 400 for a body that is not one, 413 for one too heavy.

    A body in parts stays unread, and tells nothing here: `uploads` alone reads those, after it has checked who sends.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        return Sent()
    state = request.scope["state"]
    if _READ not in state:
        state[_READ] = parsed(await request.body(), request.headers.get("content-type", ""))
    found: Sent = state[_READ]
    return found


def parsed(body: bytes, content_type: str) -> Sent:
    """The fields of a urlencoded `body`; raises a 400 for another type, bad UTF-8, or too many fields."""
    if not body:
        return Sent()
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise HTTPException(status_code=400, detail="not a form")
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError as failure:  # not UTF-8, or too many fields
        raise HTTPException(status_code=400, detail="not a form") from failure
    return Sent(tuple(pairs))


def _tidy(value: str) -> str:
    return _CONTROL.sub("", _composed(value).replace("\t", " "))


def _composed(value: str) -> str:
    """`value` in composed letters (NFC), each under `MOST_MARKS` marks at most."""
    if value.isascii():
        return value
    kept, marks = [], 0
    for character in value:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))
