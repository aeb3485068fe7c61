"""When little or nothing is found: what was probably meant, then searches that ask a little less (terms § 3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from app.directory.place_names import Place
from app.search import cards, meaning, urls
from app.search.criteria import Criteria
from app.search.find import Finder, Found
from app.search.results import NearMatches, NextStep
from app.search.roster import Known

NEAR_SHOWN = 5
_OTHERS = "Autres praticiens (ne répondent pas à tous vos critères)"
_KINDS = {"department": "département", "region": "région"}


class Wider(msgspec.Struct, frozen=True):
    """Another search to propose, in words; `place` is the one asked, which it may have left."""

    criteria: Criteria
    words: str
    place: Place | None
    is_meant: bool = False


async def near(
    finder: Finder, criteria: Criteria, found: Found, known: Known, now: datetime
) -> NearMatches | None:
    """The first practitioners of the closest search that has some besides those `found`."""
    for wider in _wider(criteria, finder, known):
        other = await finder.find(wider.criteria, known)
        positions = other.order.positions(other.bits & ~found.bits)[:NEAR_SHOWN]
        if not len(positions):
            continue
        ids = other.order.ids[positions].tolist()
        tiers = dict(zip(ids, other.order.tiers[positions].tolist(), strict=True))
        return NearMatches(
            title=f"Vous cherchiez peut-être : {wider.words}" if wider.is_meant else _OTHERS,
            explanation="Le lieu et la visio ont aussi leur place dans la recherche, plus haut."
            if wider.is_meant
            else wider.words,
            cards=await cards.load(
                ids,
                wider.criteria,
                order=other.order,
                tiers=tiers,
                lexicon=finder.lexicon(other.order),
                now=now,
                asked=wider.place,
            ),
            more_url=urls.of(wider.criteria),
        )
    return None


async def next_steps(finder: Finder, criteria: Criteria, known: Known) -> list[NextStep]:
    """The ways out of an empty list: those that lead to somebody, with their number, then the ways to browse."""
    steps = []
    for wider in _wider(criteria, finder, known):
        total = (await finder.find(wider.criteria, known)).total
        if total:
            number = f"{total} praticien{'s' if total > 1 else ''}"
            steps.append(NextStep(label=f"{wider.words} : {number}", url=urls.of(wider.criteria)))
    steps.append(NextStep(label="Parcourir les thématiques", url="/thematiques"))
    steps.append(NextStep(label="Voir tous les praticiens référencés", url=urls.PATH))
    return steps


def _wider(criteria: Criteria, finder: Finder, known: Known) -> Iterator[Wider]:
    """What was probably meant, then what asks a little less, the closest first."""
    lexicon = finder.lexicon(known.order)
    meant = meaning.meant(criteria, finder.book, lexicon)
    asked = replace(meant or criteria, page=1)
    if meant:
        yield Wider(meant, meant.title, meant.place, is_meant=True)
    for less, words in [*_elsewhere(asked, finder), *_less(asked)]:
        yield Wider(less, words, asked.place)
    for less in meaning.with_fewer_words(asked, lexicon):
        yield Wider(less, f"Avec moins de mots : « {less.q} »", asked.place)


def _elsewhere(asked: Criteria, finder: Finder) -> Iterator[tuple[Criteria, str]]:
    """The same search around the place asked: its department, its region, in visio, anywhere."""
    if asked.place is None:
        return
    for wide in finder.book.wider(asked.place):
        yield replace(asked, place=wide, radius_km=0), f"Plus loin, {_kind_and_name(wide)}"
    anywhere = replace(asked, place=None, radius_km=0)
    if not asked.is_remote:
        yield replace(anywhere, is_remote=True), "À distance, en visio"
    yield anywhere, "Partout en France"


def _less(asked: Criteria) -> Iterator[tuple[Criteria, str]]:
    """The same search without one of its criteria."""
    if asked.is_remote:
        yield replace(asked, is_remote=False), "Sans la visio"
    if asked.theme and (asked.practice or asked.q):
        yield replace(asked, theme=None), f"Sans la thématique {asked.theme.label}"
    if asked.practice and (asked.theme or asked.q):
        yield replace(asked, practice=None), f"Sans la pratique {asked.practice.label}"
    if asked.q and (asked.theme or asked.practice or asked.place):
        yield replace(asked, q=""), f"Sans « {asked.q} »"


def _kind_and_name(place: Place) -> str:
    """« département Corrèze (19) », whose label says that it is one when a commune bears its name."""
    return f"{_KINDS[place.kind]} {place.label.replace('(département ', '(')}"
