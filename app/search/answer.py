"""The results page, put together: cards, filters with their counts, criteria in force, near matches, ways out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from app.directory.place_names import Place
from app.search import cards, facets, meaning, sensitive, urls
from app.search.criteria import Criteria
from app.search.find import Finder, Found
from app.search.forms import Reading
from app.search.meilisearch_gateway import SearchUnavailable
from app.search.results import (
    CardList,
    Chip,
    HelpNotice,
    NearMatches,
    NextStep,
    PageLink,
    Pagination,
    PlaceChoice,
    ResultsPage,
)
from app.search.roster import Known

FEW = 3
"""Below so many results, near matches are proposed under their own title (terms § 3.2)."""
NEAR_SHOWN = 5


async def answer(finder: Finder, reading: Reading, known: Known, now: datetime) -> ResultsPage:
    """The page of `reading`; when the engine does not reply, a page that says so (its `failure` is set)."""
    criteria = reading.criteria
    try:
        found = await finder.find(criteria, known)
    except SearchUnavailable as unavailable:
        return _without_engine(reading, unavailable.message, known)
    lexicon = finder.lexicon(found.order)
    shown = await cards.load(
        found.ids,
        criteria,
        order=found.order,
        tiers=dict(zip(found.ids, found.tiers, strict=True)),
        lexicon=lexicon,
        now=now,
    )
    term = sensitive.term_in(criteria.q) if criteria.q else None
    notice = sensitive.notice_for(term) if term else None
    is_literal = term is not None and term.level in sensitive.LITERAL_LEVELS
    messages = list(reading.messages)
    if criteria.page > found.last_page and found.total:
        messages.append("Cette page n’existe pas : voici la dernière.")
    may_widen = (
        found.total < FEW
        and found.page == 1
        and not (is_literal or criteria.is_empty or reading.is_ambiguous)
    )
    return ResultsPage(
        form=reading.form,
        title=_title(criteria),
        summary=_summary(found),
        total=found.total,
        first=(found.page - 1) * 20 + 1,
        cards=shown,
        chips=_chips(criteria),
        clear_url=urls.PATH,
        facets=facets.of(found, criteria, finder.book),
        pagination=_pagination(found, criteria),
        messages=messages,
        place_choices=_choices(reading),
        help_notice=notice,
        near=await _near(finder, criteria, found, known, now) if may_widen else None,
        next_steps=await _next_steps(finder, criteria, known) if not found.total else [],
        announcement=_announcement([*messages, *_question(reading)], notice, _summary(found)),
        failure="",
        canonical_url=_canonical(criteria, found.page),
        is_indexable=criteria.is_empty and found.page == 1,
        jupiterre_tier=found.versions.jupiterre_tier,
    )


def _without_engine(reading: Reading, failure: str, known: Known) -> ResultsPage:
    criteria = reading.criteria
    term = sensitive.term_in(criteria.q)
    notice = sensitive.notice_for(term) if term else None
    steps = [
        NextStep(label="Parcourir par thématique", url="/thematiques"),
        NextStep(label="Parcourir par pratique", url="/pratiques"),
    ]
    if not Criteria(
        theme=criteria.theme,
        practice=criteria.practice,
        place=criteria.place,
        is_remote=criteria.is_remote,
    ).is_empty:
        steps.insert(
            0,
            NextStep(
                label="Garder les autres critères, sans les mots", url=urls.of(criteria, q="")
            ),
        )
    return ResultsPage(
        form=reading.form,
        title=_title(criteria),
        summary=failure,
        total=0,
        first=1,
        cards=CardList(),
        chips=_chips(criteria),
        clear_url=urls.PATH,
        facets=[],
        pagination=None,
        messages=reading.messages,
        place_choices=_choices(reading),
        help_notice=notice,
        near=None,
        next_steps=steps,
        announcement=_announcement([*reading.messages, *_question(reading)], notice, failure),
        failure=failure,
        canonical_url=_canonical(criteria, 1),
        is_indexable=False,
        jupiterre_tier=known.versions.jupiterre_tier,
    )


# ---- words ----------------------------------------------------------------------------------


def _title(criteria: Criteria) -> str:
    parts = [entry.label for entry in (criteria.practice, criteria.theme) if entry]
    if criteria.q:
        parts.append(f"« {criteria.q} »")
    if not parts:
        parts.append("Praticiens du bien-être")
    if criteria.place:
        around = f" et {criteria.radius_km} km autour" if criteria.radius_km else ""
        parts.append(criteria.place.label + around)
    if criteria.is_remote:
        parts.append("en visio")
    return " · ".join(parts)


def _summary(found: Found) -> str:
    if not found.total:
        return "Aucun praticien ne répond à tous ces critères."
    number = f"{found.total:,}".replace(",", "\u202f")
    said = f"{number} praticien{'s' if found.total > 1 else ''}"
    if found.last_page > 1:
        said += f", page {found.page} sur {found.last_page}"
    return said


def _announcement(messages: list[str], notice: HelpNotice | None, said: str) -> str:
    """What a screen reader hears when the list changes: help first, then what was left aside, then the count."""
    help_first = [notice.title, ", ".join(line.phone for line in notice.lines)] if notice else []
    return ". ".join(part.rstrip(".") for part in [*help_first, *messages, said] if part)


def _question(reading: Reading) -> list[str]:
    """What is asked about the place, for whoever listens to the page."""
    number = len(reading.choices)
    said = f"{number} propositions" if number > 1 else "Une proposition"
    return [f"Quel lieu cherchez-vous ? {said}"] if number else []


def _canonical(criteria: Criteria, page: int) -> str:
    alone = Criteria(theme=criteria.theme, practice=criteria.practice) == Criteria(
        q=criteria.q,
        theme=criteria.theme,
        practice=criteria.practice,
        place=criteria.place,
        is_remote=criteria.is_remote,
    )
    if alone and page == 1 and criteria.practice and not criteria.theme:
        return criteria.practice.url
    if alone and page == 1 and criteria.theme and not criteria.practice:
        return criteria.theme.url
    return urls.of(criteria, page=page)


def _chips(criteria: Criteria) -> list[Chip]:
    chips = []
    if criteria.q:
        chips.append(Chip("q", f"« {criteria.q} »", urls.of(criteria, q="")))
    if criteria.theme:
        chips.append(Chip("theme", criteria.theme.label, urls.of(criteria, theme=None)))
    if criteria.practice:
        chips.append(Chip("practice", criteria.practice.label, urls.of(criteria, practice=None)))
    if criteria.place:
        chips.append(
            Chip("place", criteria.place.label, urls.of(criteria, place=None, radius_km=0))
        )
        if criteria.radius_km:
            chips.append(
                Chip("radius", f"{criteria.radius_km} km autour", urls.of(criteria, radius_km=0))
            )
    if criteria.is_remote:
        chips.append(Chip("remote", "En visio", urls.of(criteria, is_remote=False)))
    return chips


def _choices(reading: Reading) -> list[PlaceChoice]:
    return [
        PlaceChoice(
            label=place.label, detail=place.detail, url=urls.of(reading.criteria, place=place)
        )
        for place in reading.choices
    ]


def _pagination(found: Found, criteria: Criteria) -> Pagination | None:
    if found.last_page == 1:
        return None
    current, last = found.page, found.last_page
    near = {1, 2, last - 1, last, current - 1, current, current + 1}
    links: list[PageLink] = []
    previous = 0
    for number in sorted(n for n in near if 1 <= n <= last):
        if number > previous + 1:
            links.append(PageLink(0, "", False))
        links.append(PageLink(number, urls.of(criteria, page=number), number == current))
        previous = number
    return Pagination(
        current=current,
        last=last,
        previous_url=urls.of(criteria, page=current - 1) if current > 1 else "",
        next_url=urls.of(criteria, page=current + 1) if current < last else "",
        links=links,
    )


# ---- when little or nothing is found ----------------------------------------------------------

_KINDS = {"department": "département", "region": "région"}


def _kind_and_name(place: Place) -> str:
    """« département Corrèze (19) », whose label says that it is one when a commune bears its name."""
    return f"{_KINDS[place.kind]} {place.label.replace('(département ', '(')}"


def _wider(
    criteria: Criteria, meant: Criteria | None, finder: Finder, known: Known
) -> list[tuple[Criteria, str]]:
    """What was probably `meant`, then searches that ask a little less, the closest first, each with the words that
    say so."""
    tries = [(meant, _title(meant))] if meant else []
    asked = meant or criteria
    tries += _elsewhere(asked, finder)
    if asked.is_remote:
        tries.append((_with(asked, is_remote=False, page=1), "Sans la visio"))
    if asked.theme and (asked.practice or asked.q):
        words = f"Sans la thématique {asked.theme.label}"
        tries.append((_with(asked, theme=None, page=1), words))
    if asked.practice and (asked.theme or asked.q):
        words = f"Sans la pratique {asked.practice.label}"
        tries.append((_with(asked, practice=None, page=1), words))
    if asked.q and (asked.theme or asked.practice or asked.place):
        tries.append((_with(asked, q="", page=1), f"Sans « {asked.q} »"))
    fewer = meaning.with_fewer_words(asked, finder.lexicon(known.order))
    return tries + [(each, f"Avec moins de mots : « {each.q} »") for each in fewer]


def _elsewhere(criteria: Criteria, finder: Finder) -> list[tuple[Criteria, str]]:
    """The same search around the place asked: its department, its region, in visio, anywhere."""
    place = criteria.place
    if place is None:
        return []
    change: dict[str, Any] = {"page": 1, "radius_km": 0}
    tries = [
        (_with(criteria, place=wide, **change), f"Plus loin, {_kind_and_name(wide)}")
        for wide in finder.book.wider(place)
    ]
    if not criteria.is_remote:
        remote = _with(criteria, place=None, is_remote=True, **change)
        tries.append((remote, "À distance, en visio"))
    tries.append((_with(criteria, place=None, **change), "Partout en France"))
    return tries


def _with(criteria: Criteria, **changes: Any) -> Criteria:
    return msgspec.structs.replace(criteria, **changes)


async def _near(
    finder: Finder, criteria: Criteria, found: Found, known: Known, now: datetime
) -> NearMatches | None:
    meant = meaning.meant(criteria, finder.book, finder.lexicon(known.order))
    for wider, words in _wider(criteria, meant, finder, known):
        other = await finder.find(wider, known)
        positions = other.order.positions(other.bits & ~found.bits)[:NEAR_SHOWN]
        if not len(positions):
            continue
        ids = other.order.ids[positions].tolist()
        tiers = dict(zip(ids, other.order.tiers[positions].tolist(), strict=True))
        return NearMatches(
            title=f"Vous cherchiez peut-être : {words}"
            if wider is meant
            else "Autres praticiens (ne répondent pas à tous vos critères)",
            explanation="Le lieu et la visio ont aussi leur place dans la recherche, plus haut."
            if wider is meant
            else words,
            cards=await cards.load(
                ids,
                wider,
                order=other.order,
                tiers=tiers,
                lexicon=finder.lexicon(other.order),
                now=now,
                asked=(meant or criteria).place,
            ),
            more_url=urls.of(wider),
        )
    return None


async def _next_steps(finder: Finder, criteria: Criteria, known: Known) -> list[NextStep]:
    steps = []
    meant = meaning.meant(criteria, finder.book, finder.lexicon(known.order))
    for wider, words in _wider(criteria, meant, finder, known):
        total = (await finder.find(wider, known)).total
        if total:
            steps.append(
                NextStep(
                    label=f"{words} : {total} praticien{'s' if total > 1 else ''}",
                    url=urls.of(wider),
                )
            )
    steps.append(NextStep(label="Parcourir les thématiques", url="/thematiques"))
    steps.append(NextStep(label="Voir tous les praticiens référencés", url=urls.PATH))
    return steps


def address(reading: Reading, found: ResultsPage) -> str:
    """The address of the page shown, with canonical values (what the address bar takes)."""
    page = found.pagination.current if found.pagination else 1
    return urls.of(reading.criteria, page=page)
