"""How soon a change is seen: by the list (at once, the next visitor pays the catching up) and by the words searched.

Decision 6: a change is found 2 s after at most. The edits are those of a practitioner changing name and headline;
they are undone at the end.
"""

from __future__ import annotations

import asyncio
import http.client
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median
from urllib.parse import quote

import msgspec

from app.database import connection
from app.directory import completeness, names
from app.jobs import queue
from app.search import engine, index
from app.search.meilisearch_gateway import IndexGateway
from benchmarks import data, site
from benchmarks.load import Job, Loader, Outcome, get
from benchmarks.site import Engines

EDITS = {1_000: 20, 10_000: 50, 100_000: 10}
MOST_EDITS = 20
SECONDS_UNDER_EDITS = 5.0
SEEN_WITHIN_SECONDS = 30.0
REBUILT_EACH_RUN = 10_000
"""Up to this size the index is rebuilt at each run; beyond, the time of its last making is given."""


class Freshness(msgspec.Struct, frozen=True):
    """Milliseconds, but `rebuilt_in` (seconds). `list_*`: the first page after a change, which includes it;
    `words_*`: from the commit to the change found by the words typed; `calm_p99`, `edited_p99`: pages of the
    whole list at 8 clients, without a change then with one a second."""

    size: int
    edits: int
    list_p50: float
    list_worst: float
    words_p50: float
    words_p99: float
    calm_p50: float
    calm_p99: float
    edited_p50: float
    edited_p99: float
    rebuilt_in: float
    is_rebuilt_now: bool


class _Person(msgspec.Struct, frozen=True):
    id: int
    slug: str
    first_name: str
    last_name: str
    trade_name: str
    headline: str


def measure(engines: Engines, size: int, report: Callable[[str], None]) -> Freshness:
    """The freshness of one size, with a site and a worker of its own."""
    site.use(engines, size)
    made = asyncio.run(data.prepare(engines, size, report))
    rebuilt = asyncio.run(_rebuild()) if size <= REBUILT_EACH_RUN else made.rebuilt_in
    report(f"{size} praticiens : fraîcheur…")
    with (
        site.web(engines, size) as web,
        site.worker(engines, size),
        Loader() as loader,
        asyncio.Runner() as runner,
    ):
        runner.run(data.open_pool())
        try:
            runner.run(_wait_for_worker(datetime.now(UTC)))
            runner.run(_wait_for_index())
            load = Job(web.port, [get("/praticiens")], 8, SECONDS_UNDER_EDITS)
            calm = loader.run(load)
            people = runner.run(_people(EDITS.get(size, MOST_EDITS)))
            seen = list(_edits(runner, web.port, people))
            edited = runner.run(_under_edits(loader, load, people[0]))
            for person in people:
                runner.run(_write(person, person.last_name, person.headline))
            runner.run(_wait_for_index())
        finally:
            runner.run(connection.close_pool())
    in_list, by_words = zip(*seen, strict=True)
    return Freshness(
        size=size,
        edits=len(seen),
        list_p50=median(in_list),
        list_worst=max(in_list),
        words_p50=median(by_words),
        words_p99=sorted(by_words)[min(len(seen) - 1, int(len(seen) * 0.99))],
        calm_p50=calm.percentile(0.5),
        calm_p99=calm.percentile(0.99),
        edited_p50=edited.percentile(0.5),
        edited_p99=edited.percentile(0.99),
        rebuilt_in=rebuilt,
        is_rebuilt_now=size <= REBUILT_EACH_RUN,
    )


async def _rebuild() -> float:
    await data.open_pool()
    try:
        begun = time.perf_counter()
        await index.rebuild(IndexGateway(*engine.address()), report=lambda _: None)
        return time.perf_counter() - begun
    finally:
        await connection.close_pool()


async def _people(count: int) -> list[_Person]:
    found = await connection.rows(
        "SELECT p.id, p.slug, p.first_name, p.last_name, p.trade_name, f.headline FROM practitioner p"
        " JOIN profile f ON f.practitioner = p.id WHERE p.listing_state = 'listed' AND NOT p.is_structure"
        " AND p.listing_ends_at IS NULL ORDER BY md5(p.slug) LIMIT $1",
        count,
    )
    return [_Person(**record) for record in found]


def _edits(
    runner: asyncio.Runner, port: int, people: list[_Person]
) -> Iterator[tuple[float, float]]:
    """Give each person a name never seen; the time of the first list after it, and until the name is found."""
    for number, person in enumerate(people):
        name = _invented(number)
        runner.run(_write(person, name, f"{person.headline[:90]} ({name})"))
        committed = time.perf_counter()
        status, _ = site.fetch(port, "/praticiens")
        in_list = time.perf_counter() - committed
        if status != 200:
            raise RuntimeError(f"the list answered {status} after a change")
        yield in_list * 1000, (_found_at(port, name, person.slug) - committed) * 1000
        time.sleep(0.05)


def _invented(number: int) -> str:
    """A name of nobody, far from the others so that a forgiven typing error does not bring them together."""
    day = int(time.time())
    letters = "".join(chr(97 + (day // 7**i + number * (13 + 4 * i)) % 26) for i in range(8))
    return f"Zy{letters}"


def _found_at(port: int, name: str, slug: str) -> float:
    """The moment the page of `name` shows the practitioner."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    deadline = time.perf_counter() + SEEN_WITHIN_SECONDS
    mark = f'data-slug="{slug}"'.encode()
    while time.perf_counter() < deadline:
        asked.request("GET", f"/praticiens?q={quote(name)}")
        if mark in asked.getresponse().read():
            asked.close()
            return time.perf_counter()
        time.sleep(0.01)
    raise RuntimeError(f"{name} is not found {SEEN_WITHIN_SECONDS:.0f} s after the change")


async def _write(person: _Person, last_name: str, headline: str) -> None:
    """The change, as the practitioner's space makes it: the facts, then the completeness, in one transaction."""
    parts = {
        "first_name": person.first_name,
        "last_name": last_name,
        "trade_name": person.trade_name,
        "is_structure": False,
    }
    async with connection.transaction():
        await connection.execute(
            "UPDATE practitioner SET last_name = $2, sort_name = $3, sort_tie = $4 WHERE id = $1",
            person.id,
            last_name,
            names.sort_name(**parts),  # type: ignore[arg-type]  # one dict for both keys
            names.sort_tie(**parts),  # type: ignore[arg-type]
        )
        await connection.execute(
            "UPDATE profile SET headline = $2 WHERE practitioner = $1", person.id, headline
        )
        await completeness.refresh(person.id, now=datetime.now(UTC))


async def _wait_for_worker(since: datetime) -> None:
    """Until the worker gives a sign of life: its start is not what is measured."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        seen_at = await queue.last_beat("worker")
        if seen_at is not None and seen_at > since:
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("the worker does not start")


async def _wait_for_index() -> None:
    """Until the worker has sent the index everything that changed."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        state = await connection.row(
            "SELECT i.indexed_version >= d.version AS is_done FROM index_state i, directory_version d"
        )
        if state is not None and state["is_done"]:
            return
        await asyncio.sleep(0.05)
    raise RuntimeError("the worker does not follow the changes")


async def _under_edits(loader: Loader, job: Job, person: _Person) -> Outcome:
    """`job`, while `person` changes name every second."""
    running = asyncio.create_task(asyncio.to_thread(loader.run, job))
    number = 1000
    while not running.done():
        await _write(person, _invented(number), person.headline)
        number += 1
        await asyncio.wait([running], timeout=1.0)
    return await running
