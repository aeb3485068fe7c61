"""When a practitioner works: weekly opening hours, and whether booking is open."""

from __future__ import annotations

from piccolo.columns import Boolean, ForeignKey, Serial, SmallInt
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from app.directory.tables import PracticePlace, Practitioner


class WeeklyOpening(Table, tablename="weekly_opening"):
    """One opening range of the typical week, in local minutes since midnight at the practice place."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    place = ForeignKey(references=PracticePlace, null=True, on_delete=OnDelete.set_null)
    weekday = SmallInt(help_text="0 = Monday")
    opens_at_minute = SmallInt()
    closes_at_minute = SmallInt()
    weekly_opening_real = Check(
        "weekday BETWEEN 0 AND 6 AND opens_at_minute >= 0"
        " AND opens_at_minute < closes_at_minute AND closes_at_minute <= 1440"
    )


class BookingRules(Table, tablename="booking_rules"):
    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, unique=True
    )
    is_open = Boolean(default=False, help_text="the practitioner takes appointments online")
