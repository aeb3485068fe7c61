"""What an invented practitioner offers: services drawn from the practices' typical ones (content § 3.3)."""

from __future__ import annotations

import random

from app.demo import catalogue
from app.demo.catalogue import DemoPractice, TypicalService
from app.demo.grammar import bare, capitalised, of_bare
from app.demo.person import DemoService
from app.demo.words import bank
from app.directory.tables import PaymentRule, ServiceMode

MOST_SERVICES = 7
HOME_SUPPLEMENT_CENTS = 1_500
SHORTEST_DESCRIPTION = 50
"""Characters a description must have (completeness § 5, criterion 7)."""

_BY_VOICE = frozenset(("Esprit et relaxation", "Relation et développement personnel"))
"""Families whose séances may also be given by telephone."""
_OF_THE_BODY = frozenset(("Toucher et corps", "Mouvement"))
"""Families where clothes and equipment matter."""
_TOBACCO = frozenset(("hypnose-bien-etre", "sophrologie", "reflexologie-auriculaire"))
_AT_COMPANIES = {"massage-assis": 0.7, "sophrologie": 0.12, "relaxation": 0.2}
"""Practices given at companies' premises, and how often."""


class Offer:
    """Makes the services of one person: same way of pricing, same places for all of them."""

    def __init__(
        self,
        rng: random.Random,
        *,
        price_factor: float,
        receives: bool,
        visits: bool,
        is_remote: bool,
    ) -> None:
        self._rng = rng
        self._price_factor = price_factor
        self._receives = receives
        self._visits = visits
        self._is_remote = is_remote
        self._asks_deposits = rng.random() < 0.38
        self._asks_all = rng.random() < 0.16
        self._by_telephone = rng.random() < 0.18

    def services(self, slugs: list[str], themes: list[str]) -> list[DemoService]:
        """The services of the practices `slugs`, in their order, then a few that many add."""
        made: list[DemoService] = []
        for slug in slugs:
            practice = catalogue.practices()[slug]
            sessions = bank().practices[slug].session
            told = self._rng.sample(sessions, len(sessions))
            for rank, typical in enumerate(practice.individual_services):
                made.append(self._service(practice, typical, told[rank % len(told)]))
        made += self._extras(slugs, themes)
        del made[MOST_SERVICES:]
        if len(made) > 1 and self._rng.random() < 0.06:
            made[-1].is_active = False
        return made

    def _service(self, practice: DemoPractice, typical: TypicalService, told: str) -> DemoService:
        words = bank().services
        kind = words.single
        if typical.label.startswith("Première"):
            kind = words.first
        elif "suivi" in typical.label:
            kind = words.follow
            told = self._rng.choice(bank().practices[practice.slug].follow or [told])
        labels = kind.labels
        if kind is words.single and len(practice.individual_services) > 1:
            # Two lengths of the same séance: each label must say which.
            labels = [text for text in labels if "{minutes}" in text]
        modes = self._modes(practice)
        label = self._label(labels, practice.slug, typical.duration_minutes)
        price = self._price(practice, typical.price_cents)
        if modes == [ServiceMode.HOME.value] and self._receives:
            label, price = f"{label}, à domicile", price + HOME_SUPPLEMENT_CENTS
        description = [told]
        if self._rng.random() < 0.6:
            where = len(description) if kind is words.single else 0
            description.insert(where, self._rng.choice(kind.sentences))
        description.append(self._tail(practice, modes))
        service = DemoService(
            practice=practice.slug,
            label=label,
            description=" ".join(description).strip(),
            duration_minutes=typical.duration_minutes,
            price_cents=price,
            modes=modes,
            payment_rule=PaymentRule.NONE.value,
            deposit_cents=0,
            is_active=True,
        )
        self._ask_payment(service)
        return service

    def _tail(self, practice: DemoPractice, modes: list[str]) -> str:
        """A practical word on where the séance takes place, half of the time."""
        if self._rng.random() < 0.5:
            return ""
        mode = self._rng.choice(modes)
        if mode == ServiceMode.PRACTICE and practice.family in _OF_THE_BODY:
            mode = "body"
        return self._rng.choice(bank().services.tails[mode])

    def _label(self, labels: list[str], slug: str, minutes: int) -> str:
        name = bank().practices[slug].name
        return self._rng.choice(labels).format(
            of_bare=of_bare(name), Bare=capitalised(bare(name)), bare=bare(name), minutes=minutes
        )

    def _modes(self, practice: DemoPractice) -> list[str]:
        modes: list[ServiceMode] = []
        can_be_remote = self._is_remote and practice.remote != "no"
        if self._receives:
            modes.append(ServiceMode.PRACTICE)
        if can_be_remote:
            modes.append(ServiceMode.REMOTE)
        if self._visits:
            modes.append(ServiceMode.HOME)
        if can_be_remote and self._by_telephone and practice.family in _BY_VOICE:
            modes.append(ServiceMode.PHONE)
        if len(modes) > 1 and self._visits and self._rng.random() < 0.25:
            modes = [ServiceMode.HOME]
        return [mode.value for mode in modes]

    def _price(self, practice: DemoPractice, typical_cents: int) -> int:
        """The typical price, moved by the person's own factor, in whole fives of euros, inside the usual range."""
        rounded = round(typical_cents * self._price_factor / 500) * 500
        return min(max(rounded, practice.price_low_cents, 500), practice.price_high_cents)

    def _ask_payment(self, service: DemoService) -> None:
        if self._asks_all and service.price_cents > 0:
            service.payment_rule = PaymentRule.FULL.value
        elif self._asks_deposits and service.price_cents >= 5_000:
            service.payment_rule = PaymentRule.DEPOSIT.value
            service.deposit_cents = max(round(service.price_cents * 0.3 / 500) * 500, 1_000)

    # ---- services that many add ---------------------------------------------------------------

    def _extras(self, slugs: list[str], themes: list[str]) -> list[DemoService]:
        rng, known = self._rng, catalogue.practices()
        main = known[slugs[0]]
        extras: list[DemoService] = []
        tobacco = [slug for slug in slugs if slug in _TOBACCO]
        if tobacco and "arreter-le-tabac" in themes and rng.random() < 0.6:
            extras.append(self._extra("tobacco", tobacco[0], self._modes(known[tobacco[0]])))
            self._ask_payment(extras[-1])
        if "enfants-ados" in themes and self._receives and rng.random() < 0.4:
            young = next(slug for slug in slugs if "enfants-ados" in known[slug].themes)
            extras.append(self._extra("young", young, [ServiceMode.PRACTICE.value]))
        longest = max(typical.duration_minutes for typical in main.individual_services)
        if main.family == "Toucher et corps" and 45 <= longest < 90 and rng.random() < 0.25:
            extras.append(self._long(main))
        company = next((slug for slug in slugs if slug in _AT_COMPANIES), None)
        if company and rng.random() < _AT_COMPANIES[company]:
            extras.append(self._extra("company", company, [ServiceMode.COMPANY.value]))
        if self._is_remote and main.remote == "usual" and rng.random() < 0.4:
            modes = [ServiceMode.PHONE.value, ServiceMode.REMOTE.value]
            extras.append(self._extra("discovery", main.slug, modes))
        return extras

    def _extra(self, name: str, slug: str, modes: list[str]) -> DemoService:
        words = bank().services.extras[name]
        return DemoService(
            practice=slug,
            label=self._label(words.labels, slug, words.duration_minutes),
            description=self._rng.choice(words.descriptions),
            duration_minutes=words.duration_minutes,
            price_cents=words.price_cents,
            modes=modes,
            payment_rule=PaymentRule.NONE.value,
            deposit_cents=0,
            is_active=True,
        )

    def _long(self, practice: DemoPractice) -> DemoService:
        """A longer séance than the typical one, at half as much again."""
        service = self._extra("long", practice.slug, self._modes(practice))
        typical = self._price(practice, practice.individual_services[0].price_cents)
        service.price_cents = round(typical * 1.45 / 500) * 500
        self._ask_payment(service)
        return service
