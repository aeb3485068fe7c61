"""What the results page shows: everything a template needs, already decided."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import msgspec
from markupsafe import Markup, escape

from app.rendering import filters, stencils
from app.rendering.stencils import Stencil
from app.search.lexicon import Marks


class Portrait(msgspec.Struct, frozen=True):
    """A photograph (`file`: its id), a generated drawing (`seed` > 0), or the initials on a coloured ground."""

    initials: str
    seed: int = 0
    file: str = ""


class Tag(msgspec.Struct, frozen=True):
    """A practice on a card."""

    label: Markup
    url: str


class Card(msgspec.Struct, frozen=True):
    """One practitioner of the list. Prices in euro cents, taxes included."""

    slug: str
    url: str
    tier: int
    name: Markup
    family_name: Markup
    is_structure: bool
    headline: Markup
    practices: list[Tag]
    places: list[Markup]
    is_remote: bool
    visits_homes: bool
    from_price_cents: int | None
    portrait: Portrait
    shows_jupiterre: bool
    reasons: list[str]


Drawings = dict[tuple[Callable[..., str], int, bool], Stencil]
"""A card as a stencil, by the macro that drew it (in development a template changes), heading and place on the page."""


def drawing(
    face: Card, kept: Drawings, macro: Callable[..., str], level: int = 2, *, is_result: bool = True
) -> Stencil:
    """`face` drawn once by `macro`, and `kept`."""
    stencil = kept.get((macro, level, is_result))
    if stencil is None:
        stencil = kept[macro, level, is_result] = Stencil(macro(face, level, is_result))
    return stencil


class ListedCard(msgspec.Struct, frozen=True):
    """A practitioner in the list of one search: `face` has a hole for `reasons` (HTML) and for each word to mark."""

    face: Card
    drawings: Drawings
    reasons: str


class CardList(msgspec.Struct, frozen=True):
    """The cards of one search, in their order. `whole`: the practices that the query means without holding their
    words, and the names it may hold in one word (« legoff »)."""

    cards: list[ListedCard] = []
    marks: Marks = msgspec.field(default_factory=Marks)
    whole: frozenset[int | str] = frozenset()

    def __len__(self) -> int:
        return len(self.cards)

    def drawn(self, macro: Callable[..., str], level: int = 2, *, is_result: bool = True) -> Markup:
        """The HTML of the cards by `macro`, with headings of `level`: twenty lines of a list, written all at once."""
        html = [
            self._filled(
                drawing(card.face, card.drawings, macro, level, is_result=is_result), card.reasons
            )
            for card in self.cards
        ]
        return Markup("".join(html))  # noqa: S704  # HTML of a macro, holes filled with HTML

    def _filled(self, card: Stencil, reasons: str) -> str:
        names = card.names
        fillings = [
            (number, f"<mark>{card.shown(number)}</mark>") for number in self.marks.among(names)
        ]
        for label in self.whole:
            if (before := label_hole(label, "<")) in names:
                fillings.append((names.index(before), "<mark>"))
                fillings.append((names.index(label_hole(label, ">")), "</mark>"))
        fillings.append((names.index(REASONS), reasons))
        return card.filled(fillings)


REASONS = "=reasons"
"""The hole of a card for its reasons. Those of words are named by their letters."""

NAME = "="
"""Before a family name in one word, in the names of holes: « 12 » typed is no practice."""


def label_hole(label: int | str, side: str) -> str:
    """The hole before (`<`) or after (`>`) the label of a practice (its id), or a family name (`NAME`, its letters)."""
    return f"{side}{label}"


def labelled(label: int | str, shown: Markup) -> Markup:
    """`shown` between its two holes."""
    return stencils.hole(label_hole(label, "<")) + shown + stencils.hole(label_hole(label, ">"))


class FacetValue(msgspec.Struct, frozen=True):
    """A value one may add to the search, with the number of practitioners it would leave.

    `href`: its address as HTML writes it. There are about eighty, alike but for a word: the rest is escaped once.
    """

    label: str
    count: int
    href: str
    is_chosen: bool


class Facet(msgspec.Struct, frozen=True):
    name: str
    title: str
    values: list[FacetValue]
    more: list[FacetValue]
    has_choice: bool

    def drawn(self, macro: Callable[..., str], values: list[FacetValue]) -> Markup:
        """The HTML of `values` by `macro`, which draws once those that are not chosen: they are all alike."""
        line = stencils.line(macro, "href", "label", "count")
        html = [
            macro(Markup(value.href), value.label, filters.count(value.count), is_chosen=True)  # noqa: S704  # HTML
            if value.is_chosen
            else line.filled(value.href, _html(value.label), filters.count(value.count))
            for value in values
        ]
        return Markup("".join(html))  # noqa: S704  # HTML of a macro, holes filled with HTML


@lru_cache(maxsize=1024)
def _html(label: str) -> str:
    return str(escape(label))


class Chip(msgspec.Struct, frozen=True):
    """A criterion in force; following `url` removes it."""

    kind: str
    label: str
    url: str


class PlaceChoice(msgspec.Struct, frozen=True):
    label: str
    detail: str
    url: str


class HelpLine(msgspec.Struct, frozen=True):
    """A number to call, or to send a text message to."""

    label: str
    phone: str
    is_text: bool = False


class HelpNotice(msgspec.Struct, frozen=True):
    """Shown above the results of a sensitive search; `level` is urgency, protection or medical."""

    level: str
    title: str
    text: str
    lines: list[HelpLine]


class NearMatches(msgspec.Struct, frozen=True):
    """Practitioners who do not meet every criterion, under their own title, never mixed."""

    title: str
    explanation: str
    cards: CardList
    more_url: str


class NextStep(msgspec.Struct, frozen=True):
    """A way out of an empty result."""

    label: str
    url: str


class PageLink(msgspec.Struct, frozen=True):
    number: int
    url: str
    is_current: bool


class Pagination(msgspec.Struct, frozen=True):
    """`links` holds 0 as number where pages are left out."""

    current: int
    last: int
    previous_url: str
    next_url: str
    links: list[PageLink]


class SearchForm(msgspec.Struct, frozen=True):
    """The values the form shows again, as the person typed them."""

    q: str = ""
    place: str = ""
    radius_km: int = 0
    is_remote: bool = False
    theme: str = ""
    practice: str = ""


class ResultsPage(msgspec.Struct, frozen=True):
    """The whole answer to a search. `announcement` is read aloud by screen readers; `failure` is a French
    sentence when the engine did not reply (503)."""

    form: SearchForm
    title: str
    summary: str
    total: int
    first: int
    cards: CardList
    chips: list[Chip]
    clear_url: str
    facets: list[Facet]
    pagination: Pagination | None
    messages: list[str]
    place_choices: list[PlaceChoice]
    help_notice: HelpNotice | None
    near: NearMatches | None
    next_steps: list[NextStep]
    announcement: str
    failure: str
    canonical_url: str
    is_indexable: bool
    jupiterre_tier: bool


class Suggestion(msgspec.Struct, frozen=True):
    label: str
    detail: str
    url: str
    value: str


class SuggestionGroup(msgspec.Struct, frozen=True):
    title: str
    suggestions: list[Suggestion]
