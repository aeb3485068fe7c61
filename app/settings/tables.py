"""Settings the operator may change while the site runs; each change is a row with who, when and from when on."""

from __future__ import annotations

from piccolo.columns import JSONB, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class SettingChange(Table, tablename="setting_change"):
    """The value a setting takes from `effective_at` (UTC) on."""

    id = Serial(primary_key=True)
    name = Varchar(length=80, index=True)
    value = JSONB()
    effective_at = Timestamptz()
    changed_at = Timestamptz(default=TimestamptzNow())
    changed_by = Varchar(length=120)
