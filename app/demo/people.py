"""Invented practitioners for the demonstration and the benchmarks: the same seed always gives the same people."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import msgspec

from app.demo import catalogue, legal, premises, presentation, standing
from app.demo.geography import DemoCommune, commune_of
from app.demo.grammar import bare, capitalised, of_bare
from app.demo.naming import Slugs, full_name
from app.demo.offer import Offer
from app.demo.person import DemoCertificate, DemoPractitioner, DemoTraining
from app.demo.premises import Premises
from app.demo.presentation import Writer
from app.demo.words import bank
from app.directory.tables import ListingState
from app.directory.vocabulary import PAYMENT
from app.rendering import portraits

COMPLETE = 0.55
JUPITERRE_INCOMPLETE = 0.20
JUPITERRE_AMONG_COMPLETE = 0.15
"""Being a Jupi'terre user and having a complete profile are two facts apart: all four cases must be met."""

GOLDEN_RATIO = 0.618_033_988_75
"""Its multiples, whole parts dropped, fill 0..1 evenly at any count."""

STRUCTURES = 0.06
TRADE_NAMES = 0.07
"""Share of persons who also show a trade name; they are listed under their own."""

REMOTE_SHARE = {"usual": 0.76, "possible": 0.36}
"""How often a practitioner whose practices may be given at a distance does so."""

UNLISTED = {ListingState.SUSPENDED: 0.02, ListingState.DRAFT: 0.01, ListingState.DELISTED: 0.01}


def people(count: int, seed: int = 20231021) -> Iterator[DemoPractitioner]:
    """`count` practitioners, one at a time; the first ones are the same whatever the count."""
    slugs = Slugs()
    for index in range(count):
        person = _person(index, random.Random(f"{seed}:{index}"))  # noqa: S311 - invented people, no secret
        shown = (
            person.trade_name if person.is_structure else f"{person.first_name} {person.last_name}"
        )
        person.slug = slugs.take(shown)
        yield person


def _person(index: int, rng: random.Random) -> DemoPractitioner:
    target = _standing(index, rng)
    commune = commune_of(index, rng)
    who = _who(index, commune, rng)
    slugs = catalogue.draw_practices(rng)
    themes = catalogue.draw_themes(slugs, rng)
    since = rng.randint(2006, 2023)
    is_remote, may_be_remote_only = _distance(slugs, rng)
    is_structure = who.party.is_structure
    if is_structure or {"place", "services"} & set(target.gaps):
        may_be_remote_only = False
    where = premises.premises(
        commune, rng, may_be_remote_only=may_be_remote_only, is_structure=is_structure
    )
    is_remote = is_remote or not where.places
    offer = Offer(
        rng,
        price_factor=rng.triangular(0.85, 1.3, 1.0) + (0.12 if commune.region == "11" else 0),
        receives=where.receives,
        visits=where.visits,
        is_remote=is_remote,
    )
    services = offer.services(slugs, themes)
    trainings, certificates, school = _trainings(slugs, since, rng)
    writer = Writer(
        first_name=who.party.first_name,
        last_name=who.party.last_name,
        brand=who.brand,
        is_structure=is_structure,
        is_woman=who.is_woman,
        commune=commune,
        practices=slugs,
        themes=themes,
        since=since,
        school=school,
        receives=where.receives,
        visits=where.visits,
    )
    blanks = presentation.blanks_of(writer, rng)
    life = _life(rng)
    person = DemoPractitioner(
        slug="",
        # A structure goes by its trade name alone: nobody's name is asked of it.
        first_name="" if is_structure else who.party.first_name,
        last_name="" if is_structure else who.party.last_name,
        trade_name=who.party.trade_name,
        is_structure=is_structure,
        is_woman=who.is_woman,
        listing_state=life.state.value,
        created_days_ago=life.created_days_ago,
        listed_days_ago=life.listed_days_ago,
        delisted_days_ago=life.delisted_days_ago,
        is_jupiterre_user=target.is_jupiterre_user,
        jupiterre_days_ago=rng.randint(0, life.created_days_ago),
        headline=presentation.headline(writer, blanks, rng),
        presentation=presentation.presentation(writer, blanks, rng),
        portrait=f"drawn:{_portrait_seed(rng, is_woman=who.is_woman)}",
        audience=premises.audience(
            themes, rng, visits_companies=any("company" in service.modes for service in services)
        ),
        access=premises.access(where, rng),
        languages=_languages(commune.department, rng),
        cancellation_terms=rng.choice(bank().practicalities.cancellation_terms),
        payment_methods=_payment_methods(rng),
        practices=slugs,
        themes=themes,
        places=where.places,
        services=services,
        openings=premises.typical_week(where.places, rng, is_remote=is_remote),
        is_booking_open=True,
        trainings=trainings,
        certificates=certificates,
        legal_identity=legal.legal_identity(who.party, commune, _seat(where, commune, rng), rng),
        insurance=legal.insurance(index, rng),
        mediator=legal.mediator(rng),
    )
    standing.hollow(
        person,
        target.gaps,
        rng,
        short_headline=rng.choice(bank().presentations.short_headlines),
        short_text=presentation.short_text(writer, blanks, rng),
    )
    return person


class _Who(msgspec.Struct, frozen=True):
    """`brand` is the trade name without its town."""

    party: legal.Party
    brand: str
    is_woman: bool


def _who(index: int, commune: DemoCommune, rng: random.Random) -> _Who:
    name = full_name(commune, rng)
    is_structure = rng.random() < STRUCTURES
    brand = rng.choice(bank().trade_names) if is_structure or rng.random() < TRADE_NAMES else ""
    with_town = is_structure and rng.random() < 0.4
    party = legal.Party(
        first_name=name.first_name,
        last_name=name.last_name,
        trade_name=f"{brand} – {commune.city_name}" if with_town else brand,
        is_structure=is_structure,
        index=index,
    )
    return _Who(party=party, brand=brand, is_woman=name.is_woman)


class _Life(msgspec.Struct, frozen=True):
    """The listing and its dates, in days before the loading."""

    state: ListingState
    created_days_ago: int
    listed_days_ago: int | None
    delisted_days_ago: int | None


def _life(rng: random.Random) -> _Life:
    state = _listing_state(rng)
    # A draft of nobody is erased after a year: the demonstration would lose people with time.
    created = rng.randint(20, 60 if state is ListingState.DRAFT else 1_000)
    listed = max(created - rng.randint(1, 15), 1)
    return _Life(
        state=state,
        created_days_ago=created,
        listed_days_ago=None if state is ListingState.DRAFT else listed,
        delisted_days_ago=rng.randint(1, min(listed, 60))
        if state is ListingState.DELISTED
        else None,
    )


class _Standing(msgspec.Struct, frozen=True):
    gaps: list[str]
    is_jupiterre_user: bool


def _standing(index: int, rng: random.Random) -> _Standing:
    """Spread by the golden ratio rather than drawn: the shares hold from the first dozen people on."""
    lot = index * GOLDEN_RATIO % 1
    if lot < COMPLETE:
        return _Standing(gaps=[], is_jupiterre_user=rng.random() < JUPITERRE_AMONG_COMPLETE)
    return _Standing(
        gaps=standing.gaps(rng), is_jupiterre_user=lot < COMPLETE + JUPITERRE_INCOMPLETE
    )


def _listing_state(rng: random.Random) -> ListingState:
    lot = rng.random()
    for state, share in UNLISTED.items():
        if lot < share:
            return state
        lot -= share
    return ListingState.LISTED


def _distance(slugs: list[str], rng: random.Random) -> tuple[bool, bool]:
    """Whether the person works at a distance, and whether they might do nothing else."""
    kinds = {catalogue.practices()[slug].remote for slug in slugs}
    best = "usual" if "usual" in kinds else "possible" if "possible" in kinds else "no"
    return rng.random() < REMOTE_SHARE.get(best, 0), kinds == {"usual"}


def _seat(where: Premises, commune: DemoCommune, rng: random.Random) -> legal.Seat:
    """The legal address: that of the first practice place, or one in the commune."""
    if where.receives:
        first = where.places[0]
        return legal.Seat(street=first.street, postal_code=first.postal_code)
    return legal.Seat(street=premises.street(rng), postal_code=commune.postal_codes[0])


def _trainings(
    slugs: list[str], since: int, rng: random.Random
) -> tuple[list[DemoTraining], list[DemoCertificate], str]:
    """The lines shown, the certificates handed over (every practice is covered), the first school with its article."""
    words = bank().trainings
    lines: list[DemoTraining] = []
    certificates: list[DemoCertificate] = []
    first_school = ""
    year = since - rng.randint(0, 2)
    for rank, slug in enumerate(slugs):
        name = bank().practices[slug].name
        blanks = {
            "of_bare": of_bare(name),
            "in_bare": "en " + bare(name),
            "bare": bare(name),
            "Bare": capitalised(bare(name)),
        }
        school = rng.choice(words.schools)
        first_school = first_school or school
        body = capitalised(bare(school))
        if rank == 0 or rng.random() < 0.6:
            lines.append(DemoTraining(rng.choice(words.courses).format_map(blanks), body, year))
        certificates.append(
            DemoCertificate(
                title=capitalised(rng.choice(words.certificates).format_map(blanks)),
                body=body,
                obtained_on=dt.date(year, rng.randint(1, 12), rng.randint(1, 28)),
                practices=[slug],
            )
        )
        year = min(year + rng.randint(1, 4), 2024)
    if rng.random() < 0.4:
        module = rng.choice(words.modules)
        lines.append(DemoTraining(module, capitalised(bare(rng.choice(words.schools))), year))
    return lines, certificates, first_school


def _languages(department: str, rng: random.Random) -> list[str]:
    known = bank().practicalities
    spoken = ["Français"]
    local = known.local_languages.get(department)
    if local and rng.random() < 0.4:
        spoken.append(local)
    if rng.random() < 0.25:
        spoken += rng.sample(known.languages, rng.choice((1, 1, 2)))
    return spoken


def _payment_methods(rng: random.Random) -> list[str]:
    """Two to four values of `vocabulary.PAYMENT`, in its order."""
    weights = {"card": 0.65, "cash": 0.9, "cheque": 0.7, "transfer": 0.45, "gift": 0.2}
    chosen = {method for method in PAYMENT if rng.random() < weights.get(method, 0.3)} | {"cash"}
    return [method for method in PAYMENT if method in chosen]


def _portrait_seed(rng: random.Random, *, is_woman: bool) -> int:
    """A drawing that goes with the first name: no beard for women, no long hair for men."""
    heads = portraits.WOMEN if is_woman else portraits.MEN
    while True:
        seed = rng.randint(1, 999_999)
        if portraits.look(seed).head in heads:
            return seed
