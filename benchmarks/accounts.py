"""What signing in costs, and what a page costs to a person signed in beside the same page to a visitor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import msgspec

from app.accounts import administrators, passwords, people, sessions, signing_in
from app.accounts.devices import Origin
from app.database import connection
from benchmarks import data, site
from benchmarks.load import Job, Loader, get
from benchmarks.report import mark, number, table
from benchmarks.site import Engines

PASSWORD = "carillon-hibou-carnet-42"
PAGES = ("/praticiens", "/pratiques", "/plan-du-site")
ROUNDS = 5
SECONDS = 1.0
TRIES = 15
TOGETHER = 8
EMAILS = [f"mesure-{number}@exemple.fr" for number in range(TOGETHER)]
"""One account each: tries on a single one are limited, and counted before they are made."""
AIM_MORE_MS = 1.0
_HOME = Origin("127.0.0.1", "mesure")


class Page(msgspec.Struct, frozen=True):
    """Milliseconds, p50 at one client: to a visitor, and to a person signed in."""

    path: str
    visitor: float
    signed_in: float

    @property
    def more(self) -> float:
        return self.signed_in - self.visitor


class Accounts(msgspec.Struct, frozen=True):
    """Milliseconds (p50), sign-ins a second with eight people at once, MiB that those eight add to the process.

    `hash`: checking a password alone, what no sign-in can go below; `query`: reading a session in the database.
    """

    memory_kib: int
    passes: int
    lanes: int
    hash: float
    sign_in: float
    hashes_a_second: float
    sign_ins_a_second: float
    more_mib: float
    query: float
    pages: list[Page]


def measure(engines: Engines, size: int, report: Callable[[str], None]) -> Accounts:
    """Measure on the data of `size` practitioners."""
    site.use(engines, size)
    asyncio.run(data.prepare(engines, size, report))
    report("Connexion, et pages d’une personne connectée…")
    with asyncio.Runner() as runner:
        runner.run(data.open_pool())
        try:
            token = runner.run(_somebody())
            signing = runner.run(_signing_in(token))
            with site.web(engines, size) as web, Loader() as loader:
                pages = [_page(loader, web.port, path, token) for path in PAGES]
        finally:
            runner.run(_remove())
            runner.run(connection.close_pool())
    return msgspec.structs.replace(signing, pages=pages)


async def _somebody() -> str:
    """Administrators without a second factor: nothing to accept. Answers the token of the first one's session."""
    await _remove()
    now = datetime.now(UTC)
    for email in EMAILS:
        await administrators.create("Anne", "Dupont", email, password=PASSWORD, now=now)
    entered = await signing_in.by_password(EMAILS[0], PASSWORD, origin=_HOME, now=now)
    assert isinstance(entered, signing_in.Entered)
    return entered.session_token


async def _remove() -> None:
    await connection.execute("DELETE FROM account WHERE email = ANY($1)", EMAILS)
    await connection.execute("TRUNCATE throttle")


async def _signing_in(token: str) -> Accounts:
    holder = await people.at(EMAILS[0])
    kept = await passwords.hash_of(holder.id) if holder else None
    chosen = passwords.parameters()

    async def check(_: str) -> None:
        if not await passwords.is_right(PASSWORD, kept):
            raise RuntimeError("the password is not recognised")

    async def enter(email: str) -> None:
        await signing_in.by_password(email, PASSWORD, origin=_HOME, now=datetime.now(UTC))

    async def read(_: str) -> None:
        if await sessions.opened(token, datetime.now(UTC)) is None:
            raise RuntimeError("the session is not read")

    _forget_peak()
    before = _held_kib("VmRSS")
    at_once, together = await _a_second(check), await _a_second(enter)
    more = (_held_kib("VmHWM") - before) / 1024
    hashing, signing = await _in_turn(check, enter)
    return Accounts(
        memory_kib=chosen.memory_cost,
        passes=chosen.time_cost,
        lanes=chosen.parallelism,
        hash=hashing,
        sign_in=signing,
        hashes_a_second=at_once,
        sign_ins_a_second=together,
        more_mib=more,
        query=await _p50(read, 300),
        pages=[],
    )


async def _in_turn(*works: Callable[[str], Awaitable[None]]) -> list[float]:
    """The p50 of each, one after the other in turn: the mood of the machine falls on all."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(TRIES):
        for times, work in zip(found, works, strict=True):
            times.append(await _p50(work, 1))
    return [median(times) for times in found]


async def _p50(work: Callable[[str], Awaitable[None]], times: int) -> float:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        await work(EMAILS[0])
        found.append((time.perf_counter() - begun) * 1000)
    return median(found)


async def _a_second(work: Callable[[str], Awaitable[None]]) -> float:
    """How many are done a second, `TOGETHER` at once."""
    begun = time.perf_counter()
    for _ in range(2):
        await asyncio.gather(*(work(email) for email in EMAILS))
    return 2 * TOGETHER / (time.perf_counter() - begun)


def _forget_peak() -> None:
    """From here on, the most memory held is that of what follows."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def _held_kib(line: str) -> int:
    """The memory this process holds (`VmRSS`), or the most it has held (`VmHWM`)."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split(f"{line}:")[1].split()[0])


def _page(loader: Loader, port: int, path: str, token: str) -> Page:
    """Rounds of one and the other in turn: what the machine does besides falls on both."""
    visitor = get(path)
    cookie = f"\r\nCookie: __Host-session={token}\r\n\r\n".encode("ascii")
    person = visitor.removesuffix(b"\r\n\r\n") + cookie
    found: dict[bytes, list[float]] = {visitor: [], person: []}
    for _ in range(ROUNDS):
        for request, times in found.items():
            outcome = loader.run(Job(port, [request], 1, SECONDS))
            if outcome.failures:
                raise RuntimeError(f"{path} fails {outcome.failures} times")
            times.append(outcome.percentile(0.5))
    return Page(path, median(found[visitor]), median(found[person]))


def shown(found: Accounts) -> str:
    """What signing in costs beside its hash, and pages to a person signed in beside the same to a visitor."""
    rows = [
        [
            page.path,
            number(page.visitor, 2),
            number(page.signed_in, 2),
            number(page.more, 2),
            number(found.query, 2),
            mark(page.more <= AIM_MORE_MS),
        ]
        for page in found.pages
    ]
    head = ["page", "visiteur", "connecté", "en plus", "dont lecture", "≤ +1 ms"]
    return (
        f"Connexion : Argon2id, {found.memory_kib // 1024} Mio, {found.passes} passes, {found.lanes} voies.\n"
        f"  seule : {number(found.sign_in)} ms, dont {number(found.hash)} ms d’empreinte"
        f" (÷ {number(found.sign_in / found.hash, 2)})\n"
        f"  huit à la fois : {number(found.sign_ins_a_second)} par seconde"
        f" (l’empreinte seule : {number(found.hashes_a_second)}), {number(found.more_mib, 0)} Mio de plus\n\n"
        f"{table(head, rows)}"
    )
