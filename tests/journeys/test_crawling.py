"""Every link one meets leads somewhere: a walk through the whole site, a few addresses of each kind."""

from __future__ import annotations

import re
from collections import Counter, deque
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from app import config
from tests.visitors import Seen, Visitor

pytestmark = pytest.mark.anyio

MOST = 150
"""Addresses read."""
OF_A_KIND = 10
"""Addresses read of those which differ only by their values."""


def kind(address: str) -> str:
    """« /praticiens?lieu=commune-69123 » → « /praticiens?lieu »; « /pratiques/reiki » → « /pratiques/* »."""
    parts = urlsplit(address)
    first, *rest = parts.path.strip("/").split("/")
    names = sorted({name for name, _ in parse_qsl(parts.query)})
    return f"/{first}{'/*' * len(rest)}?{','.join(names)}"


def links(seen: Seen, at: str) -> tuple[set[str], set[str], set[str]]:
    """The pages of the site, the files, and the addresses elsewhere that a page points to."""
    pages, files, elsewhere = set(), set(), set()
    for node in seen.all("a[href], link[href], script[src], use, img[src], form[action]"):
        attributes = node.attributes
        target = attributes.get("href") or attributes.get("src") or attributes.get("action") or ""
        whole = urlsplit(urljoin(f"http://testserver{at}", target))
        inside = whole.path + (f"?{whole.query}" if whole.query else "")
        if whole.netloc != "testserver":
            elsewhere.add(target)
        elif whole.path.startswith("/static/"):
            files.add(inside)
        else:
            pages.add(inside)
    return pages, files, elsewhere


async def test_every_link_of_the_site_leads_somewhere(site: Any, town: dict[str, str]) -> None:
    waiting = deque([("/", "")])
    known, kinds = {"/"}, Counter[str]()
    files: set[str] = set()
    broken: list[str] = []
    read = 0
    async with Visitor(site) as visitor:
        while waiting and read < MOST:
            address, source = waiting.popleft()
            seen = await visitor.get(address)
            read += 1
            if seen.status >= 400:
                broken.append(f"{source} → {address}: {seen.status}")
                continue
            # Only a page that holds a form leaves a cookie, that of its token.
            has_form = seen.has("input[name=jeton]")
            left = seen.headers.get("set-cookie", "")
            assert not left or (has_form and left.startswith("formulaire=")), address
            _anchors_exist(seen, address)
            pages, found, elsewhere = links(seen, address)
            files |= found
            _elsewhere_is_fine(elsewhere, address)
            for page in sorted(pages - known):
                known.add(page)
                kinds[kind(page)] += 1
                if kinds[kind(page)] <= OF_A_KIND:
                    waiting.append((page, address))
        for file in sorted(files):
            answer = await visitor.request("HEAD", file)
            if answer.status != 200:
                broken.append(f"{file}: {answer.status}")
    assert broken == []
    assert read >= 100, "the walk met few pages"
    assert {f"/praticiens/{slug}" for name, slug in town.items() if name != "Hugo"} <= known
    assert not [address for address in known if "hugo" in address]


def _anchors_exist(seen: Seen, address: str) -> None:
    ids = {node.attributes["id"] for node in seen.all("[id]")}
    for node in seen.all('a[href^="#"]'):
        assert (node.attributes["href"] or "")[1:] in ids, (address, node.html)


def _elsewhere_is_fine(targets: set[str], address: str) -> None:
    """What leaves the site is a person's choice: a secure page, a call, a mail; or the site's own whole address."""
    for target in targets:
        own = target.startswith(f"{config.current().public_url}/")
        assert own or re.match(r"https://|(tel|sms):\+?\d+$|mailto:\S+@", target), (address, target)


async def test_no_two_addresses_of_the_walk_claim_the_same_content(
    site: Any, town: dict[str, str]
) -> None:
    """A canonical address is canonical for itself."""
    async with Visitor(site) as visitor:
        for address in (
            "/",
            "/praticiens?theme=mieux-dormir",
            "/praticiens?pratique=reiki",
            "/praticiens?lieu=lyon",
            "/praticiens?lieu=Saint-Denis",
            "/praticiens?q=Insomnie",
            "/praticiens?page=1",
            "/praticiens?inconnu=1&visio=1",
            f"/praticiens/{town['Anne']}?utm_source=x",
        ):
            first = (await visitor.get(address)).attribute("link[rel=canonical]", "href")
            path = urlsplit(first)
            inside = path.path + (f"?{path.query}" if path.query else "")
            second = (await visitor.get(inside)).attribute("link[rel=canonical]", "href")
            assert first == second, address
