"""The weight of a first visit in a real Chromium: what crosses the network, how many requests, what moves."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from typing import Any

import msgspec
from playwright.sync_api import CDPSession, Page, sync_playwright

from app.launching import CannotStart

FLOOR_KB, AIM_KB = 60.0, 30.0
FLOOR_REQUESTS, AIM_REQUESTS = 10, 6
MOST_SHIFT = 0.0
AFTER_A_GESTURE = "résultats, puis un geste"
PAGES = {
    "accueil": "/",
    "résultats": "/praticiens?q=stress",
    AFTER_A_GESTURE: "/praticiens?q=stress",
}
PHONE = {"width": 360, "height": 800}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The entries are buffered by the browser since the start of the page.
_SHIFT = """() => new Promise((answer) => {
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => answer(shift), 600);
})"""


class Weight(msgspec.Struct, frozen=True):
    """Kilobytes (1 000 bytes) as transferred, headers included; `shift` is the cumulative layout shift."""

    page: str
    kilobytes: float
    requests: int
    shift: float
    by_type: dict[str, float]
    elsewhere: int


def chromium() -> str:
    """The browser's program; raises `CannotStart` when there is none."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    raise CannotStart("Chromium est introuvable : sudo apt-get install chromium")


def measure(url: str) -> list[Weight]:
    """First visits, each with an empty cache, on a phone of 360 pixels."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        found = []
        for name, path in PAGES.items():
            context = browser.new_context(locale="fr-FR", viewport=PHONE, device_scale_factor=2)  # type: ignore[arg-type]
            page = context.new_page()
            found.append(_visit(page, context.new_cdp_session(page), name, url + path, url))
            context.close()
        browser.close()
    return found


def _visit(page: Page, network: CDPSession, name: str, address: str, own: str) -> Weight:
    kinds: dict[str, tuple[str, str]] = {}
    sizes: Counter[str] = Counter()
    elsewhere = 0

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = (event["type"], event["response"]["url"])

    def finished(event: dict[str, Any]) -> None:
        nonlocal elsewhere
        kind, url = kinds.get(event["requestId"], ("Other", own))
        if url.startswith("data:"):
            return
        sizes[kind] += event["encodedDataLength"]
        sizes["count"] += 1
        elsewhere += not url.startswith(own)

    network.on("Network.responseReceived", answered)
    network.on("Network.loadingFinished", finished)
    network.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    if name == AFTER_A_GESTURE:
        # What changes the list in place comes when somebody first points, touches or types.
        page.mouse.move(100, 300)
        page.mouse.move(101, 301)
        page.locator("form[data-htmx-powered]").wait_for(state="attached")
        page.wait_for_timeout(300)
    shift = float(page.evaluate(_SHIFT))
    count = sizes.pop("count")
    return Weight(
        page=name,
        kilobytes=sum(sizes.values()) / 1000,
        requests=count,
        shift=shift,
        by_type={kind: size / 1000 for kind, size in sizes.most_common()},
        elsewhere=elsewhere,
    )
