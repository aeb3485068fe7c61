"""Reading a search from its URL: whatever arrives, a search comes out, and a sentence for what was left aside."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.directory.catalogue import Catalogue
from app.directory.place_names import Place
from app.directory.places import PlaceBook
from app.search.criteria import Criteria
from app.search.results import SearchForm
from app.search.words import typed, words_of

RADII_KM = (5, 10, 20, 30, 50, 100)
MAX_PAGE = 1_000_000
KINDS_OF_PLACE = "Essayez une ville, un code postal, un département ou une région."


class Reading(msgspec.Struct, frozen=True):
    """What was understood; `choices` are the places to ask about, none of them clearly meant when `is_ambiguous`."""

    criteria: Criteria
    form: SearchForm
    messages: list[str]
    choices: tuple[Place, ...]
    is_ambiguous: bool


def read(parameters: Mapping[str, str], catalogue: Catalogue, book: PlaceBook) -> Reading:
    """The search that `parameters` (of the URL) describe."""
    messages: list[str] = []
    q = asked = typed(parameters.get("q", ""))
    if q and not words_of(q):
        messages.append(
            f"Nous ne comprenons aucun mot dans « {q} » : la liste n’en tient pas compte."
        )
        asked = ""
    theme_slug = typed(parameters.get("theme", ""))
    theme = catalogue.theme_by_slug.get(theme_slug)
    if theme_slug and theme is None:
        messages.append("Cette thématique n’existe pas : elle a été laissée de côté.")
    practice_slug = typed(parameters.get("pratique", ""))
    practice = catalogue.practice_by_slug.get(practice_slug)
    if practice_slug and practice is None:
        messages.append("Cette pratique n’existe pas : elle a été laissée de côté.")
    place_text = typed(parameters.get("lieu", ""))
    resolution = book.resolve(place_text)
    place = resolution.place
    if place_text and place is None:
        messages.append(
            f"Nous ne connaissons pas le lieu « {place_text} » : la liste n’en tient pas compte."
            + ("" if resolution.choices else f" {KINDS_OF_PLACE}")
        )
    elif place and resolution.is_corrected:
        messages.append(f"Lieu compris comme : {place.label}.")
    radius = _number(parameters.get("rayon", ""), 0, 500)
    if radius is None:
        messages.append(
            "Le rayon doit être un nombre de kilomètres, de 1 à 500 : il a été laissé de côté."
        )
    elif radius and place is None and not place_text:
        messages.append(
            "Le rayon se compte autour d’une commune : indiquez laquelle dans « Où ? »."
        )
    elif radius and place and not place.radius_centres:
        messages.append("Le rayon se compte autour d’une commune : il a été laissé de côté.")
        radius = 0
    page = _number(parameters.get("page", ""), 1, MAX_PAGE)
    if page is None:
        messages.append("Ce numéro de page n’existe pas : voici la première page.")
    is_remote = parameters.get("visio", "") in ("1", "on", "true", "oui")
    criteria = Criteria(
        q=asked,
        theme=theme,
        practice=practice,
        place=place,
        radius_km=radius or 0,
        is_remote=is_remote,
        page=page or 1,
    )
    form = SearchForm(
        q=q,
        place=place.label if place else place_text,
        radius_km=radius or 0,
        is_remote=is_remote,
        theme=theme.slug if theme else "",
        practice=practice.slug if practice else "",
    )
    is_ambiguous = bool(place and place.kind == "homonyms" and place.centre < 0)
    return Reading(criteria, form, messages, resolution.choices, is_ambiguous)


def _number(raw: str, low: int, high: int) -> int | None:
    """`raw` as a number; `low` when nothing was given; None when it is none, or out of bounds."""
    text = raw.strip()
    if not text:
        return low
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    return int(text) if low <= int(text) <= high else None
