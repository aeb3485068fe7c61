"""How far the search index has followed the directory, and what was searched in vain, without anybody's name."""

from __future__ import annotations

from piccolo.columns import BigInt, Date, Integer, Serial, SmallInt, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class IndexState(Table, tablename="index_state"):
    """One row. `indexed_version`: last directory version in the index; `content_version`: changes at each
    change of the index's content, so that answers kept in memory know when they are old."""

    id = SmallInt(primary_key=True)
    indexed_version = BigInt(default=0)
    content_version = BigInt(default=0)
    index_state_single = Check("id = 1")


class FruitlessSearch(Table, tablename="fruitless_search"):
    """How many times words found nobody on a day: shown from five times on, tied to no one (spec/law § 2.9)."""

    id = Serial(primary_key=True)
    searched_on = Date(default=None, null=False)
    words = Varchar(length=120)
    times = Integer(default=0)
    fruitless_search_once = Unique(columns=["searched_on", "words"])
