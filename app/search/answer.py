"""The results page, put together: cards, filters with their counts, criteria in force, near matches, ways out."""

from __future__ import annotations

from datetime import datetime

from app.search import cards, facets, sensitive, urls, widening
from app.search.criteria import Criteria
from app.search.find import Finder, Found
from app.search.forms import Reading
from app.search.meilisearch_gateway import SearchUnavailable
from app.search.results import (
    CardList,
    Chip,
    HelpNotice,
    NextStep,
    PageLink,
    Pagination,
    PlaceChoice,
    ResultsPage,
)
from app.search.roster import Known

FEW = 3
"""Below so many results, near matches are proposed under their own title (terms § 3.2)."""


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
        title=criteria.title,
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
        near=await widening.near(finder, criteria, found, known, now) if may_widen else None,
        next_steps=await widening.next_steps(finder, criteria, known) if not found.total else [],
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
        title=criteria.title,
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


def address(reading: Reading, found: ResultsPage) -> str:
    """The address of the page shown, with canonical values (what the address bar takes)."""
    page = found.pagination.current if found.pagination else 1
    return urls.of(reading.criteria, page=page)
