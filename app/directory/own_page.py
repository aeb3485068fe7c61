"""A practitioner's own page, as they see it to edit it: what is shown, what is missing, what the aid would say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.database import connection
from app.directory import (
    catalogue,
    completeness,
    lines,
    portraits,
    profiles,
    showing,
    vocabulary,
    wording,
)
from app.directory.catalogue import Catalogue
from app.directory.editing import Kind, NoSuchLine
from app.directory.names import name_in
from app.directory.places import PlaceBook
from app.directory.showing import PlaceShown, ServiceShown, TrainingShown
from app.directory.tables import ListingState
from app.directory.wording import Found

Choices = list[tuple[str, str]]
"""(value, words) pairs."""

ADDRESSES = {
    "portrait": "/espace/profil/photo",
    "headline": "/espace/profil/titre#bloc-titre",
    "presentation": "/espace/profil/presentation#bloc-presentation",
    "practices": "/espace/profil/pratiques#bloc-pratiques",
    "themes": "/espace/profil/thematiques#bloc-thematiques",
    "place": "/espace/lieux/cabinet#lieux-ajout",
    "services": "/espace/profil#bloc-prestations",
    "hours": "/espace/horaires",
    "training": "/espace/formations/nouvelle#formations-ajout",
    "terms": "/espace/profil/conditions#bloc-conditions",
    "legal": "/espace/dossier",
    "audience": "/espace/profil/accueil#bloc-accueil",
}
"""Where each criterion is met."""


class Missing(msgspec.Struct, frozen=True):
    """A criterion not met, and where it is."""

    name: str
    label: str
    sentence: str
    url: str


class Progress(msgspec.Struct, frozen=True):
    met: int
    total: int
    missing: list[Missing]


class LineShown(msgspec.Struct, frozen=True):
    """A line of a list, or (`is_removed`) what was just taken off, at its place."""

    id: int
    label: str
    shown: ServiceShown | PlaceShown | TrainingShown | None = None
    found: Sequence[Found] = ()
    is_removed: bool = False


class OwnPage(msgspec.Struct, frozen=True):
    slug: str
    name: str
    is_listed: bool
    has_portrait: bool
    photo: str
    headline: str
    presentation: list[str]
    practices: list[str]
    themes: list[str]
    services: list[LineShown]
    places: list[LineShown]
    trainings: list[LineShown]
    audience: list[str]
    access: str
    languages: list[str]
    cancellation_terms: list[str]
    payment_methods: list[str]
    remote_link: str
    lacks_remote_link: bool
    found: dict[str, list[Found]]
    progress: Progress
    catalogue: Catalogue
    offered: list[int]

    @property
    def has_hours(self) -> bool:
        """The hours themselves are the calendar's: only their criterion is known here."""
        return all(each.name != "hours" for each in self.progress.missing)

    @property
    def own_practices(self) -> Choices:
        """Those a service may be of."""
        known = self.catalogue.practices
        return [(str(i), known[i].label) for i in self.offered if i in known]

    @property
    def families(self) -> dict[str, Choices]:
        """All the practices on offer, by family."""
        found: dict[str, Choices] = {}
        for entry in self.catalogue.practices.values():
            found.setdefault(entry.family, []).append((str(entry.id), entry.label))
        return found

    @property
    def all_themes(self) -> Choices:
        return [(str(entry.id), entry.label) for entry in self.catalogue.themes.values()]


_OWN = """
SELECT p.slug, p.first_name, p.last_name, p.trade_name, p.is_structure, p.listing_state, p.listing_ends_at,
  f.portrait, f.headline, f.presentation, f.audience, f.access, f.languages, f.cancellation_terms,
  f.payment_methods,
  ARRAY(SELECT practice FROM practice_offered o WHERE o.practitioner = p.id ORDER BY position, o.id) AS practices,
  ARRAY(SELECT theme FROM theme_chosen t WHERE t.practitioner = p.id ORDER BY position, t.id) AS themes
FROM practitioner p LEFT JOIN profile f ON f.practitioner = p.id WHERE p.id = $1
"""


async def own_page(practitioner: int, book: PlaceBook, *, now: datetime) -> OwnPage:
    """Everything the page shows at `now` (UTC). Raises `NoSuchLine` (404)."""
    row = await connection.row(_OWN, practitioner)
    if row is None:
        raise NoSuchLine
    known = await catalogue.load()
    ends_at = row["listing_ends_at"]
    texts = {name: row[name] or "" for name in ("headline", "presentation", "cancellation_terms")}
    return OwnPage(
        slug=row["slug"],
        name=name_in(row),
        is_listed=row["listing_state"] == ListingState.LISTED and (not ends_at or ends_at > now),
        has_portrait=bool(row["portrait"]),
        photo=portraits.file_of(row["portrait"] or ""),
        headline=texts["headline"],
        presentation=showing.paragraphs(texts["presentation"]),
        practices=[known.practices[i].label for i in row["practices"] if i in known.practices],
        themes=[known.themes[i].label for i in row["themes"] if i in known.themes],
        services=await _lines(practitioner, Kind.SERVICE, showing.service, now),
        places=await _lines(
            practitioner, Kind.PLACE, lambda place: showing.place(place, book), now
        ),
        trainings=await _lines(practitioner, Kind.TRAINING, showing.training, now),
        audience=showing.words(row["audience"], vocabulary.AUDIENCE),
        access=vocabulary.ACCESS.get(row["access"] or "", ""),
        languages=list(row["languages"] or []),
        cancellation_terms=showing.paragraphs(texts["cancellation_terms"]),
        payment_methods=showing.words(row["payment_methods"], vocabulary.PAYMENT),
        remote_link=(await profiles.remote_of(practitioner)).link,
        lacks_remote_link=await profiles.lacks_remote_link(practitioner),
        found={name: wording.risky_words(text) for name, text in texts.items()},
        progress=await progress_of(practitioner),
        catalogue=known,
        offered=list(row["practices"]),
    )


async def progress_of(practitioner: int) -> Progress:
    """How many criteria are met, and what is missing (« 9 sur 12 »), in their order."""
    found = await connection.rows(
        "SELECT criterion FROM profile_criterion WHERE practitioner = $1 AND is_met", practitioner
    )
    met = {row["criterion"] for row in found}
    missing = [
        Missing(each.name, each.label, each.missing, ADDRESSES[each.name])
        for each in completeness.CRITERIA
        if each.name not in met
    ]
    total = len(completeness.CRITERIA)
    return Progress(met=total - len(missing), total=total, missing=missing)


async def _lines(practitioner: int, kind: Kind, shown: Any, now: datetime) -> list[LineShown]:
    """The lines in their order, what was just taken off among them."""
    rows = await connection.rows(
        f"SELECT * FROM {kind.value} WHERE practitioner = $1 ORDER BY position, id",  # noqa: S608
        practitioner,
    )
    placed = [(row["position"], row["id"], _line(row, shown(row))) for row in rows]
    placed += [
        (gone.position, gone.line, LineShown(gone.line, gone.label, is_removed=True))
        for gone in await lines.removed_of(practitioner, kind, now=now)
    ]
    return [line for _, _, line in sorted(placed, key=lambda each: each[:2])]


def _line(row: Any, shown: ServiceShown | PlaceShown | TrainingShown) -> LineShown:
    if isinstance(shown, ServiceShown):
        found = wording.risky_words(f"{shown.label}\n{shown.description}")
        return LineShown(row["id"], shown.label, shown, found)
    return LineShown(row["id"], shown.title, shown)
