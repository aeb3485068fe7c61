"""Finding: which practitioners meet the criteria, in the contractual order, with the counts beside each filter."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from app.directory.names import base_letters
from app.directory.places import PlaceBook
from app.search import index, sensitive
from app.search.criteria import Criteria
from app.search.fruitless import Tally
from app.search.lexicon import Lexicon
from app.search.meilisearch_gateway import SearchGateway
from app.search.order import Bits, Order, count
from app.search.roster import Known, Roster, Versions
from app.search.words import split, words_of

PAGE_SIZE = 20
MAX_KEPT = 512
MANY = 1_000
"""From so many people on, two counts cost the engine less than their ids."""


class Counts(msgspec.Struct, frozen=True):
    """How many results choosing each value would leave, in the order of the catalogue and of the book."""

    themes: list[int]
    practices: list[int]
    regions: list[int]
    remote: int


class Found(msgspec.Struct, frozen=True):
    """One page of the answer. `ids` are in the contractual order; `positions` are those of the whole set."""

    order: Order
    versions: Versions
    total: int
    page: int
    last_page: int
    ids: list[int]
    tiers: list[int]
    counts: Counts
    bits: Bits


class Kept(msgspec.Struct):
    """Answers that hold for one picture of the directory and of the index: sets by words, pages by request.

    `vain`: what the pages that found nobody count as.
    """

    known: Known | None
    sets: dict[str, Bits]
    answers: dict[Any, Any]
    vain: dict[Any, str] = {}


class Finder:
    """The search of one process: the roster, the places, the engine, and the answers of the engine kept a while."""

    def __init__(self, roster: Roster, book: PlaceBook, gateway: SearchGateway) -> None:
        self.roster = roster
        self.book = book
        self.gateway = gateway
        self.tally = Tally()
        self._place_words = {word for name in book.well_known_names() for word in split(name)}
        self._lexicon: Lexicon | None = None
        self._kept = Kept(None, {}, {})

    async def find(self, criteria: Criteria, known: Known) -> Found:
        """The page of practitioners who meet every criterion.

        Raises `SearchUnavailable` when words are asked and the engine does not reply.
        """
        order = known.order
        words = await self._holding(known, criteria.q)
        practice, theme, place, remote = self._filters(order, criteria)
        everyone = order.everyone if words is None else words
        bits = _all(everyone, practice, theme, place, remote)
        positions = order.positions(bits)
        total = len(positions)
        last = max(1, -(-total // PAGE_SIZE))
        page = min(max(criteria.page, 1), last)
        shown = positions[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        counts = Counts(
            themes=order.theme_counts(_all(everyone, practice, place, remote)),
            practices=order.practice_counts(_all(everyone, theme, place, remote)),
            regions=order.region_counts(_all(everyone, practice, theme, remote)),
            remote=count(_all(everyone, practice, theme, place, order.remote)),
        )
        return Found(
            order=order,
            versions=known.versions,
            total=total,
            page=page,
            last_page=last,
            ids=order.ids[shown].tolist(),
            tiers=order.tiers[shown].tolist(),
            counts=counts,
            bits=bits,
        )

    def _filters(
        self, order: Order, criteria: Criteria
    ) -> tuple[Bits | None, Bits | None, Bits | None, Bits | None]:
        return (
            order.has_practice(criteria.practice.id) if criteria.practice else None,
            order.has_theme(criteria.theme.id) if criteria.theme else None,
            order.in_place(criteria.place, criteria.radius_km) if criteria.place else None,
            order.remote if criteria.is_remote else None,
        )

    def lexicon(self, order: Order) -> Lexicon:
        if self._lexicon is None or self._lexicon.catalogue is not order.catalogue:
            self._lexicon = Lexicon(order.catalogue)
        return self._lexicon

    async def _holding(self, known: Known, query: str) -> Bits | None:
        """Who holds every word of `query`; None when there is no word to look for."""
        words = words_of(query)
        if not words:
            return None
        # Sets of bits hold for one order and one content of the index, which `known` stands for.
        sets = self.kept(known).sets
        bits = sets.get(query)
        if bits is None:
            bits = await self._asked(known, query, words)
            sets[query] = bits
        return bits

    def kept(self, known: Known) -> Kept:
        """What was worked out for `known`; forgotten with it, or when it grows too large."""
        kept = self._kept
        if kept.known is not known or max(len(kept.sets), len(kept.answers)) >= MAX_KEPT:
            kept = self._kept = Kept(known, {}, {})
        return kept

    async def _asked(self, known: Known, query: str, words: tuple[str, ...]) -> Bits:
        order = known.order
        term = sensitive.term_in(query)
        if term is not None and term.level in sensitive.LITERAL_LEVELS:
            literal = " ".join(f'"{word}"' for word in words)
            return order.of_ids(await self.gateway.matching(index.name(), literal, index.LITERAL))
        lexicon = self.lexicon(order)
        precise = " ".join(self._precise(lexicon, word) for word in words)
        # The last space says the word is finished: without it the engine would take it as a beginning.
        if (group := self._group(known, lexicon, query)) is not None:
            bits, chosen = group
            others = await self.gateway.matching_besides(
                index.name(), precise + " ", index.PRECISE, chosen
            )
            # Had the directory moved meanwhile, somebody could be in neither part.
            if others is not None and await self.roster.is_still_current(known):
                return bits | order.of_ids(others)
        ids = await self.gateway.matching(index.name(), precise + " ", index.PRECISE)
        return order.of_ids(ids or await self.gateway.matching(index.name(), precise, None))

    def _group(self, known: Known, lexicon: Lexicon, query: str) -> tuple[Bits, str] | None:
        """Those who must hold every word of `query` by their themes and practices, with the filter that says so.

        None when they are few, when a word is none of the trade, or while the index is behind the order: the ids
        are then asked one by one. A word held by a third of 100 000 people costs the engine fifty times less so.
        """
        if not known.is_indexed:
            return None
        order, bits = known.order, known.order.everyone
        clauses = []
        for meaning in lexicon.finished_meanings(query):
            themes, practices = sorted(meaning.themes), sorted(meaning.practices)
            if not (themes or practices):
                return None
            chosen = [*map(order.has_theme, themes), *map(order.has_practice, practices)]
            bits = bits & np.bitwise_or.reduce(chosen)
            clauses.append(f"(theme_ids IN {themes} OR practice_ids IN {practices})")
        return (bits, " AND ".join(clauses)) if count(bits) >= MANY else None

    def _precise(self, lexicon: Lexicon, word: str) -> str:
        """A word of the trade or a proper name is looked for as written: « Renard » is not « Renaud », Paris is not
        « parts », « manger » is not « manager ». What is neither forgives a typing error.
        """
        letters = base_letters(word)
        if lexicon.knows(letters):
            return f'"{word}"' if lexicon.is_exact(letters) else word
        is_proper = self.roster.is_name(letters) or letters in self._place_words
        return f'"{word}"' if is_proper else word


def _all(first: Bits, *others: Bits | None) -> Bits:
    bits = first
    for other in others:
        if other is not None:
            bits = bits & other
    return bits
