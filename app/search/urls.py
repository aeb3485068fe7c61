"""The addresses of the search: the URL is the state, with its parameters always in the same order."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec

from app.search.find import Criteria

PATH = "/praticiens"


def of(criteria: Criteria, **changes: Any) -> str:
    """The address of `criteria` with `changes`; unless said, a change goes back to the first page."""
    if changes and "page" not in changes:
        changes["page"] = 1
    wanted = msgspec.structs.replace(criteria, **changes)
    parameters = {
        "q": wanted.q,
        "theme": wanted.theme.slug if wanted.theme else "",
        "pratique": wanted.practice.slug if wanted.practice else "",
        "lieu": wanted.place.key if wanted.place else "",
        "rayon": str(wanted.radius_km) if wanted.place and wanted.radius_km else "",
        "visio": "1" if wanted.is_remote else "",
        "page": str(wanted.page) if wanted.page > 1 else "",
    }
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{PATH}?{query}" if query else PATH
