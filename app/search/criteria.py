"""What a search asks."""

from __future__ import annotations

import msgspec

from app.directory.catalogue import PracticeEntry, ThemeEntry
from app.directory.place_names import Place


class Criteria(msgspec.Struct, frozen=True):
    """What is asked, resolved; combined with AND. `radius_km` counts from the centre of the commune."""

    q: str = ""
    theme: ThemeEntry | None = None
    practice: PracticeEntry | None = None
    place: Place | None = None
    radius_km: int = 0
    is_remote: bool = False
    page: int = 1

    @property
    def is_empty(self) -> bool:
        return not (self.q or self.theme or self.practice or self.place or self.is_remote)

    @property
    def title(self) -> str:
        """What is asked, in the words of a title."""
        parts = [entry.label for entry in (self.practice, self.theme) if entry]
        if self.q:
            parts.append(f"« {self.q} »")
        if not parts:
            parts.append("Praticiens du bien-être")
        if self.place:
            around = f" et {self.radius_km} km autour" if self.radius_km else ""
            parts.append(self.place.label + around)
        if self.is_remote:
            parts.append("en visio")
        return " · ".join(parts)
