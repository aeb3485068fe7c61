"""What the generator makes: one invented practitioner, in plain structs, by slugs and codes rather than by ids."""

from __future__ import annotations

import datetime as dt

import msgspec


class DemoPlace(msgspec.Struct):
    """A practice address, or an area served at people's homes when `radius_km` is not zero."""

    kind: str
    label: str
    street: str
    postal_code: str
    commune: str
    radius_km: int
    access_notes: str


class DemoService(msgspec.Struct):
    practice: str
    label: str
    description: str
    duration_minutes: int
    price_cents: int
    modes: list[str]
    payment_rule: str
    deposit_cents: int
    is_active: bool


class DemoOpening(msgspec.Struct):
    """A range of the typical week, in local minutes; `place` is an index in `places`, None at a distance."""

    weekday: int
    opens_at_minute: int
    closes_at_minute: int
    place: int | None


class DemoTraining(msgspec.Struct):
    title: str
    body: str
    year: int


class DemoCertificate(msgspec.Struct):
    """A certificate handed over, and the practices (slugs) it covers."""

    title: str
    body: str
    obtained_on: dt.date
    practices: list[str]


class DemoLegalIdentity(msgspec.Struct):
    legal_name: str
    legal_form: str
    capital_cents: int | None
    siret: str
    registration: str
    registration_city: str
    vat_number: str
    street: str
    postal_code: str
    city: str
    phone: str
    email: str


class DemoInsurance(msgspec.Struct):
    """Days are counted from the day of loading: a demonstration must not expire with the calendar."""

    insurer: str
    contract_number: str
    contact: str
    coverage: str
    started_days_ago: int
    ends_in_days: int


class DemoMediator(msgspec.Struct):
    name: str
    address: str
    website: str


class DemoPractitioner(msgspec.Struct):
    """One practitioner. Practices, themes and communes are slugs and INSEE codes; `*_days_ago` as above."""

    slug: str
    first_name: str
    last_name: str
    trade_name: str
    is_structure: bool
    is_woman: bool
    listing_state: str
    created_days_ago: int
    listed_days_ago: int | None
    delisted_days_ago: int | None
    is_jupiterre_user: bool
    jupiterre_days_ago: int
    headline: str
    presentation: str
    portrait: str
    audience: list[str]
    access: str
    languages: list[str]
    cancellation_terms: str
    payment_methods: list[str]
    practices: list[str]
    themes: list[str]
    places: list[DemoPlace]
    services: list[DemoService]
    openings: list[DemoOpening]
    is_booking_open: bool
    trainings: list[DemoTraining]
    certificates: list[DemoCertificate]
    legal_identity: DemoLegalIdentity | None
    insurance: DemoInsurance | None
    mediator: DemoMediator | None
