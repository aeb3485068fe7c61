"""The figures that matter: dossiers that wait, who is listed where, how complete, what is sought in vain."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec

from app.database import connection
from app.directory import completeness
from app.errors import NotFound
from app.rendering.filters import NARROW, plural
from app.rendering.moments import day_of
from app.search import fruitless

Cell = str | int | float


class Bar(msgspec.Struct, frozen=True):
    """A bar of a chart: `share` of the longest one, from 0 to 100."""

    label: str
    value: str
    share: int


class Table(msgspec.Struct, frozen=True):
    """A table, the same as a spreadsheet, and as a chart when it has `bars`. `about` says what is counted."""

    key: str
    title: str
    about: str
    header: list[str]
    lines: list[tuple[Cell, ...]]
    bars: list[Bar]


_REGIONS = """
SELECT coalesce(r.name, 'À distance seulement') AS region, count(DISTINCT p.id) AS listed,
  count(DISTINCT p.id) FILTER (WHERE p.is_complete) AS complete
FROM practitioner p LEFT JOIN practice_place l ON l.practitioner = p.id
LEFT JOIN commune c ON c.code = l.commune LEFT JOIN region r ON r.code = c.region
WHERE p.listing_state = 'listed' AND (p.listing_ends_at IS NULL OR p.listing_ends_at > $1)
GROUP BY r.name ORDER BY listed DESC, region
"""
_CRITERIA = """
SELECT c.criterion, count(*) FILTER (WHERE c.is_met) AS met, count(*) AS number
FROM profile_criterion c JOIN practitioner p ON p.id = c.practitioner
WHERE p.listing_state = 'listed' AND (p.listing_ends_at IS NULL OR p.listing_ends_at > $1)
GROUP BY c.criterion
"""
_STEPS = (
    (1, "moins de 2 jours"),
    (4, "de 2 à 4 jours"),
    (9, "de 5 à 9 jours"),
    (29, "de 10 à 29 jours"),
)
_LONGER = "30 jours et plus"
FRUITLESS_DAYS = 30


async def _waiting(now: datetime) -> Table:
    found = await connection.rows(
        "SELECT ($1::timestamptz AT TIME ZONE 'Europe/Paris')::date"
        " - (submitted_at AT TIME ZONE 'Europe/Paris')::date AS days, count(*) AS number FROM dossier"
        " WHERE submitted_at IS NOT NULL AND correction_asked_at IS NULL GROUP BY days",
        now,
    )
    counts = {label: 0 for _, label in _STEPS} | {_LONGER: 0}
    for row in found:
        label = next((label for most, label in _STEPS if row["days"] <= most), _LONGER)
        counts[label] += row["number"]
    total = sum(counts.values())
    days = sum(row["days"] * row["number"] for row in found)
    return Table(
        "attente",
        "Dossiers qui attendent la plateforme",
        f"Dossiers déposés, sans correction demandée.{_mean(days, total)}",
        ["Attente", "Dossiers"],
        list(counts.items()),
        _bars([(label, number, str(number)) for label, number in counts.items()]),
    )


async def _regions(now: datetime) -> Table:
    found = await connection.rows(_REGIONS, now)
    return Table(
        "regions",
        "Praticiens référencés par région",
        "Quelqu’un qui reçoit dans deux régions compte dans les deux.",
        ["Région", "Référencés", "Dont profils complets"],
        [(row["region"], row["listed"], row["complete"]) for row in found],
        _bars([(row["region"], row["listed"], str(row["listed"])) for row in found]),
    )


async def _completeness(now: datetime) -> Table:
    found = await connection.rows(_CRITERIA, now)
    counted = {row["criterion"]: (row["met"], row["number"]) for row in found}
    lines: list[tuple[Cell, ...]] = []
    bars = []
    for criterion in completeness.CRITERIA:
        met, number = counted.get(criterion.name, (0, 0))
        share = 100 * met / number if number else 0.0
        lines.append((criterion.label, met, number, share))
        bars.append((criterion.label, share, f"{share:.0f}{NARROW}%"))
    return Table(
        "completude",
        "Profils référencés qui remplissent chaque critère",
        "Les douze critères d’un profil complet.",
        ["Critère", "Remplissent", "Référencés", "Part (%)"],
        lines,
        _bars(bars, longest=100),
    )


async def _fruitless(now: datetime) -> Table:
    found = await fruitless.since(day_of(now) - timedelta(days=FRUITLESS_DAYS))
    times: dict[str, int] = {}
    for one in found:
        times[one.words] = times.get(one.words, 0) + one.times
    first = sorted(times.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    return Table(
        "recherches-sans-resultat",
        f"Recherches sans résultat depuis {FRUITLESS_DAYS} jours",
        "Comptées par jour, sans personne derrière ; jamais les mots sensibles ; seulement à partir de"
        f" {fruitless.SHOWN_FROM} fois dans une journée.",
        ["Jour", "Recherche", "Fois"],
        [(f"{one.searched_on:%d/%m/%Y}", one.words, one.times) for one in found],
        _bars([(words, number, str(number)) for words, number in first]),
    )


_TABLES: dict[str, Callable[[datetime], Awaitable[Table]]] = {
    "attente": _waiting,
    "regions": _regions,
    "completude": _completeness,
    "recherches-sans-resultat": _fruitless,
}


async def tables(now: datetime) -> list[Table]:
    """Every table at `now` (UTC)."""
    return [await made(now) for made in _TABLES.values()]


async def table(key: str, now: datetime) -> Table:
    """One of them. Raises `NotFound`."""
    if key not in _TABLES:
        raise NotFound
    return await _TABLES[key](now)


def _mean(days: int, total: int) -> str:
    if not total:
        return ""
    mean = days / total
    if mean < 1:
        return " En moyenne, ils attendent depuis moins d’un jour."
    written = f"{mean:.1f}".replace(".", ",")
    return f" En moyenne, ils attendent depuis {written} {plural(int(mean), 'jour', 'jours')}."


def _bars(lines: list[tuple[str, float, str]], longest: float = 0) -> list[Bar]:
    most = longest or max((number for _, number, _ in lines), default=0)
    return [
        Bar(label, value, round(100 * number / most) if most else 0)
        for label, number, value in lines
    ]
