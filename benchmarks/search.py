"""The search under load: each page and fragment beside the engine call it rests on, and beside a bare page.

`make bench ARGS="--parts search"` for this alone. The stacks take turns within each round, so that a
busy minute of the machine falls on all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import asyncpg
import msgspec

from app.database import embedded
from benchmarks import data, queries, site
from benchmarks.load import Job, Loader, get
from benchmarks.machine import QUIET_SHARE, Meter, wait_for_quiet
from benchmarks.queries import Case
from benchmarks.site import Engines

SIZES = (1_000, 10_000, 100_000)
CLIENTS = (1, 8)
ROUNDS = 3
SECONDS = 0.6
"""A measure lasts so long: with three sizes, the whole stays under a quarter of an hour."""
LEARNING_SECONDS = 120.0
"""What the processes of the site read ahead when they start is over by then."""
STACKS = ("page", "fragment", "engine", "whole")
"""The two forms of a page, the call to the engine it rests on, and the same page by the engine alone."""


class Measure(msgspec.Struct, frozen=True):
    """One stretch of load. Latencies and CPU in milliseconds, CPU per request and by group of processes."""

    size: int
    case: str
    again: bool
    stack: str
    clients: int
    round: int
    p50: float
    p99: float
    per_second: float
    cpu: dict[str, float]
    requests: int
    failures: int
    body_bytes: float
    others_share: float

    @property
    def is_noisy(self) -> bool:
        return self.others_share > QUIET_SHARE


class Bench:
    """Everything running for one size: the site, its engines, the bare page, the load."""

    def __init__(
        self, engines: Engines, size: int, web: site.Server, bare: site.Server, loader: Loader
    ) -> None:
        self._engines = engines
        self._size = size
        self._web = web
        self._bare = bare
        self._loader = loader
        self._of_site = {
            "web": web.pid,
            "database": engines.database_pid,
            "search": engines.search_pid,
        }

    def rounds(self, cases: Sequence[Case], count: int, seconds: float) -> Iterator[Measure]:
        """Every case, page, fragment and engine in turn, `count` times, starting with another one each time."""
        for turn in range(count):
            for clients in CLIENTS:
                yield self._hello(clients, turn, seconds)
            for number, case in enumerate(cases):
                for clients in CLIENTS:
                    stacks = STACKS if case.has_whole_calls else STACKS[:-1]
                    first = (turn + number) % len(stacks)
                    for stack in stacks[first:] + stacks[:first]:
                        yield self._case(case, stack, clients, turn, seconds)

    def warm_up(self, cases: Sequence[Case]) -> None:
        """Both processes answer each kind of page once before anything is measured."""
        for case in cases:
            for is_fragment in (False, True):
                pages = case.pages(0, is_fragment=is_fragment)[:16]
                self._loader.run(Job(self._web.port, pages, 8, 0.15))

    def forget(self) -> None:
        """Tell the site that its index has changed: the answers it keeps are not used again."""

        async def bump() -> None:
            url = embedded.url(self._engines.folder, site.name_of(self._size))
            connection = await asyncpg.connect(url)
            await connection.execute("UPDATE index_state SET content_version = content_version + 1")
            await connection.close()

        asyncio.run(bump())
        # Both processes learn it now, not during the measure.
        self._loader.run(Job(self._web.port, [get("/praticiens")], 8, 0.1))

    def _case(self, case: Case, stack: str, clients: int, turn: int, seconds: float) -> Measure:
        is_site = stack in ("page", "fragment")
        if not is_site:
            requests = case.engine_calls(turn, is_whole=stack == "whole")
            port = self._engines.search_port
            roots = {"search": self._engines.search_pid}
        else:
            requests, port = case.pages(turn, is_fragment=stack == "fragment"), self._web.port
            roots = self._of_site
            if not case.again:
                self.forget()
        # The site keeps its answers: asked twice, a search would not be new.
        is_single_pass = not case.again and is_site
        job = Job(port, requests, clients, seconds, is_single_pass=is_single_pass)
        return self._measure(job, roots, case.name, case.again, stack, turn)

    def _hello(self, clients: int, turn: int, seconds: float) -> Measure:
        job = Job(self._bare.port, [get("/")], clients, seconds)
        return self._measure(job, {"web": self._bare.pid}, "", True, "hello", turn)

    def _measure(
        self, job: Job, roots: dict[str, int], case: str, again: bool, stack: str, turn: int
    ) -> Measure:
        wait_for_quiet()
        meter = Meter(roots)
        meter.start()
        outcome = self._loader.run(job)
        spent = meter.stop(load_seconds=outcome.cpu_seconds)
        answers = len(outcome.latencies_ms)
        return Measure(
            size=self._size,
            case=case,
            again=again,
            stack=stack,
            clients=job.clients,
            round=turn,
            p50=outcome.percentile(0.5),
            p99=outcome.percentile(0.99),
            per_second=outcome.per_second,
            cpu={name: used / answers * 1000 for name, used in spent.by_group.items()},
            requests=answers,
            failures=outcome.failures,
            body_bytes=outcome.body_bytes / answers,
            others_share=spent.others_share,
        )


@contextlib.contextmanager
def running(engines: Engines, size: int) -> Iterator[Bench]:
    """The site on the data of `size` practitioners, ready to be measured."""
    with site.web(engines, size) as web, site.hello(engines) as bare, Loader() as loader:
        yield Bench(engines, size, web, bare, loader)


def measure(
    engines: Engines, size: int, *, rounds: int, seconds: float, report: Callable[[str], None]
) -> list[Measure]:
    """Every measure of one size; makes its data first when they are missing."""
    site.use(engines, size)
    made = asyncio.run(data.prepare(engines, size, report))
    cases = asyncio.run(queries.cases(made, report))
    with running(engines, size) as bench:
        bench.warm_up(cases)
        # Processes that have just started still read ahead.
        wait_for_quiet(LEARNING_SECONDS)
        report(f"{size} praticiens : mesures…")
        begun = datetime.now(UTC)
        found = list(bench.rounds(cases, rounds, seconds))
        taken = (datetime.now(UTC) - begun).total_seconds()
        report(f"{size} praticiens : {len(found)} mesures en {taken:.0f} s")
    return found
