"""What is kept of each practitioner to make cards: rows of the database, only of those who are listed, whatever the
index says."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
import structlog

from app.database import connection
from app.directory.names import displayed_name
from app.rendering.stencils import EDGE, hole
from app.search import ranking
from app.search.lexicon import cut
from app.search.order import Order
from app.search.results import NAME, REASONS, Card, Drawings, Portrait, Tag, drawing, labelled
from app.search.roster import Roster
from app.search.words import split

_log = structlog.get_logger("search")

PRACTICES_SHOWN = 4
PLACES_SHOWN = 3
MAX_KEPT = 20_000
"""Four kilobytes each, or so, in each process."""
MET_AT_ONCE = 25
"""How many a process that starts learns between two rests."""

_CARDS = """
SELECT p.id, p.slug, p.first_name, p.last_name, p.trade_name, p.is_structure,
  coalesce(f.headline, '') AS headline, coalesce(f.portrait, '') AS portrait,
  ARRAY(SELECT o.practice FROM practice_offered o WHERE o.practitioner = p.id ORDER BY o.position, o.id) AS practices,
  ARRAY(SELECT t.theme FROM theme_chosen t WHERE t.practitioner = p.id ORDER BY t.position, t.id) AS themes,
  l.communes, l.radii, s.from_price_cents,
  coalesce(s.is_remote, false) AS is_remote, coalesce(s.visits_homes, false) AS visits_homes
FROM practitioner p LEFT JOIN profile f ON f.practitioner = p.id
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(commune ORDER BY position, id), '{}') AS communes,
         coalesce(array_agg(radius_km ORDER BY position, id), '{}') AS radii
  FROM practice_place WHERE practitioner = p.id) l
LEFT JOIN LATERAL (
  SELECT min(price_cents) FILTER (WHERE price_cents > 0) AS from_price_cents,
         bool_or('remote' = ANY (modes)) AS is_remote, bool_or('home' = ANY (modes)) AS visits_homes
  FROM service s WHERE s.practitioner = p.id AND s.is_active) s ON true
WHERE p.id = ANY($1::int[]) AND p.listing_state = 'listed'
  AND (p.listing_ends_at IS NULL OR p.listing_ends_at > $2)
"""

_TEXTS = """
SELECT p.id, concat_ws(' · ', f.presentation,
  (SELECT string_agg(s.label, ' · ' ORDER BY s.id) FROM service s WHERE s.practitioner = p.id AND s.is_active)) AS text
FROM practitioner p LEFT JOIN profile f ON f.practitioner = p.id WHERE p.id = ANY($1::int[])
"""


def portrait_of(stored: str, first_name: str, last_name: str) -> Portrait:
    """The photograph a profile stores as `file:<id>`, the drawing as `drawn:<seed>`, else the initials."""
    initials = (first_name[:1] + last_name[:1]).upper()
    kind, _, what = stored.partition(":")
    if kind == "file":
        return Portrait(initials=initials, file=what)
    if kind == "drawn" and what.isdecimal():
        return Portrait(initials=initials, seed=int(what))
    return Portrait(initials=initials)


def short_place(label: str) -> str:
    return label.replace(" arrondissement", "")


class Person(msgspec.Struct, frozen=True):
    """What is kept of somebody, whatever is searched, until they change: the card with its holes, its drawings."""

    face: Card
    drawings: Drawings
    name_words: frozenset[str]
    place_words: frozenset[str]
    practices: list[int]
    themes: list[int]
    address_positions: frozenset[int]
    areas: list[str]


async def known(
    ids: list[int], order: Order, tiers: dict[int, int], now: datetime
) -> dict[int, Person]:
    """Those of `ids` who are listed; read once, then kept with `order` and the orders that follow it."""
    kept = order.kept_people
    people: dict[int, Person] = {i: kept[i] for i in ids if i in kept}
    missing = [i for i in ids if i not in people]
    if missing:
        for row in await connection.rows(_CARDS, missing, now):
            practitioner = row["id"]
            people[practitioner] = kept[practitioner] = _person(row, tiers[practitioner], order)
        while len(kept) > MAX_KEPT:
            del kept[next(iter(kept))]
    return people


@asynccontextmanager
async def meeting(roster: Roster, macro: Callable[..., str]) -> AsyncIterator[None]:
    """For the time of the block, learn everybody beside the visitors: nobody waits for it, no search depends on it."""
    learning = asyncio.create_task(_meet_everyone(roster, macro))
    try:
        yield
    finally:
        learning.cancel()
        with suppress(asyncio.CancelledError):
            await learning


async def _meet_everyone(roster: Roster, macro: Callable[..., str]) -> None:
    """Read and draw by `macro` as many practitioners as are kept, the first of the list first, with rests."""
    try:
        order = (await roster.current(datetime.now(UTC))).order
        for start in range(0, min(order.size, MAX_KEPT), MET_AT_ONCE):
            begun = time.monotonic()
            now = datetime.now(UTC)
            order = (await roster.current(now)).order
            met = slice(start, start + MET_AT_ONCE)
            ids, tiers = order.ids[met].tolist(), order.tiers[met].tolist()
            for person in (
                await known(ids, order, dict(zip(ids, tiers, strict=True)), now)
            ).values():
                drawing(person.face, person.drawings, macro)
            await asyncio.sleep(time.monotonic() - begun)
    except Exception as failure:  # noqa: BLE001  # those who are left are met at their first search
        _log.warning("practitioners are met later", cause=type(failure).__name__)
    # What was just learnt stays, as the roster does.
    gc.freeze()


def _person(row: Any, tier: int, order: Order) -> Person:
    book, practices = order.columns.book, order.catalogue.practices
    is_structure = row["is_structure"]
    first = _clean(row["trade_name"] if is_structure else row["first_name"])
    last = "" if is_structure else _clean(row["last_name"])
    spots = [
        (book.position_of[code], radius)
        for code, radius in zip(row["communes"], row["radii"], strict=True)
    ]
    labels = [(short_place(book.commune_at(spot).label), radius) for spot, radius in spots]
    areas = [f"autour de {label}" for label, radius in labels if radius]
    addresses = list(dict.fromkeys(label for label, radius in labels if not radius))
    names = displayed_name(
        first_name=row["first_name"],
        last_name=row["last_name"],
        trade_name=row["trade_name"],
        is_structure=is_structure,
    )
    last_words = split(last)
    joined = "".join(last_words)
    offered = [practices[i] for i in row["practices"] if i in practices]
    face = Card(
        slug=row["slug"],
        url=f"/praticiens/{row['slug']}",
        tier=tier,
        name=cut(first),
        family_name=labelled(NAME + joined, cut(last)) if len(last_words) > 1 else cut(last),
        is_structure=is_structure,
        headline=cut(_clean(row["headline"])),
        practices=[_tag(entry.id, entry.label, entry.url) for entry in offered[:PRACTICES_SHOWN]],
        places=[_place(text) for text in (addresses or areas)[:PLACES_SHOWN]],
        is_remote=row["is_remote"],
        visits_homes=bool(areas) or row["visits_homes"],
        from_price_cents=row["from_price_cents"],
        portrait=portrait_of(row["portrait"], first, last),
        shows_jupiterre=tier == ranking.JUPITERRE,
        reasons=[hole(REASONS)],
    )
    return Person(
        face=face,
        drawings={},
        name_words=frozenset((*split(names), joined)),
        place_words=frozenset(
            word for spot, _ in spots for place in book.holding(spot) for word in split(place.label)
        ),
        practices=row["practices"],
        themes=row["themes"],
        address_positions=frozenset(spot for spot, radius in spots if not radius),
        areas=areas,
    )


async def texts(ids: list[int]) -> dict[int, str]:
    """The presentation and the services of each of `ids`, as the index holds them: read at each search."""
    found = await connection.rows(_TEXTS, ids) if ids else []
    return {row["id"]: " ".join(_clean(row["text"]).split()) for row in found}


@lru_cache(maxsize=512)
def _tag(practice: int, label: str, url: str) -> Tag:
    return Tag(label=labelled(practice, cut(label)), url=url)


_place = lru_cache(maxsize=8192)(cut)


def _clean(text: str) -> str:
    return text.replace(EDGE, "")
