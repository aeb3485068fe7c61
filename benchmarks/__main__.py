"""`make bench`: the search, how fresh it is, and the weight of a first visit, each beside its limit."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.launching import CannotStart
from benchmarks import (
    accounts,
    data,
    dossiers,
    evidence,
    freshness,
    machine,
    mails,
    report,
    search,
    site,
    upload,
    weight,
)
from benchmarks.site import Engines


class Results(msgspec.Struct, frozen=True):
    """All that a run measured, kept as JSON."""

    on: str
    machine: str
    measures: list[search.Measure]
    freshness: list[freshness.Freshness]
    weights: list[weight.Weight]
    registers: list[evidence.Evidence] = []
    accounts: list[accounts.Accounts] = []
    mails: list[mails.Mails] = []
    dossiers: list[dossiers.Dossiers] = []
    uploads: list[upload.Upload] = []


def main() -> int:
    """Measure and print; the exit code is 1 when something could not be measured."""
    options = _options()
    print(f"{machine.described()} ; le site : {site.WORKERS} processus web.", flush=True)
    begun = time.monotonic()
    try:
        with site.engines(site.folder()) as engines:
            results = _measured(engines, options)
    except CannotStart as refusal:
        print(f"✗ {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print()
    _show(results)
    kept = site.folder() / "results" / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}.json"
    _keep(results, kept)
    print(f"\n{time.monotonic() - begun:.0f} s en tout. Tout le détail : {kept}")
    return 0


def _measured(engines: Engines, options: argparse.Namespace) -> Results:
    measures: list[search.Measure] = []
    fresh: list[freshness.Freshness] = []
    weights: list[weight.Weight] = []
    registers: list[evidence.Evidence] = []
    signed_in: list[accounts.Accounts] = []
    posted: list[mails.Mails] = []
    vetted: list[dossiers.Dossiers] = []
    sent: list[upload.Upload] = []
    for size in options.sizes:
        if "search" in options.parts:
            measures += search.measure(
                engines, size, rounds=options.rounds, seconds=options.seconds, report=_say
            )
        if "freshness" in options.parts:
            fresh.append(freshness.measure(engines, size, _say))
    if "weight" in options.parts:
        weights = _weighed(engines, min(options.sizes))
    if "evidence" in options.parts:
        registers.append(evidence.measure(engines, _say))
    if "accounts" in options.parts:
        signed_in.append(accounts.measure(engines, min(options.sizes), _say))
    if "mails" in options.parts:
        posted.append(mails.measure(engines, _say))
    if "dossiers" in options.parts:
        vetted.append(dossiers.measure(engines, _say))
    if "upload" in options.parts:
        sent.append(upload.measure(engines, min(options.sizes), _say))
    now = datetime.now(UTC).isoformat("T", "seconds")
    return Results(
        on=now,
        machine=machine.described(),
        measures=measures,
        freshness=fresh,
        weights=weights,
        registers=registers,
        accounts=signed_in,
        mails=posted,
        dossiers=vetted,
        uploads=sent,
    )


def _weighed(engines: Engines, size: int) -> list[weight.Weight]:
    _say("Poids d’une première visite…")
    site.use(engines, size)
    asyncio.run(data.prepare(engines, size, _say))
    try:
        with site.web(engines, size) as web:
            return weight.measure(web.url)
    except CannotStart as refusal:
        _say(f"✗ {refusal}")
        return []


def _show(results: Results) -> None:
    if results.measures:
        found = report.lines(results.measures)
        print(report.searches(found))
        print(
            "\nMillisecondes à 1 client (p50, p99), requêtes par seconde à 8 clients, millisecondes de CPU par"
            "\nrequête de tous les programmes, « dont site » pour les processus web. Sans « encore », chaque"
            "\nrecherche diffère des autres : rien n’est tiré de la mémoire du site."
            "\n« appel » : l’appel à Meilisearch dont la page a besoin, seul (pour les filtres, le rayon et la liste,"
            "\nle site ne lui demande rien : l’appel est alors la même page par le moteur). « ÷ moteur » : la même"
            "\npage par Meilisearch seul, 20 fiches entières et les décomptes des filtres, sans l’ordre du contrat."
        )
        print(f"\n{report.verdicts(found)}\n\n{report.bare(results.measures)}")
        print(report.doubts(results.measures))
    if results.freshness:
        print(
            f"\nAprès une modification : première liste, puis recherche par mots\n"
            f"{report.freshness(results.freshness)}"
        )
    if results.weights:
        print(f"\n{report.weights(results.weights)}")
    for signed_in in results.accounts:
        print(f"\n{accounts.shown(signed_in)}")
    for posted in results.mails:
        print(f"\n{mails.shown(posted)}")
    for sent in results.uploads:
        print(f"\n{upload.shown(sent)}")
    for vetted in results.dossiers:
        print(f"\n{dossiers.shown(vetted)}")
    for register in results.registers:
        print(f"\n{evidence.shown(register)}")


def _keep(results: Results, kept: Path) -> None:
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1))


def _say(words: str) -> None:
    print(f"  {words}", flush=True)


def _sizes(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _parts(text: str) -> list[str]:
    return text.split(",")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Mesures, à côté de leurs limites."
    )
    sizes = ",".join(map(str, search.SIZES))
    parser.add_argument(
        "--sizes", type=_sizes, default=list(search.SIZES), help=f"praticiens ({sizes})"
    )
    parser.add_argument(
        "--parts",
        type=_parts,
        default=[
            "search",
            "freshness",
            "weight",
            "evidence",
            "accounts",
            "mails",
            "dossiers",
            "upload",
        ],
        help="search,freshness,weight,evidence,accounts,mails,dossiers,upload",
    )
    parser.add_argument("--rounds", type=int, default=search.ROUNDS, help="tours (3)")
    parser.add_argument(
        "--seconds", type=float, default=search.SECONDS, help="durée d’une mesure (0.7)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
