"""What is proposed while a visitor types; it rests on memory and PostgreSQL, never on the engine."""

from __future__ import annotations

from datetime import datetime

from app.database import connection
from app.directory.names import base_letters, displayed_name
from app.search import sensitive
from app.search.find import Finder
from app.search.results import Suggestion, SuggestionGroup
from app.search.words import split, words_of

SHOWN = 5


async def of_words(finder: Finder, query: str, now: datetime) -> list[SuggestionGroup]:
    """Practices, themes and practitioners whose words begin like those of `query`."""
    words = [base_letters(word) for word in words_of(query)]
    if not words or len("".join(words)) < 2:
        return []
    order = (await finder.roster.current(now)).order
    term = sensitive.term_in(query)
    groups = []
    if term is None or term.level not in sensitive.LITERAL_LEVELS:
        practices = [
            Suggestion(
                label=practice.label, detail=practice.family, url=practice.url, value=practice.label
            )
            for practice in order.catalogue.practices.values()
            if _begins(words, (practice.label, *practice.synonyms))
        ]
        themes = [
            Suggestion(label=theme.label, detail=theme.tagline, url=theme.url, value=theme.label)
            for theme in order.catalogue.themes.values()
            if _begins(words, (theme.label, *theme.keywords))
        ]
        groups += [
            SuggestionGroup("Pratiques", practices[:SHOWN]),
            SuggestionGroup("Thématiques", themes[:SHOWN]),
        ]
    groups.append(SuggestionGroup("Praticiens", await _practitioners(finder, words, now)))
    return [group for group in groups if group.suggestions]


def _begins(words: list[str], phrases: tuple[str, ...]) -> bool:
    """Whether some phrase holds, for each word, one that begins with it."""
    return any(
        all(any(held.startswith(word) for held in split(phrase)) for word in words)
        for phrase in phrases
    )


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
