"""`make bench-peers`: the search of WordPress and ours over the same texts, in turn, in the same run."""

from __future__ import annotations

import argparse
import asyncio
import sys
from statistics import median
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from app.launching import CannotStart
from benchmarks import data, machine, queries, report, site
from benchmarks.load import Job, Loader, Outcome, get
from benchmarks.machine import Meter, wait_for_quiet
from benchmarks.peers import wordpress
from benchmarks.search import Bench

PEOPLE = 10_000
SECONDS = 4.0
ROUNDS = 3
FLOOR, AIM = 10.0, 25.0
"""Our requests a second over theirs, eight clients."""


class Side(msgspec.Struct):
    """One program: where it listens, its processes, what it is asked, and what was measured."""

    name: str
    port: int
    roots: dict[str, int]
    requests: list[bytes]
    alone: list[Outcome] = []
    eight: list[Outcome] = []
    cpu_ms: list[float] = []

    @property
    def per_second(self) -> list[float]:
        return [outcome.per_second for outcome in self.eight]


def main() -> int:
    """Measure and print; the exit code is 1 below the floor."""
    options = _options()
    try:
        wordpress.require_packages()
        with site.engines(site.folder()) as engines:
            site.use(engines, PEOPLE)
            made = asyncio.run(data.prepare(engines, PEOPLE, _say))
            words = _words(asyncio.run(queries.cases(made, _say)))
            with (
                wordpress.running(PEOPLE, _say) as (port, roots),
                site.web(engines, PEOPLE) as web,
                Loader() as loader,
            ):
                ours = {
                    "web": web.pid,
                    "database": engines.database_pid,
                    "search": engines.search_pid,
                }
                sides = [
                    Side("nous", web.port, ours, [get(f"/praticiens?q={word}") for word in words]),
                    Side("WordPress", port, roots, [get(f"/?s={word}") for word in words]),
                ]
                bench = Bench(engines, PEOPLE, web, web, loader)
                _measure(sides, bench, loader, options.seconds)
    except CannotStart as refusal:
        print(f"✗ {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0 if _show(*sides) >= FLOOR else 1


def _words(cases: list[queries.Case]) -> list[str]:
    """The needs and the « practice city » of the search benchmark, one after the other."""
    kinds = [case.asks for case in cases if not case.again][:2]
    pairs = zip(*kinds, strict=False)
    return [quote(parse_qs(urlsplit(ask.path).query)["q"][0]) for pair in pairs for ask in pair]


def _measure(sides: list[Side], bench: Bench, loader: Loader, seconds: float) -> None:
    for side in sides:
        _say(f"Mise en route de {side.name}…")
        loader.run(Job(side.port, side.requests[-20:], 8, 2.0))
    for turn in range(ROUNDS):
        _say(f"Tour {turn + 1} sur {ROUNDS}…")
        for side in sides[turn % 2 :] + sides[: turn % 2]:
            for clients, kept in ((1, side.alone), (8, side.eight)):
                bench.forget()
                wait_for_quiet()
                meter = Meter(side.roots)
                meter.start()
                outcome = loader.run(Job(side.port, side.requests, clients, seconds))
                spent = meter.stop(load_seconds=outcome.cpu_seconds)
                kept.append(outcome)
                if clients > 1:
                    total = sum(spent.by_group.values())
                    side.cpu_ms.append(total / len(outcome.latencies_ms) * 1000)


def _show(ours: Side, theirs: Side) -> float:
    """The table; answers how many times our throughput is theirs."""
    ratio = median(a / b for a, b in zip(ours.per_second, theirs.per_second, strict=True))
    rows = [
        [
            side.name,
            report.number(median(outcome.percentile(0.5) for outcome in side.alone)),
            report.number(median(outcome.percentile(0.99) for outcome in side.alone)),
            report.number(median(side.per_second), 1),
            report.number(median(side.cpu_ms), 1),
            report.number(median(o.body_bytes / len(o.latencies_ms) for o in side.eight) / 1000),
            str(sum(outcome.failures for outcome in (*side.alone, *side.eight))),
        ]
        for side in (ours, theirs)
    ]
    print(f"\n{machine.described()}")
    print(
        f"Recherche par mots, {report.number(PEOPLE, 0)} fiches ou articles, 20 par page, mots tous différents"
    )
    head = ["", "p50 (ms, 1 client)", "p99", "req/s (8 clients)", "CPU (ms)", "ko", "erreurs"]
    print(report.table(head, rows))
    print(
        f"Débit : {report.number(ratio)} fois celui de WordPress"
        f" (plancher 10 {report.mark(ratio >= FLOOR)}, visée 25 {report.mark(ratio >= AIM)})"
    )
    return ratio


def _say(words: str) -> None:
    print(f"  {words}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-peers", description="À côté de WordPress.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="durée d’une mesure (4)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
