"""Lists that come as CSV, as spreadsheets save them: read whole, or refused with line, column and reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from typing import Protocol

import msgspec

from app.directory.names import base_letters
from app.errors import Refused

MAX_BYTES = 50_000_000
MAX_LINES = 100_000
_SEPARATORS = ";,\t"
_UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]"
)
"""Control characters but the line feed, and those that show nothing or turn the text around."""
_FORMULA = re.compile(r"[=@]|[+-](?![0-9])")
"""What a spreadsheet would run when the value is opened there again; « +33… » and « -5 » are numbers."""


class Reader(Protocol):
    """What `csv.reader` gives."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


class NotAList(Refused):
    message = "Ce fichier n’est pas une liste CSV."


class Fault(msgspec.Struct, frozen=True, order=True):
    """Why a line is refused. `line`: of the file, its heading is 1; `column` empty: the line itself."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"ligne {self.line}" + (f", colonne « {self.column} »" if self.column else "")
        return f"{where} : {self.reason}"


class Row(msgspec.Struct, frozen=True):
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """The value, without the spaces around it; empty where the file has no such column."""
        return self.values.get(column, "")


class Spreadsheet(msgspec.Struct, frozen=True):
    """`encoding` in words: it is told, since a wrong one only shows in the accents."""

    encoding: str
    rows: list[Row]
    faults: list[Fault]


def read(
    raw: bytes, *, needed: Collection[str], known: Collection[str], is_closed: bool = True
) -> Spreadsheet:
    """The lines of a CSV file, by column. `known`: the columns there may be; `needed`: those there must be.

    Headings may be written with capitals and accents. With `is_closed`, a column that is not known is refused: it is
    rather a typing error than something to lose. Raises `NotAList` when there is nothing to read line by line.
    """
    text, encoding = _decoded(raw)
    names = {base_letters(name): name for name in known}
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        heading = next(reader, [])
        columns = [names.get(base_letters(cell), "") for cell in heading]
        _check_heading(heading, columns, needed, is_closed=is_closed)
        rows, faults = _lines(reader, columns)
    except csv.Error as failure:
        raise NotAList(
            f"Ligne {reader.line_num} : guillemets mal fermés ou valeur démesurée ({failure})."
        ) from failure
    return Spreadsheet(encoding, rows, faults)


def _decoded(raw: bytes) -> tuple[str, str]:
    if len(raw) > MAX_BYTES:
        raise NotAList(f"Ce fichier dépasse {MAX_BYTES // 1_000_000} Mo.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotAList("Ce fichier est en UTF-16 : enregistrez-le en « CSV UTF-8 ».")
    if raw.startswith(b"\xef\xbb\xbf"):
        encodings = [("utf-8-sig", "UTF-8 avec indicateur (BOM)")]
    else:
        encodings = [("utf-8", "UTF-8"), ("cp1252", "Windows-1252")]
    line = 1
    for encoding, words in encodings:
        try:
            return raw.decode(encoding), words
        except UnicodeDecodeError as failure:
            line = raw.count(b"\n", 0, failure.start) + 1
    raise NotAList(
        f"Ligne {line} : l’encodage n’est ni UTF-8 ni Windows-1252. Enregistrez le fichier en « CSV UTF-8 »."
    )


def _check_heading(
    heading: list[str], columns: list[str], needed: Collection[str], *, is_closed: bool
) -> None:
    if not any(cell.strip() for cell in heading):
        raise NotAList("La première ligne doit nommer les colonnes.")
    unknown = [
        cell.strip() or "(vide)" for cell, name in zip(heading, columns, strict=True) if not name
    ]
    if is_closed and unknown:
        raise NotAList(f"Colonne inconnue : {', '.join(unknown[:5])}.")
    doubled = sorted({name for name in columns if name and columns.count(name) > 1})
    if doubled:
        raise NotAList(f"Colonne présente deux fois : {', '.join(doubled)}.")
    missing = [name for name in needed if name not in columns]
    if missing:
        raise NotAList(f"Colonne manquante : {', '.join(missing)}.")


def _lines(reader: Reader, columns: list[str]) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    faults: list[Fault] = []
    start = reader.line_num + 1
    for cells in reader:
        line, start = start, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) + len(faults) >= MAX_LINES:
            raise NotAList(f"Ce fichier a plus de {MAX_LINES} lignes.")
        if len(cells) != len(columns):
            words = f"{len(cells)} valeurs pour {len(columns)} colonnes"
            faults.append(Fault(line, "", words))
            continue
        found = [
            Fault(line, name, reason)
            for name, cell in zip(columns, cells, strict=True)
            if name and (reason := _refused(cell))
        ]
        faults += found
        if not found:
            values = {
                name: cell.replace("\r\n", "\n").strip()
                for name, cell in zip(columns, cells, strict=True)
                if name
            }
            rows.append(Row(line, values))
    return rows, faults


def _refused(cell: str) -> str:
    """Why no cell may hold this; empty when it may."""
    text = cell.replace("\r\n", "\n").strip()
    if _UNSEEN.search(text):
        return "contient un caractère de contrôle ou invisible"
    if _FORMULA.match(text):
        return f"commence par « {text[0]} », comme une formule de tableur"
    return ""
