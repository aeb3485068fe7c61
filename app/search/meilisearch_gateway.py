"""The only file that speaks to Meilisearch: the hot query by one shared HTTP client, the rest by the official one.

The hot query asks `Accept-Encoding: identity`: compressed answers of the engine stall some 40 ms on a kept connection.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import meilisearch
import msgspec
from meilisearch.errors import MeilisearchError
from meilisearch.models.task import Task

from app.errors import Unavailable

OPEN_AFTER = 3
OPEN_SECONDS = 5.0
"""After so many failures in a row the engine is left alone so long: a frozen one must not hold every request."""
_INSTANCE_LIMIT_MS = 60_000


class SearchUnavailable(Unavailable):
    message = "La recherche par mot ne répond pas pour le moment."


class TaskFailed(Exception):
    """The engine accepted a task and could not do it; the message is the engine's."""


class _Facets(msgspec.Struct):
    id: dict[int, int] = {}


class _Answer(msgspec.Struct):
    totalHits: int  # noqa: N815  # the engine's words
    facetDistribution: _Facets = msgspec.field(default_factory=_Facets)  # noqa: N815


class _Answers(msgspec.Struct):
    results: list[_Answer]


_DECODER = msgspec.json.Decoder(_Answer)
_ALL_DECODER = msgspec.json.Decoder(_Answers)


class SearchGateway:
    """The questions of the web process: which documents hold these words?"""

    def __init__(self, url: str, key: str | None, *, timeout_ms: int) -> None:
        headers = {"Accept-Encoding": "identity", "Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._url = url
        self._session = aiohttp.ClientSession(
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=timeout_ms / 1000, connect=0.2),
            connector=aiohttp.TCPConnector(limit=20),
            auto_decompress=False,
        )
        self._failures = 0
        self._closed_until = 0.0

    async def close(self) -> None:
        await self._session.close()

    async def matching(self, index: str, query: str, attributes: list[str] | None) -> list[int]:
        """The ids of every document of `index` that holds all the words of `query`, in no order.

        `attributes` limits where the words are looked for. Raises `SearchUnavailable`.
        """
        body = _asking(query, attributes) | {"facets": ["id"]}
        raw = await self._post(f"/indexes/{index}/search", msgspec.json.encode(body))
        return list(_DECODER.decode(raw).facetDistribution.id)

    async def matching_besides(
        self, index: str, query: str, attributes: list[str], group: str
    ) -> list[int] | None:
        """The ids that hold all the words of `query` outside `group` (a filter), when all of the group holds them.

        None when some of the group does not: then nothing is known. It costs two counts, however large the group.
        Raises `SearchUnavailable`.
        """
        asked = _asking(query, attributes)
        queries = [
            _asking("", None) | {"filter": group},
            asked | {"filter": group},
            asked | {"filter": f"NOT ({group})", "facets": ["id"]},
        ]
        body = {"queries": [query | {"indexUid": index} for query in queries]}
        raw = await self._post("/multi-search", msgspec.json.encode(body))
        everyone, holding, others = _ALL_DECODER.decode(raw).results
        if holding.totalHits < everyone.totalHits:
            return None
        return list(others.facetDistribution.id)

    async def is_healthy(self) -> bool:
        """Whether visitors are answered: while the engine is left alone they are not, however well it is again."""
        if self._is_left_alone():
            return False
        try:
            async with self._session.get(f"{self._url}/health") as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    def _is_left_alone(self) -> bool:
        return time.monotonic() < self._closed_until

    async def _post(self, path: str, body: bytes) -> bytes:
        if self._is_left_alone():
            raise SearchUnavailable
        try:
            async with self._session.post(self._url + path, data=body) as answer:
                raw = await answer.read()
                if answer.status == 200:
                    self._failures = 0
                    return raw
        except (aiohttp.ClientError, TimeoutError, RuntimeError):
            # RuntimeError: uvloop's word for a connection closed between its choice and the writing.
            pass
        self._failures += 1
        if self._failures >= OPEN_AFTER:
            self._closed_until = time.monotonic() + OPEN_SECONDS
        raise SearchUnavailable


def _asking(query: str, attributes: list[str] | None) -> dict[str, Any]:
    """All the documents that hold all the words of `query`, counted, none of them sent."""
    body: dict[str, Any] = {"q": query, "matchingStrategy": "all", "page": 1, "hitsPerPage": 0}
    return body if attributes is None else body | {"attributesToSearchOn": attributes}


class IndexGateway:
    """The orders of the worker: documents, settings, swap. Each call waits for its task."""

    def __init__(self, url: str, key: str | None) -> None:
        self._client = meilisearch.Client(url, key, timeout=10)

    async def put(self, index: str, documents: list[dict[str, Any]]) -> None:
        """Add or replace `documents`; raises `TaskFailed`, or `SearchUnavailable` when the engine is down."""
        await self._do(lambda: self._client.index(index).add_documents(documents, "id"))

    async def remove(self, index: str, ids: list[int]) -> None:
        await self._do(lambda: self._client.index(index).delete_documents(filter=f"id IN {ids}"))

    async def create(self, index: str, settings: dict[str, Any]) -> None:
        await self._do(lambda: self._client.create_index(index, {"primaryKey": "id"}))
        await self._do(lambda: self._client.index(index).update_settings(settings))

    async def swap(self, one: str, other: str) -> None:
        await self._do(lambda: self._client.swap_indexes([{"indexes": [one, other]}]))

    async def drop(self, index: str) -> None:
        """Delete `index`; nothing happens when it does not exist."""
        try:
            await self._do(lambda: self._client.delete_index(index))
        except TaskFailed as failure:
            if "index_not_found" not in str(failure):
                raise

    async def clear(self, index: str) -> None:
        """Remove every document of `index`, keeping its settings."""
        await self._do(lambda: self._client.index(index).delete_all_documents())

    async def exists(self, index: str) -> bool:
        try:
            await asyncio.to_thread(self._client.get_index, index)
        except MeilisearchError as error:
            if getattr(error, "code", "") == "index_not_found":
                return False
            raise SearchUnavailable from error
        return True

    async def settings(self, index: str) -> dict[str, Any]:
        """How `index` is set, in the engine's words."""
        return await asyncio.to_thread(self._client.index(index).get_settings)

    async def count(self, index: str) -> int:
        stats = await asyncio.to_thread(self._client.index(index).get_stats)
        return int(stats.number_of_documents)

    async def _do(self, order: Any) -> None:
        try:
            info = await asyncio.to_thread(order)
            task: Task = await asyncio.to_thread(
                self._client.wait_for_task, info.task_uid, _INSTANCE_LIMIT_MS, 10
            )
        except (MeilisearchError, OSError) as error:
            raise SearchUnavailable from error
        if task.status != "succeeded":
            raise TaskFailed(f"{task.type}: {task.error}")
