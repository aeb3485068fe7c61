"""The load: a process of its own that keeps HTTP connections busy and times every answer, read in full.

Sockets without any library, because what it takes of the two cores is taken from what it measures. Loopback only.
"""

from __future__ import annotations

import gc
import select
import socket
import subprocess
import sys
import time
from typing import IO, Self

import msgspec

READ_BYTES = 1 << 18
PATIENCE_SECONDS = 20.0
"""Without any answer for so long, the run is given up."""


class Job(msgspec.Struct, frozen=True):
    """`requests` are sent in turn over `clients` connections for `seconds`; once each when `is_single_pass`."""

    port: int
    requests: list[bytes]
    clients: int
    seconds: float
    is_single_pass: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """Latencies in milliseconds, in the order of the answers; `failures` are the answers other than 200."""

    latencies_ms: list[float]
    seconds: float
    failures: int
    body_bytes: int
    cpu_seconds: float

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    @property
    def per_second(self) -> float:
        return len(self.latencies_ms) / self.seconds if self.seconds else 0.0


def get(path: str, *, is_fragment: bool = False) -> bytes:
    """The request of a browser for `path`, or of htmx for its changing parts."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: localhost",
        "Accept: text/html",
        "Accept-Encoding: gzip, deflate, br",
        "Accept-Language: fr-FR,fr;q=0.9",
    ]
    if is_fragment:
        lines += ["HX-Request: true", "HX-Request-Type: partial", "HX-Target: section#resultats"]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def post(path: str, body: bytes, key: str) -> bytes:
    """The request of the gateway to the search engine."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n"
        f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


class _Connection:
    """One kept connection, with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.started = 0.0
        self.status = 0
        self.body_bytes = 0
        self._received = bytearray()
        self._expected = 0
        self._is_chunked = False

    def send(self, request: bytes) -> None:
        self._received.clear()
        self.status = 0
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read what has arrived; whether the answer is complete. Raises `ConnectionError` when it was cut."""
        data = self.socket.recv(READ_BYTES)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._received += data
        if not self.status and not self._read_head():
            return False
        if self._is_chunked:
            self.body_bytes = len(self._received) - self._expected
            return self._received.endswith(b"0\r\n\r\n")
        return len(self._received) >= self._expected

    def _read_head(self) -> bool:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._received[:end]).lower()
        self.status = int(head[9:12])
        self._is_chunked = b"transfer-encoding: chunked" in head
        length = 0
        if not self._is_chunked and (at := head.find(b"content-length:")) >= 0:
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        self._expected = end + 4 + length
        self.body_bytes = length
        return True


def run(job: Job) -> Outcome:
    """Do `job`; raises `ConnectionError` when the server cuts or stays silent."""
    connections = [_Connection(job.port) for _ in range(job.clients)]
    poll = select.epoll()
    by_descriptor = {connection.socket.fileno(): connection for connection in connections}
    for descriptor in by_descriptor:
        poll.register(descriptor, select.EPOLLIN)
    latencies: list[float] = []
    failures = body_bytes = sent = 0
    count = len(job.requests)
    cpu = time.process_time()
    begun = ended = time.perf_counter()
    for connection in connections:
        connection.send(job.requests[sent % count])
        sent += 1
    busy = len(connections)
    while busy:
        events = poll.poll(PATIENCE_SECONDS)
        if not events:
            raise ConnectionError("no answer")
        for descriptor, _ in events:
            connection = by_descriptor[descriptor]
            if not connection.receive():
                continue
            ended = time.perf_counter()
            latencies.append((ended - connection.started) * 1000)
            failures += connection.status != 200
            body_bytes += connection.body_bytes
            is_over = ended - begun >= job.seconds or (job.is_single_pass and sent >= count)
            if is_over:
                poll.unregister(descriptor)
                busy -= 1
            else:
                connection.send(job.requests[sent % count])
                sent += 1
    for connection in connections:
        connection.socket.close()
    return Outcome(latencies, ended - begun, failures, body_bytes, time.process_time() - cpu)


class Loader:
    """The load process: `with Loader() as loader: loader.run(job)`."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(self, *exception: object) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def run(self, job: Job) -> Outcome:
        """Do `job` in the load process; raises `ConnectionError` when it could not be done."""
        given, taken = self._process.stdin, self._process.stdout
        assert given is not None
        assert taken is not None
        _write(given, msgspec.msgpack.encode(job))
        answer = msgspec.msgpack.decode(_read(taken), type=Outcome | str)
        if isinstance(answer, str):
            raise ConnectionError(answer)
        return answer


def _write(stream: IO[bytes], content: bytes) -> None:
    stream.write(len(content).to_bytes(4, "big") + content)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes:
    size = stream.read(4)
    return stream.read(int.from_bytes(size, "big")) if size else b""


def main() -> None:
    """Do the jobs that arrive on the standard input, one after the other."""
    gc.disable()
    decoder = msgspec.msgpack.Decoder(Job)
    while content := _read(sys.stdin.buffer):
        try:
            answer: Outcome | str = run(decoder.decode(content))
        except OSError as problem:
            answer = str(problem)
        _write(sys.stdout.buffer, msgspec.msgpack.encode(answer))
        gc.collect()


if __name__ == "__main__":
    main()
