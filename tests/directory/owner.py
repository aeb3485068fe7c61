"""Practitioners who edit their own page: signed in, with a complete profile, and the marks of what they see."""

from __future__ import annotations

from typing import Any

from app.database import connection
from tests import factories
from tests.space.member import Member, somebody
from tests.visitors import HTMX, Seen, inspect

PRESENTATION = "Je vous accueille au calme, pour prendre le temps. " * 7


class Owner(Member):
    """A practitioner in front of their page."""

    practitioner: int
    slug: str

    async def part(self, url: str, *, status: int = 200) -> Seen:
        """Open a part of the page, as htmx asks for it."""
        self._seen = await self.request("GET", url, headers=HTMX)
        assert self.seen.status == status, (url, self.seen.status, self.seen.html)
        return self.seen

    async def send_part(self, action: str, **fields: str | list[str]) -> Seen:
        """Fill in the form of the part just read and send it, as htmx does."""
        pairs = [(name, value) for name, value in self.held(action) if name not in fields]
        for name, value in fields.items():
            pairs += [(name, each) for each in (value if isinstance(value, list) else [value])]
        self._seen = await self.post(action, pairs, **HTMX)
        inspect(self.seen, is_page=False)
        return self.seen

    async def press(self, action: str, *, htmx: bool = False) -> Seen:
        """Press a button of the page that stands alone in its form."""
        pairs = self.held(action)
        self._seen = await self.post(action, pairs, **(HTMX if htmx else {}))
        return self.seen

    async def stored(self, sql: str) -> Any:
        """The first value of `sql`, about this practitioner ($1)."""
        found = await connection.row(sql, self.practitioner)
        return found[0] if found else None

    async def lines(self, table: str = "service") -> list[int]:
        found = await connection.rows(
            f"SELECT id FROM {table} WHERE practitioner = $1 ORDER BY position, id",
            self.practitioner,
        )
        return [row["id"] for row in found]


async def owner(site: Any, first_name: str = "Camille", **profile: Any) -> Owner:
    """Somebody with an account whose profile is made as `factories.practitioner` does; signed in."""
    person = await somebody(site, first_name)
    slug = await factories.practitioner(first_name, "Martin", **profile)
    number = await factories.id_of(slug)
    await connection.execute(
        "UPDATE practitioner SET account = $1 WHERE id = $2", person.account, number
    )
    found = Owner(site, person.account, email=person.email)
    found.practitioner, found.slug = number, slug
    await found.sign_in()
    return found
