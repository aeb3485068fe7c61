"""The map of the addresses: each has a name, none disappears by accident, all open without an account."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app import config
from tests.factories import practitioner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

WRITTEN = config.ROOT / "tests/house/routes.txt"
ANSWERED_IN_PART = ("/praticiens/suggestions", "/praticiens/lieux")
"""Lists that only the script asks for."""


def routes_of(site: Any) -> list[tuple[str, str, str]]:
    """(name, method, path) of every address but the answers to OPTIONS, which the framework adds."""
    return sorted(
        (handler.name or "", method, route.path)
        for route in site.routes
        for method, (handler, _) in route.route_handler_map.items()
        if method != "OPTIONS"
    )


def written() -> list[tuple[str, ...]]:
    lines = WRITTEN.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split()) for line in lines if line.strip() and not line.startswith("#")]


async def test_no_address_disappears_or_appears_unnoticed(site: Any) -> None:
    found = {" ".join(route) for route in routes_of(site)}
    known = {" ".join(route) for route in written()}
    lost = sorted(known - found)
    assert not lost, (
        f"une adresse disparaît : pensez à la rediriger, puis à {WRITTEN.name} : {lost}"
    )
    new = sorted(found - known)
    assert not new, f"une adresse apparaît : ajoutez-la à {WRITTEN.name} : {new}"


async def test_every_address_is_named_after_its_room(site: Any) -> None:
    rooms = {folder.name for folder in (config.ROOT / "app").iterdir() if folder.is_dir()}
    for name, _, path in routes_of(site):
        assert re.fullmatch(r"[a-z]+\.[a-z][a-z_]*", name), (name, path)
        assert name.partition(".")[0] in rooms, (name, path)


async def test_two_doors_never_bear_the_same_name(site: Any) -> None:
    doors: dict[str, set[str]] = {}
    for route in site.routes:
        for method, (handler, _) in route.route_handler_map.items():
            if method != "OPTIONS":
                doors.setdefault(handler.name, set()).add(handler.fn.__qualname__)
    assert {name: found for name, found in doors.items() if len(found) > 1} == {}


async def test_addresses_are_written_in_french_small_letters(site: Any) -> None:
    for _, _, path in routes_of(site):
        fixed = re.sub(r"\{[^}]*\}", "", path)
        assert re.fullmatch(r"[a-z./-]*", fixed), path


async def test_every_address_without_parameter_opens_for_an_anonymous_visitor(
    visitor: Visitor, site: Any
) -> None:
    await practitioner()
    for _, method, path in routes_of(site):
        if method == "GET" and "{" not in path:
            answer = await visitor.get(path, htmx=path in ANSWERED_IN_PART)
            assert answer.status == 200, path
            assert "set-cookie" not in answer.headers, path


async def test_nothing_changes_by_being_read(site: Any) -> None:
    """Until there are accounts, no address takes anything but a reading."""
    assert {method for _, method, _ in routes_of(site)} == {"GET"}
