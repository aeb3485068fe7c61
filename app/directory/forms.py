"""What the forms of a profile send, and how each is read, loaded and written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec

from app.directory import offering, places_of, profiles, services_of, trainings
from app.directory.editing import Block, Kind
from app.directory.offering import Practices, Themes
from app.directory.places import PlaceBook
from app.directory.places_of import PlaceWritten
from app.directory.profiles import Headline, Presentation, Remote, Terms, Welcome
from app.directory.services_of import Service
from app.directory.tables import PlaceKind
from app.directory.trainings import Training
from app.web.forms import Sent

SEEN, KEY = "vu", "cle"
"""The mark of what was shown; the key of a form that adds a line."""
_LONG = 20_000
"""A text too long comes back whole, with its sentence, rather than cut."""

Write = Callable[..., Awaitable[None]]


class BlockForm(msgspec.Struct, frozen=True):
    """`write(practitioner, written, seen=, now=)` raises `Refusals` or `Overtaken`."""

    title: str
    read: Callable[[Sent], Any]
    load: Callable[[int], Awaitable[Any]]
    write: Write


def ids(sent: Sent, name: str) -> list[int]:
    """The numbers sent under `name`; what is not one is 0, which nothing bears."""
    return [
        int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0
        for value in sent.many(name)
    ]


BLOCKS = {
    Block.HEADLINE: BlockForm(
        "Titre d’activité",
        lambda sent: Headline(sent.text("titre", max=_LONG)),
        profiles.headline_of,
        profiles.write_headline,
    ),
    Block.PRESENTATION: BlockForm(
        "Présentation",
        lambda sent: Presentation(sent.prose("presentation", max=_LONG)),
        profiles.presentation_of,
        profiles.write_presentation,
    ),
    Block.PRACTICES: BlockForm(
        "Pratiques",
        lambda sent: Practices(ids(sent, "pratiques")),
        offering.practices_of,
        offering.choose_practices,
    ),
    Block.THEMES: BlockForm(
        "Thématiques",
        lambda sent: Themes(ids(sent, "thematiques")),
        offering.themes_of,
        offering.choose_themes,
    ),
    Block.WELCOME: BlockForm(
        "Accueil",
        lambda sent: Welcome(sent.many("public"), sent.text("acces", max=40), sent.many("langues")),
        profiles.welcome_of,
        profiles.write_welcome,
    ),
    Block.TERMS: BlockForm(
        "Annulation et paiement",
        lambda sent: Terms(sent.prose("annulation", max=_LONG), sent.many("paiements")),
        profiles.terms_of,
        profiles.write_terms,
    ),
    Block.REMOTE: BlockForm(
        "Séances en visio",
        lambda sent: Remote(sent.text("lien", max=_LONG)),
        profiles.remote_of,
        profiles.write_remote,
    ),
}


class ListForm(msgspec.Struct, frozen=True):
    """A list edited line by line. `slug` is its place in the addresses, `new` where a line is added."""

    kind: Kind
    slug: str
    new: tuple[str, ...]


LISTS = {
    "prestations": ListForm(Kind.SERVICE, "prestations", ("nouvelle",)),
    "lieux": ListForm(Kind.PLACE, "lieux", ("cabinet", "zone")),
    "formations": ListForm(Kind.TRAINING, "formations", ("nouvelle",)),
}
_PLACE_KINDS = {"cabinet": PlaceKind.PRACTICE, "zone": PlaceKind.HOME_AREA}

Line = Service | PlaceWritten | Training


def blank(kind: Kind, new: str, practices: list[int]) -> Line:
    """A line as its form first shows it: what most write is there already."""
    if kind is Kind.PLACE:
        return PlaceWritten(kind=_PLACE_KINDS[new])
    if kind is Kind.TRAINING:
        return Training()
    only = practices[0] if len(practices) == 1 else 0
    return Service(practice=only, minutes="60", modes=["practice"])


def read_line(kind: Kind, sent: Sent, place: PlaceKind) -> Line:
    if kind is Kind.PLACE:
        return PlaceWritten(
            kind=place,
            label=sent.text("nom_du_lieu", max=_LONG),
            street=sent.text("rue", max=_LONG),
            postal_code=sent.text("code_postal", max=40),
            commune=sent.text("lieu", max=120),
            radius=sent.text("rayon", max=40),
            access_notes=sent.prose("acces", max=_LONG),
        )
    if kind is Kind.TRAINING:
        return Training(
            sent.text("intitule", max=_LONG),
            sent.text("organisme", max=_LONG),
            sent.text("annee", max=40),
        )
    return Service(
        label=sent.text("intitule", max=_LONG),
        description=sent.prose("description", max=_LONG),
        practice=sent.number("pratique") or 0,
        minutes=sent.text("duree", max=40),
        price=sent.text("prix", max=40),
        modes=sent.many("modes"),
        is_active=sent.flag("active"),
    )


async def load_line(kind: Kind, practitioner: int, line: int, book: PlaceBook) -> Line:
    """Raises `NoSuchLine` (404)."""
    if kind is Kind.PLACE:
        return await places_of.place_of(practitioner, line, book)
    if kind is Kind.TRAINING:
        return await trainings.training_of(practitioner, line)
    return await services_of.service_of(practitioner, line)


def place_kind(new: str) -> PlaceKind:
    return _PLACE_KINDS.get(new, PlaceKind.PRACTICE)


async def place_kind_of(practitioner: int, kind: Kind, line: int) -> PlaceKind:
    """Whether a place is an address or an area, which was chosen when it was added. Raises `NoSuchLine` (404)."""
    if kind is not Kind.PLACE:
        return PlaceKind.PRACTICE
    return await places_of.kind_of(practitioner, line)


async def add_line(
    practitioner: int, written: Line, *, book: PlaceBook, key: str, now: datetime
) -> int:
    """Raises `Refusals` or `TooManyLines`."""
    if isinstance(written, PlaceWritten):
        return await places_of.add(practitioner, written, book=book, key=key, now=now)
    if isinstance(written, Training):
        return await trainings.add(practitioner, written, key=key, now=now)
    return await services_of.add(practitioner, written, key=key, now=now)


async def change_line(
    practitioner: int, line: int, written: Line, *, book: PlaceBook, seen: str, now: datetime
) -> None:
    """Raises `Refusals`, `Overtaken`, `TakenOff`, or `NoSuchLine` (404)."""
    if isinstance(written, PlaceWritten):
        await places_of.change(practitioner, line, written, book=book, seen=seen, now=now)
    elif isinstance(written, Training):
        await trainings.change(practitioner, line, written, seen=seen, now=now)
    else:
        await services_of.change(practitioner, line, written, seen=seen, now=now)
