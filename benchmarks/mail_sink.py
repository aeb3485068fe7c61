"""A mail server that takes everything and keeps nothing: the far end of the measure of the mails."""

from __future__ import annotations

import asyncio
import sys

END_OF_TEXT = b".\r\n"


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One conversation, until the other end says goodbye or leaves."""
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            writer.write(b"354 go\r\n")
            while await reader.readline() not in (END_OF_TEXT, b""):
                pass
        elif verb == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        writer.write(b"250 ok\r\n")
    writer.close()


async def serve(port: int) -> None:
    server = await asyncio.start_server(converse, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
