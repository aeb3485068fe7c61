"""Signs of life of the worker. (The queue's own tables are pgqueuer's, created by a migration.)"""

from __future__ import annotations

from piccolo.columns import Timestamptz, Varchar
from piccolo.table import Table


class Heartbeat(Table, tablename="heartbeat"):
    """When each process last said it was alive (UTC)."""

    name = Varchar(length=40, primary_key=True)
    seen_at = Timestamptz()
