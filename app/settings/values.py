"""The settings of the product, their defaults, and their value at a given moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from app.database import connection
from app.errors import Refused

JUPITERRE_TIER = "ranking.jupiterre_tier"
"""Whether users of the operator's software form a tier of their own (terms § 3.2, reading A)."""

DEFAULTS: dict[str, Any] = {JUPITERRE_TIER: True}


class UnknownSetting(Refused):
    message = "Ce réglage n’existe pas."


class WrongValue(Refused):
    message = "Cette valeur ne convient pas à ce réglage."


async def value_of(name: str, now: datetime) -> Any:
    """The value `name` has at `now` (UTC): the last change in effect, else the default."""
    found = await connection.row(
        "SELECT value FROM setting_change WHERE name = $1 AND effective_at <= $2"
        " ORDER BY effective_at DESC, id DESC LIMIT 1",
        name,
        now,
    )
    return DEFAULTS[name] if found is None else msgspec.json.decode(found["value"])


async def changed_at(name: str, now: datetime) -> datetime | None:
    """When the value in effect at `now` took effect (UTC); None while the default holds."""
    found = await connection.row(
        "SELECT max(effective_at) AS at FROM setting_change WHERE name = $1 AND effective_at <= $2",
        name,
        now,
    )
    return found["at"] if found else None


async def change(name: str, value: Any, *, by: str, effective_at: datetime) -> None:
    """Give `name` a new value from `effective_at` (UTC) on; earlier values stay on record.

    Raises `UnknownSetting` and `WrongValue` (the type must be that of the default).
    """
    if name not in DEFAULTS:
        raise UnknownSetting
    if type(value) is not type(DEFAULTS[name]):
        raise WrongValue
    await connection.execute(
        "INSERT INTO setting_change (name, value, effective_at, changed_by)"
        " VALUES ($1, $2::jsonb, $3, $4)",
        name,
        msgspec.json.encode(value).decode(),
        effective_at,
        by,
    )
