"""What is proposed while a visitor types; it rests on memory and PostgreSQL, never on the engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from app.database import connection
from app.directory.names import base_letters, displayed_name, sound
from app.directory.place_words import folded
from app.directory.places import WELL_KNOWN_POPULATION
from app.search import sensitive, urls
from app.search.criteria import Criteria
from app.search.find import Finder
from app.search.results import Suggestion, SuggestionGroup
from app.search.roster import Known
from app.search.words import split, words_of

SHOWN = 5
PLACE_FROM = 4
"""Letters from which the words typed may be a place."""
Named = TypeVar("Named")
Starts = Callable[[str, str], bool]
"""Whether a word of the trade begins with a word typed."""


async def of_words(
    finder: Finder, criteria: Criteria, known: Known, now: datetime
) -> list[SuggestionGroup]:
    """Practices, themes and practitioners whose words begin like those of `criteria.q`; when there is none, the
    practices and themes whose words are heard so.

    Choosing a practice or a theme keeps the other criteria and takes the place of the words.
    """
    words = [base_letters(word) for word in words_of(criteria.q)]
    if len("".join(words)) < 2:
        return []
    practitioners = await _practitioners(finder, words, now)
    groups = []
    term = sensitive.term_in(criteria.q)
    if term is None or term.level not in sensitive.LITERAL_LEVELS:
        catalogue = known.order.catalogue
        trades = [(entry.label, entry.synonyms, entry) for entry in catalogue.practices.values()]
        needs = [(entry.label, entry.keywords, entry) for entry in catalogue.themes.values()]
        practices = _best(words, trades, str.startswith)
        themes = _best(words, needs, str.startswith)
        if not (practices or themes or practitioners):
            practices = _best(words, trades, _sounds_so)
            themes = _best(words, needs, _sounds_so)
        groups += [
            SuggestionGroup(
                "Pratiques",
                [
                    Suggestion(
                        label=entry.label,
                        detail=entry.family,
                        url=urls.of(criteria, q="", practice=entry),
                        value=entry.label,
                    )
                    for entry in practices
                ],
            ),
            SuggestionGroup(
                "Thématiques",
                [
                    Suggestion(
                        label=entry.label,
                        detail=entry.tagline,
                        url=urls.of(criteria, q="", theme=entry),
                        value=entry.label,
                    )
                    for entry in themes
                ],
            ),
        ]
    groups.append(SuggestionGroup("Praticiens", practitioners))
    groups.append(SuggestionGroup("Lieux", _named_places(finder, criteria)))
    return [group for group in groups if group.suggestions]


def _named_places(finder: Finder, criteria: Criteria) -> list[Suggestion]:
    """The towns and regions whose name begins as typed: a place is better looked for as a place."""
    if criteria.place or len(criteria.q) < PLACE_FROM:
        return []
    places = finder.book.suggest(criteria.q, limit=2)
    return [
        Suggestion(
            label=f"Chercher à {place.label}" if place.kind == "commune" else place.label,
            detail=place.detail,
            url=urls.of(criteria, q="", place=place),
            value=place.label,
        )
        for place in places
        if place.population >= WELL_KNOWN_POPULATION
        and folded(place.label).startswith(folded(criteria.q))
    ]


def _best(
    words: list[str], named: list[tuple[str, tuple[str, ...], Named]], starts: Starts
) -> list[Named]:
    """Whose own label begins with the words, then whose label holds them, then whose synonyms do."""
    ranked = []
    for label, others, entry in named:
        letters = split(label)
        if _begins(words, (label,), starts):
            ranked.append((0 if starts(letters[0], words[0]) else 1, entry))
        elif _begins(words, others, starts):
            ranked.append((2, entry))
    ranked.sort(key=lambda pair: pair[0])
    return [entry for _, entry in ranked[:SHOWN]]


def _begins(words: list[str], phrases: tuple[str, ...], starts: Starts) -> bool:
    """Whether some phrase holds, for each word, one that begins with it."""
    return any(
        all(any(starts(held, word) for held in split(phrase)) for word in words)
        for phrase in phrases
    )


def _sounds_so(held: str, word: str) -> bool:
    """Whether `held` begins as `word` is heard: « sofrolog »."""
    return sound(held).startswith(sound(word))


async def _practitioners(finder: Finder, words: list[str], now: datetime) -> list[Suggestion]:
    named = [finder.roster.named(word, 200) for word in words]
    if not all(named):
        return []
    ids = [i for i in named[0] if all(i in others for others in named[1:])][:SHOWN]
    found = await connection.rows(
        "SELECT p.id, p.slug, p.first_name, p.last_name, p.trade_name, p.is_structure, f.headline"
        " FROM practitioner p LEFT JOIN profile f ON f.practitioner = p.id WHERE p.id = ANY($1::int[])"
        " AND p.listing_state = 'listed' AND (p.listing_ends_at IS NULL OR p.listing_ends_at > $2)",
        ids,
        now,
    )
    rows = {row["id"]: row for row in found}
    suggestions = []
    for row in (rows[i] for i in ids if i in rows):
        name = displayed_name(
            first_name=row["first_name"],
            last_name=row["last_name"],
            trade_name=row["trade_name"],
            is_structure=row["is_structure"],
        )
        suggestions.append(
            Suggestion(
                label=name,
                detail=row["headline"] or "",
                url=f"/praticiens/{row['slug']}",
                value=name,
            )
        )
    return suggestions


def of_places(finder: Finder, text: str) -> list[Suggestion]:
    """Communes, departments and regions, the most populous first."""
    return [
        Suggestion(label=place.label, detail=place.detail, url=place.key, value=place.label)
        for place in finder.book.suggest(text)
    ]
