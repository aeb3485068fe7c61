"""A server that speaks S3, started for the tests on this machine."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import boto3
import msgspec

from app import config
from app.config import Settings

NAME = "documents"


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The address of a running server, with the bucket made."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        client = boto3.session.Session().client(
            "s3",
            endpoint_url=address,
            aws_access_key_id="acces",
            aws_secret_access_key="clef",
            region_name="us-east-1",
        )
        client.create_bucket(Bucket=NAME)
        client.close()
        yield address
    finally:
        server.kill()
        server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server of the bucket has stopped"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("the server of the bucket does not answer")


def settings(address: str) -> Settings:
    """Those of this process, its files in the bucket."""
    return msgspec.structs.replace(
        config.current(),
        s3_endpoint=address,
        s3_bucket=NAME,
        s3_access_key="acces",
        s3_secret_key="clef",
    )
