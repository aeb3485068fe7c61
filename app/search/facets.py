"""The filters beside the list: which values are proposed, in which order, with how many results each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from markupsafe import escape

from app.directory.catalogue import PracticeEntry, ThemeEntry
from app.directory.place_names import Place
from app.directory.places import PlaceBook
from app.search import urls
from app.search.criteria import Criteria
from app.search.find import Found
from app.search.results import Facet, FacetValue

VALUES_SHOWN = 8
VALUES_FOLDED = 22
"""Behind « Voir les autres »; rarer ones are reached by their own page or by a word."""

Choice = TypeVar("Choice", ThemeEntry, PracticeEntry, Place)


def of(found: Found, criteria: Criteria, book: PlaceBook) -> list[Facet]:
    """The filters that have something to propose, with the counts of `found`."""
    catalogue, counts = found.order.catalogue, found.counts
    theme, practice, place = criteria.theme, criteria.practice, criteria.place
    region = next((r for r in book.region_places if place and r.key == place.key), None)
    remote = FacetValue(
        label="En visio",
        count=counts.remote,
        href=str(escape(urls.of(criteria, is_remote=not criteria.is_remote))),
        is_chosen=criteria.is_remote,
    )
    facets = [
        Facet(
            name="remote",
            title="Séances à distance",
            values=[remote] if remote.count or remote.is_chosen else [],
            more=[],
            has_choice=remote.is_chosen,
        ),
        _facet(
            "themes",
            "Thématiques",
            zip(catalogue.themes.values(), counts.themes, strict=True),
            theme,
            urls.of(criteria, theme=None),
            urls.adding(criteria, "theme"),
        ),
        _facet(
            "practices",
            "Pratiques",
            zip(catalogue.practices.values(), counts.practices, strict=True),
            practice,
            urls.of(criteria, practice=None),
            urls.adding(criteria, "practice"),
        ),
        _facet(
            "regions",
            "Régions",
            zip(book.region_places, counts.regions, strict=True),
            region,
            urls.of(criteria, place=None, radius_km=0),
            urls.adding(criteria, "place", radius_km=0),
        ),
    ]
    return [facet for facet in facets if facet.values]


def _facet(
    name: str,
    title: str,
    counted: Iterable[tuple[Choice, int]],
    chosen: Choice | None,
    without: str,
    adding: Callable[[Choice], str],
) -> Facet:
    """The chosen value first, then those that lead somewhere, the most frequent first.

    `without`: the address that lets go of the chosen value; `adding`: what gives that of another.
    """
    kept = [(entry, count) for entry, count in counted if count or entry is chosen]
    kept.sort(key=lambda pair: (pair[0] is not chosen, -pair[1], pair[0].label))
    values = [
        FacetValue(
            label=entry.label,
            count=count,
            href=str(escape(without)) if entry is chosen else adding(entry),
            is_chosen=entry is chosen,
        )
        for entry, count in kept[: VALUES_SHOWN + VALUES_FOLDED]
    ]
    return Facet(
        name=name,
        title=title,
        values=values[:VALUES_SHOWN],
        more=values[VALUES_SHOWN:],
        has_choice=chosen is not None,
    )
