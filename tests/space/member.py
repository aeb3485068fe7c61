"""Somebody who reads pages, fills in the forms they show, and nothing else; signed in or not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from app.accounts import acceptances, new_password, people, sessions
from app.accounts.devices import Origin
from app.database import connection
from app.web.sessions import COOKIE
from tests.visitors import Seen, Visitor, folded, inspect

PASSWORD = "trois bateaux verts dérivent"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Filler(Visitor):
    """A visitor who fills in the forms of the pages; `seen` is the one they look at."""

    def __init__(self, site: Any) -> None:
        super().__init__(site)
        self._seen: Seen | None = None

    @property
    def seen(self) -> Seen:
        assert self._seen is not None, "nothing read yet"
        return self._seen

    async def open(self, url: str, *, status: int = 200) -> Seen:
        """Read `url`, which must answer `status`."""
        self._seen = await self.get(url)
        assert self._seen.status == status, (url, self._seen.status, self._seen.text())
        return self._seen

    async def arrive(self, url: str) -> Seen:
        """Go to `url`, and wherever it leads; a page answers in the end."""
        found = await self.get(url)
        for _ in range(5):
            if found.status != 303:
                break
            found = await self.get(found.headers["location"])
        assert found.status == 200, (url, found.status, found.text())
        self._seen = found
        return found

    async def follow_link(self, words: str) -> Seen:
        """Follow the first link of the page whose words hold `words`."""
        for link in self.seen.all("main a[href]"):
            if words.lower() in folded(link.text()).lower():
                return await self.arrive(link.attributes["href"] or "")
        raise AssertionError(f"no link says {words!r}: {self.seen.texts('main a[href]')}")

    async def send(self, action: str, *, follow: bool = True, **fields: Any) -> Seen:
        """Fill in the form of the page that posts to `action`, send it, and go where it leads."""
        values = self.held(action)
        unknown = set(fields) - {name for name, _ in self.offered(action)}
        assert not unknown, f"no field {unknown} in the form {action}"
        pairs = [(name, value) for name, value in values if name not in fields]
        for name, value in fields.items():
            pairs += [(name, each) for each in (value if isinstance(value, list) else [value])]
        answer = await self.post(action, pairs)
        if follow and answer.status == 303:
            return await self.arrive(answer.headers["location"])
        self._seen = answer
        if answer.headers.get("content-type", "").startswith("text/html") and answer.html:
            inspect(answer, is_page=True)
        return answer

    async def post(self, url: str, pairs: list[tuple[str, str]], **headers: str) -> Seen:
        """Send `pairs` as a browser on this site does."""
        sent = {
            "content-type": "application/x-www-form-urlencoded",
            "sec-fetch-site": "same-origin",
        }
        return await self.request("POST", url, content=urlencode(pairs), headers=sent | headers)

    def held(self, action: str) -> list[tuple[str, str]]:
        """What the form already holds, as a browser would send it."""
        found = []
        for node in self._fields(action):
            name = node.attributes.get("name") or ""
            if node.tag == "select":
                chosen = node.css_first("option[selected]") or node.css_first("option")
                found.append((name, (chosen.attributes.get("value") or "") if chosen else ""))
            elif node.tag == "textarea":
                found.append((name, node.text()))
            elif node.attributes.get("type") != "checkbox" or "checked" in node.attributes:
                found.append((name, node.attributes.get("value") or ""))
        return found

    def offered(self, action: str) -> list[tuple[str, str]]:
        """The fields of the form and their type."""
        return [
            (node.attributes.get("name") or "", node.attributes.get("type") or node.tag or "")
            for node in self._fields(action)
        ]

    def token(self) -> str:
        """The token of a form of this page."""
        return self.seen.attribute("input[name=jeton]", "value")

    def _fields(self, action: str) -> list[Any]:
        here = self.seen.response.url.path
        forms = [
            form
            for form in self.seen.all("form")
            if (form.attributes.get("action") or here) == action
        ]
        assert forms, f"no form {action} here"
        return list(forms[0].css("input[name], select[name], textarea[name]"))


class Member(Filler):
    """Somebody with an account; once signed in, their browser holds a sign-in session."""

    def __init__(self, site: Any, account: UUID, *, email: str) -> None:
        super().__init__(site)
        self.account = account
        self.email = email
        self.session: UUID | None = None
        self.signed_in_at = datetime.now(UTC)

    async def sign_in(self, *, now: datetime | None = None, is_admin: bool = False) -> Self:
        """Open a sign-in session, as of `now`, and keep its cookie."""
        self.signed_in_at = now or self.signed_in_at
        async with connection.transaction():
            self.session, token = await sessions.open_session(
                self.account,
                is_admin=is_admin,
                has_second_factor=is_admin,
                origin=Origin("198.51.100.7", FIREFOX),
                now=self.signed_in_at,
            )
        self.carry(COOKIE, token)
        return self


async def somebody(site: Any, first_name: str = "Camille", *, is_confirmed: bool = True) -> Member:
    """A person with an account who accepted the texts in force; not signed in yet."""
    now = datetime.now(UTC)
    email = f"{first_name.lower()}@exemple.example"
    async with connection.transaction():
        account = await people.create(
            first_name=first_name, last_name="Martin", email=email, is_admin=False, now=now
        )
        await new_password.first(account, PASSWORD, now=now)
        boxes = await acceptances.boxes_of_sign_up(now)
        await acceptances.record(account, boxes, page="/inscription", session=None, now=now)
        if not is_confirmed:
            await connection.execute(
                "UPDATE account SET email_confirmed_at = NULL WHERE id = $1", account
            )
    return Member(site, account, email=email)
