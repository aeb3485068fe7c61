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


async def test_every_address_without_parameter_opens_for_an_anonymous_visitor_or_leads_to_sign_in(
    visitor: Visitor, site: Any
) -> None:
    """Only the pages with a form set a cookie, which is that of the form."""
    await practitioner()
    for _, method, path in routes_of(site):
        if method != "GET" or "{" in path:
            continue
        answer = await visitor.get(path, htmx=path in ANSWERED_IN_PART)
        if answer.status == 303:
            assert answer.headers["location"].startswith("/connexion"), path
        else:
            assert answer.status == 200, path
        has_form = 'name="jeton"' in answer.html
        cookie = answer.headers.get("set-cookie", "")
        assert cookie.startswith("formulaire=") or not cookie, path
        assert bool(cookie) <= has_form, path
        visitor.cookies.clear()


async def test_what_changes_something_takes_no_form_without_its_token(
    visitor: Visitor, site: Any
) -> None:
    """Every address but the few that prove in another way who asks, and say so."""
    for name, method, path in routes_of(site):
        if method == "GET":
            continue
        door = next(route for route in site.routes if route.path == path)
        exempt = door.route_handler_map[method][0].opt.get("csrf_exempt")
        address = re.sub(r"\{\w+:\w+\}", "1", path)
        answer = await visitor.request(method, address, content=b"")
        assert exempt or answer.status in (403, 404), (name, answer.status)
        stolen = await visitor.request(method, address, headers={"Sec-Fetch-Site": "cross-site"})
        assert exempt or stolen.status in (403, 404), (name, stolen.status)
