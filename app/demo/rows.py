"""Turns invented practitioners into the rows of every table, by column name; it knows ids, not the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from piccolo.table import Table

from app.calendar.tables import BookingRules, WeeklyOpening
from app.demo import standing
from app.demo.person import DemoPractitioner
from app.directory import names
from app.directory.completeness import BY_NAME
from app.directory.tables import (
    PracticeOffered,
    PracticePlace,
    Practitioner,
    Profile,
    ProfileCriterion,
    Service,
    ThemeChosen,
    TrainingShown,
)
from app.listing.tables import (
    CertificateCoverage,
    Insurance,
    LegalIdentity,
    Mediator,
    TrainingCertificate,
)
from app.rendering.moments import day_of

ORDER: tuple[type[Table], ...] = (
    Practitioner,
    Profile,
    PracticeOffered,
    ThemeChosen,
    PracticePlace,
    Service,
    TrainingShown,
    ProfileCriterion,
    WeeklyOpening,
    BookingRules,
    LegalIdentity,
    Insurance,
    Mediator,
    TrainingCertificate,
    CertificateCoverage,
)
"""Those that are pointed at come before those that point."""

JUPITERRE_SOURCE = "Données de démonstration"

Row = Mapping[str, Any]

_PROFILE = (
    "headline",
    "presentation",
    "portrait",
    "audience",
    "access",
    "languages",
    "cancellation_terms",
    "payment_methods",
)


class Ids(msgspec.Struct, frozen=True):
    """The ids one person needs: their own, one for each place, one for each certificate."""

    practitioner: int
    places: Sequence[int]
    certificates: Sequence[int]


class Rows:
    """Gathers rows by table. `practices` and `themes` give ids by slug; `now` is UTC."""

    def __init__(
        self, *, now: datetime, practices: Mapping[str, int], themes: Mapping[str, int]
    ) -> None:
        self._now = now
        self._today: date = day_of(now)
        self._practices = practices
        self._themes = themes
        self.by_table: dict[type[Table], list[Row]] = {table: [] for table in ORDER}

    def clear(self) -> None:
        for rows in self.by_table.values():
            rows.clear()

    def add(self, person: DemoPractitioner, ids: Ids) -> None:
        """The rows of `person` and of everything that hangs from them."""
        self._standing(person, ids.practitioner)
        self._profile(person, ids.practitioner)
        self._premises(person, ids)
        self._dossier(person, ids)

    def _put(self, table: type[Table], **values: Any) -> None:
        self.by_table[table].append(values)

    def _ago(self, days: int) -> datetime:
        return self._now - timedelta(days=days)

    def _standing(self, person: DemoPractitioner, practitioner: int) -> None:
        criteria = standing.facts(person)
        for criterion, is_met in criteria.items():
            self._put(
                ProfileCriterion,
                practitioner=practitioner,
                criterion=criterion,
                is_met=is_met,
                missing="" if is_met else BY_NAME[criterion].missing,
            )
        listed, ends, is_user = (
            person.listed_days_ago,
            person.delisted_days_ago,
            person.is_jupiterre_user,
        )
        self._put(
            Practitioner,
            id=practitioner,
            slug=person.slug,
            first_name=person.first_name,
            last_name=person.last_name,
            trade_name=person.trade_name,
            is_structure=person.is_structure,
            sort_name=names.sort_name(
                first_name=person.first_name,
                last_name=person.last_name,
                trade_name=person.trade_name,
                is_structure=person.is_structure,
            ),
            sort_tie=names.sort_tie(
                first_name=person.first_name,
                last_name=person.last_name,
                trade_name=person.trade_name,
                is_structure=person.is_structure,
            ),
            listing_state=person.listing_state,
            listed_at=None if listed is None else self._ago(listed),
            listing_ends_at=None if ends is None else self._ago(ends),
            is_jupiterre_user=is_user,
            jupiterre_changed_at=self._ago(person.jupiterre_days_ago) if is_user else None,
            jupiterre_changed_by=JUPITERRE_SOURCE if is_user else "",
            is_complete=all(criteria.values()),
            completeness_at=self._now,
            created_at=self._ago(person.created_days_ago),
            updated_at=self._now,
        )

    def _profile(self, person: DemoPractitioner, practitioner: int) -> None:
        written = {name: getattr(person, name) for name in _PROFILE}
        self._put(Profile, practitioner=practitioner, **written)
        for position, slug in enumerate(person.practices):
            self._put(
                PracticeOffered,
                practitioner=practitioner,
                practice=self._practices[slug],
                position=position,
            )
        for position, slug in enumerate(person.themes):
            self._put(
                ThemeChosen,
                practitioner=practitioner,
                theme=self._themes[slug],
                position=position,
            )
        self._put_each(
            Service,
            (
                msgspec.structs.asdict(service) | {"practice": self._practices[service.practice]}
                for service in person.services
            ),
            practitioner,
        )
        self._put_each(TrainingShown, map(msgspec.structs.asdict, person.trainings), practitioner)

    def _put_each(
        self, table: type[Table], rows: Iterable[dict[str, Any]], practitioner: int
    ) -> None:
        for position, row in enumerate(rows):
            self._put(table, practitioner=practitioner, position=position, **row)

    def _premises(self, person: DemoPractitioner, ids: Ids) -> None:
        for position, (place_id, place) in enumerate(zip(ids.places, person.places, strict=True)):
            self._put(
                PracticePlace,
                id=place_id,
                practitioner=ids.practitioner,
                position=position,
                **msgspec.structs.asdict(place),
            )
        for opening in person.openings:
            self._put(
                WeeklyOpening,
                practitioner=ids.practitioner,
                place=None if opening.place is None else ids.places[opening.place],
                weekday=opening.weekday,
                opens_at_minute=opening.opens_at_minute,
                closes_at_minute=opening.closes_at_minute,
            )
        self._put(BookingRules, practitioner=ids.practitioner, is_open=person.is_booking_open)

    def _dossier(self, person: DemoPractitioner, ids: Ids) -> None:
        if person.legal_identity is not None:
            self._put(
                LegalIdentity,
                practitioner=ids.practitioner,
                is_vat_registered=person.legal_identity.vat_number != "",
                **msgspec.structs.asdict(person.legal_identity),
            )
        if person.insurance is not None:
            insurance = person.insurance
            self._put(
                Insurance,
                practitioner=ids.practitioner,
                insurer=insurance.insurer,
                contract_number=insurance.contract_number,
                contact=insurance.contact,
                coverage=insurance.coverage,
                starts_on=self._today - timedelta(days=insurance.started_days_ago),
                ends_on=self._today + timedelta(days=insurance.ends_in_days),
            )
        if person.mediator is not None:
            mediator = msgspec.structs.asdict(person.mediator)
            self._put(Mediator, practitioner=ids.practitioner, **mediator)
        for certificate_id, certificate in zip(ids.certificates, person.certificates, strict=True):
            self._put(
                TrainingCertificate,
                id=certificate_id,
                practitioner=ids.practitioner,
                title=certificate.title,
                body=certificate.body,
                obtained_on=certificate.obtained_on,
            )
            for slug in certificate.practices:
                self._put(
                    CertificateCoverage,
                    certificate=certificate_id,
                    practice=self._practices[slug],
                )
