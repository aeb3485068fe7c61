"""The search index: what each practitioner's document holds, how it follows the directory, how it is rebuilt.

The index only answers *who holds these words*. Order, filters, counts and listing come from the roster.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from app import config
from app.database import connection
from app.directory import changes
from app.search.meilisearch_gateway import IndexGateway
from app.search.words import ONE_TYPO_FROM, TWO_TYPOS_FROM, split

PRECISE = ["name", "practices", "synonyms", "themes", "needs", "places"]
"""Where the words of a search are looked for first; names and places forgive no typing error."""
LITERAL = [*PRECISE, "text"]
"""Where those of a sensitive search are looked for, written as they are."""
BATCH = 500
"""Documents a task: small ones, so that a change waits little behind a rebuild (2 s at most, decision 6)."""
_ALL = 1_000_000
_REBUILDING = 7_301_002
"""The lock of whoever rebuilds: any number, the same for all."""

SETTINGS: dict[str, Any] = {
    "searchableAttributes": [*LITERAL, "name_loose", "places_loose"],
    "displayedAttributes": ["id"],
    # Which themes and practices: groups of people that are known to hold a word, or not, by counting them.
    "filterableAttributes": [
        {
            "attributePatterns": ["id", "theme_ids", "practice_ids"],
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": False}},
        }
    ],
    "sortableAttributes": [],
    # The engine orders nothing: « words » only drops what does not hold them all.
    "rankingRules": ["words"],
    # Its stop words are case-sensitive, and the usual French list breaks « bien-être ».
    "stopWords": [],
    "typoTolerance": {
        "enabled": True,
        "minWordSizeForTypos": {"oneTypo": ONE_TYPO_FROM, "twoTypos": TWO_TYPOS_FROM},
        # In the words of a presentation a mistyped name would meet strangers (« Renard », « regarde »).
        "disableOnAttributes": ["name", "places", "text"],
        "disableOnNumbers": True,
    },
    "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["fra"]}],
    "proximityPrecision": "byAttribute",
    "facetSearch": False,
    # Below the number of documents either of these would silently cut the set.
    "pagination": {"maxTotalHits": _ALL},
    "faceting": {"maxValuesPerFacet": _ALL},
    "synonyms": {
        "st": ["saint"],
        "ste": ["sainte"],
        "saint": ["st"],
        "sainte": ["ste"],
        "jupiterre": ["jupi terre"],
    },
}

_DOCUMENTS = """
SELECT p.id, p.last_name, concat_ws(' ', p.first_name, p.last_name, nullif(p.trade_name, '')) AS name,
  coalesce(f.headline, '') || ' ' || coalesce(f.presentation, '') AS presentation,
  ARRAY(SELECT s.label FROM service s WHERE s.practitioner = p.id AND s.is_active) AS services,
  pr.labels AS practices, pr.synonyms, th.labels AS themes, th.keywords AS needs, pl.names AS places,
  pr.ids AS practice_ids, th.ids AS theme_ids
FROM practitioner p LEFT JOIN profile f ON f.practitioner = p.id
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(c.label), '{}') AS labels,
         coalesce(array_agg(array_to_string(c.synonyms, ' · ')), '{}') AS synonyms,
         coalesce(array_agg(c.id), '{}') AS ids
  FROM practice_offered o JOIN practice c ON c.id = o.practice AND c.is_active
  WHERE o.practitioner = p.id) pr
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(t.label), '{}') AS labels,
         coalesce(array_agg(array_to_string(t.keywords, ' · ')), '{}') AS keywords,
         coalesce(array_agg(t.id), '{}') AS ids
  FROM theme_chosen o JOIN theme t ON t.id = o.theme AND t.is_active
  WHERE o.practitioner = p.id) th
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(DISTINCT concat_ws(' · ', c.name, v.name, d.name, r.name)), '{}') AS names
  FROM practice_place l JOIN commune c ON c.code = l.commune JOIN department d ON d.code = c.department
  JOIN region r ON r.code = c.region LEFT JOIN commune v ON v.code = c.city
  WHERE l.practitioner = p.id) pl
WHERE p.listing_state = 'listed' AND (p.listing_ends_at IS NULL OR p.listing_ends_at > now())
"""


def name() -> str:
    """The index of this installation."""
    return config.current().index_prefix + "practitioners"


def document(record: Any) -> dict[str, Any]:
    """The document of one practitioner; `_loose` twins forgive typing errors, for the second try."""
    joined = "".join(split(record["last_name"]))
    return {
        "id": record["id"],
        # « legoff » finds Le Goff, whoever else is called Legoff.
        "name": f"{record['name']} · {joined}",
        "practices": record["practices"],
        "synonyms": record["synonyms"],
        "themes": record["themes"],
        "needs": record["needs"],
        "places": record["places"],
        "practice_ids": record["practice_ids"],
        "theme_ids": record["theme_ids"],
        "name_loose": record["name"],
        "places_loose": record["places"],
        "text": " · ".join([record["presentation"], *record["services"]]),
    }


async def follow(gateway: IndexGateway) -> int:
    """Send the index every change it has not seen; answers how many practitioners were sent.

    Reads the database, not the note: notes may come twice, late or together. One at a time (the worker's queue
    sees to it). Raises `SearchUnavailable` and `TaskFailed`: the job is then tried again.
    """
    state = await connection.row(
        "SELECT indexed_version, content_version FROM index_state WHERE id = 1"
    )
    before, content = (state["indexed_version"], state["content_version"]) if state else (0, 0)
    latest, touched = await changes.since(before)
    if touched is None:
        await rebuild(gateway, report=lambda _: None)
        return -1
    if not touched:
        return 0
    found = await connection.rows(_DOCUMENTS + " AND p.id = ANY($1::int[])", touched)
    documents = [document(record) for record in found]
    gone = sorted(set(touched) - {document["id"] for document in documents})
    for start in range(0, len(documents), BATCH):
        await gateway.put(name(), documents[start : start + BATCH])
    if gone:
        await gateway.remove(name(), gone)
    # A rebuild that ended meanwhile (it changed the content) chose the version to follow from: it stays.
    await connection.execute(
        "UPDATE index_state SET content_version = content_version + 1,"
        " indexed_version = CASE WHEN content_version = $1 THEN $2 ELSE indexed_version END WHERE id = 1",
        content,
        latest,
    )
    return len(touched)


async def rebuild(gateway: IndexGateway, *, report: Callable[[str], None]) -> int:
    """Build a new index beside the old one and swap them: no gap, nothing lost; answers its number of documents.

    What changes while it runs is sent again after the swap, because the followed version is set back to
    where it stood before the first row was read. A second rebuild waits for the first.
    """
    async with connection.alone(_REBUILDING):
        return await _rebuild(gateway, report)


async def _rebuild(gateway: IndexGateway, report: Callable[[str], None]) -> int:
    known = await connection.row("SELECT version FROM directory_version WHERE id = 1")
    version: int = known["version"] if known else 0
    fresh = name() + "_next"
    await gateway.drop(fresh)
    await gateway.create(fresh, SETTINGS)
    sent = 0
    async for records in _batches():
        await gateway.put(fresh, [document(record) for record in records])
        sent += len(records)
        report(f"{sent} fiches dans l’index")
    if not await gateway.exists(name()):
        await gateway.create(name(), SETTINGS)
    await gateway.swap(name(), fresh)
    async with connection.transaction():
        await connection.execute(
            "UPDATE index_state SET content_version = content_version + 1, indexed_version = $1 WHERE id = 1",
            version,
        )
        await changes.leave_note()
    await gateway.drop(fresh)
    return sent


async def _batches() -> AsyncIterator[list[Any]]:
    last = 0
    while True:
        records = await connection.rows(
            _DOCUMENTS + " AND p.id > $1 ORDER BY p.id LIMIT $2", last, BATCH
        )
        if not records:
            return
        yield records
        last = records[-1]["id"]


async def is_built(gateway: IndexGateway) -> bool:
    """Whether the index exists, can be asked what this version asks, and holds as many practitioners as are listed."""
    if not await gateway.exists(name()):
        return False
    found = await gateway.settings(name())
    if found["filterableAttributes"] != SETTINGS["filterableAttributes"]:
        return False
    typos = "typoTolerance", "disableOnAttributes"
    if set(found[typos[0]][typos[1]]) != set(SETTINGS[typos[0]][typos[1]]):
        return False
    listed = await connection.number(
        "SELECT count(*) FROM practitioner WHERE listing_state = 'listed'"
        " AND (listing_ends_at IS NULL OR listing_ends_at > now())"
    )
    return await gateway.count(name()) == listed
