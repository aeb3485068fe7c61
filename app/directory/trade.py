"""What the operator changes of the themes and practices: words, what is offered, what public warnings name.

A line the operator edited keeps its words when the reference data is loaded again. Each change reaches the search, and
carries the `mark` of what its author saw: nobody is overwritten without knowing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.database import connection
from app.directory import changes
from app.directory.editing import MARK, Overtaken
from app.errors import NotFound, WrongField
from app.evidence import register

MOST_WORDS = 60
LONGEST_WORD = 80


class NoSuchTheme(NotFound):
    message = "Cette thématique n’existe pas."


class NoSuchPractice(NotFound):
    message = "Cette pratique n’existe pas."


class WordsRefused(WrongField):
    """Words that a theme or a practice cannot have."""


class Theme(msgspec.Struct, frozen=True):
    """A theme, active or not. `practitioners`: listed ones who chose it; `mark`: a short print of its words."""

    id: int
    slug: str
    label: str
    tagline: str
    keywords: list[str]
    is_active: bool
    mark: str
    practitioners: int


class Practice(msgspec.Struct, frozen=True):
    """A practice, active or not. `practitioners`: listed ones who offer it; `mark`: as of a theme."""

    id: int
    slug: str
    label: str
    family: str
    definition: str
    synonyms: list[str]
    needs_vigilance: bool
    is_active: bool
    mark: str
    practitioners: int


_THEMES = f"""
SELECT id, slug, label, tagline, keywords, is_active, {MARK.format("label, tagline, keywords")},
  (SELECT count(*) FROM theme_chosen x JOIN practitioner p ON p.id = x.practitioner
    WHERE x.theme = t.id AND p.listing_state = 'listed') AS practitioners
FROM theme t
"""  # noqa: S608 - written here
_PRACTICES = f"""
SELECT id, slug, label, family, definition, synonyms, needs_vigilance, is_active,
  {MARK.format("label, definition, synonyms, needs_vigilance")},
  (SELECT count(*) FROM practice_offered x JOIN practitioner p ON p.id = x.practitioner
    WHERE x.practice = t.id AND p.listing_state = 'listed') AS practitioners
FROM practice t
"""  # noqa: S608 - written here


async def themes() -> list[Theme]:
    """Every theme, in the order of display."""
    return [Theme(**row) for row in await connection.rows(f"{_THEMES} ORDER BY position, id")]


async def practices() -> list[Practice]:
    """Every practice, in the order of display."""
    return [Practice(**row) for row in await connection.rows(f"{_PRACTICES} ORDER BY position, id")]


async def theme(slug: str) -> Theme:
    """Raises `NoSuchTheme`."""
    found = await connection.row(f"{_THEMES} WHERE slug = $1", slug)
    if found is None:
        raise NoSuchTheme
    return Theme(**found)


async def practice(slug: str) -> Practice:
    """Raises `NoSuchPractice`."""
    found = await connection.row(f"{_PRACTICES} WHERE slug = $1", slug)
    if found is None:
        raise NoSuchPractice
    return Practice(**found)


async def change_theme(
    slug: str, *, label: str, tagline: str, keywords: list[str], seen: str, by: UUID, now: datetime
) -> None:
    """Give other words to a theme seen as `seen` (its mark). Raises `NoSuchTheme`, `WordsRefused`, `Overtaken`."""
    _check_label(label)
    if not 1 <= len(tagline) <= 160:
        raise WordsRefused("accroche", "Écrivez une accroche de 160 caractères au plus.")
    words = _listed(keywords)
    async with connection.transaction():
        await _alone_to_change("theme")
        before = await theme(slug)
        if (before.label, before.tagline, before.keywords) == (label, tagline, words):
            return
        _refuse_overtaken(before, seen, "Cette thématique")
        await _check_unused("theme", label, before.id)
        await connection.execute(
            "UPDATE theme SET label = $2, tagline = $3, keywords = $4, edited_at = $5 WHERE id = $1",
            before.id,
            label,
            tagline,
            words,
            now,
        )
        await _told("thematique", slug, by=by, avant=before.label, apres=label)


async def change_practice(
    slug: str,
    *,
    label: str,
    definition: str,
    synonyms: list[str],
    needs_vigilance: bool,
    seen: str,
    by: UUID,
    now: datetime,
) -> None:
    """Give other words, or the flag of vigilance, to a practice seen as `seen` (its mark).

    Raises `NoSuchPractice`, `WordsRefused`, `Overtaken`.
    """
    _check_label(label)
    if not 1 <= len(definition) <= 1_000:
        raise WordsRefused("definition", "Écrivez une définition de 1 000 caractères au plus.")
    words = _listed(synonyms)
    async with connection.transaction():
        await _alone_to_change("practice")
        before = await practice(slug)
        wanted = (label, definition, words, needs_vigilance)
        if (before.label, before.definition, before.synonyms, before.needs_vigilance) == wanted:
            return
        _refuse_overtaken(before, seen, "Cette pratique")
        await _check_unused("practice", label, before.id)
        await connection.execute(
            "UPDATE practice SET label = $2, definition = $3, synonyms = $4, needs_vigilance = $5,"
            " edited_at = $6 WHERE id = $1",
            before.id,
            *wanted,
            now,
        )
        await _told(
            "pratique", slug, by=by, avant=before.label, apres=label, vigilance=needs_vigilance
        )


async def offer_theme(slug: str, *, is_active: bool, by: UUID) -> None:
    """Offer a theme, or no longer: it leaves the search and the choices, who chose it keeps the line.

    Raises `NoSuchTheme`.
    """
    async with connection.transaction():
        await theme(slug)
        await connection.execute("UPDATE theme SET is_active = $2 WHERE slug = $1", slug, is_active)
        await _told("thematique", slug, by=by, proposee=is_active)


async def offer_practice(slug: str, *, is_active: bool, by: UUID) -> None:
    """The same for a practice. Raises `NoSuchPractice`."""
    async with connection.transaction():
        await practice(slug)
        await connection.execute(
            "UPDATE practice SET is_active = $2 WHERE slug = $1", slug, is_active
        )
        await _told("pratique", slug, by=by, proposee=is_active)


async def _alone_to_change(table: str) -> None:
    """Hold back the other changes of `table` until the end of the transaction: of two, the second sees the first.

    Reading, and choosing what it lists, go on.
    """
    await connection.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _refuse_overtaken(found: Theme | Practice, seen: str, what: str) -> None:
    if found.mark != seen:
        raise Overtaken(
            f"{what} a été modifiée depuis que vous avez ouvert cette page."
            " Ce que vous avez écrit est toujours là."
        )


def _check_label(label: str) -> None:
    if not 2 <= len(label) <= 80:
        raise WordsRefused("libelle", "Écrivez un libellé de 2 à 80 caractères.")


async def _check_unused(table: str, label: str, own: int) -> None:
    twin = await connection.row(
        f"SELECT FROM {table} WHERE lower(label) = lower($1) AND id <> $2",
        label,
        own,
    )
    if twin is not None:
        raise WordsRefused("libelle", "Ce libellé est déjà pris.")


def _listed(words: list[str]) -> list[str]:
    """Each once, in the order typed. Raises `WordsRefused`."""
    kept = list(dict.fromkeys(folded for word in words if (folded := " ".join(word.split()))))
    if len(kept) > MOST_WORDS:
        raise WordsRefused("mots", f"{MOST_WORDS} mots au plus.")
    if any(len(word) > LONGEST_WORD for word in kept):
        raise WordsRefused("mots", f"Un mot par ligne, {LONGEST_WORD} caractères au plus.")
    return kept


async def _told(what: str, slug: str, *, by: UUID, **content: str | bool) -> None:
    """The evidence, then the note to the search: last, for it locks."""
    await register.acted(by, f"{what}.change", cible=slug, **content)
    await changes.record(None)
