"""Walking through the site as a person does without JavaScript: links that are read, forms that are filled."""

from __future__ import annotations

from urllib.parse import urlencode, urljoin, urlsplit

from tests.visitors import Seen, Visitor, folded


class Walker:
    """Somebody on a page: `at` is where they are, `seen` what they see; `back()` is the browser's."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._behind: list[str] = []
        self.at = ""
        self._seen: Seen | None = None

    @property
    def seen(self) -> Seen:
        assert self._seen is not None, "nowhere yet"
        return self._seen

    async def open(self, address: str) -> Seen:
        """Go to `address`, which must answer."""
        if self.at:
            self._behind.append(self.at)
        return await self._go(address)

    async def back(self) -> Seen:
        return await self._go(self._behind.pop())

    async def follow(self, words: str, *, within: str = "main") -> Seen:
        """Follow the first link of `within` whose words hold `words`."""
        for link in self.seen.all(f"{within} a[href]"):
            if words.lower() in folded(link.text()).lower():
                return await self.open(link.attributes["href"] or "")
        read = [folded(link.text()) for link in self.seen.all(f"{within} a[href]")]
        raise AssertionError(f"no link says {words!r} on {self.at}: {read[:60]}")

    async def search(self, **fields: str) -> Seen:
        """Fill in the search form of the page and send it, with what the form already holds."""
        form = self.seen.tree.css_first("form[role=search]")
        assert form is not None, f"no search on {self.at}"
        values: dict[str, str] = {}
        names = set()
        for field in form.css("input[name], select[name]"):
            name = field.attributes["name"] or ""
            names.add(name)
            if field.tag == "select":
                chosen = field.css_first("option[selected]")
                values[name] = (chosen.attributes.get("value") or "") if chosen else ""
            elif field.attributes.get("type") != "checkbox" or "checked" in field.attributes:
                values[name] = field.attributes.get("value") or ""
        assert set(fields) <= names, f"no field {set(fields) - names} on {self.at}"
        query = urlencode(values | fields)
        return await self.open(f"{form.attributes['action']}?{query}")

    async def _go(self, address: str) -> Seen:
        whole = urlsplit(urljoin(f"http://testserver{self.at or '/'}", address))
        assert whole.netloc == "testserver", f"a link leaves the site: {address}"
        self.at = whole.path + (f"?{whole.query}" if whole.query else "")
        self._seen = await self._visitor.get(self.at)
        if self._seen.status == 301:
            return await self._go(self._seen.headers["location"])
        return self._seen
