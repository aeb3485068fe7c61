"""The alphabetical key and the displayed name (terms § 3.2; decision 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.directory.names import base_letters, displayed_name, sort_name, sort_tie


def _person(first: str, last: str) -> dict[str, object]:
    return {"first_name": first, "last_name": last, "trade_name": "", "is_structure": False}


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Émilie", "emilie"),
        ("Çelik", "celik"),
        ("Ñúñez", "nunez"),
        ("Œuvrard", "oeuvrard"),
        ("LECŒUR", "lecoeur"),
        ("Lætitia", "laetitia"),
        ("L’Haÿ-les-Roses", "lhaylesroses"),
        ("d'Aubigné", "daubigne"),
        ("De La Tour", "delatour"),
        ("Groß", "gross"),
        ("Sørensen", "sorensen"),
        ("Łukasz", "lukasz"),
        ("Zoe\u0308", "zoe"),
        ("3 Souffles", "3souffles"),
        ("  --’’  ", ""),
        ("", ""),
    ],
)
def test_only_base_letters_and_digits_count(text: str, letters: str) -> None:
    assert base_letters(text) == letters


@pytest.mark.parametrize(
    ("text", "letters"),
    [("Đorđević", "dordevic"), ("Guðrún", "gudrun"), ("Þóra", "thora"), ("Yıldız", "yildiz")],
)
def test_letters_that_have_no_accent_to_lose_are_read_too(text: str, letters: str) -> None:
    """Borne in France by people of Vietnamese, Balkan, Nordic or Turkish families."""
    assert base_letters(text) == letters


@given(text=st.text(max_size=40))
def test_letters_of_letters_are_themselves_and_case_never_counts(text: str) -> None:
    letters = base_letters(text)
    assert base_letters(letters) == letters
    assert letters.isascii()
    assert letters == letters.lower()


@given(st.text("abcz", min_size=1), st.text("abcz"), st.text("abcz", min_size=1), st.text("abcz"))
def test_the_family_name_decides_before_the_first_name(
    family: str, first: str, other_family: str, other_first: str
) -> None:
    """« Martin Zoé » precedes « Martine Anne »: a shorter name comes before a longer one that begins alike."""
    one = sort_name(first_name=first, last_name=family, trade_name="", is_structure=False)
    two = sort_name(
        first_name=other_first, last_name=other_family, trade_name="", is_structure=False
    )
    assert (one < two) == ((family, first) < (other_family, other_first))


def test_a_structure_is_sorted_by_its_trade_name_whoever_runs_it() -> None:
    named = {"first_name": "Zoé", "last_name": "Zeller", "trade_name": "Au Fil de l’Eau"}
    assert sort_name(**named, is_structure=True) == "aufildeleau"
    assert sort_tie(**named, is_structure=True) == "Au Fil de l’Eau"
    assert displayed_name(**named, is_structure=True) == "Au Fil de l’Eau"
    assert sort_name(**named, is_structure=False) == "zeller zoe"
    assert displayed_name(**named, is_structure=False) == "Zoé Zeller"
