"""A TLS front for the site on the ports a scanner expects (443, and 80 which sends there), for the time of an audit.

The certificate comes from an authority made on the spot, which nothing trusts but the program it is given to.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from app.launching import CannotStart

HTTPS, HTTP = 443, 80
READ_BYTES = 1 << 16


def certificates(where: Path, openssl: str) -> Path:
    """Make an authority and a certificate for `localhost` in `where`; the authority's file."""
    where.mkdir(parents=True, exist_ok=True)
    (where / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", "ascii")
    new_key = ["-newkey", "rsa:2048", "-noenc", "-days", "2"]
    for arguments in (
        ["req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Mesure"],
        ["req", *new_key[:3], "-keyout", "site.key", "-out", "site.csr", "-subj", "/CN=localhost"],
        [
            *(
                "x509",
                "-req",
                "-in",
                "site.csr",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
            ),
            *("-days", "2", "-extfile", "names", "-out", "site.pem"),
        ],
    ):
        subprocess.run([openssl, *arguments], cwd=where, capture_output=True, check=True)
    return where / "ca.pem"


@contextlib.contextmanager
def serving(port: int, where: Path) -> Iterator[None]:
    """Pass https://localhost on to `port`; raises `CannotStart` when the ports cannot be taken."""
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    problems: list[OSError] = []

    async def start() -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(where / "site.pem", where / "site.key")

        async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            site_reader, site_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_copy(reader, site_writer), _copy(site_reader, writer))

        try:
            await asyncio.start_server(pass_on, "127.0.0.1", HTTPS, ssl=context)
            await asyncio.start_server(_send_to_https, "127.0.0.1", HTTP)
        except OSError as problem:
            problems.append(problem)
        ready.set()

    def run() -> None:
        starting = loop.create_task(start())
        loop.run_forever()
        starting.cancel()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        if problems:
            raise CannotStart(
                f"Les ports {HTTPS} et {HTTP} ne peuvent pas être pris ({problems[0].strerror})."
            )
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, ssl.SSLError):
        while content := await reader.read(READ_BYTES):
            writer.write(content)
            await writer.drain()
    with contextlib.suppress(OSError, ssl.SSLError):
        writer.close()


async def _send_to_https(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    line = await reader.readline()
    path = line.split(b" ")[1] if line.count(b" ") >= 2 else b"/"
    writer.write(
        b"HTTP/1.1 301 Moved Permanently\r\nLocation: https://localhost" + path + b"\r\n"
        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
    with contextlib.suppress(OSError):
        await writer.drain()
    writer.close()
