"""Makes practitioners for the tests, by the product's own verbs where it has them."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

from app.calendar import opening
from app.calendar.tables import BookingRules, WeeklyOpening
from app.database import connection
from app.directory import changes, completeness
from app.directory.names import base_letters, sort_name, sort_tie
from app.directory.tables import (
    ListingState,
    Practice,
    PracticeOffered,
    PracticePlace,
    Practitioner,
    Profile,
    Service,
    Theme,
    ThemeChosen,
    TrainingShown,
)
from app.listing import legal_identity
from app.listing.tables import (
    CertificateCoverage,
    Insurance,
    LegalIdentity,
    Mediator,
    TrainingCertificate,
)
from app.search import index

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LONG_TEXT = "Je vous accueille au calme pour prendre le temps. " * 8
_numbers = itertools.count(1_000)
"""The ends of their addresses, far above those the product gives to namesakes: the tests of other rooms leave
« camille-martin-2 » behind them."""


async def practitioner(
    first_name: str = "Camille",
    last_name: str = "Martin",
    *,
    trade_name: str = "",
    practices: tuple[str, ...] = ("sophrologie",),
    themes: tuple[str, ...] = ("gestion-du-stress",),
    places: tuple[str, ...] = ("69123",),
    home_areas: tuple[tuple[str, int], ...] = (),
    is_remote: bool = False,
    is_complete: bool = True,
    is_jupiterre_user: bool = False,
    state: ListingState = ListingState.LISTED,
    ends_at: datetime | None = None,
    headline: str = "Des séances pour souffler",
    presentation: str = LONG_TEXT,
    price_cents: int = 6000,
    slug: str = "",
) -> str:
    """A practitioner with everything a complete profile needs, or (`is_complete=False`) without a portrait.

    `places` and `home_areas` name communes by INSEE code. Answers the slug.
    """
    is_structure = bool(trade_name)
    named: dict[str, Any] = {
        "first_name": "" if is_structure else first_name,
        "last_name": "" if is_structure else last_name,
        "trade_name": trade_name,
        "is_structure": is_structure,
    }
    label = trade_name or f"{first_name} {last_name}"
    slug = slug or f"{'-'.join(filter(None, map(base_letters, label.split())))}-{next(_numbers)}"
    async with connection.transaction():
        person = Practitioner(
            slug=slug,
            **named,
            sort_name=sort_name(**named),
            sort_tie=sort_tie(**named),
            listing_state=state,
            listing_ends_at=ends_at,
            is_complete=is_complete,
            is_jupiterre_user=is_jupiterre_user,
            jupiterre_changed_at=NOW if is_jupiterre_user else None,
            jupiterre_changed_by="test" if is_jupiterre_user else "",
        )
        await person.save()
        await Profile(
            practitioner=person.id,
            headline=headline,
            presentation=presentation,
            portrait="drawn:7" if is_complete else "",
            audience=["adults"],
            access="yes",
            languages=[],
            cancellation_terms="Gratuite jusqu’à 48 h avant.",
            payment_methods=["card", "cash"],
        ).save()
        await _offer(person.id, practices, themes, is_remote, price_cents)
        await _spots(person.id, places, home_areas)
        await _papers(person.id, label, practices)
        await opening.write_criterion(person.id)
        await legal_identity.write_criteria(person.id, today=NOW.date())
        await completeness.refresh(person.id, now=NOW)
    return slug


async def _offer(
    person: int,
    practices: tuple[str, ...],
    themes: tuple[str, ...],
    is_remote: bool,
    price_cents: int,
) -> None:
    known = {p["slug"]: p["id"] for p in await Practice.select(Practice.slug, Practice.id)}
    for position, practice in enumerate(practices):
        await PracticeOffered(
            practitioner=person, practice=known[practice], position=position
        ).save()
    theme_ids = {t["slug"]: t["id"] for t in await Theme.select(Theme.slug, Theme.id)}
    for position, theme in enumerate(themes):
        await ThemeChosen(practitioner=person, theme=theme_ids[theme], position=position).save()
    if practices:
        await Service(
            practitioner=person,
            practice=known[practices[0]],
            label="Séance individuelle",
            description="Une séance pour faire le point, au calme, à votre rythme, sans engagement.",
            duration_minutes=60,
            price_cents=price_cents,
            modes=["practice", "remote"] if is_remote else ["practice"],
        ).save()
    await TrainingShown(
        practitioner=person, title="Formation", body="École d’essai", year=2019
    ).save()


async def _spots(
    person: int, places: tuple[str, ...], home_areas: tuple[tuple[str, int], ...]
) -> None:
    for position, commune in enumerate(places):
        await PracticePlace(
            practitioner=person,
            commune=commune,
            street="1 rue des Essais",
            postal_code="69003",
            position=position,
        ).save()
    for commune, radius_km in home_areas:
        await PracticePlace(
            practitioner=person, kind="home_area", commune=commune, radius_km=radius_km
        ).save()
    await WeeklyOpening(
        practitioner=person, weekday=1, opens_at_minute=540, closes_at_minute=720
    ).save()
    await BookingRules(practitioner=person, is_open=True).save()


async def _papers(person: int, label: str, practices: tuple[str, ...]) -> None:
    await LegalIdentity(
        practitioner=person,
        legal_name=label,
        legal_form="EI",
        siret="73282932000074",
        registration="RNE",
        street="1 rue des Essais",
        postal_code="69003",
        city="Lyon",
        phone="+33199001234",
        email="essai@exemple.example",
    ).save()
    await Insurance(
        practitioner=person,
        insurer="Assurance d’essai",
        contract_number="SECRET-123456",
        contact="1 place des Essais, 69003 Lyon",
        coverage="France",
        starts_on=date(2026, 1, 1),
        ends_on=date(2030, 1, 1),
    ).save()
    await Mediator(
        practitioner=person,
        name="Médiation d’essai",
        address="2 place des Essais, 69003 Lyon",
        website="https://mediation.example",
    ).save()
    certificate = TrainingCertificate(
        practitioner=person, title="Formation", body="École d’essai", obtained_on=date(2019, 6, 1)
    )
    await certificate.save()
    known = {p["slug"]: p["id"] for p in await Practice.select(Practice.slug, Practice.id)}
    for practice in practices:
        await CertificateCoverage(certificate=certificate.id, practice=known[practice]).save()


async def indexed(gateway: Any) -> None:
    """Do what the worker does when notes arrive: bring the index up to date."""
    await index.follow(gateway)


async def id_of(slug: str) -> int:
    found = await connection.row("SELECT id FROM practitioner WHERE slug = $1", slug)
    assert found is not None, f"no practitioner {slug}"
    number: int = found["id"]
    return number


async def edited(slug: str, **facts: Any) -> None:
    """Change columns of the practitioner's row, as their room does: the change is recorded in its transaction."""
    columns = ", ".join(f"{name} = ${number}" for number, name in enumerate(facts, 2))
    async with connection.transaction():
        await connection.execute(
            f"UPDATE practitioner SET {columns} WHERE slug = $1", slug, *facts.values()
        )
        await changes.record(await id_of(slug))


async def renamed(slug: str, first_name: str, last_name: str) -> None:
    """Give a person another name, with the alphabetical key that goes with it."""
    named: dict[str, Any] = {
        "first_name": first_name,
        "last_name": last_name,
        "trade_name": "",
        "is_structure": False,
    }
    await edited(slug, **named, sort_name=sort_name(**named), sort_tie=sort_tie(**named))


async def moved(slug: str, commune: str) -> None:
    """Give a practitioner one practice address, in `commune` (INSEE code), instead of all others."""
    async with connection.transaction():
        person = await id_of(slug)
        await connection.execute("DELETE FROM practice_place WHERE practitioner = $1", person)
        await PracticePlace(practitioner=person, commune=commune, street="2 rue Neuve").save()
        await changes.record(person)


async def empty_directory(gateway: Any) -> None:
    """Nobody in the directory, the default settings, every practice and theme on offer, an empty index."""
    await connection.execute(
        "TRUNCATE practitioner, setting_change, pgqueuer RESTART IDENTITY CASCADE"
    )
    await first_texts_only()
    await connection.execute("UPDATE theme SET is_active = true WHERE NOT is_active")
    await connection.execute("UPDATE practice SET is_active = true WHERE NOT is_active")
    async with connection.transaction():
        version = await changes.record(None)
    await connection.execute(
        "UPDATE index_state SET indexed_version = $1, content_version = content_version + 1",
        version,
    )
    await gateway.clear(index.name())


async def first_texts_only() -> None:
    """The legal documents as every test finds them. The database lets no version go: its guard is put off first."""
    if await connection.row("SELECT 1 FROM document_version WHERE number > 1 LIMIT 1") is None:
        return
    async with connection.transaction():
        await connection.execute("ALTER TABLE document_version DISABLE TRIGGER USER")
        await connection.execute(
            "DELETE FROM acceptance USING document_version v WHERE v.id = version AND v.number > 1"
        )
        await connection.execute("DELETE FROM document_version WHERE number > 1")
        await connection.execute("ALTER TABLE document_version ENABLE TRIGGER USER")
