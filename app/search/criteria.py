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
