"""The settings as the administrator changes them: the value in force, the one announced, who changed what and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.database import connection
from app.evidence import register
from app.legal import ranking
from app.rendering import moments
from app.settings import values
from app.settings.values import JUPITERRE_TIER, UnknownSetting, WrongValue


class Change(msgspec.Struct, frozen=True):
    """A value and when it takes effect (UTC)."""

    words: str
    effective_at: datetime
    changed_by: str


class Adjustable(msgspec.Struct, frozen=True):
    """A setting: a yes or no, else a number and its bounds. `latest`: its last change, which its form carries."""

    name: str
    label: str
    value: Any
    bounds: tuple[int, int] | None
    announced: Change | None
    past: list[Change]
    latest: int

    @property
    def is_switch(self) -> bool:
        return isinstance(self.value, bool)

    @property
    def is_period(self) -> bool:
        """Whether it says how long something is kept: shortened, it may erase at the next nightly run."""
        return self.name.startswith(values.RETENTION)

    @property
    def has_notice(self) -> bool:
        """Whether a change is announced fifteen days before."""
        return self.name == JUPITERRE_TIER

    @property
    def words(self) -> str:
        return _words(self.value)


async def adjustables(now: datetime) -> list[Adjustable]:
    """Every setting at `now` (UTC), in the order of the program."""
    rows = await connection.rows(
        "SELECT id, name, value, effective_at, changed_by FROM setting_change ORDER BY effective_at DESC, id DESC"
    )
    changes: dict[str, list[Change]] = {}
    latest: dict[str, int] = {}
    for row in rows:
        latest[row["name"]] = max(row["id"], latest.get(row["name"], 0))
        told = Change(
            _words(msgspec.json.decode(row["value"])), row["effective_at"], row["changed_by"]
        )
        changes.setdefault(row["name"], []).append(told)
    return [
        Adjustable(
            name=name,
            label=values.LABELS[name],
            value=await values.value_of(name, now),
            bounds=values.BOUNDS.get(name),
            announced=next((one for one in changes.get(name, []) if one.effective_at > now), None),
            past=[one for one in changes.get(name, []) if one.effective_at <= now][:5],
            latest=latest.get(name, 0),
        )
        for name in values.DEFAULTS
    ]


async def adjust(
    name: str, typed: str, *, seen: int, by: UUID, author: str, now: datetime
) -> datetime:
    """Give a setting the value typed; answers when it takes effect (UTC): the ranking waits fifteen days, with its
    rules (P2B art. 3(2)); the others change at once, and the value they have already changes nothing.

    `seen`: its last change, as its author saw it. Raises `UnknownSetting`, `WrongValue`, `OutOfBounds`,
    `values.ChangedMeanwhile`, and those of `ranking.change_tier`.
    """
    if name not in values.DEFAULTS:
        raise UnknownSetting
    wanted = _read(typed, is_switch=isinstance(values.DEFAULTS[name], bool))
    if name == JUPITERRE_TIER:
        return (await ranking.change_tier(wanted, by=author, now=now, seen=seen)).effective_at
    async with connection.transaction():
        before = await values.value_of(name, now)
        if before != wanted:
            await values.change(name, wanted, by=author, effective_at=now, seen=seen)
            await register.acted(by, "reglage.change", reglage=name, avant=before, apres=wanted)
    return now


def _read(typed: str, *, is_switch: bool) -> int:
    if is_switch:
        if typed not in ("oui", "non"):
            raise WrongValue
        return typed == "oui"
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 9:
        raise WrongValue("Donnez un nombre entier.")
    return int(typed)


def told(effective_at: datetime, now: datetime) -> str:
    """What is said after a change."""
    if effective_at <= now:
        return "C’est enregistré."
    return f"Changement annoncé : il prendra effet le {moments.moment(effective_at)}."


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)
