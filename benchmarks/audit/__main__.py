"""`make audit`: the site in production settings, on the demonstration data, before each judge."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable

from app.launching import CannotStart
from benchmarks import data, report, site
from benchmarks.audit import judges, pages, tools
from benchmarks.audit.judges import Verdict

PEOPLE = 600
JUDGES = ("html", "axe", "observatory", "lighthouse")


def main() -> int:
    """Judge and print; the exit code is 1 when something is below its floor."""
    options = _options()
    try:
        tools.install()
        with site.engines(site.folder()) as engines:
            site.use(engines, PEOPLE)
            asyncio.run(data.prepare(engines, PEOPLE, _say))
            looked_at = asyncio.run(pages.addresses())
            with site.web(engines, PEOPLE) as web:
                verdicts = _judged(web, looked_at, options.judges)
    except CannotStart as refusal:
        print(f"✗ {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    _show(verdicts)
    return 1 if any(verdict.is_above_floor is False for verdict in verdicts) else 0


def _judged(web: site.Server, looked_at: dict[str, str], asked: list[str]) -> list[Verdict]:
    marked = {name: looked_at[name] for name in pages.JUDGED_BY_LIGHTHOUSE}
    ways: dict[str, Callable[[], list[Verdict]]] = {
        "html": lambda: judges.validator(web.port, looked_at, tools.folder() / "pages"),
        "axe": lambda: judges.axe(web.url, looked_at),
        "observatory": lambda: [judges.observatory(web.port)],
        "lighthouse": lambda: judges.lighthouse(web.url, marked),
    }
    verdicts = []
    for name, judge in ways.items():
        if name not in asked:
            continue
        _say(f"{name}…")
        try:
            verdicts += judge()
        except CannotStart as refusal:
            verdicts.append(Verdict(name, "tout", "non jugé", None, details=[str(refusal)]))
    return verdicts


def _show(verdicts: list[Verdict]) -> None:
    rows = [
        [
            verdict.judge,
            verdict.subject,
            verdict.found,
            "—" if verdict.is_above_floor is None else report.mark(verdict.is_above_floor),
            report.mark(verdict.reaches_aim),
        ]
        for verdict in verdicts
    ]
    print(report.table(["juge", "page", "résultat", "plancher", "visée"], rows, words=3))
    for verdict in verdicts:
        for detail in verdict.details[:12]:
            print(f"  {verdict.judge}, {verdict.subject} : {detail}")


def _say(words: str) -> None:
    print(f"  {words}", flush=True)


def _names(text: str) -> list[str]:
    return text.split(",")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make audit", description="Ce que des juges extérieurs disent du site."
    )
    parser.add_argument("--judges", type=_names, default=list(JUDGES), help=",".join(JUDGES))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
