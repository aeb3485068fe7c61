"""The four judges; each answers verdicts: what was looked at, what was found, whether floor and aim hold."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from playwright.sync_api import Browser, sync_playwright

from app.launching import CannotStart
from benchmarks import site
from benchmarks.audit import front, tools
from benchmarks.weight import FLAGS, chromium

SIGHTS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CATEGORIES = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
"""Lighthouse's, with the floor of each; the aim is 100."""
TRIES = 3
"""A performance below 100 is measured again: the median counts, the machine being shared."""
BEST_GRADE = "A+"


class Verdict(msgspec.Struct, frozen=True):
    """`details`: what to mend, a line each. `is_above_floor` None: could not be judged."""

    judge: str
    subject: str
    found: str
    is_above_floor: bool | None
    reaches_aim: bool = False
    details: list[str] = []


def lighthouse(url: str, pages: dict[str, str]) -> list[Verdict]:
    """The four marks of each page, on the simulated phone of Lighthouse."""
    return [_lighthouse(name, url + path) for name, path in pages.items()]


def _lighthouse(name: str, address: str) -> Verdict:
    reports = [_report(address)]
    if _marks(reports[0])["performance"] < 100:
        reports += [_report(address) for _ in range(TRIES - 1)]
    marks = {
        category: round(median(_marks(report)[category] for report in reports))
        for category in CATEGORIES
    }
    audits = reports[-1]["audits"]
    faults = [
        f"{category} : {audits[one['id']]['title']} {audits[one['id']].get('displayValue', '')}".rstrip()
        for category in CATEGORIES
        for one in reports[-1]["categories"][category]["auditRefs"]
        if one["weight"] and audits[one["id"]]["score"] not in (None, 1)
    ]
    seconds = median(
        report["audits"]["largest-contentful-paint"]["numericValue"] for report in reports
    )
    return Verdict(
        "Lighthouse",
        name,
        " / ".join(str(mark) for mark in marks.values())
        + f", LCP {seconds / 1000:.1f} s".replace(".", ","),
        all(marks[category] >= floor for category, floor in CATEGORIES.items()),
        all(mark == 100 for mark in marks.values()),
        faults,
    )


def _report(address: str) -> dict[str, Any]:
    command = [
        tools.program("node", "sudo apt install nodejs"),
        "node_modules/lighthouse/cli/index.js",
    ]
    command += [address, "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"]
    command += [f"--chrome-flags=--headless=new {' '.join(FLAGS)}"]
    environ = os.environ | {"CHROME_PATH": chromium()}
    try:
        report: dict[str, Any] = tools.answer_of(command, environ, seconds=180)
    except CannotStart:
        # On a busy machine the browser sometimes misses its own start: asked once more.
        report = tools.answer_of(command, environ, seconds=180)
    return report


def _marks(report: dict[str, Any]) -> dict[str, float]:
    return {name: 100 * (report["categories"][name]["score"] or 0) for name in CATEGORIES}


def axe(url: str, pages: dict[str, str]) -> list[Verdict]:
    """Accessibility of each page, on a phone and a desk, by day and by night: nothing to mend."""
    source = (tools.modules() / "axe-core/axe.min.js").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        found: dict[str, Counter[str]] = {name: Counter() for name in pages}
        for width, scheme in SIGHTS:
            for name, faults in _seen(browser, url, pages, source, width, scheme).items():
                found[name].update(faults)
        browser.close()
    return [
        Verdict(
            "axe",
            name,
            f"{len(faults)} défaut{'s' if len(faults) > 1 else ''}",
            not faults,
            not faults,
            list(faults),
        )
        for name, faults in found.items()
    ]


def _seen(
    browser: Browser, url: str, pages: dict[str, str], source: str, width: int, scheme: str
) -> dict[str, list[str]]:
    context = browser.new_context(
        locale="fr-FR",
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    found = {}
    for name, path in pages.items():
        page.goto(url + path, wait_until="networkidle")
        # Evaluated by the debugging protocol, which the content security policy lets through.
        page.evaluate(source)
        result = page.evaluate(f"axe.run({{ runOnly: {json.dumps(RULES)} }})")
        found[name] = [
            f"{fault['id']} ({width} px, {scheme}) : {fault['nodes'][0]['target'][0]}"
            for fault in result["violations"]
        ]
    context.close()
    return found


def validator(port: int, pages: dict[str, str], where: Path) -> list[Verdict]:
    """The reference HTML validator on every kind of page."""
    java = tools.program("java", "sudo apt install default-jre-headless")
    where.mkdir(parents=True, exist_ok=True)
    files = {}
    for number, (name, path) in enumerate(pages.items()):
        file = where / f"{number}.html"
        file.write_text(site.fetch(port, path, {"Accept": "text/html"})[1], "utf-8")
        files[name] = file
    command = [java, "-jar", "node_modules/vnu-jar/build/dist/vnu.jar", "--format", "json"]
    command += ["--exit-zero-always", *map(str, files.values())]
    messages = tools.answer_of(command, dict(os.environ), seconds=180)["messages"]
    found = []
    for name, file in files.items():
        errors = [
            f"ligne {one.get('lastLine', '?')} : {one['message']}"
            for one in messages
            if one["url"].endswith(f"/{file.name}") and one["type"] != "info"
        ]
        words = f"{len(errors)} erreur{'s' if len(errors) > 1 else ''}"
        found.append(Verdict("HTML", name, words, not errors, not errors, errors))
    return found


def observatory(port: int) -> Verdict:
    """The grade of the security headers, behind TLS on this machine."""
    secrets = tools.folder() / "tls"
    authority = front.certificates(secrets, tools.program("openssl", "sudo apt install openssl"))
    package = tools.modules() / "@mdn/mdn-http-observatory"
    # The list the install script would have fetched: nobody of this machine is in it.
    (package / "conf/hsts-preload.json").write_text("{}", "ascii")
    command = [
        tools.program("node", "sudo apt install nodejs"),
        str(package / "src/scan.js"),
        "localhost",
    ]
    environ = os.environ | {"NODE_EXTRA_CA_CERTS": str(authority)}
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        environ.pop(proxy, None)
    with front.serving(port, secrets):
        answer = tools.answer_of(command, environ, seconds=60)
    if "scan" not in answer:
        return Verdict("Observatory", "en-têtes", str(answer.get("error")), is_above_floor=False)
    scan = answer["scan"]
    best = scan["grade"] == BEST_GRADE
    faults = [
        f"{name} : {test['result']}" for name, test in answer["tests"].items() if not test["pass"]
    ]
    words = f"{scan['grade']} ({scan['score']}, {scan['testsPassed']}/{scan['testsQuantity']})"
    return Verdict("Observatory", "en-têtes", words, best, best, faults)
