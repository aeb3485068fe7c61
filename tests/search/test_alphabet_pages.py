"""The French alphabetical order inside a group, as the list shows it (terms § 3.2; decision 2)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import connection
from app.directory import changes
from app.directory.names import sort_name, sort_tie
from tests.factories import practitioner
from tests.search.looking import all_pages
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

IN_ORDER = [
    ("Aïcha", "Aït-Ali", ""),
    ("Anne", "Aubert", ""),
    ("", "", "Au Fil de l’Eau"),
    ("Zoé", "Azur", ""),
    ("Aylin", "Çelik", ""),
    ("Claire", "Dauban", ""),
    ("Bruno", "d’Aubigné", ""),
    ("Paul", "Delà", ""),
    ("Léa", "Delatour", ""),
    ("Noé", "De La Tour", ""),
    ("Alix", "d’Hervé", ""),
    ("Zoé", "Dupont", ""),
    ("Anne", "Dupont-Durand", ""),
    ("Rose", "Émilie", ""),
    ("Anne", "Latour", ""),
    ("Zoé", "Leblanc", ""),
    ("Léo", "Lecœur", ""),
    ("Ana", "Lecoq", ""),
    ("Anne", "Legoff", ""),
    ("Marie", "Le Goff", ""),
    ("Yves", "LE GOFF", ""),
    ("Anne", "Lhermite", ""),
    ("Chloé", "L’Hermite", ""),
    ("", "", "Martin"),
    ("Anne", "Martin", ""),
    ("Zoé", "Martin", ""),
    ("Anne", "Martine", ""),
    ("", "", "Martin Zen"),
    ("Ana", "Ñúñez", ""),
    ("Béa", "Nunez", ""),
    ("Ève", "Oeuvrard", ""),
    ("Guy", "Œuvrard", ""),
    ("Anne", "Petit", ""),
    ("Anne-Marie", "Petit", ""),
    ("Annie", "Petit", ""),
    ("Éric", "Petit", ""),
    ("Helene", "Roy", ""),
    ("Hélène", "Roy", ""),
    ("", "", "zen"),
    ("Luc", "Zola", ""),
]


async def test_names_stand_in_french_order_whatever_their_accents_particles_and_apostrophes(
    visitor: Visitor,
) -> None:
    """EX-3.2-6; a byte sort would put Çelik, Émilie, d’Hervé and zen after Zola."""
    drawn = list(enumerate(IN_ORDER))
    random.Random(5).shuffle(drawn)
    slugs = {}
    for number, (first, last, trade) in drawn:
        slugs[number] = await practitioner(first, last, trade_name=trade)
    shown = await all_pages(visitor, "/praticiens")
    name_of = {slugs[number]: name for number, name in enumerate(IN_ORDER)}
    assert [name_of[slug] for slug in shown] == IN_ORDER


async def test_perfect_homonyms_stand_in_the_order_of_their_registration(visitor: Visitor) -> None:
    made = [await practitioner("Anne", "Martin") for _ in range(3)]
    assert (await visitor.get("/praticiens")).slugs == made


async def test_a_card_shows_the_name_it_is_sorted_by(visitor: Visitor) -> None:
    """« Prénom NOM » with the family name emphasised, the trade name for a structure."""
    await practitioner("Bruno", "d’Aubigné")
    await practitioner(trade_name="Au Fil de l’Eau")
    seen = await visitor.get("/praticiens")
    assert seen.texts("#resultats .card__name") == ["Au Fil de l’Eau", "Bruno d’Aubigné"]
    assert seen.texts("#resultats .card__name strong") == ["d’Aubigné"]


# ---- any names ----------------------------------------------------------------------------------

# An oracle that shares nothing with the product: every letter the strategy may draw, and how it reads.
LETTERS = {letter: letter for letter in "abcdeilnoz"}
LETTERS |= {letter.upper(): letter for letter in LETTERS}
LETTERS |= {
    "é": "e",
    "É": "e",
    "è": "e",
    "ë": "e",
    "ç": "c",
    "Ç": "c",
    "ñ": "n",
    "ï": "i",
    "ô": "o",
}
LETTERS |= {"œ": "oe", "Œ": "oe", "æ": "ae", "ß": "ss", "1": "1"}
SILENT = " -'’."
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def _weights(text: str) -> tuple[int, ...]:
    """The rank of each letter in the alphabet, from 1: the end of a name (0) sorts below all."""
    read = "".join("" if letter in SILENT else LETTERS[letter] for letter in text)
    return (*(ALPHABET.index(letter) + 1 for letter in read), 0)


def _expected(people: list[tuple[str, str, str]]) -> list[int]:
    """The numbers of `people`, in French order: letters first, then accents, then registration."""

    def key(number: int) -> tuple[Any, ...]:
        first, last, trade = people[number]
        if trade:
            return _weights(trade)[:-1], trade, number
        return _weights(last) + _weights(first)[:-1], f"{last} {first}", number

    return sorted(range(len(people)), key=key)


words = st.text(st.sampled_from(sorted(LETTERS) + list(SILENT)), min_size=1, max_size=6).filter(
    lambda word: any(letter not in SILENT for letter in word)
)
somebody = st.one_of(
    st.tuples(words, words, st.just("")), st.tuples(st.just(""), st.just(""), words)
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(people=st.lists(somebody, min_size=2, max_size=14))
async def test_the_order_of_any_names_is_that_of_an_independent_reading_of_the_rule(
    visitor: Visitor, people: list[tuple[str, str, str]]
) -> None:
    """EX-3.2-6."""
    async with connection.transaction():
        await connection.execute("DELETE FROM practitioner")
        for number, (first, last, trade) in enumerate(people):
            named: dict[str, Any] = {
                "first_name": first,
                "last_name": last,
                "trade_name": trade,
                "is_structure": bool(trade),
            }
            await connection.execute(
                "INSERT INTO practitioner (slug, first_name, last_name, trade_name, is_structure,"
                " sort_name, sort_tie, listing_state) VALUES ($1, $2, $3, $4, $5, $6, $7, 'listed')",
                f"p{number}",
                *named.values(),
                sort_name(**named),
                sort_tie(**named),
            )
        await changes.record(None)
    seen = await visitor.get("/praticiens")
    assert seen.slugs == [f"p{number}" for number in _expected(people)]
