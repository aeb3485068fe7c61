"""A file on its way in: counted, recognised and ciphered piece by piece, then checked, then in the store."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.database import connection
from app.errors import Refused
from app.sealing import streams
from app.storage import naming, places, signatures, stored, workshop
from app.storage.stored import Purpose, Stored

BLOCK_BYTES = 262_144
"""Ciphered and written at once, in a thread: the others go on being answered."""
_WORDS = {
    signatures.PDF: "PDF",
    signatures.JPEG: "JPEG",
    signatures.PNG: "PNG",
    signatures.WEBP: "WebP",
}


class TooBig(Refused):
    """More bytes than allowed; `limit_bytes` says how many are."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"Ce fichier est trop lourd : {limit_bytes // 1_000_000} Mo au plus.")
        self.limit_bytes = limit_bytes


class NotAccepted(Refused):
    """Not one of the types accepted here, whatever its name says."""

    def __init__(self, accepted: frozenset[str]) -> None:
        names = [word for media_type, word in _WORDS.items() if media_type in accepted]
        listed = f"{', '.join(names[:-1])} ou {names[-1]}"
        super().__init__(f"Ce fichier n’est pas accepté : envoyez un fichier {listed}.")


class Empty(Refused):
    message = "Ce fichier est vide : vérifiez-le, puis envoyez-le à nouveau."


class Unreadable(Refused):
    """Of an accepted type by its beginning, and yet nobody could look at it."""

    message = (
        "Ce fichier ne s’ouvre pas. Il est peut-être abîmé ou protégé par un mot de passe : "
        "enregistrez-le à nouveau, puis renvoyez-le."
    )


class Incoming:
    """One file being received; made by `files.receiving`."""

    def __init__(
        self,
        file_id: UUID,
        *,
        purpose: Purpose,
        name: str,
        limit_bytes: int,
        accepted: frozenset[str],
    ) -> None:
        self.id = file_id
        self.key = streams.new_key()
        self.is_kept = False
        self.media_type = ""
        self.size_bytes = 0
        self.place = places.place_of(purpose, file_id)
        self._purpose = purpose
        self._has_ended = False
        self._pages: int | None = None
        self._placed: list[str] = []
        self._name = name
        self._limit = limit_bytes
        self._accepted = accepted
        self._path = places.arrivals() / file_id.hex
        self._file = self._path.open("xb", buffering=0)
        self._sealer = streams.Sealer(self.key)
        self._hash = hashlib.sha256()
        self._head = b""
        self._waiting = bytearray()

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises `TooBig` at the first one too many, `NotAccepted` from the beginning."""
        self.size_bytes += len(chunk)
        if self.size_bytes > self._limit:
            raise TooBig(self._limit)
        if not self.media_type:
            self._head += chunk[: signatures.HEAD_BYTES]
            if len(self._head) >= signatures.HEAD_BYTES:
                self._recognise()
        self._waiting += chunk
        if len(self._waiting) >= BLOCK_BYTES:
            await asyncio.to_thread(self._write_down)

    async def finish(self) -> None:
        """Every byte has come: check that it opens, and put it in the store. Twice is once.

        A portrait is only drawn from what was sent (`pictures.draw`), which is not kept. Raises `Empty`,
        `NotAccepted`, `Unreadable`, `Busy`, `Away`. Takes a part of a second: not in a transaction.
        """
        if self._has_ended:
            return
        if not self.size_bytes:
            raise Empty
        if not self.media_type:
            self._recognise()
        await asyncio.to_thread(self._end)
        self._has_ended = True
        if self._purpose is Purpose.PORTRAIT:
            return
        try:
            self._pages = await workshop.check(self.media_type, self.plain())
        except workshop.CannotRead:
            raise Unreadable from None
        await self._put(self.place, self._path)

    async def place_parts(self, made: dict[str, bytes]) -> None:
        """Put in the store what was drawn from the file, each part under its name. Raises `Away`."""
        for name, content in made.items():
            path = self._path.with_name(f"{self._path.name}-{name}")
            try:
                await asyncio.to_thread(path.write_bytes, content)
                await self._put(f"{self.place}/{name}", path)
            finally:
                await asyncio.to_thread(_remove, path)

    async def keep(self, *, now: datetime) -> Stored:
        """Have the file count, in the transaction under way if there is one (then call `finish` before it)."""
        await self.finish()
        if not self._placed:
            raise RuntimeError("a portrait is drawn before it is kept")
        row = await connection.row(
            # The columns come from the code, never from outside.
            "UPDATE stored_file SET name = $2, media_type = $3, size_bytes = $4, sha256 = $5, arrived_at = $6,"  # noqa: S608
            f" pages = $7 WHERE id = $1 RETURNING {stored.COLUMNS}",
            self.id,
            naming.cleaned(self._name, self.media_type),
            self.media_type,
            self.size_bytes,
            self._hash.digest(),
            now,
            self._pages,
        )
        if row is None:  # a sending of more than a day, tidied meanwhile
            raise Unreadable
        self.is_kept = True
        return stored.of(row)

    def plain(self) -> Iterator[bytes]:
        """The bytes as they were sent, read back from this machine; to be read in a thread, after the last write."""
        with self._path.open("rb") as file:
            yield from streams.opened(self.key, iter(lambda: file.read(BLOCK_BYTES), b""))

    async def end_arrival(self) -> None:
        """The copy of this machine goes; the one in the store too, unless it is kept. Raises `Away`."""
        self._file.close()
        await asyncio.to_thread(_remove, self._path)
        if not self.is_kept:
            for place in self._placed:
                await asyncio.to_thread(places.store().drop, place)

    async def _put(self, place: str, path: Path) -> None:
        self._placed.append(place)  # before: even half done, there may be something to remove
        await asyncio.to_thread(places.store().put, place, path)

    def _recognise(self) -> None:
        found = signatures.media_type_of(self._head)
        if found is None or found not in self._accepted:
            raise NotAccepted(self._accepted)
        self.media_type = found

    def _write_down(self) -> None:
        plain = bytes(self._waiting)
        self._waiting.clear()
        self._hash.update(plain)
        self._file.write(self._sealer.add(plain))

    def _end(self) -> None:
        self._write_down()
        self._file.write(self._sealer.end())
        self._file.close()


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
