"""A form with a file as a browser writes it, and what a stranger may write instead."""

from __future__ import annotations

from collections.abc import Iterable

BOUNDARY = "----essai4711"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def text_part(name: str, value: str) -> bytes:
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    )


def file_part(
    name: str, file_name: str, content: bytes, *, kind: str = "application/octet-stream"
) -> bytes:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode("utf-8", "surrogateescape") + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def cut(body: bytes, piece_bytes: int) -> list[bytes]:
    return [body[at : at + piece_bytes] for at in range(0, len(body), piece_bytes)]


class Wire:
    """What the server hands over, piece by piece, and how much of it was asked for."""

    def __init__(self, pieces: Iterable[bytes], *, is_cut: bool = False) -> None:
        self._pieces = iter(pieces)
        self._is_cut = is_cut
        self.taken_bytes = 0
        self.asked = 0

    async def receive(self) -> dict[str, object]:
        self.asked += 1
        piece = next(self._pieces, None)
        if piece is None:
            if self._is_cut:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": b"", "more_body": False}
        self.taken_bytes += len(piece)
        return {"type": "http.request", "body": piece, "more_body": True}
