"""Somebody who looks at the site through HTTP; every page seen is inspected like a building."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Self, cast
from urllib.parse import urlencode

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.web.headers import Surroundings

BANNED = re.compile(
    r"\b(patiente?s?|patientèle|consultations?|thérapeutes?|certifiée?s?)\b", re.IGNORECASE
)
"""Never in the product's own words about practitioners; `vérifié` only in the sentence below."""
ALLOWED_SENTENCE = "non vérifiés par la plateforme"
WRITTEN_BY_PEOPLE = "[data-written-by], mark, script"

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Seen:
    """An answer: its status, its headers, and its HTML as a tree."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.text
        self.tree = LexborHTMLParser(response.text)

    def text(self, selector: str = "body") -> str:
        """The text of the first match, spaces folded."""
        node = self.tree.css_first(selector)
        assert node is not None, f"nothing matches {selector!r}"
        return folded(node.text())

    def texts(self, selector: str) -> list[str]:
        return [folded(node.text()) for node in self.all(selector)]

    def all(self, selector: str) -> list[LexborNode]:
        return list(self.tree.css(selector))

    def has(self, selector: str) -> bool:
        return self.tree.css_first(selector) is not None

    def attribute(self, selector: str, name: str) -> str:
        node = self.tree.css_first(selector)
        assert node is not None, f"nothing matches {selector!r}"
        return node.attributes.get(name) or ""

    @property
    def slugs(self) -> list[str]:
        """The practitioners of the main list, in order."""
        return [
            node.attributes["data-slug"] or ""
            for node in self.all("#resultats > ol.cards > li > article")
        ]

    @property
    def ranks(self) -> list[int]:
        return [
            int(node.attributes["data-rang"] or 0)
            for node in self.all("#resultats > ol.cards > li > article")
        ]


def folded(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text).strip()


class Visitor:
    """`async with Visitor(site) as visitor`, then `await visitor.get("/praticiens?q=yoga")`."""

    def __init__(self, site: Any, *, inspect: bool = True) -> None:
        transport = httpx.ASGITransport(app=cast(Any, Surroundings(site, is_production=False)))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://testserver")
        self._inspect = inspect
        self._token = ""

    @property
    def cookies(self) -> httpx.Cookies:
        """What the browser keeps."""
        return self._client.cookies

    def carry(self, name: str, value: str) -> None:
        """Have the browser hold a cookie, as if the site had set it."""
        self._client.cookies.set(name, value, domain="testserver.local")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._client.aclose()

    async def get(self, url: str, *, htmx: bool = False, **headers: str) -> Seen:
        """Read `url` as a page, or as htmx asks for a part of it."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self._client.get(url, headers=(HTMX if htmx else {}) | sent)
        return self._look(response, is_page=not htmx)

    async def submit(
        self,
        url: str,
        fields: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        *,
        htmx: bool = False,
        **headers: str,
    ) -> Seen:
        """Send a form of the last page read, with its token, as a browser on this site does."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        if not any(name == "jeton" for name, _ in pairs):
            pairs.append(("jeton", self._token))
        sent = {
            "content-type": "application/x-www-form-urlencoded",
            "sec-fetch-site": "same-origin",
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self._client.post(
            url, content=urlencode(pairs), headers=(HTMX if htmx else {}) | sent
        )
        return self._look(response, is_page=not htmx)

    async def send_file(
        self,
        url: str,
        field: str,
        content: bytes,
        *,
        name: str = "document.pdf",
        fields: Mapping[str, str] | None = None,
        **headers: str,
    ) -> Seen:
        """Send a form with a file to `url`, the address its page says (it carries the token), as a browser does."""
        sent = {"sec-fetch-site": "same-origin"}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        response = await self._client.post(
            url, data=dict(fields or {}), files={field: (name, content)}, headers=sent
        )
        return self._look(response, is_page=True)

    async def follow(self, seen: Seen) -> Seen:
        """Go where `seen` sends."""
        return await self.get(seen.headers.get("location") or seen.headers["hx-redirect"])

    def _look(self, response: httpx.Response, *, is_page: bool) -> Seen:
        seen = Seen(response)
        is_html = response.headers.get("content-type", "").startswith("text/html")
        if is_html and (token := seen.tree.css_first("input[name=jeton]")):
            self._token = token.attributes["value"] or ""
        if self._inspect and is_html:
            inspect(seen, is_page=is_page)
        return seen

    async def request(self, method: str, url: str, **options: Any) -> Seen:
        return Seen(await self._client.request(method, url, **options))


def _is_inside(node: LexborNode, tag: str) -> bool:
    above = node.parent
    while above is not None:
        if above.tag == tag:
            return True
        above = above.parent
    return False


def inspect(seen: Seen, *, is_page: bool) -> None:
    """What every HTML answer must hold to; raises `AssertionError` with what is wrong."""
    if seen.status in (204, 301, 303, 304):
        return
    ids = [node.attributes["id"] for node in seen.all("[id]")]
    doubled = {name for name in ids if ids.count(name) > 1}
    assert not doubled, f"the same id twice: {doubled}"
    assert not seen.all("[style]"), "an inline style: the content security policy drops it"
    assert not seen.all("[onclick], [onchange], [onsubmit], [onload]"), "an inline handler"
    for node in seen.all("script:not([src])"):
        assert node.attributes.get("type") == "application/ld+json", "an inline script"
    for node in seen.all("[src], link[rel=stylesheet], link[rel=icon]"):
        address = node.attributes.get("src") or node.attributes.get("href") or ""
        assert address.startswith("/"), f"a request to somebody else: {address}"
    for node in seen.all("img"):
        assert "alt" in node.attributes, "an image without a text"
    for node in seen.all("input:not([type=hidden]), select, textarea"):
        name = node.attributes.get("id")
        labelled = "aria-label" in node.attributes or "aria-labelledby" in node.attributes
        labelled = labelled or _is_inside(node, "label")
        assert labelled or (name and seen.has(f'label[for="{name}"]')), (
            f"a field without a label: {node.html}"
        )
    for node in seen.all("[aria-describedby], [aria-controls]"):
        for wanted in (node.attributes.get("aria-describedby") or "").split():
            assert not is_page or wanted in ids, f"aria-describedby points nowhere: {wanted}"
    assert "undefined" not in seen.html.lower().split("<body")[-1] or not is_page
    if is_page:
        assert seen.attribute("html", "lang") == "fr"
        assert len(seen.all("h1")) == 1, "one title a page"
        assert seen.text("title")
        assert len(seen.all("main")) == 1
    own = LexborHTMLParser(seen.html)
    own.strip_tags(["script", "style"])
    for node in own.css("[data-written-by]"):
        node.decompose()
    words = folded(own.body.text() if own.body else "").replace(ALLOWED_SENTENCE, "")
    found = BANNED.findall(words)
    assert not found, f"words we never use: {found}"
    assert "vérifié" not in words.lower(), "« vérifié » is only said in the agreed sentence"
