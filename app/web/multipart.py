"""The parts of a form with a file: short texts, and one file handed on piece by piece."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from litestar.exceptions import HTTPException
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.errors import Refused

MAX_PARTS = 300
MAX_TEXT_BYTES = 100_000
"""Of all the fields together, as in a form without a file."""

Taking = Callable[[bytes], Awaitable[None]]


class Part(msgspec.Struct, frozen=True):
    """A part begins. `file_name` is None for a text."""

    field: str
    file_name: str | None


class Parts:
    """Reads the body of one form. `begin` is told the name of the file when it comes, and answers what takes it.

    The first refusal of the file is kept in `refusal`, and the rest of the file thrown away as it comes. Raises a
    400 for a body that is not such a form: another field with a file, a second file, too much text.
    """

    def __init__(
        self, boundary: bytes, file_field: str, begin: Callable[[str], Awaitable[Taking]]
    ) -> None:
        self.pairs: list[tuple[str, str]] = []
        self.refusal: Refused | None = None
        self._file_field = file_field
        self._begin = begin
        self._take: Taking | None = None
        self._has_had_file = False
        self._field: str | None = None  # of the text under way
        self._text = bytearray()
        self._text_bytes = 0
        self._count = 0
        self._seen: list[Part | bytes | None] = []  # None: a part ends
        self._has_ended = False
        self._parser = _parser(boundary, self._seen, self._note_end)

    async def write(self, piece: bytes) -> None:
        """Read the next bytes of the body."""
        try:
            self._parser.write(piece)
        except FormParserError:
            raise _not_a_form() from None
        for seen in self._seen:
            if isinstance(seen, Part):
                await self._start(seen)
            elif seen is None:
                self._finish_part()
            else:
                await self._more(seen)
        self._seen.clear()

    def end(self) -> None:
        """The body has ended: raises a 400 when the form has not."""
        if not self._has_ended:
            raise _not_a_form()

    def _note_end(self) -> None:
        self._has_ended = True

    async def _start(self, part: Part) -> None:
        self._count += 1
        if self._count > MAX_PARTS:
            raise _not_a_form()
        if part.file_name is None:
            self._field = part.field
            self._text_bytes += len(part.field)
            return
        if part.field != self._file_field or self._has_had_file:
            raise _not_a_form()
        self._has_had_file = True
        if part.file_name:  # a browser sends an empty name when no file was chosen
            await self._guarded(self._open(part.file_name))

    async def _open(self, name: str) -> None:
        self._take = await self._begin(name)

    async def _more(self, content: bytes) -> None:
        if self._field is not None:
            self._text_bytes += len(content)
            if self._text_bytes > MAX_TEXT_BYTES:
                raise HTTPException(status_code=413, detail="too much text")
            self._text += content
        elif self._take is not None and self.refusal is None:
            await self._guarded(self._take(content))

    async def _guarded(self, step: Awaitable[None]) -> None:
        try:
            await step
        except Refused as refusal:
            self.refusal = refusal

    def _finish_part(self) -> None:
        if self._field is not None:
            self.pairs.append((self._field, _decoded(bytes(self._text))))
        self._field, self._take = None, None
        self._text.clear()


def boundary_of(content_type: str) -> bytes:
    """What separates the parts of such a body; raises a 400 for another type."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 70:  # RFC 2046, § 5.1.1
        raise _not_a_form()
    return boundary


def _parser(
    boundary: bytes, seen: list[Part | bytes | None], note_end: Callable[[], None]
) -> MultipartParser:
    """A parser that writes in `seen` what it meets, in order: it cannot wait for anybody."""
    name, value = bytearray(), bytearray()
    dispositions: list[bytes] = []

    def header_ended() -> None:
        if name.lower() == b"content-disposition":
            dispositions.append(bytes(value))
        name.clear()
        value.clear()

    def headers_ended() -> None:
        seen.append(_part(dispositions))
        dispositions.clear()

    return MultipartParser(
        boundary,
        {
            "on_header_field": lambda data, start, end: name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: value.extend(data[start:end]),
            "on_header_end": header_ended,
            "on_headers_finished": headers_ended,
            "on_part_data": lambda data, start, end: seen.append(data[start:end]),
            "on_part_end": lambda: seen.append(None),
            "on_end": note_end,
        },
    )


def _part(dispositions: list[bytes]) -> Part:
    if len(dispositions) != 1:
        raise _not_a_form()
    kind, options = parse_options_header(dispositions[0])
    if kind != b"form-data" or b"name" not in options:
        raise _not_a_form()
    file_name = options.get(b"filename")
    return Part(
        _decoded(options[b"name"]),
        # A name is only shown: what is not UTF-8 in it does not matter.
        None if file_name is None else file_name.decode("utf-8", "replace"),
    )


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise _not_a_form() from None


def _not_a_form() -> HTTPException:
    return HTTPException(status_code=400, detail="not a form with a file")
