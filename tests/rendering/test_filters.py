"""Amounts, durations, numbers, dates and telephone numbers are written as in France."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from app.rendering import filters, moments, portraits


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0\u202f€"),
        (6500, "65\u202f€"),
        (6550, "65,50\u202f€"),
        (6505, "65,05\u202f€"),
        (120_000, "1\u202f200\u202f€"),
        (-500, "−5\u202f€"),
    ],
)
def test_a_price_is_in_euros_without_useless_decimals(cents: int, written: str) -> None:
    assert filters.price(cents) == written


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (20, "20\u202fmin"),
        (60, "1\u202fh"),
        (65, "1\u202fh\u202f05"),
        (75, "1\u202fh\u202f15"),
        (480, "8\u202fh"),
    ],
)
def test_a_duration_is_in_hours_and_minutes(minutes: int, written: str) -> None:
    assert filters.duration(minutes) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1\u202f000"),
        (1_234_567, "1\u202f234\u202f567"),
        (-1234, "-1\u202f234"),
    ],
)
def test_thousands_are_parted_by_a_thin_space(number: int, written: str) -> None:
    assert filters.count(number) == written


@pytest.mark.parametrize(
    ("number", "word"), [(0, "praticien"), (1, "praticien"), (2, "praticiens")]
)
def test_zero_and_one_are_singular(number: int, word: str) -> None:
    assert filters.plural(number, "praticien", "praticiens") == word


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+33612345678", "06 12 34 56 78"),
        ("+262692123456", "0692 12 34 56"),
        ("+590690123456", "0690 12 34 56"),
        ("+41791234567", "+41791234567"),
        ("3114", "3114"),
    ],
)
def test_a_telephone_number_is_shown_as_it_is_dialled_at_home(number: str, written: str) -> None:
    assert filters.phone(number).replace("\u00a0", " ") == written


@pytest.mark.parametrize(
    ("shown", "dialled"),
    [("0 800 23 13 13", "0800231313"), ("39\u202f89", "3989"), ("+33 6 12", "+33612")],
)
def test_a_telephone_link_holds_digits_only(shown: str, dialled: str) -> None:
    assert filters.dialled(shown) == dialled


@pytest.mark.parametrize(
    ("label", "anchor"),
    [
        ("Bien-être au travail", "bien-etre-au-travail"),
        ("Désir d’enfant, grossesse et après", "desir-d-enfant-grossesse-et-apres"),
        ("Cœur & sœur", "coeur-soeur"),
    ],
)
def test_a_label_becomes_an_anchor(label: str, anchor: str) -> None:
    assert filters.anchor(label) == anchor


@pytest.mark.parametrize(
    ("written", "tied"),
    [
        ("Où ?", "Où\u202f?"),
        ("un ; deux : trois !", "un\u202f; deux\u00a0: trois\u202f!"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("<b>Prix :</b>", "<b>Prix\u00a0:</b>"),
        ('<a href="/x?a=1" aria-current="true">', '<a href="/x?a=1" aria-current="true">'),
        ("a <!-- b -->", "a <!-- b -->"),
    ],
)
def test_double_punctuation_is_tied_to_its_word(written: str, tied: str) -> None:
    assert filters.tied(written) == tied


def test_data_cannot_close_the_element_that_holds_it() -> None:
    told = {"name": "</script><script>alert(1)</script> & co"}
    block = filters.data_block(json.dumps(told))
    assert "<" not in block
    assert "&" not in block
    assert json.loads(block) == told


def test_a_seed_always_draws_the_same_portrait() -> None:
    assert portraits.look(48) == portraits.look(48)


def test_seeds_that_follow_each_other_draw_different_people() -> None:
    looks = [portraits.look(seed) for seed in range(1, 601)]
    assert len(set(looks)) > 550
    assert {look.head for look in looks} == {f"h{n}" for n in range(portraits.HEADS)}


@pytest.mark.parametrize(
    ("when", "written"),
    [
        (date(2026, 11, 22), "22\u00a0novembre 2026"),
        (date(2027, 5, 1), "1er\u00a0mai 2027"),
        (date(2028, 2, 29), "29\u00a0février 2028"),
    ],
)
def test_a_date_is_written_in_full(when: date, written: str) -> None:
    assert filters.day(when) == written


def test_an_instant_is_dated_by_its_day_in_paris() -> None:
    assert moments.day(datetime(2026, 11, 22, 22, 59, tzinfo=UTC)) == "22\u00a0novembre 2026"
    assert moments.day(datetime(2026, 11, 22, 23, 0, tzinfo=UTC)) == "23\u00a0novembre 2026"
    assert moments.day(date(2026, 11, 22)) == "22\u00a0novembre 2026"


def test_a_title_never_breaks_in_the_middle_of_bien_etre_and_keeps_its_letters() -> None:
    assert filters.whole("Massage bien-être") == ('Massage <span class="nowrap">bien-être</span>')
    assert filters.whole("<b>Bien-être</b> & co") == (
        '&lt;b&gt;<span class="nowrap">Bien-être</span>&lt;/b&gt; &amp; co'
    )


@pytest.mark.parametrize(
    ("digits", "written"),
    [
        ("73282932000074", "732\u00a0829\u00a0320\u00a000074"),
        ("732829320", "732\u00a0829\u00a0320"),
        ("", ""),
    ],
)
def test_the_number_of_a_company_is_read_in_groups(digits: str, written: str) -> None:
    assert filters.siret(digits) == written
