"""Somebody at a screen. What goes wrong behind the page is written down: nothing may."""

from __future__ import annotations

from playwright.async_api import ConsoleMessage, Error, Locator, Page, Request


class Walker:
    """A page, what it asks of the site, and its mishaps: console errors, refusals of the CSP, third parties."""

    def __init__(self, page: Page, address: str, *, has_script: bool = True) -> None:
        self.page = page
        self.address = address
        self.has_script = has_script
        self.asked: list[str] = []
        self._mishaps: list[str] = []
        self._excused: list[str] = []
        page.on("request", self._note_request)
        page.on("console", self._note_console)
        page.on("pageerror", self._note_error)

    def _note_request(self, request: Request) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        path = request.url.removeprefix(self.address)
        if path == request.url:
            self._mishaps.append(f"asks a third party: {request.url}")
        elif not path.startswith("/static/"):
            self.asked.append(path)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._mishaps.append(f"{message.type}: {message.text}")

    def _note_error(self, error: Error) -> None:
        self._mishaps.append(f"uncaught: {error}")

    def excuse(self, *words: str) -> None:
        """Do not count the mishaps that hold one of `words`: the test brings them about."""
        self._excused += words

    @property
    def mishaps(self) -> list[str]:
        return [each for each in self._mishaps if not any(word in each for word in self._excused)]

    async def open(self, path: str) -> None:
        """Go to `path`, a hand on the mouse; what was asked before is forgotten."""
        await self.page.goto(path)
        await self.reach()
        self.asked.clear()

    async def reach(self) -> None:
        """Make a first gesture, and wait for what comes with it."""
        later = self.page.locator("template[data-at-first-gesture]")
        if self.has_script and await later.count():
            await self.page.mouse.move(1, 300)
            await self.page.mouse.move(2, 301)
            await self.page.locator("form[data-htmx-powered]").wait_for(state="attached")

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        await self.page.keyboard.type(text)

    @property
    def searches(self) -> list[str]:
        """The searches asked of the site, suggestions aside."""
        return [path for path in self.asked if path.split("?")[0] == "/praticiens"]

    @property
    def keywords(self) -> Locator:
        return self.page.get_by_label("Que cherchez-vous")

    @property
    def place(self) -> Locator:
        return self.page.get_by_label("Où", exact=False)

    @property
    def title(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def announced(self) -> Locator:
        """What a screen reader says of the list when it changes."""
        return self.page.locator("#annonce")

    @property
    def names(self) -> Locator:
        """The people of the list, in order."""
        return self.page.locator("#resultats > ol.cards .card__name")

    def filter(self, label: str) -> Locator:
        return self.page.locator("#filtres").get_by_role("link", name=label)

    @property
    def focused(self) -> Locator:
        return self.page.locator("*:focus")
