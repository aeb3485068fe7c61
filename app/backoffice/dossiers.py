"""The queue of dossiers: whom each waits for and since when, in the order in which they are to be looked at."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import msgspec
from asyncpg import Record

from app.backoffice import searching
from app.backoffice.pagination import Page, PageOf
from app.database import connection
from app.directory.names import base_letters, name_in
from app.directory.ownership import HAS_LEFT
from app.directory.tables import ListingState
from app.listing import expiry, life
from app.listing.items import ITEMS
from app.rendering.moments import day_of

PER_PAGE = 50
LONGEST_EXPORT = 20_000
MOST_PAGES = 100_000


class Tab(StrEnum):
    """The value stands in the address."""

    TO_EXAMINE = "a-examiner"
    COMPLETE = "complets"
    TO_CORRECT = "a-corriger"
    EXPIRING = "expirent-bientot"
    TROUBLE = "probleme"
    ALL = "tous"


TABS = {
    Tab.TO_EXAMINE: "À examiner",
    Tab.COMPLETE: "Complets",
    Tab.TO_CORRECT: "À corriger",
    Tab.EXPIRING: "Expirent bientôt",
    Tab.TROUBLE: "Problème",
    Tab.ALL: "Tous",
}
EXPLAINED = {
    Tab.TO_EXAMINE: "Déposés, et pas encore entièrement regardés. Les plus anciens d’abord.",
    Tab.COMPLETE: "Les huit lignes sont notées « remis » : il reste à constater la remise et à référencer.",
    Tab.TO_CORRECT: "Une correction a été demandée : le praticien doit répondre.",
    Tab.EXPIRING: "Une assurance, une attestation ou une adhésion a pris fin, ou prend fin dans les trente jours.",
    Tab.TROUBLE: "Mis de côté par l’administration.",
    Tab.ALL: "Tous les praticiens, par nom.",
}


class Wanted(msgspec.Struct, frozen=True):
    """What the address asks: a tab, words of a name or the beginning of a SIRET, a region (code)."""

    tab: Tab = Tab.TO_EXAMINE
    words: str = ""
    region: str = ""

    def url(self, tab: Tab | None = None, *, path: str = "/admin/dossiers") -> str:
        """The address of this list, or of another tab with the same filters."""
        pairs = {"onglet": tab or self.tab, "q": self.words, "region": self.region}
        return f"{path}?{urlencode({name: value for name, value in pairs.items() if value})}"


class Line(msgspec.Struct, frozen=True):
    """A dossier of the queue. `since`: since when it waits (UTC); `ends_on`: what ends first within thirty days."""

    practitioner: int
    name: str
    state: str
    since: datetime | None
    days: int | None
    delivered: int
    to_correct: int
    ends_on: date | None
    has_ended: bool


class Queue(msgspec.Struct, frozen=True):
    """One page of a tab, and how many dossiers each tab holds with these filters."""

    found: PageOf[Line]
    counts: dict[Tab, int]


_ENDS = """
ends AS MATERIALIZED (
  SELECT practitioner, min(ends_on) AS ends_on
  FROM unnest($1::int[], $2::date[]) AS e (practitioner, ends_on) GROUP BY practitioner),
full_ones AS MATERIALIZED (
  SELECT dossier FROM dossier_line WHERE is_delivered GROUP BY dossier HAVING count(*) = {items})
""".replace("{items}", str(len(ITEMS)))
# Grouped once: one look at the lines for each of ten thousand dossiers takes six times as long. `IN`, not a join: it is
# hashed whatever the planner expects, and of a table it knows little of it expects one row where there are thousands.
_PLACED = """
placed AS MATERIALIZED (
  SELECT p.id, p.sort_name, p.sort_tie, p.listing_state, d.id AS dossier, d.submitted_at, d.correction_asked_at,
    e.ends_on,
    CASE WHEN d.is_in_trouble THEN 'probleme'
         WHEN d.correction_asked_at IS NOT NULL THEN 'a-corriger'
         WHEN d.submitted_at IS NULL THEN ''
         WHEN d.id IN (SELECT dossier FROM full_ones) THEN 'complets'
         ELSE 'a-examiner' END AS tab
  FROM practitioner p LEFT JOIN dossier d ON d.practitioner = p.id LEFT JOIN ends e ON e.practitioner = p.id
  WHERE {filters})
"""
_COUNTS = """,
counted AS MATERIALIZED (SELECT count(*) AS "tous", count(*) FILTER (WHERE ends_on IS NOT NULL) AS "expirent-bientot",
  count(*) FILTER (WHERE tab = 'a-examiner') AS "a-examiner", count(*) FILTER (WHERE tab = 'complets') AS "complets",
  count(*) FILTER (WHERE tab = 'a-corriger') AS "a-corriger", count(*) FILTER (WHERE tab = 'probleme') AS "probleme"
FROM placed)
"""
# What ends within thirty days comes first among dossiers of the same day: the first reminder leaves then.
_WAITED = "(submitted_at AT TIME ZONE 'Europe/Paris')::date, ends_on NULLS LAST, submitted_at, id"
_ORDERS = {
    Tab.TO_EXAMINE: _WAITED,
    Tab.COMPLETE: _WAITED,
    Tab.TO_CORRECT: "correction_asked_at, id",
    Tab.EXPIRING: "ends_on, id",
    Tab.TROUBLE: "submitted_at NULLS LAST, id",
    Tab.ALL: 'sort_name COLLATE "C", sort_tie COLLATE "C", id',
}
_SHOWN = """
SELECT counted.*, s.*, n.first_name, n.last_name, n.trade_name, n.is_structure,
  (SELECT count(*) FROM dossier_line l WHERE l.dossier = s.dossier AND l.is_delivered) AS delivered,
  (SELECT count(*) FROM dossier_line l WHERE l.dossier = s.dossier AND NOT l.is_delivered) AS to_correct
FROM counted LEFT JOIN (
  SELECT * FROM placed WHERE {which} ORDER BY {order} LIMIT {limit}
  OFFSET (SELECT least({offset}, greatest("{tab}" - 1, 0) / {limit} * {limit}) FROM counted)) AS s ON true
LEFT JOIN (SELECT id AS person, first_name, last_name, trade_name, is_structure FROM practitioner) AS n
  ON n.person = s.id
ORDER BY {order}
"""
"""One row more than nothing: the counts come with the lines, whose page is the last one when that asked is beyond."""


async def queue(wanted: Wanted, page: int, now: datetime) -> Queue:
    """The page asked of the tab asked, at `now` (UTC), and the counts of all."""
    asked = min(max(page, 1), MOST_PAGES)
    found = await _found(wanted, PER_PAGE, (asked - 1) * PER_PAGE, now)
    counts = {tab: found[0][tab.value] for tab in Tab}
    shown = Page.of(asked, total=counts[wanted.tab], size=PER_PAGE)
    return Queue(PageOf(shown, _lines(found, now)), counts)


async def every(wanted: Wanted, now: datetime) -> list[Line]:
    """The whole tab, for a spreadsheet: the first twenty thousand lines."""
    return _lines(await _found(wanted, LONGEST_EXPORT, 0, now), now)


async def next_of(practitioner: int, now: datetime) -> int | None:
    """Another dossier that waits to be examined, the first of the queue; None when there is none."""
    for line in _lines(await _found(Wanted(), 2, 0, now), now):
        if line.practitioner != practitioner:
            return line.practitioner
    return None


async def regions() -> list[tuple[str, str]]:
    """Code and name of each region, those of the mainland first."""
    found = await connection.rows("SELECT code, name FROM region ORDER BY is_overseas, name")
    return [(row["code"], row["name"]) for row in found]


async def _placed(wanted: Wanted, now: datetime) -> tuple[str, list[Any]]:
    """The WITH of every query: each practitioner in the tab where the dossier stands."""
    ends = await expiry.pressing(now)
    parameters: list[Any] = [[e.practitioner for e in ends], [e.ends_on for e in ends]]
    filters = [f"NOT {HAS_LEFT}"]
    digits = "".join(wanted.words.split())
    if digits.isascii() and digits.isdecimal():
        parameters.append(f"{digits[:14]}%")
        filters.append(
            "EXISTS (SELECT FROM legal_identity i WHERE i.practitioner = p.id"
            f" AND i.siret LIKE ${len(parameters)})"
        )
    elif wanted.words:
        # Word by word: no index serves LIKE ALL.
        for word in wanted.words.split()[: searching.MOST_WORDS]:
            parameters.append(f"%{base_letters(word)}%")
            filters.append(f"p.sort_name LIKE ${len(parameters)}")
    if wanted.region:
        parameters.append(wanted.region)
        filters.append(
            "EXISTS (SELECT FROM practice_place l JOIN commune c ON c.code = l.commune"
            f" WHERE l.practitioner = p.id AND c.region = ${len(parameters)})"
        )
    return f"WITH {_ENDS}, {_PLACED.replace('{filters}', ' AND '.join(filters))}", parameters


async def _found(wanted: Wanted, limit: int, offset: int, now: datetime) -> list[Record]:
    """The counts, beside the lines of a page; with no line, one row of counts alone."""
    placed, parameters = await _placed(wanted, now)
    which = {Tab.ALL: "true", Tab.EXPIRING: "ends_on IS NOT NULL"}
    shown = _SHOWN.format(
        which=which.get(wanted.tab, f"tab = '{wanted.tab}'"),
        order=_ORDERS[wanted.tab],
        tab=wanted.tab,
        limit=limit,
        offset=offset,
    )
    return await connection.rows(f"{placed}{_COUNTS}{shown}", *parameters)


def _lines(found: list[Record], now: datetime) -> list[Line]:
    today = day_of(now)
    lines = []
    for row in found:
        if row["id"] is None:
            continue
        since = row["correction_asked_at"] or row["submitted_at"]
        lines.append(
            Line(
                practitioner=row["id"],
                name=name_in(row),
                state=life.WORDS[ListingState(row["listing_state"])],
                since=since,
                days=(today - day_of(since)).days if since else None,
                delivered=row["delivered"],
                to_correct=row["to_correct"],
                ends_on=row["ends_on"],
                has_ended=row["ends_on"] is not None and row["ends_on"] < today,
            )
        )
    return lines
