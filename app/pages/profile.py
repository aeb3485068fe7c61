"""The practitioner's public page: gathers what the directory, the listing and the calendar say of one person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from app import config
from app.calendar import opening
from app.calendar.opening import Opening
from app.database import connection
from app.directory import showing, vocabulary
from app.directory.catalogue import Catalogue
from app.directory.names import name_in
from app.directory.places import PlaceBook
from app.directory.showing import PlaceShown, ServiceShown
from app.directory.tables import ListingState
from app.errors import Gone, NotFound
from app.listing import legal_identity
from app.listing.legal_identity import LegalBlock
from app.pages.views import (
    Crumb,
    LegalShown,
    LinkShown,
    OpeningDay,
    PracticeShown,
    ProfilePage,
)
from app.rendering import filters
from app.rendering.moments import day_of
from app.search import people, ranking

_PRACTITIONER = """
SELECT p.*, f.headline, f.presentation, f.portrait, f.audience, f.access, f.languages,
  f.cancellation_terms, f.payment_methods,
  ARRAY(SELECT practice FROM practice_offered o WHERE o.practitioner = p.id ORDER BY position, o.id) AS practices,
  ARRAY(SELECT theme FROM theme_chosen t WHERE t.practitioner = p.id ORDER BY position, t.id) AS themes,
  p.listing_state = 'delisted'
    OR (p.listing_state IN ('listed', 'suspended') AND p.listing_ends_at <= $2) AS is_delisted
FROM practitioner p LEFT JOIN profile f ON f.practitioner = p.id WHERE p.slug = $1
"""
"""The dates decide (decision 9), not what a night's work will write; who was never listed leaves no trace."""
_BY_NUMBER = _PRACTITIONER.replace("p.slug = $1", "p.id = $1")
_SERVICES = "SELECT * FROM service WHERE practitioner = $1 AND is_active ORDER BY position, id"
_PLACES = "SELECT * FROM practice_place WHERE practitioner = $1 ORDER BY position, id"
_TRAININGS = "SELECT title, body, year FROM training_shown WHERE practitioner = $1 ORDER BY position, year DESC, id"


class Delisted(Gone):
    message = "Ce praticien n’est plus référencé sur le site."


class NotListed(NotFound):
    message = "Nous ne trouvons pas ce praticien. L’adresse a peut-être changé."


async def profile(
    slug: str, *, catalogue: Catalogue, book: PlaceBook, jupiterre_tier: bool, now: datetime
) -> ProfilePage:
    """The public page of `slug` at `now` (UTC). Raises `NotListed` (404) or, once delisted, `Delisted` (410)."""
    # PostgreSQL takes no NUL byte, which an address may hold (%00).
    row = await connection.row(_PRACTITIONER, slug, now) if slug.isprintable() else None
    if row is None:
        raise NotListed
    if row["is_delisted"]:
        raise Delisted
    if row["listing_state"] != ListingState.LISTED:
        raise NotListed
    return await _gathered(row, catalogue, book, jupiterre_tier, now)


async def preview(
    practitioner: int, *, catalogue: Catalogue, book: PlaceBook, jupiterre_tier: bool, now: datetime
) -> ProfilePage:
    """The same page for its own practitioner, public or not yet. Raises `NotListed` (404)."""
    row = await connection.row(_BY_NUMBER, practitioner, now)
    if row is None:
        raise NotListed
    return await _gathered(row, catalogue, book, jupiterre_tier, now)


async def _gathered(
    row: Any, catalogue: Catalogue, book: PlaceBook, jupiterre_tier: bool, now: datetime
) -> ProfilePage:
    services = await connection.rows(_SERVICES, row["id"])
    spots = await connection.rows(_PLACES, row["id"])
    trainings = await connection.rows(_TRAININGS, row["id"])
    week = await opening.week_of(row["id"])
    legal = await legal_identity.block_of(row["id"], today=day_of(now))
    return _shown(row, services, spots, trainings, week, legal, catalogue, book, jupiterre_tier)


def _shown(
    row: Any,
    services: list[Any],
    spots: list[Any],
    trainings: list[Any],
    week: list[Opening],
    legal: LegalBlock | None,
    catalogue: Catalogue,
    book: PlaceBook,
    jupiterre_tier: bool,
) -> ProfilePage:
    name = name_in(row)
    tier = ranking.tier_of(
        is_complete=row["is_complete"],
        is_jupiterre_user=row["is_jupiterre_user"],
        jupiterre_tier=jupiterre_tier,
    )
    practices = [catalogue.practices[i] for i in row["practices"] if i in catalogue.practices]
    themes = [catalogue.themes[i] for i in row["themes"] if i in catalogue.themes]
    places = [_place(spot, book) for spot in spots]
    services_shown = [showing.service(service) for service in services]
    prices = [service.price_cents for service in services_shown if service.price_cents]
    url = f"/praticiens/{row['slug']}"
    cities = [place.commune_label for place in places if not place.is_home_area]
    modes = {mode for service in services for mode in service["modes"]}
    shown_legal = _legal(legal) if legal else None
    return ProfilePage(
        slug=row["slug"],
        url=url,
        first_name=row["first_name"],
        family_name=row["last_name"],
        trade_name=row["trade_name"],
        is_structure=row["is_structure"],
        display_name=name,
        headline=row["headline"] or "",
        portrait=people.portrait_of(
            row["portrait"] or "", row["first_name"] or row["trade_name"], row["last_name"]
        ),
        tier=tier,
        shows_jupiterre=tier == ranking.JUPITERRE,
        practices=[PracticeShown(p.label, p.url, p.needs_vigilance) for p in practices],
        themes=[LinkShown(theme.label, theme.url) for theme in themes],
        has_vigilance=any(practice.needs_vigilance for practice in practices),
        presentation=showing.paragraphs(row["presentation"] or ""),
        services=services_shown,
        from_price_cents=min(prices, default=None),
        is_remote="remote" in modes,
        visits_homes="home" in modes or any(place.is_home_area for place in places),
        places=places,
        opening_days=_days(week),
        trainings=[showing.training(training) for training in trainings],
        audience=showing.words(row["audience"], vocabulary.AUDIENCE),
        access=vocabulary.ACCESS.get(row["access"] or "", ""),
        languages=list(row["languages"] or []),
        cancellation_terms=showing.paragraphs(row["cancellation_terms"] or ""),
        payment_methods=showing.words(row["payment_methods"], vocabulary.PAYMENT),
        legal=shown_legal,
        crumbs=_crumbs(
            practices[0].label if practices else "", practices[0].url if practices else "", name
        ),
        structured_data=_structured(
            name, url, row["headline"] or "", places, services_shown, shown_legal
        ),
        description=_description(name, [p.label for p in practices], cities, "remote" in modes),
    )


def _place(spot: Any, book: PlaceBook) -> PlaceShown:
    commune = book.commune_at(book.position_of[spot["commune"]])
    return msgspec.structs.replace(
        showing.place(spot, book),
        commune_label=people.short_place(commune.label),
        commune_url=f"/praticiens?lieu={commune.key}",
    )


def _days(week: list[Opening]) -> list[OpeningDay]:
    if not week:
        return []
    return [
        OpeningDay(
            day=day,
            ranges=[
                f"{_clock(o.opens_at_minute)} – {_clock(o.closes_at_minute)}"
                for o in week
                if o.weekday == weekday
            ],
        )
        for weekday, day in enumerate(opening.DAYS)
    ]


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute, 60)
    return f"{hours}\u202fh\u202f{minutes:02d}" if minutes else f"{hours}\u202fh"


def _legal(block: LegalBlock) -> LegalShown:
    siren = block.siret[:9]
    registered = f"{block.registration} {block.registration_city}".strip()
    phone = block.phone
    return LegalShown(
        legal_name=f"{block.legal_name} EI" if block.legal_form == "EI" else block.legal_name,
        legal_form="Entreprise individuelle" if block.legal_form == "EI" else block.legal_form,
        capital_cents=block.capital_cents,
        siret=filters.siret(block.siret),
        registration="Dispensé d’immatriculation"
        if block.registration == "Dispense"
        else f"{registered} {filters.siret(siren)}",
        vat_text=f"N° de TVA {block.vat_number}"
        if block.is_vat_registered
        else "TVA non applicable, art. 293 B du CGI",
        address=f"{block.street}, {block.postal_code} {block.city}",
        phone=phone,
        phone_uri=f"tel:{phone}",
        email=block.email,
        insurer=block.insurer or "",
        insurer_contact=block.insurer_contact or "",
        insurance_coverage=block.coverage or "",
        mediator_name=block.mediator_name or "",
        mediator_address=block.mediator_address or "",
        mediator_website=block.mediator_website or "",
    )


def _crumbs(practice: str, practice_url: str, name: str) -> list[Crumb]:
    crumbs = [Crumb("Accueil", "/")]
    if practice:
        crumbs.append(Crumb(practice, practice_url))
    return [*crumbs, Crumb(name, "")]


def _description(name: str, practices: list[str], cities: list[str], is_remote: bool) -> str:
    where = ", ".join(list(dict.fromkeys(cities))[:2] + (["en visio"] if is_remote else []))
    said = f"{name} : {', '.join(practices[:3])}" if practices else name
    return f"{said}. {where[0].upper()}{where[1:]}." if where else f"{said}."


def _structured(
    name: str,
    url: str,
    headline: str,
    places: list[PlaceShown],
    services: list[ServiceShown],
    legal: LegalShown | None,
) -> str:
    """JSON-LD for search engines; never a medical type."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": name,
        "url": config.current().public_url + url,
    }
    if headline:
        data["description"] = headline
    if legal:
        data["telephone"] = legal.phone
        data["email"] = legal.email
    addresses = [
        {
            "@type": "PostalAddress",
            "streetAddress": place.street,
            "postalCode": place.postal_code,
            "addressLocality": place.town,
            "addressCountry": "FR",
        }
        for place in places
        if not place.is_home_area and place.street
    ]
    if addresses:
        data["address"] = addresses[0]
    if services:
        data["makesOffer"] = [
            {
                "@type": "Offer",
                "price": f"{service.price_cents / 100:.2f}",
                "priceCurrency": "EUR",
                "itemOffered": {"@type": "Service", "name": service.label},
            }
            for service in services
        ]
    return msgspec.json.encode(data).decode()
