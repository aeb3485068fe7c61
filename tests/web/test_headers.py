"""What every answer carries: a strict content policy, the other security headers, and never a cookie."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.web import headers
from app.web.headers import CONTENT_SECURITY_POLICY, SECURITY, Surroundings, accepts
from tests.visitors import HTMX
from tests.web.asking import Answer, ask

pytestmark = pytest.mark.anyio


@pytest.fixture
async def answers(
    served: Surroundings, failing: Surroundings, site: Any, empty: None
) -> dict[str, Answer]:
    """One answer of each kind, asked by somebody who sends cookies."""
    with_cookies = {"Cookie": "sid=essai; theme=sombre"}
    asked = {
        "home": ("/", {}),
        "results": ("/praticiens", {}),
        "fragment": ("/praticiens", HTMX),
        "suggestions": ("/praticiens/lieux?lieu=ly", HTMX),
        "text": ("/precautions", {}),
        "missing": ("/nulle-part", {}),
        "missing part": ("/nulle-part", HTMX),
        "odd": ("/\x00", {}),
        "script": (site.state.assets.url("js/app.js"), {}),
        "drawing": (site.state.assets.url("img/sprite.svg"), {}),
        "missing file": ("/static/js/app.js", {}),
        "site map": ("/sitemap.xml", {}),
        "robots": ("/robots.txt", {}),
        "health": ("/sante", {}),
    }
    found = {
        name: await ask(served, path, headers=with_cookies | sent)
        for name, (path, sent) in asked.items()
    }
    found["options"] = await ask(served, "/", method="OPTIONS")
    found["post"] = await ask(served, "/", method="POST", headers=with_cookies)
    found["head"] = await ask(served, "/", method="HEAD")
    etag = found["text"].headers["etag"]
    found["unchanged"] = await ask(served, "/precautions", headers={"If-None-Match": etag})
    for status in (400, 403, 410, 413, 429, 500, 503):
        found[f"error {status}"] = await ask(failing, f"/essai/statut/{status}")
    found["bug"] = await ask(failing, "/essai/echec/defaut")
    return found


async def test_every_kind_of_answer_carries_every_security_header(
    answers: dict[str, Answer],
) -> None:
    for name, answer in answers.items():
        for header, value in SECURITY.items():
            assert [sent for sent in answer.sent if sent[0] == header] == [(header, value)], name


async def test_no_answer_ever_sets_a_cookie(answers: dict[str, Answer]) -> None:
    """The page « Cookies » says so: searching and reading leave none."""
    for name, answer in answers.items():
        assert "set-cookie" not in answer.headers, name


async def test_every_answer_has_a_number_of_its_own(
    answers: dict[str, Answer], served: Surroundings
) -> None:
    numbers = [answer.headers["x-request-id"] for answer in answers.values()]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"[0-9a-f]{16}", number) for number in numbers)
    chosen = await ask(served, "/", headers={"X-Request-Id": "<b>mine</b>"})
    assert re.fullmatch(r"[0-9a-f]{16}", chosen.headers["x-request-id"])


async def test_no_answer_tells_what_it_is_made_with(answers: dict[str, Answer]) -> None:
    for name, answer in answers.items():
        said = " ".join(f"{header}: {value}" for header, value in answer.sent).lower()
        assert not re.search(r"server:|x-powered-by|litestar|python|granian", said), name


async def test_https_is_asked_for_good_in_production_only(site: Any) -> None:
    for is_production in (True, False):
        door = Surroundings(site, is_production=is_production)
        for path in ("/precautions", "/nulle-part", "/robots.txt"):
            sent = (await ask(door, path)).headers.get("strict-transport-security")
            assert sent == ("max-age=63072000; includeSubDomains" if is_production else None)


def test_the_content_policy_is_strict() -> None:
    policy = {
        words[0]: words[1:]
        for part in CONTENT_SECURITY_POLICY.split(";")
        if (words := part.split())
    }
    assert policy["default-src"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
    sources = {source for name, found in policy.items() for source in found if name != "img-src"}
    assert sources == {"'none'", "'self'"}
    assert set(policy["img-src"]) == {"'self'", "data:"}
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_what_the_browser_may_do_for_others_is_closed() -> None:
    assert SECURITY["x-content-type-options"] == "nosniff"
    assert SECURITY["x-frame-options"] == "DENY"
    assert SECURITY["cross-origin-opener-policy"] == "same-origin"
    assert SECURITY["cross-origin-resource-policy"] == "same-origin"
    assert re.fullmatch(r"(\w+=\(\)(, )?)+", SECURITY["permissions-policy"])
    assert headers.STRICT_TRANSPORT["strict-transport-security"].startswith("max-age=63072000")


@pytest.mark.parametrize(
    ("accept_encoding", "takes"),
    [
        ("br", True),
        ("gzip, deflate, br", True),
        ("gzip,BR", True),
        ("br;q=1.0", True),
        ("br;q=0.1, gzip", True),
        ("br ; q=0.5", True),
        ("", False),
        ("gzip", False),
        ("br;q=0", False),
        ("br; q=0.000", False),
        ("brotli, xbr", False),
        ("identity;q=1, *;q=0", False),
    ],
)
def test_brotli_is_for_those_who_take_it(accept_encoding: str, takes: bool) -> None:
    assert accepts(accept_encoding, "br") is takes
