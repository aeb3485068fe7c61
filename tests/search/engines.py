"""Search engines in trouble: a door in front of the real one, that may stop letting anything through."""

from __future__ import annotations

import asyncio
import socket
from typing import Self, cast
from urllib.parse import urlsplit


def closed_port() -> int:
    """A local port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Side(asyncio.Protocol):
    """One side of a visit: what it receives goes to the other, unless the door is frozen."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.other: asyncio.Transport | None = None
        self.waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.door.transports.add(self.transport)
        self.door.is_empty.clear()

    def data_received(self, data: bytes) -> None:
        if self.door.is_frozen:
            return
        if self.other is None:
            self.waiting += data
        else:
            self.other.write(data)

    def connection_lost(self, _: Exception | None) -> None:
        self.door.transports.discard(self.transport)
        if not self.door.transports:
            self.door.is_empty.set()
        if self.other is not None:
            self.other.close()

    def join(self, other: asyncio.Transport) -> None:
        self.other = other
        other.write(self.waiting)


class Door:
    """Passes bytes to the real engine; when frozen, it accepts connections and never says a word."""

    def __init__(self, engine_url: str) -> None:
        parts = urlsplit(engine_url)
        self._engine = (parts.hostname or "127.0.0.1", parts.port or 7700)
        self._server: asyncio.Server | None = None
        self._joining: set[asyncio.Task[None]] = set()
        self.transports: set[asyncio.Transport] = set()
        self.is_empty = asyncio.Event()
        self.is_empty.set()
        self.is_frozen = False
        self.connections = 0

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def _visit(self) -> _Side:
        self.connections += 1
        side = _Side(self)
        task = asyncio.get_running_loop().create_task(self._join(side))
        self._joining.add(task)
        task.add_done_callback(self._joining.discard)
        return side

    async def _join(self, visitor: _Side) -> None:
        _, engine = await asyncio.get_running_loop().create_connection(
            lambda: _Side(self), *self._engine
        )
        engine.join(visitor.transport)
        visitor.join(engine.transport)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._visit, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *exception: object) -> None:
        assert self._server is not None
        self._server.close()
        await asyncio.gather(*self._joining, return_exceptions=True)
        for transport in list(self.transports):
            transport.abort()
        await self.is_empty.wait()
