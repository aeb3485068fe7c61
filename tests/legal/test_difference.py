"""What changes between two texts: nothing is lost, words are told apart, and long texts take no time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.config import Operator
from app.legal import drafts
from app.legal.difference import Kind, after_of, before_of, difference
from app.legal.tables import Document

WORDS = st.sampled_from(
    ["le", "client", "praticien", "**", "fin", "\n", "\n\n", " ", "é", "# Titre", "| a |", "<b>"]
)
MADE = st.lists(WORDS, max_size=60).map(" ".join)


def changes(before: str, after: str) -> list[tuple[Kind, str]]:
    return [
        (piece.kind, piece.text)
        for part in difference(before, after)
        for piece in part.pieces
        if piece.kind is not Kind.SAME
    ]


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=200), MADE), st.one_of(st.text(max_size=200), MADE))
def test_a_difference_gives_back_both_texts_whatever_they_are(before: str, after: str) -> None:
    parts = difference(before, after)
    assert before_of(parts) == before
    assert after_of(parts) == after


@settings(max_examples=200, deadline=None)
@given(MADE)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert all(part.is_same for part in difference(text, text))


def test_a_word_replaced_is_the_only_change() -> None:
    before = "Vous êtes prévenu quinze jours avant la date d’effet.\n\nLe reste ne change pas."
    after = before.replace("quinze", "trente")
    assert changes(before, after) == [(Kind.REMOVED, "quinze "), (Kind.INSERTED, "trente ")]


def test_a_paragraph_untouched_is_one_piece_of_a_part_that_is_the_same() -> None:
    before = "Un.\n\nDeux.\n\nTrois est ici depuis le début.\n\nQuatre.\n"
    parts = difference(before, before.replace("le début", "toujours"))
    assert [(part.is_same, len(part.pieces)) for part in parts if part.is_same] == [
        (True, 2),
        (True, 1),
    ]


def test_a_paragraph_added_is_inserted_whole() -> None:
    assert changes("Un.\n\nDeux.", "Un.\n\nEntre les deux.\n\nDeux.") == [
        (Kind.INSERTED, "Entre les deux.\n\n")
    ]


def test_a_paragraph_rewritten_is_shown_whole_and_not_word_by_word() -> None:
    before = "Le compte est fermé après deux ans sans connexion de votre part."
    after = "Nous écrivons au titulaire, le prévenons, puis effaçons ses données une à une."
    assert changes(before, after) == [(Kind.REMOVED, before), (Kind.INSERTED, after)]


def test_a_word_or_two_between_two_changes_do_not_cut_the_reading() -> None:
    before = (
        "Vous recevez un courriel rouge de la part du gérant dans la semaine qui suit la demande."
    )
    after = (
        "Vous recevez un courriel vert de la main du gérant dans la semaine qui suit la demande."
    )
    assert changes(before, after) == [
        (Kind.REMOVED, "rouge de la part "),
        (Kind.INSERTED, "vert de la main "),
    ]


def test_spaces_alone_are_no_change() -> None:
    parts = difference("Un deux\ntrois quatre.\n", "Un  deux trois\nquatre.\n")
    assert [
        piece.kind for part in parts for piece in part.pieces if piece.kind is not Kind.SAME
    ] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 100_000, "a b " * 50_000),
        ("a\n\n" * 60_000, "b\n\na\n\n" * 30_000),
        ("\n" * 200_000, "\n" * 199_999 + "x"),
        ("x" * 200_000, "y" * 200_000),
        ("* " * 100_000, "** " * 66_000),
        (" " * 100_000 + "x", "x" + " " * 100_000),
    ],
    ids=["words", "paragraphs", "line-feeds", "one-huge-word", "stars", "spaces"],
)
def test_a_text_made_to_be_slow_is_compared_in_a_moment(before: str, after: str) -> None:
    started = time.perf_counter()
    parts = difference(before, after)
    assert time.perf_counter() - started < 10
    assert (before_of(parts), after_of(parts)) == (before, after)


def test_a_real_text_of_sixty_kilobytes_is_compared_at_once() -> None:
    terms = drafts.draft(Document.TERMS, Operator(), jupiterre_tier=True) * 4
    changed = terms.replace("praticien", "professionnel").replace("quatorze jours", "quinze jours")
    assert len(terms.encode()) > 60_000
    started = time.perf_counter()
    parts = difference(terms, changed)
    assert time.perf_counter() - started < 2
    assert after_of(parts) == changed
