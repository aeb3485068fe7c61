"""The words of the trade: which practice or theme a word stands for, to explain a result and to highlight it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache, partial
from operator import eq

import msgspec
from markupsafe import Markup, escape

from app.directory.catalogue import Catalogue
from app.directory.names import base_letters
from app.rendering.stencils import hole
from app.search.words import is_among, is_beginning, is_mistyped, is_same_word, split, words_of

_TOKENS = re.compile(r"([\w’']+)")
_ELISION = re.compile(r"^((?:[cdjlmnst]|qu)[’'])(.+)$", re.IGNORECASE)

QUOTED_AROUND = 70
"""Letters of a text quoted on each side of a word."""
_QUOTED = Markup('<span data-written-by="praticien">«\u00a0{}<mark>{}</mark>{}\u00a0»</span>')


class Meaning(msgspec.Struct, frozen=True):
    """What one word of the query stands for: ids of practices and themes that hold it."""

    word: str
    letters: str
    practices: frozenset[int]
    themes: frozenset[int]


class Lexicon:
    """Labels, synonyms and keywords of a catalogue, by word."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        practices = {
            practice.id: " ".join((practice.label, *practice.synonyms))
            for practice in catalogue.practices.values()
        }
        themes = {
            theme.id: " ".join((theme.label, *theme.keywords))
            for theme in catalogue.themes.values()
        }
        self._practice_words = {i: _joined_too(text) for i, text in practices.items()}
        self._theme_words = {i: _joined_too(text) for i, text in themes.items()}
        self._words = frozenset(split(" ".join((*practices.values(), *themes.values()))))
        self._by_initial: dict[str, list[str]] = defaultdict(list)
        for word in frozenset().union(*self._practice_words.values(), *self._theme_words.values()):
            self._by_initial[word[:1]].append(word)
        self.meanings = lru_cache(maxsize=1024)(partial(self._meanings, is_finished=False))
        """What each word of a query stands for, the beginning of one included."""
        self.finished_meanings = lru_cache(maxsize=1024)(partial(self._meanings, is_finished=True))
        """The same, for words as the index takes them: to their end."""

    def knows(self, letters: str) -> bool:
        """Whether `letters` is a word of some practice or theme."""
        return letters in self._words

    def is_exact(self, letters: str) -> bool:
        """Whether `letters` is a word of the trade to be taken as written (« méditation » is not « médiation »).

        Not one that the trade also writes in the plural: both are meant.
        """
        return letters in self._words and self._words.isdisjoint(_other_number(letters))

    def _meanings(self, query: str, *, is_finished: bool) -> tuple[Meaning, ...]:
        found = []
        for word in words_of(query):
            letters = base_letters(word)
            alike = self._alike(letters, is_finished=is_finished)
            found.append(
                Meaning(
                    word=word,
                    letters=letters,
                    practices=frozenset(
                        i for i, words in self._practice_words.items() if words & alike
                    ),
                    themes=frozenset(i for i, words in self._theme_words.items() if words & alike),
                )
            )
        return tuple(found)

    def _alike(self, letters: str, *, is_finished: bool) -> set[str]:
        """The words of the trade that `letters` stands for."""
        rules = (eq, is_beginning) if self.is_exact(letters) else (is_mistyped, is_same_word)
        is_same = rules[0] if is_finished else rules[1]
        # Words that are the same to a reader begin with the same letter: one in twenty is compared.
        return {known for known in self._by_initial.get(letters[:1], ()) if is_same(letters, known)}

    def reasons(
        self,
        query: str,
        *,
        name_words: frozenset[str],
        practices: list[int],
        themes: list[int],
        place_words: frozenset[str],
    ) -> list[tuple[str, str]]:
        """Why a practitioner answers `query`: one French sentence a word.

        With its letters when it is only in the texts of the profile, else nothing.
        """
        sentences = []
        for meaning in self.meanings(query):
            said = f"« {meaning.word} »"
            if is_among(meaning.letters, name_words):
                sentences.append((f"{said} : dans le nom.", ""))
            elif (held := next((i for i in practices if i in meaning.practices), None)) is not None:
                label = self.catalogue.practices[held].label
                sentences.append((f"{said} : pratique {label}.", ""))
            elif (held := next((i for i in themes if i in meaning.themes), None)) is not None:
                label = self.catalogue.themes[held].label
                sentences.append((f"{said} : thématique {label}.", ""))
            elif is_among(meaning.letters, place_words):
                sentences.append((f"{said} : dans le lieu.", ""))
            else:
                sentences.append((f"{said} : dans la fiche.", meaning.letters))
        return sentences


def _joined_too(text: str) -> frozenset[str]:
    """The words of `text`, and those a hyphen cuts in one word too (« bienetre »), as the index finds them."""
    return frozenset((*split(text), *("".join(split(word)) for word in text.split())))


def _other_number(letters: str) -> set[str]:
    """The plurals of a singular, the singular of a plural."""
    return {letters + "s", letters + "x", *([letters[:-1]] if letters[-1:] in ("s", "x") else [])}


class Marks(dict[str, bool]):
    """Whether a word (base letters) answers one of the query: compared once, it comes back from card to card."""

    def __init__(self, letters: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._letters = letters
        self._initials = frozenset(asked[0] for asked in letters)

    def __missing__(self, word: str) -> bool:
        # Words that are the same to a reader begin with the same letter.
        found = self[word] = word[0] in self._initials and any(
            is_same_word(asked, word) for asked in self._letters
        )
        return found

    def among(self, words: Iterable[str]) -> list[int]:
        """Which of `words` (their numbers) answer a word of the query."""
        if not self._letters:
            return []
        return [number for number, word in enumerate(words) if self[word]]


def marks(query: str) -> Marks:
    return Marks(tuple(base_letters(word) for word in words_of(query)))


@lru_cache(maxsize=65_536)
def _word(token: str) -> tuple[str, str, str]:
    """What stands before the word in `token` (an elision is no part of it), the word, and its base letters."""
    match = _ELISION.match(token)
    before, word = (match[1], match[2]) if match else ("", token)
    return before, word, base_letters(word)


def letters_in(text: str) -> set[str]:
    """The words of `text`, as base letters, that may be marked."""
    return {letters for token in _TOKENS.findall(text) if (letters := _word(token)[2])}


def excerpt(text: str, letters: str) -> Markup:
    """The words of `text` around the one that `letters` (base letters) ask, marked; nothing when none does."""
    tokens = list(_TOKENS.finditer(text))
    for is_same in (eq, is_same_word):
        for token in tokens:
            before, word, found = _word(token[0])
            if not is_same(letters, found):
                continue
            start = token.start() + len(before)
            left, right = text[:start], text[start + len(word) :]
            return _QUOTED.format(_last_words(left), word, _first_words(right))
    return Markup()


def _first_words(text: str) -> str:
    if len(text) <= QUOTED_AROUND:
        return text
    return text[:QUOTED_AROUND].rpartition(" ")[0] + "…"


def _last_words(text: str) -> str:
    if len(text) <= QUOTED_AROUND:
        return text
    return "…" + text[-QUOTED_AROUND:].partition(" ")[2]


@lru_cache(maxsize=65_536)
def _cut_token(token: str) -> str:
    before, word, letters = _word(token)
    shown = str(escape(word))
    return f"{escape(before)}{hole(letters, shown) if letters else shown}"


@lru_cache(maxsize=4096)
def _between(text: str) -> str:
    return str(escape(text))


def cut(text: str) -> Markup:
    """`text`, escaped, with a hole for each word, named by its base letters."""
    parts = _TOKENS.split(text)
    parts[::2] = map(_between, parts[::2])
    parts[1::2] = map(_cut_token, parts[1::2])
    return Markup("".join(parts))  # noqa: S704  # every part is escaped
