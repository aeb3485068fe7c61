"""Pages and parts of pages in caches: never one for the other, never an old one, sent compressed when wanted."""

from __future__ import annotations

import brotli
import pytest

from app.web.headers import Surroundings
from tests import factories
from tests.visitors import HTMX
from tests.web.asking import ask

pytestmark = pytest.mark.anyio

KEYS = {"HX-Request", "HX-Request-Type", "HX-History-Restore-Request", "Accept-Encoding"}


@pytest.mark.parametrize(
    "path", ["/", "/praticiens", "/praticiens/lieux", "/precautions", "/nulle-part"]
)
async def test_a_cache_keeps_a_page_and_its_part_apart(served: Surroundings, path: str) -> None:
    for headers in ({}, HTMX, {"Accept-Encoding": "br"}):
        answer = await ask(served, path, headers=headers)
        assert set(answer.headers["vary"].split(", ")) >= KEYS
        assert answer.headers["cache-control"] == "no-cache"


async def test_the_same_address_has_a_page_and_a_part(served: Surroundings, empty: None) -> None:
    page = await ask(served, "/praticiens")
    part = await ask(served, "/praticiens", headers=HTMX)
    assert page.html.startswith("<!DOCTYPE html>")
    assert "<html" not in part.html
    assert 'id="resultats"' in page.html
    assert 'id="resultats"' in part.html
    assert page.headers["etag"] != part.headers["etag"]


@pytest.mark.parametrize(
    "extra",
    [
        {"HX-History-Restore-Request": "true"},
        {"HX-Request-Type": "full"},
        {"HX-Request": "false"},
    ],
)
async def test_back_and_boosted_links_get_the_whole_page(
    served: Surroundings, extra: dict[str, str]
) -> None:
    answer = await ask(served, "/praticiens", headers=HTMX | extra)
    assert answer.html.startswith("<!DOCTYPE html>")


async def test_a_page_that_has_not_changed_is_not_sent_again(
    served: Surroundings, empty: None
) -> None:
    for headers in ({}, HTMX, {"Accept-Encoding": "br"}):
        first = await ask(served, "/praticiens", headers=headers)
        etag = first.headers["etag"]
        again = await ask(served, "/praticiens", headers=headers | {"If-None-Match": etag})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == etag
        assert set(again.headers["vary"].split(", ")) >= KEYS
        assert "content-encoding" not in again.headers


async def test_a_part_never_stands_for_the_page(served: Surroundings, empty: None) -> None:
    part = await ask(served, "/praticiens", headers=HTMX)
    page = await ask(served, "/praticiens", headers={"If-None-Match": part.headers["etag"]})
    assert page.status == 200


async def test_a_change_in_the_directory_is_a_new_page(served: Surroundings, empty: None) -> None:
    before = await ask(served, "/praticiens")
    slug = await factories.practitioner()
    after = await ask(served, "/praticiens", headers={"If-None-Match": before.headers["etag"]})
    assert after.status == 200
    assert slug in after.html


async def test_an_error_is_never_taken_for_the_page(served: Surroundings) -> None:
    answer = await ask(served, "/nulle-part")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/praticiens", "/precautions", "/nulle-part"])
async def test_a_page_is_compressed_for_those_who_take_it(served: Surroundings, path: str) -> None:
    plain = await ask(served, path)
    small = await ask(served, path, headers={"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "br"
    assert int(small.headers["content-length"]) == len(small.body) < len(plain.body) / 2
    assert len(brotli.decompress(small.body)) == pytest.approx(len(plain.body), abs=20)


@pytest.mark.parametrize("accept", ["", "gzip, deflate", "br;q=0", "identity"])
async def test_a_page_is_plain_for_the_others(served: Surroundings, accept: str) -> None:
    answer = await ask(served, "/precautions", headers={"Accept-Encoding": accept})
    assert "content-encoding" not in answer.headers
    assert answer.html.startswith("<!DOCTYPE html>")


async def test_a_very_short_answer_is_not_worth_compressing(served: Surroundings) -> None:
    headers = HTMX | {"Accept-Encoding": "br"}
    answer = await ask(served, "/praticiens/lieux", headers=headers)
    assert len(answer.body) < 600
    assert "content-encoding" not in answer.headers
