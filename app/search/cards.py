"""The cards of the list, from rows of the database: only listed practitioners come out, whatever the index says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from markupsafe import Markup, escape

from app.database import connection
from app.directory.names import displayed_name
from app.directory.place_names import Place
from app.directory.places import PlaceBook
from app.search import ranking
from app.search.find import Criteria
from app.search.lexicon import Lexicon, highlighter
from app.search.order import Order
from app.search.results import Card, Portrait, Tag

PRACTICES_SHOWN = 4
PLACES_SHOWN = 3
MAX_KEPT_PEOPLE = 5_000

_CARDS = """
SELECT p.id, p.slug, p.first_name, p.last_name, p.trade_name, p.is_structure, p.is_complete,
  p.is_jupiterre_user, coalesce(f.headline, '') AS headline, coalesce(f.portrait, '') AS portrait,
  ARRAY(SELECT o.practice FROM practice_offered o WHERE o.practitioner = p.id ORDER BY o.position, o.id) AS practices,
  ARRAY(SELECT t.theme FROM theme_chosen t WHERE t.practitioner = p.id ORDER BY t.position, t.id) AS themes,
  ARRAY(SELECT l.commune FROM practice_place l WHERE l.practitioner = p.id ORDER BY l.position, l.id) AS communes,
  ARRAY(SELECT l.radius_km FROM practice_place l WHERE l.practitioner = p.id ORDER BY l.position, l.id) AS radii,
  s.from_price_cents, coalesce(s.is_remote, false) AS is_remote, coalesce(s.visits_homes, false) AS visits_homes
FROM practitioner p LEFT JOIN profile f ON f.practitioner = p.id
LEFT JOIN LATERAL (
  SELECT min(price_cents) FILTER (WHERE price_cents > 0) AS from_price_cents,
         bool_or('remote' = ANY (modes)) AS is_remote, bool_or('home' = ANY (modes)) AS visits_homes
  FROM service s WHERE s.practitioner = p.id AND s.is_active) s ON true
WHERE p.id = ANY($1::int[]) AND p.listing_state = 'listed'
  AND (p.listing_ends_at IS NULL OR p.listing_ends_at > $2)
"""


def portrait_of(stored: str, first_name: str, last_name: str) -> Portrait:
    """The drawing a profile stores as `drawn:<seed>`, else the initials."""
    initials = (first_name[:1] + last_name[:1]).upper()
    kind, _, seed = stored.partition(":")
    if kind == "drawn" and seed.isdecimal():
        return Portrait(initials=initials, seed=int(seed))
    return Portrait(initials=initials)


def short_place(label: str) -> str:
    return label.replace(" arrondissement", "")


class Person(msgspec.Struct, frozen=True):
    """What a card says of somebody whatever was searched."""

    slug: str
    first_name: str
    last_name: str
    names: str
    is_structure: bool
    headline: str
    portrait: Portrait
    practices: list[int]
    themes: list[int]
    addresses: list[str]
    address_positions: frozenset[int]
    areas: list[str]
    is_remote: bool
    visits_homes: bool
    from_price_cents: int | None


async def load(
    ids: list[int],
    criteria: Criteria,
    *,
    order: Order,
    tiers: dict[int, int],
    lexicon: Lexicon,
    now: datetime,
) -> list[Card]:
    """The cards of `ids`, in that order; a practitioner delisted since is simply left out.

    Rows are kept as long as `order`, which every change of the directory replaces.
    """
    kept = order.kept_people
    missing = [i for i in ids if i not in kept]
    if missing:
        if len(kept) > MAX_KEPT_PEOPLE:
            kept.clear()
            missing = ids
        book = order.columns.book
        for row in await connection.rows(_CARDS, missing, now):
            kept[row["id"]] = _person(row, book)
    maker = _CardMaker(criteria, lexicon, order.columns.book)
    return [maker.card(kept[i], tiers[i]) for i in ids if i in kept]


def _person(row: Any, book: PlaceBook) -> Person:
    is_structure = row["is_structure"]
    first = row["trade_name"] if is_structure else row["first_name"]
    last = "" if is_structure else row["last_name"]
    spots = [
        (book.position_of[code], radius)
        for code, radius in zip(row["communes"], row["radii"], strict=True)
    ]
    labels = [(short_place(book.commune_at(spot).label), radius) for spot, radius in spots]
    areas = [f"autour de {label}" for label, radius in labels if radius]
    return Person(
        slug=row["slug"],
        first_name=first,
        last_name=last,
        names=displayed_name(
            first_name=row["first_name"],
            last_name=row["last_name"],
            trade_name=row["trade_name"],
            is_structure=is_structure,
        ),
        is_structure=is_structure,
        headline=row["headline"],
        portrait=portrait_of(row["portrait"], first, last),
        practices=row["practices"],
        themes=row["themes"],
        addresses=list(dict.fromkeys(label for label, radius in labels if not radius)),
        address_positions=frozenset(spot for spot, radius in spots if not radius),
        areas=areas,
        is_remote=row["is_remote"],
        visits_homes=bool(areas) or row["visits_homes"],
        from_price_cents=row["from_price_cents"],
    )


class _CardMaker:
    def __init__(self, criteria: Criteria, lexicon: Lexicon, book: PlaceBook) -> None:
        self.criteria = criteria
        self.lexicon = lexicon
        self.mark = highlighter(criteria.q)
        meant = lexicon.meanings(criteria.q) if criteria.q else ()
        self._meant_practices = {practice for meaning in meant for practice in meaning.practices}
        place = criteria.place
        self._wanted = frozenset(place.communes) if place else frozenset()
        self._radius_km = criteria.radius_km if place and place.centre >= 0 else 0
        self._near = (
            book.within(place.centre, self._radius_km) if place and self._radius_km else None
        )

    def card(self, person: Person, tier: int) -> Card:
        return Card(
            slug=person.slug,
            url=f"/praticiens/{person.slug}",
            tier=tier,
            name=self.mark(person.first_name),
            family_name=self.mark(person.last_name),
            is_structure=person.is_structure,
            headline=self.mark(person.headline),
            practices=self._practices(person.practices),
            places=[self.mark(text) for text in (person.addresses or person.areas)[:PLACES_SHOWN]],
            is_remote=person.is_remote,
            visits_homes=person.visits_homes,
            from_price_cents=person.from_price_cents,
            portrait=person.portrait,
            shows_jupiterre=tier == ranking.JUPITERRE,
            reasons=self._reasons(person, tier),
        )

    def _why_there(self, person: Person, place: Place) -> str:
        """Whether an address stands in the place asked, or the practitioner comes there."""
        spots = person.address_positions
        if not self._wanted.isdisjoint(spots) or (
            self._near is not None and any(self._near[spot] for spot in spots)
        ):
            around = f", {self._radius_km} km autour" if self._radius_km else ""
            return f"Lieu demandé : {place.label}{around}."
        return f"Se déplace jusqu’à {place.label} ({', '.join(person.areas)})."

    def _practices(self, ids: Iterable[int]) -> list[Tag]:
        known = self.lexicon.catalogue.practices
        tags = []
        for practice in ids:
            if (entry := known.get(practice)) is None:
                continue
            label = self.mark(entry.label)
            if practice in self._meant_practices and "<mark>" not in label:
                label = Markup("<mark>{}</mark>").format(escape(entry.label))
            tags.append(Tag(label=label, url=entry.url))
        return tags[:PRACTICES_SHOWN]

    def _reasons(self, person: Person, tier: int) -> list[str]:
        criteria = self.criteria
        said: list[str] = []
        if criteria.q:
            said += self.lexicon.reasons(
                criteria.q,
                person.names,
                person.practices,
                person.themes,
                person.addresses + person.areas,
            )
        if criteria.practice:
            said.append(f"Pratique demandée : {criteria.practice.label}.")
        if criteria.theme:
            said.append(f"Thématique demandée : {criteria.theme.label}.")
        if criteria.place:
            said.append(self._why_there(person, criteria.place))
        if criteria.is_remote:
            said.append("Propose des séances en visio.")
        return [*said, ranking.why_this_tier(tier), ranking.ALPHABETICAL]
