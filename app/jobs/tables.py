"""Signs of life of the worker, and what the clock has started. (The queue itself: pgqueuer, by a migration.)"""

from __future__ import annotations

from piccolo.columns import Date, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Unique
from piccolo.table import Table


class Heartbeat(Table, tablename="heartbeat"):
    """When each process last said it was alive (UTC)."""

    name = Varchar(length=40, primary_key=True)
    seen_at = Timestamptz()


class ClockRun(Table, tablename="clock_run"):
    """A recurring work started for a day of Paris: the row makes it start once, whoever looks at the clock."""

    id = Serial(primary_key=True)
    name = Varchar(length=60)
    due_on = Date(default=None, null=False)
    started_at = Timestamptz(default=TimestamptzNow())
    clock_run_once = Unique(columns=["name", "due_on"])
