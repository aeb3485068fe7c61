"""The themes and practices on offer, kept in memory: a closed list of about a hundred."""

from __future__ import annotations

import msgspec

from app.database import connection


class ThemeEntry(msgspec.Struct, frozen=True):
    id: int
    slug: str
    label: str
    tagline: str
    keywords: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"/thematiques/{self.slug}"


class PracticeEntry(msgspec.Struct, frozen=True):
    """Prices in euro cents, taxes included: the usual range, not a practitioner's."""

    id: int
    slug: str
    label: str
    family: str
    definition: str
    synonyms: tuple[str, ...]
    needs_vigilance: bool
    price_low_cents: int
    price_high_cents: int
    themes: tuple[int, ...]

    @property
    def url(self) -> str:
        return f"/pratiques/{self.slug}"


class Catalogue(msgspec.Struct, frozen=True):
    """What is active, in the order of display."""

    themes: dict[int, ThemeEntry]
    practices: dict[int, PracticeEntry]
    theme_by_slug: dict[str, ThemeEntry]
    practice_by_slug: dict[str, PracticeEntry]


async def load() -> Catalogue:
    themes = [
        ThemeEntry(**record)
        for record in await connection.rows(
            "SELECT id, slug, label, tagline, keywords FROM theme WHERE is_active ORDER BY position, id"
        )
    ]
    practices = [
        PracticeEntry(**record)
        for record in await connection.rows(
            "SELECT id, slug, label, family, definition, synonyms, needs_vigilance,"
            " price_low_cents, price_high_cents,"
            " ARRAY(SELECT theme FROM theme_of_practice WHERE practice = practice.id) AS themes"
            " FROM practice WHERE is_active ORDER BY position, id"
        )
    ]
    return Catalogue(
        themes={theme.id: theme for theme in themes},
        practices={practice.id: practice for practice in practices},
        theme_by_slug={theme.slug: theme for theme in themes},
        practice_by_slug={practice.slug: practice for practice in practices},
    )
