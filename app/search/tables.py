"""How far the search index has followed the directory."""

from __future__ import annotations

from piccolo.columns import BigInt, SmallInt
from piccolo.constraints import Check
from piccolo.table import Table


class IndexState(Table, tablename="index_state"):
    """One row. `indexed_version`: last directory version in the index; `content_version`: changes at each
    change of the index's content, so that answers kept in memory know when they are old."""

    id = SmallInt(primary_key=True)
    indexed_version = BigInt(default=0)
    content_version = BigInt(default=0)
    index_state_single = Check("id = 1")
