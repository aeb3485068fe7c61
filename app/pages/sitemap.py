"""The site map for search engines: only pages that show something."""

from __future__ import annotations

import asyncio
from xml.sax.saxutils import escape

import numpy as np

from app import config
from app.database import connection
from app.errors import NotFound
from app.legal.tables import Document
from app.pages.texts import TEXT_PAGES
from app.search.order import Order

CHUNK = 10_000
"""Addresses a file; the format allows 50 000."""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


async def index(order: Order) -> str:
    """The list of the files: pages, practices in places, and as many files of practitioners as needed."""
    places = await _places(order)
    names = ["pages"]
    names += [f"lieux-{n}" for n in range(1, -(-len(places) // CHUNK) + 1)]
    names += [f"praticiens-{n}" for n in range(1, -(-order.size // CHUNK) + 1)]
    site = config.current().public_url
    files = "".join(f"<sitemap><loc>{site}/sitemaps/{name}.xml</loc></sitemap>\n" for name in names)
    return f"{_HEAD}<sitemapindex {_SPACE}>\n{files}</sitemapindex>\n"


async def file(name: str, order: Order) -> str:
    """One file of the map; raises `NotFound`."""
    if name == "pages":
        return _urls(_pages(order))
    kind, _, number = name.partition("-")
    if not (number.isascii() and number.isdecimal()) or not 0 < len(number) < 6 or int(number) < 1:
        raise NotFound
    part = slice((int(number) - 1) * CHUNK, int(number) * CHUNK)
    if kind == "lieux" and (places := (await _places(order))[part]):
        return _urls(places)
    ids = order.ids[part].tolist() if kind == "praticiens" else []
    if not ids:
        raise NotFound
    rows = await connection.rows(
        "SELECT slug FROM practitioner WHERE id = ANY($1::int[]) ORDER BY slug", ids
    )
    return _urls([f"/praticiens/{row['slug']}" for row in rows])


def _pages(order: Order) -> list[str]:
    counts = order.counts(order.everyone)
    known = order.catalogue
    return [
        "/",
        "/praticiens",
        "/thematiques",
        "/pratiques",
        *(t.url for t in known.themes.values() if counts[order.columns.themes[t.id]]),
        *(p.url for p in known.practices.values() if counts[order.columns.practices[p.id]]),
        *(f"/{document}" for document in Document),
        *(f"/{slug}" for slug in TEXT_PAGES),
    ]


_kept: tuple[Order | None, list[str]] = (None, [])


async def _places(order: Order) -> list[str]:
    """Each practice in each city and region where somebody offers it (computed once an order, in a thread)."""
    global _kept
    if _kept[0] is not order:
        _kept = (order, await asyncio.to_thread(_practices_in_places, order))
    return _kept[1]


def _practices_in_places(order: Order) -> list[str]:
    found: list[str] = []
    book = order.columns.book
    for practice in order.catalogue.practices.values():
        bits = order.has_practice(practice.id)
        positions = np.flatnonzero(order.by_commune(bits))
        cities = {book.city_of(int(position)).slug for position in positions}
        regions = {book.region_at(int(position)).slug for position in positions}
        found += [f"{practice.url}/{slug}" for slug in sorted(cities | regions) if slug]
    return found


def _urls(paths: list[str]) -> str:
    site = config.current().public_url
    lines = "".join(f"<url><loc>{escape(site + path)}</loc></url>\n" for path in paths)
    return f"{_HEAD}<urlset {_SPACE}>\n{lines}</urlset>\n"


def robots() -> str:
    """Public pages are open; search answers and technical addresses are not for robots.

    The star after « ? » changes nothing for most of them; some drop a bare « ? », and would leave every profile.
    """
    return (
        "User-agent: *\n"
        "Disallow: /praticiens?*\n"
        "Disallow: /praticiens/suggestions\n"
        "Disallow: /praticiens/lieux\n"
        "Disallow: /sante\n"
        "Disallow: /mon-compte\n"
        "Disallow: /espace\n"
        "Disallow: /admin\n"
        f"\nSitemap: {config.current().public_url}/sitemap.xml\n"
    )
