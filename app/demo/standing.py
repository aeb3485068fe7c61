"""The twelve criteria of a complete profile, read from an invented practitioner, and what the incomplete ones lack."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from app.demo.person import DemoPractitioner, DemoService
from app.directory.tables import PaymentRule, PlaceKind, ServiceMode


def facts(person: DemoPractitioner) -> dict[str, bool]:
    """Which of the twelve criteria are met (completeness § 5)."""
    active = [service for service in person.services if service.is_active]
    covered = {slug for certificate in person.certificates for slug in certificate.practices}
    insurance = person.insurance
    return {
        "portrait": person.portrait != "",
        "headline": 10 <= len(person.headline.strip()) <= 120,
        "presentation": len(person.presentation.strip()) >= 300,
        "practices": bool(person.practices) and covered.issuperset(person.practices),
        "themes": 1 <= len(person.themes) <= 8,
        "place": any(
            place.kind == PlaceKind.HOME_AREA or place.street != "" for place in person.places
        )
        or any(ServiceMode.REMOTE in service.modes for service in active),
        "services": bool(active) and all(_is_told(service) for service in active),
        "hours": bool(person.openings) and person.is_booking_open,
        "training": bool(person.trainings),
        "terms": bool(person.cancellation_terms) and bool(person.payment_methods),
        "legal": person.legal_identity is not None
        and insurance is not None
        and insurance.ends_in_days >= 0
        and person.mediator is not None,
        "audience": bool(person.audience) and person.access != "",
    }


def _is_told(service: DemoService) -> bool:
    return bool(service.label) and len(service.description.strip()) >= 50 and bool(service.modes)


# ---- what an incomplete profile lacks ---------------------------------------------------------

_GAPS = {
    "portrait": 30,
    "headline": 10,
    "presentation": 30,
    "practices": 4,
    "themes": 4,
    "place": 9,
    "services": 18,
    "hours": 28,
    "training": 16,
    "terms": 24,
    "legal": 8,
    "audience": 16,
}
"""How often each criterion is the one that lacks: photo, text and hours first, as in every young directory."""


def gaps(rng: random.Random) -> list[str]:
    """One to five criteria for an incomplete profile to lack."""
    count = rng.choices(range(1, 6), weights=(30, 30, 20, 12, 8))[0]
    left = dict(_GAPS)
    chosen: list[str] = []
    for _ in range(count):
        gap = rng.choices(list(left), weights=list(left.values()))[0]
        del left[gap]
        chosen.append(gap)
    return chosen


def hollow(
    person: DemoPractitioner,
    gaps: Sequence[str],
    rng: random.Random,
    *,
    short_headline: str,
    short_text: str,
) -> None:
    """Take away from `person` what each gap names, the way people leave a form half filled."""
    for gap in gaps:
        if gap == "headline":
            person.headline = rng.choice(("", "", short_headline))
        elif gap == "presentation":
            person.presentation = rng.choice(("", short_text, short_text))
        else:
            _TAKEN[gap](person, rng)


def _without_portrait(person: DemoPractitioner, _: random.Random) -> None:
    person.portrait = ""


def _without_certificate(person: DemoPractitioner, _: random.Random) -> None:
    person.certificates = [
        certificate
        for certificate in person.certificates
        if person.practices[-1] not in certificate.practices
    ]


def _without_themes(person: DemoPractitioner, _: random.Random) -> None:
    person.themes = []


def _without_place(person: DemoPractitioner, rng: random.Random) -> None:
    """The commune without its street, or nothing but the telephone; and nothing at a distance."""
    person.places = [place for place in person.places if place.kind == PlaceKind.PRACTICE][:1]
    if rng.random() < 0.3:
        person.places = []
    for place in person.places:
        place.street = ""
        place.access_notes = ""
    for opening in person.openings:
        opening.place = 0 if person.places else None
    mode = ServiceMode.PRACTICE if person.places else ServiceMode.PHONE
    for service in person.services:
        service.modes = [mode.value]


def _without_services(person: DemoPractitioner, rng: random.Random) -> None:
    if rng.random() < 0.6:
        person.services = []
    for service in person.services:
        service.description = rng.choice(("", "Sur rendez-vous."))
        service.is_active = True


def _without_hours(person: DemoPractitioner, rng: random.Random) -> None:
    person.is_booking_open = False
    if rng.random() < 0.7:
        person.openings = []


def _without_training(person: DemoPractitioner, _: random.Random) -> None:
    person.trainings = []


def _without_terms(person: DemoPractitioner, rng: random.Random) -> None:
    if rng.random() < 0.6:
        person.cancellation_terms = ""
    else:
        person.payment_methods = []
        for service in person.services:
            service.payment_rule, service.deposit_cents = PaymentRule.NONE.value, 0


def _without_legal(person: DemoPractitioner, rng: random.Random) -> None:
    lot = rng.random()
    if lot < 0.4:
        person.mediator = None
    elif lot < 0.8 and person.insurance is not None:
        person.insurance.ends_in_days = -rng.randint(1, 60)
    else:
        person.legal_identity = None
        person.insurance = None


def _without_audience(person: DemoPractitioner, rng: random.Random) -> None:
    if rng.random() < 0.5:
        person.audience = []
    else:
        person.access = ""


_TAKEN: dict[str, Callable[[DemoPractitioner, random.Random], None]] = {
    "portrait": _without_portrait,
    "practices": _without_certificate,
    "themes": _without_themes,
    "place": _without_place,
    "services": _without_services,
    "hours": _without_hours,
    "training": _without_training,
    "terms": _without_terms,
    "legal": _without_legal,
    "audience": _without_audience,
}
