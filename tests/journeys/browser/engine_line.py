"""The line between the site and its search engine, which a test may cut and mend."""

from __future__ import annotations

import asyncio
from typing import Self
from urllib.parse import urlsplit


class EngineLine:
    """Passes bytes on to the engine at `url`; `async with EngineLine(url) as line`, then `line.url` reaches it."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._engine = (where.hostname or "127.0.0.1", where.port or 80)
        self._is_cut = False
        self._open: set[asyncio.StreamWriter] = set()
        self._calls: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._call, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._calls, return_exceptions=True)
        await self._server.wait_closed()

    def cut(self) -> None:
        """From now on nobody answers; conversations under way are broken off."""
        self._is_cut = True
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        self._is_cut = False

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._calls.add(task)
        self._open.add(writer)
        try:
            if not self._is_cut:
                engine_reader, engine_writer = await asyncio.open_connection(*self._engine)
                self._open.add(engine_writer)
                try:
                    await asyncio.gather(
                        _pass_on(reader, engine_writer), _pass_on(engine_reader, writer)
                    )
                finally:
                    self._open.discard(engine_writer)
                    engine_writer.transport.abort()
        finally:
            self._open.discard(writer)
            writer.transport.abort()
            self._calls.discard(task)


async def _pass_on(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65_536):
            to.write(data)
            await to.drain()
    except ConnectionError:
        pass
    finally:
        to.close()
