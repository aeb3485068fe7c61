"""The cards of the list, from rows of the database: only listed practitioners come out, whatever the index says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from markupsafe import Markup

from app.database import connection
from app.directory.names import displayed_name
from app.directory.place_names import Place
from app.directory.places import PlaceBook
from app.rendering.stencils import EDGE, Stencil, hole
from app.search import ranking
from app.search.find import Criteria
from app.search.lexicon import Lexicon, cut, letters_in, marks
from app.search.order import Order
from app.search.results import REASONS, Card, ListedCard, Portrait, Tag, label_hole
from app.search.words import split

PRACTICES_SHOWN = 4
PLACES_SHOWN = 3
MAX_KEPT_PEOPLE = 5_000

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
    """What is kept of somebody, whatever is searched, as long as the order: the card with its holes, its drawings."""

    face: Card
    drawings: dict[tuple[int, bool], Stencil]
    name_words: frozenset[str]
    place_words: frozenset[str]
    practices: list[int]
    themes: list[int]
    address_positions: frozenset[int]
    areas: list[str]


async def load(
    ids: list[int],
    criteria: Criteria,
    *,
    order: Order,
    tiers: dict[int, int],
    lexicon: Lexicon,
    now: datetime,
) -> list[ListedCard]:
    """The cards of `ids`, in that order; a practitioner delisted since is simply left out.

    What is drawn is kept as long as `order`, which every change of the directory replaces.
    """
    kept = order.kept_people
    people: dict[int, Person] = {i: kept[i] for i in ids if i in kept}
    missing = [i for i in ids if i not in people]
    if missing:
        for row in await connection.rows(_CARDS, missing, now):
            practitioner = row["id"]
            people[practitioner] = kept[practitioner] = _person(row, tiers[practitioner], order)
        while len(kept) > MAX_KEPT_PEOPLE:
            del kept[next(iter(kept))]
    maker = _CardMaker(criteria, lexicon, order.columns.book)
    return [maker.card(people[i]) for i in ids if i in people]


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
    offered = [practices[i] for i in row["practices"] if i in practices]
    face = Card(
        slug=row["slug"],
        url=f"/praticiens/{row['slug']}",
        tier=tier,
        name=cut(first),
        family_name=cut(last),
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
        name_words=frozenset(split(names)),
        place_words=frozenset(word for text in (*addresses, *areas) for word in split(text)),
        practices=row["practices"],
        themes=row["themes"],
        address_positions=frozenset(spot for spot, radius in spots if not radius),
        areas=areas,
    )


@lru_cache(maxsize=512)
def _tag(practice: int, label: str, url: str) -> Tag:
    before, after = (hole(label_hole(practice, side)) for side in "<>")
    return Tag(label=before + cut(label) + after, url=url)


_place = lru_cache(maxsize=8192)(cut)


def _clean(text: str) -> str:
    return text.replace(EDGE, "")


class _CardMaker:
    def __init__(self, criteria: Criteria, lexicon: Lexicon, book: PlaceBook) -> None:
        self.criteria = criteria
        self.lexicon = lexicon
        self.marks = marks(criteria.q)
        self._whole = frozenset(self._meant_whole())
        place = criteria.place
        self._wanted = frozenset(place.communes) if place else frozenset()
        self._radius_km = criteria.radius_km if place and place.centre >= 0 else 0
        self._near = (
            book.within(place.centre, self._radius_km) if place and self._radius_km else None
        )
        self._written: dict[tuple[str, ...], str] = {}

    def card(self, person: Person) -> ListedCard:
        return ListedCard(
            face=person.face,
            drawings=person.drawings,
            marks=self.marks,
            whole=self._whole,
            reasons=self._html(tuple(self._reasons(person))),
        )

    def _meant_whole(self) -> Iterator[int]:
        """The practices that the query means (a synonym) while no word of their label is to be marked."""
        meant = self.lexicon.meanings(self.criteria.q) if self.criteria.q else ()
        known = self.lexicon.catalogue.practices
        for practice in {practice for meaning in meant for practice in meaning.practices}:
            if not self.marks.among(letters_in(known[practice].label)):
                yield practice

    def _html(self, reasons: tuple[str, ...]) -> str:
        """What fills the hole of the reasons: one line each (kept: they are often the same)."""
        html = self._written.get(reasons)
        if html is None:
            html = self._written[reasons] = str(Markup("</li>\n<li>").join(reasons))
        return html

    def _why_there(self, person: Person, place: Place) -> str:
        """Whether an address stands in the place asked, or the practitioner comes there."""
        spots = person.address_positions
        if not self._wanted.isdisjoint(spots) or (
            self._near is not None and any(self._near[spot] for spot in spots)
        ):
            around = f", {self._radius_km} km autour" if self._radius_km else ""
            return f"Lieu demandé : {place.label}{around}."
        return f"Se déplace jusqu’à {place.label} ({', '.join(person.areas)})."

    def _reasons(self, person: Person) -> list[str]:
        criteria = self.criteria
        said: list[str] = []
        if criteria.q:
            said += self.lexicon.reasons(
                criteria.q,
                name_words=person.name_words,
                practices=person.practices,
                themes=person.themes,
                place_words=person.place_words,
            )
        if criteria.practice:
            said.append(f"Pratique demandée : {criteria.practice.label}.")
        if criteria.theme:
            said.append(f"Thématique demandée : {criteria.theme.label}.")
        if criteria.place:
            said.append(self._why_there(person, criteria.place))
        if criteria.is_remote:
            said.append("Propose des séances en visio.")
        return [*said, ranking.why_this_tier(person.face.tier), ranking.ALPHABETICAL]
