"""What the public pages show: everything their templates need, already decided."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.directory.showing import PlaceShown, ServiceShown, TrainingShown
from app.search.results import CardList, NextStep, Portrait


class Crumb(msgspec.Struct, frozen=True):
    label: str
    url: str


class PracticeShown(msgspec.Struct, frozen=True):
    label: str
    url: str
    needs_vigilance: bool


class LinkShown(msgspec.Struct, frozen=True):
    label: str
    url: str


class OpeningDay(msgspec.Struct, frozen=True):
    day: str
    ranges: list[str]


class LegalShown(msgspec.Struct, frozen=True):
    """The public legal block: the insurance contract number never enters it."""

    legal_name: str
    legal_form: str
    capital_cents: int | None
    siret: str
    registration: str
    vat_text: str
    address: str
    phone: str
    phone_uri: str
    email: str
    insurer: str
    insurer_contact: str
    insurance_coverage: str
    mediator_name: str
    mediator_address: str
    mediator_website: str


class ProfilePage(msgspec.Struct, frozen=True):
    slug: str
    url: str
    first_name: str
    family_name: str
    trade_name: str
    is_structure: bool
    display_name: str
    headline: str
    portrait: Portrait
    tier: int
    shows_jupiterre: bool
    practices: list[PracticeShown]
    themes: list[LinkShown]
    has_vigilance: bool
    presentation: list[str]
    services: list[ServiceShown]
    from_price_cents: int | None
    is_remote: bool
    visits_homes: bool
    places: list[PlaceShown]
    opening_days: list[OpeningDay]
    trainings: list[TrainingShown]
    audience: list[str]
    access: str
    languages: list[str]
    cancellation_terms: list[str]
    payment_methods: list[str]
    legal: LegalShown | None
    crumbs: list[Crumb]
    structured_data: str
    description: str


class ThemeTile(msgspec.Struct, frozen=True):
    slug: str
    label: str
    tagline: str
    url: str
    count: int


class PracticeTile(msgspec.Struct, frozen=True):
    label: str
    family: str
    definition: str
    url: str
    count: int
    needs_vigilance: bool


class HomePage(msgspec.Struct, frozen=True):
    themes: list[ThemeTile]
    practices: list[PracticeTile]
    listed_count: int
    remote_count: int
    cities: list[LinkShown]


class LandingPage(msgspec.Struct, frozen=True):
    """A theme, a practice, or a practice somewhere: an introduction and the first practitioners of the list.

    `next_steps`: where to go when there is nobody.
    """

    title: str
    kicker: str
    introduction: str
    needs_vigilance: bool
    is_practice: bool
    total: int
    cards: CardList
    all_url: str
    next_steps: Sequence[NextStep]
    related_title: str
    related: list[LinkShown]
    places_title: str
    places: list[LinkShown]
    price_text: str
    crumbs: list[Crumb]
    canonical_url: str
    is_indexable: bool
    description: str
    structured_data: str
