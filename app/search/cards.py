"""The cards of the list: what is kept of each practitioner, with what one search says of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from markupsafe import Markup

from app.directory.place_names import Place
from app.directory.places import PlaceBook
from app.search import people, ranking
from app.search.criteria import Criteria
from app.search.lexicon import Lexicon, excerpt, letters_in, marks
from app.search.order import Order
from app.search.people import Person
from app.search.results import NAME, CardList, ListedCard


async def load(
    ids: list[int],
    criteria: Criteria,
    *,
    order: Order,
    tiers: dict[int, int],
    lexicon: Lexicon,
    now: datetime,
    asked: Place | None = None,
) -> CardList:
    """The cards of `ids`, in that order; a practitioner delisted since is simply left out.

    `asked`: the place asked, when `criteria` look farther.
    """
    found = await people.known(ids, order, tiers, now)
    maker = _CardMaker(criteria, lexicon, order.columns.book, asked)
    words = {i: maker.words(found[i]) for i in ids if i in found}
    texts = await people.texts([i for i in words if any(letters for _, letters in words[i])])
    shown = [maker.card(found[i], words[i], texts.get(i, "")) for i in words]
    return CardList(shown, maker.marks, maker.whole)


class _CardMaker:
    def __init__(
        self, criteria: Criteria, lexicon: Lexicon, book: PlaceBook, asked: Place | None
    ) -> None:
        self.criteria = criteria
        self.lexicon = lexicon
        self.marks = marks(criteria.q)
        self.whole = frozenset(self._meant_whole())
        place = criteria.place
        self._near = book.around(place, criteria.radius_km) if place else None
        self._is_farther = bool(place and asked and place.key != asked.key)
        self._written: dict[tuple[str, ...], str] = {}

    def words(self, person: Person) -> list[tuple[str, str]]:
        """What `Lexicon.reasons` says of the words of the query."""
        if not self.criteria.q:
            return []
        return self.lexicon.reasons(
            self.criteria.q,
            name_words=person.name_words,
            practices=person.practices,
            themes=person.themes,
            place_words=person.place_words,
        )

    def card(self, person: Person, words: list[tuple[str, str]], text: str) -> ListedCard:
        """The card, with why it is there: the reasons of `words`, those of `text` quoted."""
        said = [
            Markup("{} {}").format(reason, quoted)
            if letters and (quoted := excerpt(text, letters))
            else reason
            for reason, letters in words
        ]
        reasons = (*said, *self._reasons(person))
        return ListedCard(person.face, person.drawings, self._html(reasons))

    def _meant_whole(self) -> Iterator[int | str]:
        """The practices that the query means (a synonym) while no word of their label is to be marked; the names."""
        meant = self.lexicon.meanings(self.criteria.q) if self.criteria.q else ()
        yield from (NAME + meaning.letters for meaning in meant)
        known = self.lexicon.catalogue.practices
        for practice in {practice for meaning in meant for practice in meaning.practices}:
            if not self.marks.among(letters_in(known[practice].label)):
                yield practice

    def _html(self, reasons: tuple[str, ...]) -> str:
        """What fills the hole of the reasons: one line each (kept: they are often the same)."""
        html = self._written.get(reasons)
        if html is None:
            html = self._written[reasons] = str(Markup("</li>\n<li>").join(reasons))
        return html

    def _why_there(self, person: Person, place: Place) -> str:
        """Whether an address stands in the place asked, or the practitioner comes there."""
        if self._near is not None and any(self._near[spot] for spot in person.address_positions):
            if self._is_farther:
                return f"Plus loin que le lieu demandé : {place.label}."
            radius_km = self.criteria.radius_km
            around = f", {radius_km} km autour" if radius_km else ""
            return f"Lieu demandé : {place.label}{around}."
        return f"Se déplace jusqu’à {place.label} ({', '.join(person.areas)})."

    def _reasons(self, person: Person) -> list[str]:
        criteria = self.criteria
        said: list[str] = []
        if criteria.practice:
            said.append(f"Pratique demandée : {criteria.practice.label}.")
        if criteria.theme:
            said.append(f"Thématique demandée : {criteria.theme.label}.")
        if criteria.place:
            said.append(self._why_there(person, criteria.place))
        if criteria.is_remote:
            said.append("Propose des séances en visio.")
        return [*said, ranking.why_this_tier(person.face.tier), ranking.ALPHABETICAL]
