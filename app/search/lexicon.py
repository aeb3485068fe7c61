"""The words of the trade: which practice or theme a word stands for, to explain a result and to highlight it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

import msgspec
from markupsafe import Markup, escape

from app.directory.catalogue import Catalogue
from app.directory.names import base_letters
from app.search.words import is_same_word, split, words_of

_TOKENS = re.compile(r"([\w’']+)")
MAX_REMEMBERED = 20_000
_ELISION = re.compile(r"^((?:[cdjlmnst]|qu)[’'])(.+)$", re.IGNORECASE)


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
        self._practice_words = {
            practice.id: frozenset(split(" ".join((practice.label, *practice.synonyms))))
            for practice in catalogue.practices.values()
        }
        self._theme_words = {
            theme.id: frozenset(split(" ".join((theme.label, *theme.keywords))))
            for theme in catalogue.themes.values()
        }
        self._words = frozenset().union(*self._practice_words.values(), *self._theme_words.values())
        self._by_initial: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._by_initial[word[:1]].append(word)
        self.meanings = lru_cache(maxsize=1024)(self._meanings)

    def knows(self, letters: str) -> bool:
        """Whether `letters` is a word of some practice or theme."""
        return letters in self._words

    def _meanings(self, query: str) -> tuple[Meaning, ...]:
        """What each word of `query` stands for (cached)."""
        found = []
        for word in words_of(query):
            letters = base_letters(word)
            # Words that are the same to a reader begin with the same letter: one in twenty is compared.
            near = self._by_initial.get(letters[:1], ())
            alike = {known for known in near if is_same_word(letters, known)}
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

    def reasons(
        self, query: str, names: str, practices: list[int], themes: list[int], places: list[str]
    ) -> list[str]:
        """Why a practitioner answers `query`: one French sentence a word."""
        sentences = []
        name_words = split(names)
        place_words = [word for place in places for word in split(place)]
        for meaning in self.meanings(query):
            said = f"« {meaning.word} »"
            if any(is_same_word(meaning.letters, word) for word in name_words):
                sentences.append(f"{said} : dans le nom.")
            elif (held := next((i for i in practices if i in meaning.practices), None)) is not None:
                sentences.append(f"{said} : pratique {self.catalogue.practices[held].label}.")
            elif (held := next((i for i in themes if i in meaning.themes), None)) is not None:
                sentences.append(f"{said} : thématique {self.catalogue.themes[held].label}.")
            elif any(is_same_word(meaning.letters, word) for word in place_words):
                sentences.append(f"{said} : dans le lieu.")
            else:
                sentences.append(f"{said} : dans la fiche.")
        return sentences


class Highlighter:
    """Marks the words of a query in a text; remembers the words it has met."""

    def __init__(self, letters: tuple[str, ...]) -> None:
        self._letters = letters
        self._seen: dict[str, bool] = {}

    def __call__(self, text: str) -> Markup:
        if not self._letters:
            return escape(text)
        tokens = _TOKENS.findall(text)
        if not any(map(self._is_marked, tokens)):
            return escape(text)
        return Markup(  # noqa: S704  # every part is escaped
            "".join(
                self._token(part) if odd % 2 else str(escape(part))
                for odd, part in enumerate(_TOKENS.split(text))
            )
        )

    def _is_marked(self, token: str) -> bool:
        known = self._seen.get(token)
        if known is None:
            if len(self._seen) >= MAX_REMEMBERED:
                self._seen.clear()
            match = _ELISION.match(token)
            letters = base_letters(match[2] if match else token)
            known = any(is_same_word(asked, letters) for asked in self._letters)
            self._seen[token] = known
        return known

    def _token(self, token: str) -> str:
        if not self._is_marked(token):
            return str(escape(token))
        match = _ELISION.match(token)
        before, word = (match[1], match[2]) if match else ("", token)
        return f"{escape(before)}<mark>{escape(word)}</mark>"


@lru_cache(maxsize=256)
def highlighter(query: str) -> Highlighter:
    """The highlighter of `query` (kept, with the words it has met)."""
    return Highlighter(tuple(base_letters(word) for word in words_of(query)))
