"""The text pages as they are served: all there, in their frame, at the addresses people know."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app import config
from app.accounts import devices, sessions
from app.accounts import handlers as accounts
from app.legal import publishing, ranking
from app.legal.tables import Document
from app.pages.texts import TEXT_PAGES
from app.rendering import filters
from app.web import csrf, flash
from app.web import sessions as web_sessions
from tests.pages.test_texts import page_of
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

every_text = pytest.mark.parametrize("slug", [*TEXT_PAGES, *(one.value for one in Document)])


@every_text
async def test_a_text_is_served_in_its_frame(visitor: Visitor, slug: str) -> None:
    seen = await visitor.get(f"/{slug}")
    page = page_of(slug)
    assert seen.status == 200
    assert seen.text("h1") == page.title.replace("\u202f", " ")
    assert seen.attribute("link[rel=canonical]", "href") == f"{config.current().public_url}/{slug}"
    assert seen.attribute("meta[name=description]", "content") == page.description
    assert not seen.has('meta[name="robots"]')
    for anchor, _ in page.toc:
        assert seen.has(f'.toc a[href="#{anchor}"]')
        assert seen.has(f"h2#{anchor}")


async def test_the_privacy_policy_keeps_its_address(visitor: Visitor) -> None:
    """EX-11-1."""
    seen = await visitor.get("/politique-de-protection-des-donnees")
    assert (seen.status, seen.text("h1")) == (200, "Politique de protection des données")


async def test_the_licences_are_served_with_every_part(visitor: Visitor) -> None:
    """EX-9-1: the parts of the product and their licences, at everyone's disposal."""
    words = (await visitor.get("/licences")).text("main")
    for part in ("litestar", "piccolo", "Jinja2", "htmx", "Meilisearch", "PostgreSQL", "GeoNames"):
        assert part.lower() in words.lower()


async def test_the_legal_notice_is_that_of_the_settings(visitor: Visitor) -> None:
    """EX-2-1."""
    words = (await visitor.get("/mentions-legales")).text("main")
    operator = config.current().operator
    for value in (operator.name, operator.share_capital, operator.registration, operator.address):
        assert value in words


async def test_a_legal_text_shows_its_version_and_its_date(visitor: Visitor) -> None:
    """EX-0-1."""
    for document in Document:
        told = (await visitor.get(f"/{document}")).text("main")
        assert "Version 1, en vigueur depuis le 1er janvier 2026." in told


async def test_the_ranking_page_says_the_order_in_force(visitor: Visitor) -> None:
    """EX-3.2-7: turn the tier off, and the text changes with the order, fifteen days later."""
    before = (await visitor.get("/classement")).text("main")
    assert "Troisième groupe" in before
    moment = datetime.now(UTC) - timedelta(seconds=1)
    await ranking.change_tier(False, by="essai", now=moment - publishing.NOTICE)
    after = (await visitor.get("/classement")).text("main")
    assert "Troisième groupe" not in after
    assert "aucun effet sur le classement" in after
    assert filters.day(moment.astimezone(ZoneInfo("Europe/Paris"))).replace("\u00a0", " ") in after


async def test_a_change_to_come_does_not_change_the_ranking_page_yet(visitor: Visitor) -> None:
    moment = datetime.now(UTC)
    await ranking.change_tier(False, by="essai", now=moment)
    seen = await visitor.get("/classement")
    assert "Troisième groupe" in seen.text("main")
    effective_on = (moment + publishing.NOTICE).astimezone(ZoneInfo("Europe/Paris"))
    assert f"La version 2 prendra effet le {filters.day(effective_on)}".replace("\u00a0", " ") in (
        seen.text("main")
    )


async def test_the_cookie_page_says_what_is_true(visitor: Visitor) -> None:
    seen = await visitor.get("/cookies")
    assert re.search(r"aucun cookie", seen.text("main"))
    assert "set-cookie" not in seen.headers


async def test_every_cookie_the_program_leaves_is_on_the_page(visitor: Visitor) -> None:
    told = {
        row.css_first("th").text(): row.css("td")[-1].text()  # type: ignore[union-attr]
        for row in (await visitor.get("/cookies")).all("#connexion ~ table tbody tr")
    }
    assert set(told) == {
        csrf.COOKIE,
        web_sessions.COOKIE,
        web_sessions.DEVICE,
        flash.COOKIE,
        accounts.STEP,
    }
    assert told[web_sessions.COOKIE].endswith(f"{sessions.LIFE.days} jours au plus")
    assert devices.KNOWN_FOR.days // 30 == int(told[web_sessions.DEVICE].split()[0])
    assert f"{flash.LASTING.seconds // 60} minutes" == told[flash.COOKIE]
    assert f"{accounts.STEP_SECONDS // 60} minutes" == told[accounts.STEP]
