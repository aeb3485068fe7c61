"""The tables of the benchmarks, in French, each figure beside its limit (issue « Figures to show »)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

from benchmarks import weight
from benchmarks.freshness import Freshness
from benchmarks.search import Measure
from benchmarks.weight import Weight

FLOOR_LATENCY, AIM_LATENCY = 2.5, 1.5
"""p50 of the page over p50 of the engine, one client."""
FLOOR_THROUGHPUT, AIM_THROUGHPUT = 0.5, 0.7
"""Requests a second of the page over those of the engine, eight clients."""
AIM_P99_MS = 15.0
AIM_APPLICATION_MS = 1.0
"""CPU of the web processes alone, per request."""
BIG = 100_000
SEEN_WITHIN_MS = 2_000.0
"""Decision 6: a change is found so soon, at most."""
FORMS = {"page": "page", "fragment": "partie"}


class Line(msgspec.Struct, frozen=True):
    """One kind of search at one size, as a page or a fragment; medians of the rounds, milliseconds.

    `engine_*` and the ratios: against the call it rests on; `whole_*`: against the same page by the engine alone.
    """

    size: int
    case: str
    again: bool
    form: str
    p50: float
    p99: float
    engine_p50: float
    latency_ratio: float
    per_second: float
    engine_per_second: float
    throughput_ratio: float
    whole_latency_ratio: float
    whole_throughput_ratio: float
    cpu: float
    application: float
    kilobytes: float

    @property
    def is_above_floor(self) -> bool:
        return self.latency_ratio <= FLOOR_LATENCY and self.throughput_ratio >= FLOOR_THROUGHPUT

    @property
    def reaches_aim(self) -> bool:
        return (
            self.latency_ratio <= AIM_LATENCY
            and self.throughput_ratio >= AIM_THROUGHPUT
            and self.application <= AIM_APPLICATION_MS
            and (self.size < BIG or self.p99 <= AIM_P99_MS)
        )


def lines(measures: Sequence[Measure]) -> list[Line]:
    """The measures put side by side. Ratios are taken within each round, then their median."""
    known: dict[tuple[int, str, bool, str, int], list[Measure]] = defaultdict(list)
    for measure in measures:
        if measure.case:
            known[measure.size, measure.case, measure.again, measure.stack, measure.clients].append(
                measure
            )
    found = []
    for size, case, again, stack, clients in known:
        if stack not in FORMS or clients != 1:
            continue
        kind = size, case, again
        alone, eight = known[*kind, stack, 1], known[*kind, stack, 8]
        engine_alone, engine_eight = known[*kind, "engine", 1], known[*kind, "engine", 8]
        whole_alone = known.get((*kind, "whole", 1), engine_alone)
        whole_eight = known.get((*kind, "whole", 8), engine_eight)
        found.append(
            Line(
                size=size,
                case=case,
                again=again,
                form=FORMS[stack],
                p50=median(m.p50 for m in alone),
                p99=median(m.p99 for m in alone),
                engine_p50=median(m.p50 for m in engine_alone),
                latency_ratio=_latency_ratio(alone, engine_alone),
                per_second=median(m.per_second for m in eight),
                engine_per_second=median(m.per_second for m in engine_eight),
                throughput_ratio=_throughput_ratio(eight, engine_eight),
                whole_latency_ratio=_latency_ratio(alone, whole_alone),
                whole_throughput_ratio=_throughput_ratio(eight, whole_eight),
                cpu=median(sum(m.cpu.values()) for m in eight),
                application=median(m.cpu["web"] for m in eight),
                kilobytes=median(m.body_bytes for m in alone) / 1000,
            )
        )
    return sorted(found, key=lambda line: (line.size, line.form != "page"))


def _latency_ratio(site: list[Measure], engine: list[Measure]) -> float:
    return median(one.p50 / other.p50 for one, other in zip(site, engine, strict=True))


def _throughput_ratio(site: list[Measure], engine: list[Measure]) -> float:
    return median(
        one.per_second / other.per_second for one, other in zip(site, engine, strict=True)
    )


def number(value: float, digits: int = 1) -> str:
    """« 1 234,5 »"""
    return f"{value:,.{digits}f}".replace(",", "\u202f").replace(".", ",")


def mark(holds: bool) -> str:
    return "✓" if holds else "✗"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """`rows` in columns, the first `words` ones to the left, the others to the right."""
    cells = [list(head), *[list(row) for row in rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    cells.insert(1, ["─" * width for width in widths])
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i < words else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def searches(found: Sequence[Line]) -> str:
    """The main table, one block a size and a form."""
    head = [
        *("recherche", "p50", "p99", "appel", "÷ appel", "req/s", "appel", "÷ appel"),
        *("÷ moteur", "débit", "CPU", "dont site", "ko", "plancher", "visée"),
    ]
    blocks = []
    for size, form in dict.fromkeys((line.size, line.form) for line in found):
        rows = [
            [
                f"{line.case}{', encore' if line.again else ''}",
                number(line.p50),
                number(line.p99),
                number(line.engine_p50),
                number(line.latency_ratio, 2),
                number(line.per_second, 0),
                number(line.engine_per_second, 0),
                number(line.throughput_ratio, 2),
                number(line.whole_latency_ratio, 2),
                number(line.whole_throughput_ratio, 2),
                number(line.cpu, 2),
                number(line.application, 2),
                number(line.kilobytes),
                mark(line.is_above_floor),
                mark(line.reaches_aim),
            ]
            for line in found
            if (line.size, line.form) == (size, form)
        ]
        title = (
            f"{number(size, 0)} praticiens, {'page entière' if form == 'page' else 'partie (htmx)'}"
        )
        blocks.append(f"{title}\n{table(head, rows)}")
    return "\n\n".join(blocks)


def verdicts(found: Sequence[Line]) -> str:
    """Each limit with the worst figure held against it: searches asked again, then those asked for the first time."""
    parts = [
        ("Recherches déjà demandées (« encore »)", [line for line in found if line.again]),
        (
            "Recherches demandées pour la première fois",
            [line for line in found if not line.again],
        ),
    ]
    return "\n\n".join(f"{title}\n{_limits(lines)}" for title, lines in parts if lines)


def _limits(found: Sequence[Line]) -> str:
    slowest = max(found, key=lambda line: line.latency_ratio)
    weakest = min(found, key=lambda line: line.throughput_ratio)
    against_whole = max(found, key=lambda line: line.whole_latency_ratio)
    under_whole = min(found, key=lambda line: line.whole_throughput_ratio)
    heaviest = max(found, key=lambda line: line.application)
    rows = [
        _verdict("p50 ÷ appel, plancher", "≤ 2,5", slowest, slowest.latency_ratio, FLOOR_LATENCY),
        _verdict("p50 ÷ appel, visée", "≤ 1,5", slowest, slowest.latency_ratio, AIM_LATENCY),
        _verdict(
            "débit ÷ appel, plancher", "≥ 0,5", weakest, weakest.throughput_ratio, FLOOR_THROUGHPUT
        ),
        _verdict(
            "débit ÷ appel, visée", "≥ 0,7", weakest, weakest.throughput_ratio, AIM_THROUGHPUT
        ),
        _verdict(
            "p50 ÷ moteur seul",
            "≤ 2,5",
            against_whole,
            against_whole.whole_latency_ratio,
            FLOOR_LATENCY,
        ),
        _verdict(
            "débit ÷ moteur seul",
            "≥ 0,5",
            under_whole,
            under_whole.whole_throughput_ratio,
            FLOOR_THROUGHPUT,
        ),
        _verdict(
            "CPU du site par requête, visée",
            "≤ 1 ms",
            heaviest,
            heaviest.application,
            AIM_APPLICATION_MS,
        ),
    ]
    if big := [line for line in found if line.size >= BIG]:
        latest = max(big, key=lambda line: line.p99)
        rows.append(_verdict("p99 à 100 000, visée", "≤ 15 ms", latest, latest.p99, AIM_P99_MS))
    sizes = sorted({line.size for line in found})
    if len(sizes) > 1:
        case, worst = max(
            (
                (line.case, line.p50 / small.p50)
                for line in found
                for small in found
                if (line.size, small.size) == (sizes[-1], sizes[0])
                and (line.case, line.form) == (small.case, small.form)
            ),
            key=lambda pair: pair[1],
        )
        words = f"p50 de {number(sizes[0], 0)} à {number(sizes[-1], 0)} praticiens"
        rows.append([words, "presque plat", f"× {number(worst)}", case, mark(worst <= 2)])
    return table(["limite", "demandé", "pire mesure", "où", ""], rows)


def _verdict(name: str, asked: str, line: Line, value: float, limit: float) -> list[str]:
    holds = value >= limit if asked.startswith("≥") else value <= limit
    where = f"{line.case}{', encore' if line.again else ''}, {line.form}, {number(line.size, 0)}"
    return [name, asked, number(value, 2), where, mark(holds)]


def bare(measures: Sequence[Measure]) -> str:
    """The bare page of the framework: what no page of the site can go below."""
    alone, eight = (
        [m for m in measures if m.stack == "hello" and m.clients == clients] for clients in (1, 8)
    )
    return (
        f"Page nue de Litestar, mêmes processus : p50 {number(median(m.p50 for m in alone), 2)} ms,"
        f" {number(median(m.per_second for m in eight), 0)} req/s à 8 clients,"
        f" {number(median(m.cpu['web'] for m in eight), 3)} ms de CPU."
    )


def doubts(measures: Sequence[Measure]) -> str:
    """How far the figures can be trusted."""
    noisy = sum(measure.is_noisy for measure in measures)
    failures = sum(measure.failures for measure in measures)
    words = (
        f"{noisy} mesures sur {len(measures)} prises pendant qu’autre chose occupait plus de 10 % de la machine"
        " (les latences y sont trop hautes ; les CPU, à peu près justes)."
    )
    if failures:
        words += f"\n✗ {failures} réponses autres que 200."
    return words


def freshness(found: Sequence[Freshness]) -> str:
    """How soon a change is seen, and what it costs the others."""
    head = [
        *("praticiens", "liste p50", "liste pire", "mots p50", "mots p99", "≤ 2 s"),
        *("p99 sans édition", "p99, 1 édition/s", "index refait"),
    ]
    rows = [
        [
            number(one.size, 0),
            f"{number(one.list_p50)} ms",
            f"{number(one.list_worst)} ms",
            f"{number(one.words_p50, 0)} ms",
            f"{number(one.words_p99, 0)} ms",
            mark(one.words_p99 <= SEEN_WITHIN_MS),
            f"{number(one.calm_p99)} ms",
            f"{number(one.edited_p99)} ms",
            f"{number(one.rebuilt_in)} s{'' if one.is_rebuilt_now else ' (à la création)'}",
        ]
        for one in found
    ]
    return table(head, rows)


def weights(found: Sequence[Weight]) -> str:
    """First visits, beside floor (60 kB, 10 requests) and aim (30 kB, 6 requests)."""
    rows = [
        [
            one.page,
            number(one.kilobytes),
            str(one.requests),
            number(one.shift, 3),
            str(one.elsewhere),
            mark(one.kilobytes <= weight.FLOOR_KB and one.requests <= weight.FLOOR_REQUESTS),
            mark(one.kilobytes <= weight.AIM_KB and one.requests <= weight.AIM_REQUESTS),
            mark(one.shift <= weight.MOST_SHIFT),
            " + ".join(f"{kind} {number(size)}" for kind, size in one.by_type.items()),
        ]
        for one in found
    ]
    head = ["première visite", "ko", "requêtes", "décalage", "ailleurs"]
    return table([*head, "≤ 60/10", "≤ 30/6", "immobile", "détail (ko)"], rows)
