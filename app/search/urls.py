"""The addresses of the search: the URL is the state, with its parameters always in the same order."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote_plus

from markupsafe import escape

from app.search.criteria import Criteria

PATH = "/praticiens"
_SAME: Final[Any] = object()
_quoted = lru_cache(maxsize=2048)(quote_plus)


def of(
    criteria: Criteria,
    *,
    q: str = _SAME,
    theme: Any = _SAME,
    practice: Any = _SAME,
    place: Any = _SAME,
    radius_km: int = _SAME,
    is_remote: bool = _SAME,
    page: int = 1,
) -> str:
    """The address of `criteria` with these changes, on its first page unless said.

    Slugs and keys of places need no quoting; written out because a results page holds a hundred addresses.
    """
    q = criteria.q if q is _SAME else q
    theme = criteria.theme if theme is _SAME else theme
    practice = criteria.practice if practice is _SAME else practice
    place = criteria.place if place is _SAME else place
    radius_km = criteria.radius_km if radius_km is _SAME else radius_km
    is_remote = criteria.is_remote if is_remote is _SAME else is_remote
    parts = []
    if q:
        parts.append("q=" + _quoted(q))
    if theme:
        parts.append("theme=" + theme.slug)
    if practice:
        parts.append("pratique=" + practice.slug)
    if place:
        parts.append("lieu=" + place.key)
        if radius_km:
            parts.append(f"rayon={radius_km}")
    if is_remote:
        parts.append("visio=1")
    if page > 1:
        parts.append(f"page={page}")
    return f"{PATH}?{'&'.join(parts)}" if parts else PATH


class _Slot:
    slug = key = "\0"


def adding(criteria: Criteria, name: str, **changes: Any) -> Callable[[Any], str]:
    """What gives the address of `criteria` with a theme, a practice or a place (`name`), and other `changes`.

    As HTML writes it: the rest of the address is written and escaped once, however many values are proposed, and slugs
    and keys of places have nothing to escape.
    """
    changes[name] = _Slot
    before, after = str(escape(of(criteria, **changes))).split(_Slot.slug)
    if name == "place":
        return lambda place: f"{before}{place.key}{after}"
    return lambda entry: f"{before}{entry.slug}{after}"
