"""What the queue of ten thousand dossiers costs, page by page, beside a bare query of fifty of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from app.accounts import people, sessions
from app.accounts.devices import Origin
from app.database import connection
from benchmarks import data, site
from benchmarks.load import Job, Loader, get
from benchmarks.report import number, table
from benchmarks.site import Engines

SIZE = 10_000
SECONDS = 4.0
BARE = 400
EMAIL = "dossiers@exemple.fr"
PAGES = {
    "à examiner": "/admin/dossiers",
    "à examiner, page 100": "/admin/dossiers?page=100",
    "complets": "/admin/dossiers?onglet=complets",
    "expirent bientôt": "/admin/dossiers?onglet=expirent-bientot",
    "un nom": "/admin/dossiers?q=martin",
    "une région": "/admin/dossiers?region=84",
    "un dossier": "/admin/dossiers/1",
}
_HOME = Origin(address="192.0.2.10", user_agent="mesure")
_FILL = """
INSERT INTO dossier (practitioner, submitted_at, correction_asked_at, is_in_trouble, revision)
SELECT id, now() - (id % 40) * interval '1 day' - (id % 1440) * interval '1 minute',
  CASE WHEN id % 10 = 0 THEN now() END, id % 97 = 0, 1
FROM practitioner
ON CONFLICT (practitioner) DO NOTHING
"""
_LINES = """
INSERT INTO dossier_line (dossier, item, is_delivered, ground, found_at, found_by)
SELECT d.id, i.item, true, '', now(), $1 FROM dossier d
CROSS JOIN unnest(ARRAY['identity','siret','insurance','certificates','mediator','vat','services','contract'])
  WITH ORDINALITY AS i (item, rank)
WHERE i.rank <= d.practitioner % 12
ON CONFLICT DO NOTHING
"""
_BARE = "SELECT * FROM dossier WHERE submitted_at IS NOT NULL ORDER BY submitted_at LIMIT 50"


class Timed(msgspec.Struct, frozen=True):
    """Milliseconds, one client at a time."""

    what: str
    p50: float
    p99: float


class Dossiers(msgspec.Struct, frozen=True):
    """The pages, and the bare query, which is the limit no queue goes below."""

    count: int
    bare: Timed
    pages: list[Timed]


def measure(engines: Engines, report: Callable[[str], None]) -> Dossiers:
    """Measure on the data of ten thousand practitioners, all of whom wait."""
    site.use(engines, SIZE)
    asyncio.run(data.prepare(engines, SIZE, report))
    report(f"{SIZE} dossiers à examiner…")
    with asyncio.Runner() as runner:
        runner.run(data.open_pool())
        try:
            token = runner.run(_fill())
            bare = runner.run(_bare())
            with site.web(engines, SIZE) as web, Loader() as loader:
                pages = [_page(loader, web.port, *each, token) for each in PAGES.items()]
        finally:
            runner.run(_remove())
            runner.run(connection.close_pool())
    return Dossiers(SIZE, bare, pages)


async def _fill() -> str:
    """Ten thousand dossiers, and an administrator; answers the token of a session."""
    await _remove()
    now = datetime.now(UTC)
    admin: UUID = await people.create(
        first_name="Anne", last_name="Dupont", email=EMAIL, is_admin=True, now=now
    )
    await connection.execute(_FILL)
    await connection.execute(_LINES, admin)
    await connection.execute("ANALYZE dossier, dossier_line")
    _, token = await sessions.open_session(
        admin, is_admin=True, has_second_factor=True, origin=_HOME, now=now
    )
    return token


async def _remove() -> None:
    await connection.execute("TRUNCATE dossier, dossier_line")
    await connection.execute("DELETE FROM account WHERE email = $1", EMAIL)


async def _bare() -> Timed:
    taken = []
    for _ in range(BARE):
        begun = time.perf_counter()
        await connection.rows(_BARE)
        taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    return Timed("la requête seule", taken[BARE // 2], taken[BARE * 99 // 100])


def _page(loader: Loader, port: int, what: str, path: str, token: str) -> Timed:
    cookie = f"\r\nCookie: __Host-session={token}\r\n\r\n".encode("ascii")
    request = get(path).removesuffix(b"\r\n\r\n") + cookie
    loader.run(Job(port, [request], 1, 0.5))  # the first ones fill the memories
    outcome = loader.run(Job(port, [request], 1, SECONDS))
    if outcome.failures:
        raise RuntimeError(f"{path} fails {outcome.failures} times")
    return Timed(what, outcome.percentile(0.5), outcome.percentile(0.99))


def shown(found: Dossiers) -> str:
    """The figures beside their limit, in French."""
    rows = [
        [each.what, number(each.p50, 2), number(each.p99, 2)] for each in [found.bare, *found.pages]
    ]
    return f"{found.count} dossiers qui attendent, un client (ms)\n" + table(
        ["page", "p50", "p99"], rows
    )
