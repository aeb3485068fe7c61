"""What is asked: the searches of each kind, as pages of the site and as calls to the engine they rest on."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from app.database import connection
from app.directory import places
from app.search import engine, sensitive, urls
from app.search.criteria import Criteria
from app.search.find import Finder
from app.search.meilisearch_gateway import SearchGateway
from app.search.roster import Known, Roster
from benchmarks import data, load, site

FEW = 3
"""Filters with fewer results also look for near matches: another kind of page, left out here."""
MANY = 500
"""Different searches of one kind, at most: more than a round asks of a slow page."""
LYON = "commune-69123"
WORDS = ("q", "matchingStrategy", "attributesToSearchOn")
"""The part of a question to the engine that says which words are looked for, and where."""


class Ask(msgspec.Struct, frozen=True):
    """One search: its address and its number of results.

    `engine_call`: the questions to the engine it rests on, in one call. `whole_call`: the same page by the engine
    alone (20 whole cards, the counts beside the filters); empty when that is what `engine_call` already does.
    """

    path: str
    engine_call: bytes
    total: int
    whole_call: bytes = b""


class Case(msgspec.Struct, frozen=True):
    """A kind of search. `again` asks the same thing each time; else every search differs from the others."""

    name: str
    again: bool
    asks: list[Ask]

    def pages(self, turn: int, *, is_fragment: bool) -> list[bytes]:
        return _turned([load.get(ask.path, is_fragment=is_fragment) for ask in self.asks], turn)

    def engine_calls(self, turn: int, *, is_whole: bool = False) -> list[bytes]:
        calls = [ask.whole_call if is_whole else ask.engine_call for ask in self.asks]
        return _turned(calls, turn)

    @property
    def has_whole_calls(self) -> bool:
        return bool(self.asks and self.asks[0].whole_call)


def _turned(requests: list[bytes], turn: int) -> list[bytes]:
    """Start elsewhere at each round: what the last one left in memory is not asked first."""
    start = turn * len(requests) // 3
    return requests[start:] + requests[:start]


class _Overheard(SearchGateway):
    """The product's gateway, writing down what it sends."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(url, key, timeout_ms=10_000)
        self.sent: list[tuple[str, bytes]] = []

    async def _post(self, path: str, body: bytes) -> bytes:
        self.sent.append((path, body))
        return await super()._post(path, body)


class Catalogue:
    """Makes the cases for the data the settings point at; the pool of this process must be open."""

    def __init__(self, finder: Finder, gateway: _Overheard, known: Known, key: str) -> None:
        self._finder = finder
        self._gateway = gateway
        self._known = known
        self._order = known.order
        self._key = key
        self._draw = random.Random(1)

    async def cases(self) -> list[Case]:
        cases = []
        for name, known, others in (
            ("besoin « stress »", "stress", self._needs()),
            ("« massage lyon »", "massage lyon", await self._practices_and_cities()),
            ("nom", "martin", await self._family_names()),
        ):
            cases.append(Case(name, again=True, asks=await self._words([known], 1)))
            cases.append(Case(name, again=False, asks=await self._words(others, MANY)))
        filters = await self._filters()
        around = await self._around()
        cases += [
            Case("filtres", again=True, asks=filters[:1]),
            Case("filtres", again=False, asks=filters),
            Case("30 km autour", again=True, asks=around[:1]),
            Case("30 km autour", again=False, asks=around[1:]),
        ]
        pages = await self._pages()
        cases += [
            Case("tous", again=True, asks=pages[:1]),
            Case("tous", again=False, asks=pages[1:]),
        ]
        return cases

    # ---- by words: the call asks what the site asks ----------------------------------------

    async def _words(self, queries: Iterable[str], limit: int) -> list[Ask]:
        """The searches that have results, with the call they rest on: all their questions to the engine at once."""
        asks: list[Ask] = []
        for query in queries:
            self._gateway.sent.clear()
            found = await self._finder.find(Criteria(q=query), self._known)
            # Nothing is asked for words that were asked before, or that are none.
            if self._gateway.sent and (found.total or limit == 1):
                asked = [question for sent in self._gateway.sent for question in _questions(*sent)]
                call = load.post(
                    "/multi-search", msgspec.json.encode({"queries": asked}), self._key
                )
                # The last question of several is the one about words.
                whole = self._whole({name: asked[-1][name] for name in WORDS if name in asked[-1]})
                asks.append(Ask(urls.of(Criteria(q=query)), call, found.total, whole))
            if len(asks) == limit:
                break
        return asks

    def _needs(self) -> list[str]:
        known = self._order.catalogue
        words = {word for theme in known.themes.values() for word in (theme.label, *theme.keywords)}
        words |= {
            word
            for practice in known.practices.values()
            for word in (practice.label, *practice.synonyms)
        }
        return self._shuffled(word for word in words if sensitive.term_in(word) is None)

    async def _practices_and_cities(self) -> list[str]:
        found = await connection.rows(
            "SELECT DISTINCT split_part(c.label, ' ', 1) || ' ' || coalesce(v.name, m.name) AS words"
            " FROM practice_offered o JOIN practice c ON c.id = o.practice"
            " JOIN practice_place l ON l.practitioner = o.practitioner"
            " JOIN commune m ON m.code = l.commune LEFT JOIN commune v ON v.code = m.city"
            " ORDER BY words"
        )
        return self._shuffled(record["words"].lower() for record in found)

    async def _family_names(self) -> list[str]:
        found = await connection.rows(
            "SELECT last_name FROM practitioner WHERE last_name <> '' GROUP BY last_name ORDER BY last_name"
        )
        return self._shuffled(record["last_name"] for record in found)

    # ---- by filters: the site asks the engine nothing, so it is held against the best it could ask ----

    async def _filters(self) -> list[Ask]:
        known = self._order.catalogue
        regions = self._finder.book.region_places
        wanted = [
            (theme, region)
            for theme in known.themes.values()
            for region in regions
            if region.communes
        ]
        self._draw.shuffle(wanted)
        asks = []
        for theme, region in wanted:
            filters = [
                f"theme_ids = {theme.id}",
                f"regions = {_quoted(region.code)}",
                "remote = true",
            ]
            asks.append(
                await self._filtered(Criteria(theme=theme, place=region, is_remote=True), filters)
            )
        return sorted((ask for ask in asks if ask.total >= FEW), key=lambda ask: -ask.total)[:MANY]

    async def _around(self) -> list[Ask]:
        """30 km around Lyon first, then around the communes where practitioners are."""
        book = self._finder.book
        codes = [LYON.removeprefix("commune-")]
        found = await connection.rows(
            "SELECT DISTINCT commune FROM practice_place ORDER BY commune"
        )
        codes += self._shuffled(record["commune"] for record in found)
        asks: list[Ask] = []
        for code in codes:
            centre = book.commune_at(book.position_of[code])
            near = [
                book.commune_at(i).code
                for i in book.within(centre.centre, 30).nonzero()[0].tolist()
            ]
            filters = [f"communes IN [{', '.join(map(_quoted, near))}]"]
            ask = await self._filtered(Criteria(place=centre, radius_km=30), filters)
            if ask.total >= FEW:
                asks.append(ask)
            if len(asks) > MANY:
                break
        return asks

    async def _pages(self) -> list[Ask]:
        """The whole list: its first page, then others taken anywhere in it."""
        last = (await self._finder.find(Criteria(), self._known)).last_page
        numbers = [1, *self._shuffled(range(1, last + 1))[:MANY]]
        return [await self._filtered(Criteria(page=number), []) for number in numbers]

    async def _filtered(self, criteria: Criteria, filters: list[str]) -> Ask:
        call = self._whole({"filter": filters, "page": criteria.page})
        total = (await self._finder.find(criteria, self._known)).total
        return Ask(urls.of(criteria, page=criteria.page), call, total)

    def _whole(self, body: dict[str, Any]) -> bytes:
        """The same page by the engine alone: 20 cards and the counts beside the filters, but no order of ours."""
        asked = body | {
            "page": body.get("page", 1),
            "hitsPerPage": 20,
            "facets": data.FACETS,
            "attributesToRetrieve": data.CARD,
        }
        if body.get("q"):
            asked["attributesToHighlight"] = ["name", "headline", "practices", "places"]
        path = f"/indexes/{data.compared_index()}/search"
        return load.post(path, msgspec.json.encode(asked), self._key)

    def _shuffled(self, words: Iterable[Any]) -> list[Any]:
        """The same order at every run."""
        found = sorted(words)
        self._draw.shuffle(found)
        return found


def _questions(path: str, body: bytes) -> list[dict[str, Any]]:
    """What a call of the site asks the engine, in the form that several questions of one call take."""
    asked = msgspec.json.decode(body)
    if "queries" in asked:
        questions: list[dict[str, Any]] = asked["queries"]
        return questions
    return [asked | {"indexUid": path.split("/")[2]}]


def _quoted(text: str) -> str:
    return f'"{text}"'


async def cases(made: data.Made, report: Callable[[str], None]) -> list[Case]:
    """The cases for the data the settings point at, kept beside them: choosing them takes minutes at 100 000."""
    kept = site.folder() / f"{made.count}.cases"
    mark = data.fingerprint("app/search", "app/directory", "benchmarks/queries.py") + made.on
    if kept.exists():
        known = msgspec.msgpack.decode(kept.read_bytes(), type=tuple[str, list[Case]])
        if known[0] == mark:
            return known[1]
    report("Choix des recherches…")
    found = await _chosen()
    kept.write_bytes(msgspec.msgpack.encode((mark, found)))
    return found


async def _chosen() -> list[Case]:
    url, key = engine.address()
    gateway = _Overheard(url, key)
    await data.open_pool()
    try:
        book = await places.load()
        roster = Roster(book)
        known = await roster.current(datetime.now(UTC))
        finder = Finder(roster, book, gateway)
        return await Catalogue(finder, gateway, known, key).cases()
    finally:
        await gateway.close()
        await connection.close_pool()
