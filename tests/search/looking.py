"""What somebody reads on the page of results, beyond the list itself."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import msgspec
from selectolax.lexbor import LexborNode

from tests.visitors import Seen, Visitor, folded


class FacetSeen(msgspec.Struct, frozen=True):
    """A value of a filter: its words, the number beside it, where it leads."""

    group: str
    label: str
    count: int
    url: str
    is_chosen: bool


def search(**criteria: object) -> str:
    """The address of a search: `search(q="yoga", lieu="Lyon")`."""
    query = urlencode({name: value for name, value in criteria.items() if value not in (None, "")})
    return f"/praticiens?{query}" if query else "/praticiens"


def total(seen: Seen) -> int:
    """The number of results, as announced to screen readers."""
    said = seen.text("#annonce")
    if "Aucun praticien" in said:
        return 0
    found = re.search(r"(\d[\d ]*) praticiens?\b(?!.*praticien)", said)
    assert found, f"no number of results in {said!r}"
    return int(found[1].replace(" ", ""))


def _attribute(node: LexborNode | None, name: str) -> str:
    assert node is not None
    return node.attributes.get(name) or ""


def facets(seen: Seen) -> list[FacetSeen]:
    """Every value of every filter, those folded away included."""
    found: list[FacetSeen] = []
    for section in seen.all("#filtres section.facet"):
        group = _attribute(section, "aria-labelledby").removeprefix("filtre-")
        found += [_facet_value(group, node) for node in section.css(".facet__value")]
    return found


def _facet_value(group: str, node: LexborNode) -> FacetSeen:
    counted = node.css_first(".facet__count")
    assert counted is not None
    said = folded(counted.text())
    number = re.match(r"[\d ]+", said)
    assert number, f"a filter without a number: {node.html}"
    return FacetSeen(
        group=group,
        label=folded(node.text()).removeprefix("Retirer").removesuffix(said).strip(),
        count=int(number[0].replace(" ", "")),
        url=_attribute(node, "href"),
        is_chosen=node.attributes.get("aria-current") == "true",
    )


def facet(seen: Seen, group: str, label: str) -> FacetSeen:
    found = [value for value in facets(seen) if (value.group, value.label) == (group, label)]
    assert len(found) == 1, f"{len(found)} values {label!r} in {group}"
    return found[0]


def messages(seen: Seen) -> list[str]:
    """What the page says it understood, or left aside."""
    return seen.texts("#resultats > p.note")


def choices(seen: Seen) -> dict[str, str]:
    """The places one may have meant, with their addresses."""
    return {folded(a.text()): _attribute(a, "href") for a in seen.all("#resultats .choices a")}


def near(seen: Seen) -> list[str]:
    """The practitioners of the separate block of near matches; they bear no rank, not to be taken for results."""
    assert not seen.has("section.near [data-rang]")
    links = seen.all("#resultats section.near article .card__name a")
    return [_attribute(link, "href").removeprefix("/praticiens/") for link in links]


def next_steps(seen: Seen) -> dict[str, str]:
    """The ways out of an empty page: words to address."""
    return {folded(a.text()): _attribute(a, "href") for a in seen.all("#resultats .empty .steps a")}


def options(seen: Seen) -> list[tuple[str, str]]:
    """What is suggested: the words shown and the address (or the value, for a place)."""
    return [
        (
            folded(_text(node.css_first("span"))),
            _attribute(node, "data-url") or _attribute(node, "data-value"),
        )
        for node in seen.all("[role=option]")
    ]


def _text(node: LexborNode | None) -> str:
    assert node is not None
    return node.text()


async def all_pages(visitor: Visitor, url: str) -> list[str]:
    """The slugs of the whole list, page after page, by following « page suivante »."""
    slugs: list[str] = []
    while url:
        seen = await visitor.get(url)
        assert seen.status == 200
        slugs += seen.slugs
        following = seen.tree.css_first("#resultats a[rel=next]")
        url = _attribute(following, "href") if following else ""
    return slugs


async def answer_to(site: Any, path: str, query: bytes) -> tuple[int, str]:
    """The status and text of a request whose query string no browser would send (raw bytes)."""
    status, body = 0, b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, body
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            body += message.get("body", b"")

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"testserver")],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "state": {},
    }
    await site(scope, receive, send)
    return status, body.decode()
