"""The pages one lands on: home, themes, practices, and a practice somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import msgspec
import numpy as np

from app import config
from app.directory.catalogue import Catalogue, PracticeEntry, ThemeEntry
from app.directory.names import base_letters
from app.directory.place_names import Place
from app.errors import NotFound
from app.pages.views import Crumb, HomePage, LandingPage, LinkShown, PracticeTile, ThemeTile
from app.rendering.filters import price
from app.search import cards, urls, widening
from app.search.criteria import Criteria
from app.search.find import Finder, Found
from app.search.order import Bits, Order, count
from app.search.results import NextStep

CITIES_SHOWN = 12
PRACTICES_SHOWN = 18
RELATED_SHOWN = 10


class UnknownTheme(NotFound):
    message = "Cette thématique n’existe pas."


class UnknownPractice(NotFound):
    message = "Cette pratique n’existe pas, ou n’est plus proposée."


class UnknownPlace(NotFound):
    message = "Nous ne connaissons pas ce lieu."


def theme_tiles(order: Order) -> list[ThemeTile]:
    counts = order.counts(order.everyone)
    return [
        ThemeTile(
            slug=theme.slug,
            label=theme.label,
            tagline=theme.tagline,
            url=theme.url,
            count=int(counts[order.columns.themes[theme.id]]),
        )
        for theme in order.catalogue.themes.values()
    ]


def practice_tiles(order: Order) -> list[PracticeTile]:
    counts = order.counts(order.everyone)
    return [
        PracticeTile(
            label=practice.label,
            family=practice.family,
            definition=practice.definition,
            url=practice.url,
            count=int(counts[order.columns.practices[practice.id]]),
            needs_vigilance=practice.needs_vigilance,
        )
        for practice in order.catalogue.practices.values()
    ]


def families(order: Order) -> list[tuple[str, list[PracticeTile]]]:
    """The practices by family, families and practices in alphabetical order."""
    tiles = sorted(
        practice_tiles(order),
        key=lambda tile: (base_letters(tile.family), base_letters(tile.label)),
    )
    return [(family, list(group)) for family, group in groupby(tiles, key=lambda tile: tile.family)]


def home(order: Order) -> HomePage:
    tiles = practice_tiles(order)
    return HomePage(
        themes=sorted(theme_tiles(order), key=lambda tile: -tile.count),
        practices=sorted(tiles, key=lambda tile: -tile.count)[:PRACTICES_SHOWN],
        listed_count=order.size,
        remote_count=count(order.remote),
        cities=[
            LinkShown(place.label.rsplit(" (", 1)[0], urls.of(Criteria(place=place)))
            for place in busiest_cities(order, order.everyone, CITIES_SHOWN)
        ],
    )


def busiest_cities(order: Order, bits: Bits, limit: int) -> list[Place]:
    """The cities with the most practice addresses of `bits`, arrondissements counted with their city."""
    addresses = order.by_commune(bits)
    book = order.columns.book
    totals: dict[str, int] = {}
    cities: dict[str, Place] = {}
    for position in np.flatnonzero(addresses):
        city = book.city_of(int(position))
        cities[city.key] = city
        totals[city.key] = totals.get(city.key, 0) + int(addresses[position])
    ranked = sorted(totals, key=lambda key: (-totals[key], -cities[key].population, key))
    return [cities[key] for key in ranked[:limit]]


async def theme(finder: Finder, slug: str, now: datetime) -> LandingPage:
    """The page of a theme; raises `UnknownTheme`."""
    known = await finder.roster.current(now)
    order = known.order
    entry = order.catalogue.theme_by_slug.get(slug)
    if entry is None:
        raise UnknownTheme
    criteria = Criteria(theme=entry)
    found = await finder.find(criteria, known)
    related = sorted(
        (
            (practice, n)
            for practice, n in zip(
                order.catalogue.practices.values(), found.counts.practices, strict=True
            )
            if n
        ),
        key=lambda pair: -pair[1],
    )
    return await _landing(
        finder,
        criteria,
        found,
        now,
        title=entry.label,
        kicker="Thématique",
        introduction=f"{entry.tagline}.",
        url=entry.url,
        crumbs=[Crumb("Thématiques", "/thematiques"), Crumb(entry.label, "")],
        related_title="Pratiques proposées pour ce besoin",
        related=[
            LinkShown(practice.label, practice.url) for practice, _ in related[:RELATED_SHOWN]
        ],
        practice=None,
    )


async def practice(finder: Finder, slug: str, now: datetime) -> LandingPage:
    """The page of a practice; raises `UnknownPractice`."""
    known = await finder.roster.current(now)
    order = known.order
    entry = _practice(order.catalogue, slug)
    criteria = Criteria(practice=entry)
    return await _landing(
        finder,
        criteria,
        await finder.find(criteria, known),
        now,
        title=entry.label,
        kicker=entry.family,
        introduction=entry.definition,
        url=entry.url,
        crumbs=[Crumb("Pratiques", "/pratiques"), Crumb(entry.label, "")],
        related_title="Pour quels besoins ?",
        related=_themes_of(entry, order.catalogue),
        practice=entry,
    )


async def practice_place(finder: Finder, slug: str, place_slug: str, now: datetime) -> LandingPage:
    """The page of a practice in a commune, a department or a region; raises `UnknownPractice`, `UnknownPlace`."""
    known = await finder.roster.current(now)
    order = known.order
    entry = _practice(order.catalogue, slug)
    place = finder.book.by_slug(place_slug)
    if place is None:
        raise UnknownPlace
    criteria = Criteria(practice=entry, place=place)
    where = place.label.rsplit(" (", 1)[0] if place.kind == "commune" else place.label
    found = await finder.find(criteria, known)
    return await _landing(
        finder,
        criteria,
        found,
        now,
        title=f"{entry.label} · {where}",
        kicker=entry.family,
        introduction=entry.definition,
        url=f"{entry.url}/{place.slug}",
        crumbs=[Crumb("Pratiques", "/pratiques"), Crumb(entry.label, entry.url), Crumb(where, "")],
        related_title="Pour quels besoins ?",
        related=_themes_of(entry, order.catalogue),
        practice=entry,
        next_steps=[] if found.total else await widening.next_steps(finder, criteria, known),
    )


def _practice(catalogue: Catalogue, slug: str) -> PracticeEntry:
    entry = catalogue.practice_by_slug.get(slug)
    if entry is None:
        raise UnknownPractice
    return entry


def _themes_of(entry: PracticeEntry, catalogue: Catalogue) -> list[LinkShown]:
    themes: list[ThemeEntry] = [catalogue.themes[i] for i in entry.themes if i in catalogue.themes]
    return [LinkShown(found.label, found.url) for found in themes]


async def _landing(
    finder: Finder,
    criteria: Criteria,
    found: Found,
    now: datetime,
    *,
    title: str,
    kicker: str,
    introduction: str,
    url: str,
    crumbs: list[Crumb],
    related_title: str,
    related: list[LinkShown],
    practice: PracticeEntry | None,
    next_steps: Sequence[NextStep] = (),
) -> LandingPage:
    shown = await cards.load(
        found.ids,
        criteria,
        order=found.order,
        tiers=dict(zip(found.ids, found.tiers, strict=True)),
        lexicon=finder.lexicon(found.order),
        now=now,
    )
    cities = busiest_cities(found.order, found.bits, CITIES_SHOWN)
    places = [
        LinkShown(
            city.label.rsplit(" (", 1)[0],
            f"{practice.url}/{city.slug}" if practice else urls.of(criteria, place=city),
        )
        for city in cities
        if criteria.place is None or city.key != criteria.place.key
    ]
    number = f"{found.total} praticien{'s' if found.total > 1 else ''}"
    return LandingPage(
        title=title,
        kicker=kicker,
        introduction=introduction,
        needs_vigilance=bool(practice and practice.needs_vigilance),
        is_practice=practice is not None,
        total=found.total,
        cards=shown,
        all_url=urls.of(criteria),
        next_steps=next_steps or [NextStep("Voir tous les praticiens référencés", urls.PATH)],
        related_title=related_title,
        related=related,
        places_title="Les villes où exercent ces praticiens",
        places=places,
        price_text=_price_text(practice) if practice else "",
        crumbs=[Crumb("Accueil", "/"), *crumbs],
        canonical_url=url,
        is_indexable=found.total > 0,
        description=f"{title} : {number}, avec tarifs, lieux et séances en visio. {introduction}",
        structured_data=_breadcrumbs([Crumb("Accueil", "/"), *crumbs], url),
    )


def _price_text(practice: PracticeEntry) -> str:
    low, high = price(practice.price_low_cents), price(practice.price_high_cents)
    return f"Une séance coûte souvent de {low} à {high} ; chaque praticien fixe son prix."


def _breadcrumbs(crumbs: list[Crumb], url: str) -> str:
    site = config.current().public_url
    return msgspec.json.encode(
        {
            "@context": "https://schema.org",
            "@type": "BreadcrumbList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": number,
                    "name": crumb.label,
                    "item": site + (crumb.url or url),
                }
                for number, crumb in enumerate(crumbs, start=1)
            ],
        }
    ).decode()
