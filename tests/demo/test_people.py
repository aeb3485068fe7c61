"""The invented practitioners: always the same, honest in what they write, within the limits of the tables."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pytest
from piccolo.columns import Varchar
from piccolo.table import Table

import app.directory
from app.demo import catalogue, standing
from app.demo.geography import OVERSEAS, geography
from app.demo.people import COMPLETE, JUPITERRE_INCOMPLETE, people
from app.demo.person import DemoPractitioner, DemoService
from app.demo.words import bank
from app.directory import vocabulary
from app.directory.completeness import CRITERIA
from app.directory.tables import (
    ListingState,
    PlaceKind,
    PracticePlace,
    Practitioner,
    Profile,
    Service,
    ServiceMode,
    TrainingShown,
)
from app.listing.tables import Insurance, LegalIdentity, Mediator, TrainingCertificate

VOCABULARY = Path(app.directory.__file__).parent / "data" / "vocabulary.json"

NEVER = re.compile(
    r"\b(patient(e|s|es|ele)?|consultations?|therap\w+|verifi(e|ee|es|ees)|certifi(e|ee|es|ees)"
    r"|gueri(r|e|es|s|t|son|seur|seuse)?|soins?|soign\w+|trait(er|e|ees?)|traitements?"
    r"|diagnosti\w+|medicaments?|remedes?|cures?|garanti\w*|rembours\w+|medecin|docteur|psycholog\w+|kinesitherapeute|depression)\b"
)
ALLOWED = re.compile(
    r"avis medical|suivi (medical|psychologique)|examen medical|visee medicale|votre medecin"
    r"|kinesitherapie|(prend|prendre) soin"
)
"""What is said to send people back to their doctor, or means to care and not to cure."""


@cache
def some(count: int) -> tuple[DemoPractitioner, ...]:
    return tuple(people(count))


def plain(text: str) -> str:
    """Lower-case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def texts(thing: Any) -> Iterator[str]:
    """Every text a visitor may read in `thing`; slugs and addresses on the network are not read."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, (list, tuple)):
        for part in thing:
            yield from texts(part)
    elif isinstance(thing, msgspec.Struct):
        for field in thing.__struct_fields__:
            if field not in {"slug", "practice", "practices", "themes", "email", "website"}:
                yield from texts(getattr(thing, field))


def services(count: int) -> Iterator[DemoService]:
    for person in some(count):
        yield from person.services


def is_luhn_valid(digits: str) -> bool:
    doubled = (int(digit) * (1 + rank % 2) for rank, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


# ---- always the same --------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_people_whatever_the_count() -> None:
    assert list(islice(people(5_000), 60)) == list(people(60))


def test_another_seed_gives_other_people() -> None:
    assert [person.slug for person in people(20, seed=1)] != [person.slug for person in people(20)]


def test_no_two_people_share_a_slug() -> None:
    slugs = [person.slug for person in some(2_000)]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)


def test_names_meet_in_all_the_ways_an_alphabetical_order_must_settle() -> None:
    persons = [person for person in some(600) if not person.is_structure]
    whole = Counter((person.first_name, person.last_name) for person in persons)
    families = Counter(person.last_name for person in persons)
    assert any(count > 1 for count in whole.values()), "exact homonyms"
    assert sum(count > 2 for count in families.values()) > 20, "families of several people"
    for sign in ("’", "-", " ", "é"):
        assert any(sign in name for name in families), sign


def test_the_banks_cover_every_practice_and_theme() -> None:
    themes = json.loads((VOCABULARY.parent / "themes.json").read_bytes())
    assert set(bank().practices) == set(catalogue.practices())
    assert set(bank().themes) == {theme["slug"] for theme in themes}


# ---- shares -----------------------------------------------------------------------------------


def test_a_bit_more_than_half_of_the_profiles_are_complete() -> None:
    complete = sum(all(standing.facts(person).values()) for person in some(600))
    assert complete / 600 == pytest.approx(COMPLETE, abs=0.01)


def test_a_fifth_are_jupiterre_users_with_an_incomplete_profile_and_some_complete_ones_are_too() -> (
    None
):
    users = [
        all(standing.facts(person).values()) for person in some(600) if person.is_jupiterre_user
    ]
    assert users.count(False) / 600 == pytest.approx(JUPITERRE_INCOMPLETE, abs=0.01)
    assert users.count(True) > 20


def test_an_incomplete_profile_lacks_one_to_five_criteria() -> None:
    lacking = Counter(list(standing.facts(person).values()).count(False) for person in some(600))
    assert set(lacking) == {0, 1, 2, 3, 4, 5}


def test_every_criterion_is_missing_somewhere() -> None:
    missed = Counter(
        name
        for person in some(600)
        for name, is_met in standing.facts(person).items()
        if not is_met
    )
    assert set(missed) == {criterion.name for criterion in CRITERIA}


def test_nearly_all_are_listed_and_each_other_state_is_met() -> None:
    states = Counter(person.listing_state for person in some(600))
    assert states[ListingState.LISTED] / 600 > 0.93
    assert {ListingState.SUSPENDED, ListingState.DRAFT, ListingState.DELISTED} <= set(states)
    for person in some(600):
        is_delisted = person.listing_state == ListingState.DELISTED
        assert (person.delisted_days_ago is not None) == is_delisted
        assert (person.listed_days_ago is None) == (person.listing_state == ListingState.DRAFT)


def test_six_hundred_people_reach_every_region_overseas_included() -> None:
    communes = {
        commune.code: commune
        for draw in geography().by_department.values()
        for commune in draw.communes
    }
    places = [communes[place.commune] for person in some(600) for place in person.places]
    assert {commune.region for commune in places} >= {c.region for c in communes.values()} - {
        "975",
        "977",
        "978",
    }
    assert set(OVERSEAS) <= {commune.department for commune in places}


def test_nearly_half_offer_a_service_at_a_distance_and_some_go_to_people_s_homes() -> None:
    remote = sum(
        any(ServiceMode.REMOTE in service.modes for service in person.services)
        for person in some(600)
    )
    areas = sum(
        any(place.kind == PlaceKind.HOME_AREA for place in person.places) for person in some(600)
    )
    assert 0.38 < remote / 600 < 0.5
    assert 0.1 < areas / 600 < 0.2


def test_every_mode_of_service_is_met() -> None:
    assert {mode for service in services(600) for mode in service.modes} == set(vocabulary.MODES)


# ---- words ------------------------------------------------------------------------------------


def test_no_word_of_medicine_and_no_promise_is_written_anywhere() -> None:
    for person in some(2_000):
        for text in texts(person):
            found = NEVER.search(ALLOWED.sub("", plain(text)))
            assert found is None, (found, text)


def test_no_term_that_the_writing_aid_forbids_is_written_anywhere() -> None:
    terms = [
        plain(term)
        for group in json.loads(VOCABULARY.read_bytes())
        if group["level"] == "forbidden"
        for term in group["terms"]
    ]
    forbidden = re.compile(rf"\b({'|'.join(map(re.escape, terms))})\b")
    for person in some(2_000):
        for text in texts(person):
            found = forbidden.search(ALLOWED.sub("", plain(text)))
            assert found is None, (found, text)


def test_no_two_presentations_are_the_same() -> None:
    written = [p.presentation for p in some(600) if standing.facts(p)["presentation"]]
    assert len(written) > 450
    assert len(set(written)) == len(written)


def test_a_full_presentation_holds_in_three_hundred_to_nine_hundred_characters() -> None:
    for person in some(2_000):
        if all(standing.facts(person).values()):
            assert 300 <= len(person.presentation) <= 900


def test_no_blank_and_no_mark_of_agreement_is_left_in_a_text() -> None:
    for person in some(2_000):
        for text in texts(person):
            assert not re.search(r"[{}\[\]|]|@ ", text), text
            assert "'" not in text, text
            assert "  " not in text, text
            assert text == text.strip(), text


def test_contractions_and_elisions_are_made() -> None:
    wrong = re.compile(
        r"\b(([dD]e|[àÀ]) les?\b(?! faire)|[sS]i il"
        r"|([dljnDLJN]e|[lL]a|[qQ]ue) (?!oui\b|onze\b)[aeiouéèêàâîôûœAEIOUÉÈÊŒ])"
    )
    for person in some(2_000):
        told = [person.headline, person.presentation, *(line.title for line in person.trainings)]
        for text in told + [part for s in person.services for part in (s.label, s.description)]:
            assert wrong.search(text) is None, text


def test_a_headline_says_visio_only_when_a_service_is_given_that_way() -> None:
    for person in some(2_000):
        if person.headline.endswith("en visio") and person.services:
            assert any(ServiceMode.REMOTE in service.modes for service in person.services)


def test_the_agreement_follows_the_first_name() -> None:
    roles = {True: "praticienne en massage bien-être", False: "praticien en massage bien-être"}
    for person in some(2_000):
        if not person.is_structure:
            assert not re.search(rf"\b{roles[not person.is_woman]}\b", person.presentation)


# ---- limits -----------------------------------------------------------------------------------


def _assert_fits(table: type[Table], thing: msgspec.Struct) -> None:
    for column in table._meta.columns:
        value = getattr(thing, column._meta.name, None)
        if isinstance(column, Varchar) and isinstance(value, str):
            assert column.length is None or len(value) <= column.length, (column, value)


def test_everything_fits_its_column() -> None:
    for person in some(2_000):
        _assert_fits(Practitioner, person)
        _assert_fits(Profile, person)
        for table, things in (
            (PracticePlace, person.places),
            (Service, person.services),
            (TrainingShown, person.trainings),
            (TrainingCertificate, person.certificates),
            (LegalIdentity, [person.legal_identity]),
            (Insurance, [person.insurance]),
            (Mediator, [person.mediator]),
        ):
            for thing in things:
                if isinstance(thing, msgspec.Struct):
                    _assert_fits(table, thing)


def test_services_respect_durations_prices_and_payment_rules() -> None:
    for service in services(2_000):
        assert 10 <= service.duration_minutes <= 480
        assert service.duration_minutes % 5 == 0
        assert 0 <= service.price_cents <= 200_000
        assert (service.payment_rule == "deposit") == (service.deposit_cents > 0)
        assert service.deposit_cents < service.price_cents or service.deposit_cents == 0
        assert service.modes
        assert len(set(service.modes)) == len(service.modes)


def test_the_services_of_a_person_have_different_labels() -> None:
    for person in some(2_000):
        labels = [service.label for service in person.services]
        assert len(set(labels)) == len(labels), labels


def test_a_described_service_is_described_in_fifty_characters() -> None:
    for person in some(2_000):
        if standing.facts(person)["services"]:
            for service in person.services:
                assert len(service.description) >= 50, service


def test_practices_and_themes_are_one_to_four_and_at_most_eight_and_belong_together() -> None:
    for person in some(2_000):
        assert 1 <= len(set(person.practices)) == len(person.practices) <= 4
        assert len(set(person.themes)) == len(person.themes) <= 8
        possible = {
            theme for slug in person.practices for theme in catalogue.practices()[slug].themes
        }
        assert possible.issuperset(person.themes)


def test_openings_are_ranges_of_a_day_that_do_not_overlap() -> None:
    for person in some(2_000):
        taken: dict[int, int] = {}
        for opening in sorted(person.openings, key=lambda o: (o.weekday, o.opens_at_minute)):
            assert 0 <= opening.weekday <= 6
            assert taken.get(opening.weekday, 0) <= opening.opens_at_minute
            assert opening.opens_at_minute < opening.closes_at_minute <= 1_440
            assert opening.place is None or opening.place < len(person.places)
            taken[opening.weekday] = opening.closes_at_minute


def test_only_a_home_area_has_a_radius() -> None:
    for person in some(2_000):
        for place in person.places:
            assert (place.kind == PlaceKind.HOME_AREA) == (place.radius_km > 0)


def test_closed_lists_are_respected() -> None:
    for person in some(2_000):
        assert set(person.audience) <= set(vocabulary.AUDIENCE)
        assert person.access in {"", *vocabulary.ACCESS}
        assert set(person.payment_methods) <= set(vocabulary.PAYMENT)


# ---- nobody's identity ------------------------------------------------------------------------


def test_every_siret_is_valid_its_own_and_starts_with_99() -> None:
    numbers = [person.legal_identity.siret for person in some(2_000) if person.legal_identity]
    assert len(set(numbers)) == len(numbers)
    for siret in numbers:
        assert re.fullmatch(r"99\d{12}", siret)
        assert is_luhn_valid(siret)
        assert is_luhn_valid(siret[:9])


def test_no_phone_rings_and_no_mail_arrives_anywhere() -> None:
    fiction = re.compile(r"\+33(19900|26191|35301|46571|53649|63998)\d{4}")
    for person in some(2_000):
        if person.legal_identity:
            assert fiction.fullmatch(person.legal_identity.phone)
            assert person.legal_identity.email.endswith(".example")
        if person.mediator:
            assert person.mediator.website.endswith(".example")


def test_a_vat_number_contains_the_siren() -> None:
    identities = [person.legal_identity for person in some(2_000) if person.legal_identity]
    registered = [identity for identity in identities if identity.vat_number]
    assert registered
    for identity in registered:
        assert re.fullmatch(rf"FR\d\d{identity.siret[:9]}", identity.vat_number)


def test_a_structure_goes_by_its_trade_name_and_a_person_by_both_names() -> None:
    structures = [person for person in some(600) if person.is_structure]
    assert 20 <= len(structures) <= 55
    assert all(person.trade_name for person in structures)
    assert all(p.first_name and p.last_name for p in some(600) if not p.is_structure)
