"""The cards of the list, from rows of the database: only listed practitioners come out, whatever the index says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from app.database import connection
from app.directory.names import displayed_name
from app.directory.place_names import Place
from app.directory.places import PlaceBook
from app.search import ranking
from app.search.find import Criteria
from app.search.lexicon import Lexicon, highlighter
from app.search.results import Card, Portrait, Tag

PRACTICES_SHOWN = 4
PLACES_SHOWN = 3

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


async def load(
    ids: list[int],
    criteria: Criteria,
    *,
    tiers: dict[int, int],
    lexicon: Lexicon,
    book: PlaceBook,
    now: datetime,
) -> list[Card]:
    """The cards of `ids`, in that order; a practitioner delisted since is simply left out."""
    if not ids:
        return []
    rows = {row["id"]: row for row in await connection.rows(_CARDS, ids, now)}
    maker = _CardMaker(criteria, lexicon, book)
    return [maker.card(rows[i], tiers[i]) for i in ids if i in rows]


class _CardMaker:
    def __init__(self, criteria: Criteria, lexicon: Lexicon, book: PlaceBook) -> None:
        self.criteria = criteria
        self.lexicon = lexicon
        self.book = book
        self.mark = highlighter(criteria.q)
        meant = lexicon.meanings(criteria.q) if criteria.q else ()
        self._meant_practices = {practice for meaning in meant for practice in meaning.practices}

    def card(self, row: Any, tier: int) -> Card:
        is_structure = row["is_structure"]
        first = row["trade_name"] if is_structure else row["first_name"]
        last = "" if is_structure else row["last_name"]
        names = displayed_name(
            first_name=row["first_name"],
            last_name=row["last_name"],
            trade_name=row["trade_name"],
            is_structure=is_structure,
        )
        spots = [
            (self.book.commune_at(self.book.position_of[code]), radius)
            for code, radius in zip(row["communes"], row["radii"], strict=True)
        ]
        addresses = list(
            dict.fromkeys(short_place(place.label) for place, radius in spots if not radius)
        )
        areas = [f"autour de {short_place(place.label)}" for place, radius in spots if radius]
        return Card(
            slug=row["slug"],
            url=f"/praticiens/{row['slug']}",
            tier=tier,
            name=self.mark(first),
            family_name=self.mark(last),
            is_structure=is_structure,
            headline=self.mark(row["headline"]),
            practices=self._practices(row["practices"]),
            places=[self.mark(text) for text in (addresses or areas)[:PLACES_SHOWN]],
            is_remote=row["is_remote"],
            visits_homes=bool(areas) or row["visits_homes"],
            from_price_cents=row["from_price_cents"],
            portrait=portrait_of(row["portrait"], first, last),
            shows_jupiterre=tier == ranking.JUPITERRE,
            reasons=self._reasons(row, names, addresses, areas, tier),
        )

    def _why_there(self, row: Any, place: Place, areas: list[str]) -> str:
        """Whether an address stands in the place asked, or the practitioner comes there."""
        addresses = [
            self.book.position_of[code]
            for code, radius in zip(row["communes"], row["radii"], strict=True)
            if not radius
        ]
        wanted = set(place.communes)
        radius_km = self.criteria.radius_km if place.centre >= 0 else 0
        near = self.book.within(place.centre, radius_km) if radius_km else None
        if any(spot in wanted or (near is not None and near[spot]) for spot in addresses):
            around = f", {radius_km} km autour" if radius_km else ""
            return f"Lieu demandé : {place.label}{around}."
        return f"Se déplace jusqu’à {place.label} ({', '.join(areas)})."

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

    def _reasons(
        self, row: Any, names: str, addresses: list[str], areas: list[str], tier: int
    ) -> list[str]:
        criteria = self.criteria
        said: list[str] = []
        if criteria.q:
            said += self.lexicon.reasons(
                criteria.q, names, list(row["practices"]), list(row["themes"]), addresses + areas
            )
        if criteria.practice:
            said.append(f"Pratique demandée : {criteria.practice.label}.")
        if criteria.theme:
            said.append(f"Thématique demandée : {criteria.theme.label}.")
        if criteria.place:
            said.append(self._why_there(row, criteria.place, areas))
        if criteria.is_remote:
            said.append("Propose des séances en visio.")
        return [*said, ranking.why_this_tier(tier), ranking.ALPHABETICAL]
