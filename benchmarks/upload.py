"""What receiving a document of 10 MB costs the site: memory above idle and time, beside writing the same bytes down."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import msgspec

from app.accounts import acceptances, new_password, people, signing_in
from app.accounts.devices import Origin
from app.database import connection
from benchmarks import data, machine, site
from benchmarks.report import mark, number, table
from benchmarks.site import Engines, Server

EMAIL, PASSWORD = "mesure-envoi@exemple.fr", "carillon-hibou-carnet-42"
DOCUMENT_BYTES = 9_990_000
HEAVY_BYTES = 100_000_000
TIMES, TOGETHER = 7, 4
AIM_MORE_MB = 30.0
PIECE = bytes(262_144)
_BOUNDARY = "mesure4711"


class Upload(msgspec.Struct, frozen=True):
    """Megabytes that one web process holds at most above what it holds at rest; milliseconds (p50).

    `together`: four documents at once; `heavy`: 100 MB, received to the end and refused; `bare`: hashing the same
    10 MB, writing them and waiting for the disk.
    """

    first_mb: float
    one_mb: float
    together_mb: float
    heavy_mb: float
    first_ms: float
    one_ms: float
    together_ms: float
    heavy_ms: float
    bare_ms: float


def measure(engines: Engines, size: int, report: Callable[[str], None]) -> Upload:
    """Measure on the data of `size` practitioners, one of whom sends."""
    site.use(engines, size)
    asyncio.run(data.prepare(engines, size, report))
    report("Envoi de documents de 10 Mo…")
    with asyncio.Runner() as runner:
        runner.run(data.open_pool())
        try:
            token = runner.run(_sender())
            with site.web(engines, size) as web:
                return _measured(web, token)
        finally:
            runner.run(_remove())
            runner.run(connection.close_pool())


def _measured(web: Server, token: str) -> Upload:
    for _ in range(10):  # each process draws the page once
        door = _door(web, token)
    first = _most(web, lambda: _send(web, token, door, DOCUMENT_BYTES))
    alone = [_most(web, lambda: _send(web, token, door, DOCUMENT_BYTES)) for _ in range(TIMES)]
    together = [_most(web, lambda: _several(web, token, door)) for _ in range(3)]
    heavy = _most(web, lambda: _send(web, token, door, HEAVY_BYTES, refused=True))
    return Upload(
        first_mb=first[0],
        one_mb=max(more for more, _ in alone),
        together_mb=max(more for more, _ in together),
        heavy_mb=heavy[0],
        first_ms=first[1],
        one_ms=median(spent for _, spent in alone),
        together_ms=median(spent for _, spent in together),
        heavy_ms=heavy[1],
        bare_ms=median(_bare() for _ in range(TIMES)),
    )


async def _sender() -> str:
    """A practitioner with an account that has nothing to accept; answers the token of the session."""
    await _remove()
    now = datetime.now(UTC)
    async with connection.transaction():
        account = await people.create(
            first_name="Anne", last_name="Dupont", email=EMAIL, is_admin=False, now=now
        )
        await new_password.first(account, PASSWORD, now=now)
        boxes = await acceptances.boxes_of_sign_up(now)
        await acceptances.record(account, boxes, page=people.SIGN_UP_PAGE, session=None, now=now)
    await connection.execute(
        "UPDATE practitioner SET account = (SELECT id FROM account WHERE email = $1)"
        " WHERE id = (SELECT min(id) FROM practitioner WHERE account IS NULL)",
        EMAIL,
    )
    entered = await signing_in.by_password(
        EMAIL, PASSWORD, origin=Origin("127.0.0.1", "mesure"), now=now
    )
    assert isinstance(entered, signing_in.Entered)
    return entered.session_token


async def _remove() -> None:
    await connection.execute("TRUNCATE supporting_document, dossier CASCADE")
    await connection.execute(
        "UPDATE practitioner SET account = NULL"
        " WHERE account IN (SELECT id FROM account WHERE email = $1)",
        EMAIL,
    )
    await connection.execute("DELETE FROM account WHERE email = $1", EMAIL)
    await connection.execute("TRUNCATE throttle")


def _door(web: Server, token: str) -> str:
    """Where the page of the dossier sends a file."""
    _, page = site.fetch(web.port, "/espace/dossier/identite", _cookie(token))
    found = re.search(r'action="(/espace/dossier/[^"]+/fichier\?jeton=[^"]+)"', page)
    if found is None:
        raise RuntimeError("the dossier offers no place for a file")
    return found[1]


def _cookie(token: str) -> dict[str, str]:
    return {"cookie": f"__Host-session={token}"}


def _send(web: Server, token: str, door: str, size: int, *, refused: bool = False) -> None:
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="fichier"; filename="a.pdf"\r\n\r\n'
    ).encode()
    end = f"\r\n--{_BOUNDARY}--\r\n".encode()
    asked = http.client.HTTPConnection("127.0.0.1", web.port, timeout=120)
    headers = _cookie(token) | {
        "content-type": f"multipart/form-data; boundary={_BOUNDARY}",
        "content-length": str(len(head) + size + len(end)),
        "hx-request": "true",
    }
    try:
        asked.request("POST", door, _pieces(head, size, end), headers)
        answer = asked.getresponse()
        answer.read()
        if answer.status not in ((413, 422) if refused else (204,)):
            raise RuntimeError(f"the document was answered with {answer.status}")
    finally:
        asked.close()


def _pieces(head: bytes, size: int, end: bytes) -> Iterator[bytes]:
    yield head
    yield from _document(size)
    yield end


def _document(size: int) -> Iterator[bytes]:
    """A PDF of one page and of `size` bytes, most of them in a stream that no page shows."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    text, places = b"%PDF-1.7\n", []
    for index, part in enumerate(parts, 1):
        places.append(len(text))
        text += b"%d 0 obj\n" % index + part + b"\nendobj\n"
    weight = size - 1_000
    places.append(len(text))
    text += b"4 0 obj\n<< /Length %d >>\nstream\n" % weight
    yield text
    for start in range(0, weight, len(PIECE)):
        yield PIECE[: min(len(PIECE), weight - start)]
    last = b"\nendstream\nendobj\n"
    table_at = len(text) + weight + len(last)
    last += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % at for at in places
    )
    last += b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table_at
    yield last + b" " * (size - len(text) - weight - len(last))


def _several(web: Server, token: str, door: str) -> None:
    with ThreadPoolExecutor(TOGETHER) as threads:
        sent = [threads.submit(_send, web, token, door, DOCUMENT_BYTES) for _ in range(TOGETHER)]
        for each in sent:
            each.result()


def _most(web: Server, work: Callable[[], None]) -> tuple[float, float]:
    """Megabytes that the process which grew most held above its rest while `work` was done; its milliseconds."""
    pids = [pid for pid in machine.families({"web": web.pid})["web"] if _held(pid, "VmRSS")]
    before = {}
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")
        before[pid] = _held(pid, "VmRSS")
    begun = time.perf_counter()
    work()
    spent = (time.perf_counter() - begun) * 1000
    return max(_held(pid, "VmHWM") - held for pid, held in before.items()), spent


def _held(pid: int, line: str) -> float:
    """Megabytes the process holds (`VmRSS`), or the most it has held since `clear_refs` (`VmHWM`)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except FileNotFoundError:
        return 0.0
    return (
        int(status.split(f"{line}:")[1].split()[0]) * 1_024 / 1_000_000 if line in status else 0.0
    )


def _bare() -> float:
    path = site.folder() / "upload.bin"
    begun = time.perf_counter()
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for piece in _document(DOCUMENT_BYTES):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    spent = (time.perf_counter() - begun) * 1000
    path.unlink()
    return spent


def shown(found: Upload) -> str:
    """The memory of the web process above its rest, and the time, of each kind of sending."""
    sendings = [
        ("10 Mo, le premier", found.first_mb, found.first_ms),
        ("10 Mo", found.one_mb, found.one_ms),
        (f"{TOGETHER} × 10 Mo à la fois", found.together_mb, found.together_ms),
        ("100 Mo, refusés", found.heavy_mb, found.heavy_ms),
    ]
    lines = [
        [what, number(more), number(spent, 0), mark(more < AIM_MORE_MB)]
        for what, more, spent in sendings
    ]
    head = ["envoi", "Mo en plus", "ms", f"< {AIM_MORE_MB:.0f} Mo"]
    return (
        f"{table(head, lines)}\n"
        f"Écrire et hacher les mêmes 10 Mo, sans rien d’autre : {number(found.bare_ms, 0)} ms. L’envoi les chiffre,\n"
        "les relit et ouvre le document dans un programme à part, dont la mémoire n’est pas comptée ici."
    )
