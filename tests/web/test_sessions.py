"""The sign-in session of a request: one query with a cookie, none without, and never a token chosen outside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar, Response, get
from litestar.datastructures import State

from app import config
from app.rendering.environment import environment
from app.web import assets, failures, sessions
from app.web.guards import admin_only, signed_in, up_to_date
from app.web.headers import Surroundings
from app.web.pages import AnyRequest, page
from app.web.people import SignedIn, me
from app.web.sessions import Sessions
from tests.visitors import HTMX
from tests.web.asking import Answer, ask

pytestmark = pytest.mark.anyio

TOKEN, OTHER, FORMER = "a" * 43, "b" * 43, "c" * 43
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def person(**changes: Any) -> SignedIn:
    told: dict[str, Any] = {
        "account_id": UUID(int=1),
        "session_id": UUID(int=2),
        "email": "anne@exemple.fr",
        "first_name": "Anne",
        "last_name": "Dupuis",
        "is_admin": False,
        "has_second_factor": False,
        "proven_at": NOW,
        "is_email_confirmed": True,
    }
    return SignedIn(**(told | changes))


@get("/", sync_to_thread=False)
def public(request: AnyRequest) -> Response[bytes]:
    return page(request, "accounts/dead_link.html", title="Essai", sentence="Bonjour.")


@get("/chez-soi", guards=[signed_in], sync_to_thread=False)
def home(request: AnyRequest) -> Response[bytes]:
    return Response(me(request).email.encode())


@get("/bureau", guards=[admin_only], sync_to_thread=False)
def desk() -> Response[bytes]:
    return Response(b"bureau")


@get("/ouvert", opt={"is_open_while_pending": True}, sync_to_thread=False)
def open_page() -> Response[bytes]:
    return Response(b"ouvert")


@get("/entrer", sync_to_thread=False)
def enter(request: AnyRequest) -> Response[bytes]:
    sessions.keep(request, OTHER, lasting=timedelta(days=30))
    return Response(b"")


@get("/sortir", sync_to_thread=False)
def leave(request: AnyRequest) -> Response[bytes]:
    sessions.drop(request)
    return Response(b"")


class Door:
    """The site with three pages, whose sign-in sessions are those given; `asked` are the tokens looked for."""

    def __init__(self) -> None:
        self.people: dict[str, SignedIn] = {}
        self.asked: list[str] = []
        self.trouble: Exception | None = None
        self.delay = 0.0
        files = assets.Assets()
        app = Litestar(
            route_handlers=[public, home, desk, open_page, enter, leave, assets.static],
            state=State({"assets": files, "templates": environment(files.url, auto_reload=False)}),
            exception_handlers={Exception: failures.handle, 404: failures.handle},
            guards=[up_to_date],
            openapi_config=None,
            logging_config=None,
        )
        app.asgi_handler = Sessions(app.asgi_handler, load=self.load)
        self.app = Surroundings(app, is_production=False)
        self.script = files.url("js/app.js")

    async def load(self, token: str, _: datetime) -> SignedIn | None:
        self.asked.append(token)
        await asyncio.sleep(self.delay)
        if self.trouble:
            raise self.trouble
        return self.people.get(token)

    async def read(self, path: str, token: str = "", **headers: str) -> Answer:
        name = "__Host-session" if config.current().is_production else "session"
        cookie = {"cookie": f"{name}={token}"} if token else {}
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return await ask(self.app, path, headers=cookie | named)


@pytest.fixture(scope="module")
def built() -> Door:
    return Door()


@pytest.fixture
def door(built: Door) -> Door:
    built.people = {TOKEN: person()}
    built.asked, built.trouble, built.delay = [], None, 0.0
    return built


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, door: Door) -> Iterator[None]:
    settings = {
        "ENVIRONMENT": "production",
        "MEILISEARCH_URL": "http://127.0.0.1:1",
        "MEILISEARCH_KEY": "k" * 16,
        "SECRET_KEY": "s" * 32,
        "SEALING_KEYS": "k1:" + "A" * 43,
        "SMTP_HOST": "smtp.exemple.example",
        "ANCHOR_ADDRESSES": "a@exemple.example",
        "PUBLIC_URL": "https://monprodubienetre.example",
        **{f"OPERATOR_{name.upper()}": "x" for name in config.OPERATOR_LABELS},
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/x")
    config.forget()
    yield
    monkeypatch.undo()
    config.forget()


async def test_without_a_cookie_nothing_is_asked_and_nothing_is_set(door: Door) -> None:
    answer = await door.read("/")
    assert door.asked == []
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache"
    assert "Se connecter" in answer.html


async def test_a_cookie_costs_one_query_and_a_file_none(door: Door) -> None:
    answer = await door.read("/", TOKEN)
    assert door.asked == [TOKEN]
    assert "Mon compte" in answer.html
    assert "Se connecter" not in answer.html.split("</header>")[0]
    await door.read(door.script, TOKEN)
    assert door.asked == [TOKEN]


async def test_a_page_for_somebody_stays_in_their_browser(door: Door) -> None:
    answer = await door.read("/", TOKEN)
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "Cookie" in answer.headers["vary"].split(", ")
    assert answer.headers["etag"] != (await door.read("/")).headers["etag"]


async def test_the_page_of_errors_knows_who_reads_it(door: Door) -> None:
    assert "Mon compte" in (await door.read("/nulle-part", TOKEN)).html


@pytest.mark.parametrize("token", [OTHER, "x", "é", "a" * 42, "a" * 4_000, "a" * 42 + "!"])
async def test_a_token_chosen_outside_is_worth_nothing_and_is_erased(
    door: Door, token: str
) -> None:
    answer = await door.read("/", token)
    assert "Se connecter" in answer.html
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("session=")
    assert "max-age=0" in cookie.lower()
    assert set(door.asked) <= {OTHER}, "what is not a token is not looked for"


async def test_signing_in_gives_a_new_token_whatever_the_browser_came_with(door: Door) -> None:
    """Session fixation: the cookie of before is never adopted."""
    for former in ("", TOKEN, FORMER, "x"):
        answer = await door.read("/entrer", former)
        assert answer.headers["set-cookie"].startswith(f"session={OTHER};")
        assert len([name for name, _ in answer.sent if name == "set-cookie"]) == 1


async def test_signing_out_takes_the_token_back(door: Door) -> None:
    cookie = (await door.read("/sortir", TOKEN)).headers["set-cookie"].lower()
    assert cookie.startswith(('session=""', "session=;"))
    assert "max-age=0" in cookie


async def test_the_cookie_is_for_this_host_and_https_alone_in_production(
    door: Door, production: None
) -> None:
    cookie = (await door.read("/entrer")).headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert cookie.startswith(f"__Host-session={OTHER};")
    assert {"secure", "httponly", "samesite=lax", "path=/", "max-age=2592000"} <= parts
    assert not [part for part in parts if part.startswith("domain")]


async def test_a_cookie_without_its_prefix_is_not_read_in_production(
    door: Door, production: None
) -> None:
    await ask(door.app, "/", headers={"cookie": f"session={TOKEN}"})
    assert door.asked == []
    await door.read("/", TOKEN)
    assert door.asked == [TOKEN]


async def test_a_public_page_is_read_when_sessions_cannot_be(door: Door) -> None:
    door.trouble = ConnectionError("database")
    answer = await door.read("/", TOKEN)
    assert answer.status == 200
    assert "set-cookie" not in answer.headers, "the session may be good: it is kept"
    assert (await door.read("/chez-soi", TOKEN)).status == 503


async def test_a_slow_database_does_not_hold_a_public_page(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LOADING_SECONDS", 0.01)
    door.delay = 5
    assert (await door.read("/", TOKEN)).status == 200


async def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(door: Door) -> None:
    answer = await ask(door.app, "/chez-soi", query=b"page=2&q=%C3%A9")
    assert answer.status == 303
    assert answer.headers["location"] == "/connexion?suite=/chez-soi%3Fpage%3D2%26q%3D%25C3%25A9"
    part = await door.read("/chez-soi", **HTMX, HX_Current_URL="http://testserver/chez-soi")
    assert part.status == 204
    assert part.headers["hx-redirect"] == "/connexion?suite=/chez-soi"


async def test_the_desk_is_nowhere_for_who_is_not_an_administrator(door: Door) -> None:
    assert (await door.read("/bureau")).status == 303
    assert (await door.read("/bureau", TOKEN)).status == 404
    door.people[TOKEN] = person(is_admin=True)
    asked = await door.read("/bureau", TOKEN)
    assert (asked.status, asked.headers["location"]) == (303, "/connexion/code?suite=/bureau")
    door.people[TOKEN] = person(is_admin=True, has_second_factor=True)
    assert (await door.read("/bureau", TOKEN)).body == b"bureau"


async def test_a_new_version_is_shown_first_but_never_in_the_way(door: Door) -> None:
    """EX-12-1: not before a part of a page, nor before what stays open."""
    door.people[TOKEN] = person(pending=(7,))
    asked = await door.read("/chez-soi", TOKEN)
    assert (asked.status, asked.headers["location"]) == (
        303,
        "/documents/a-accepter?suite=/chez-soi",
    )
    assert (await door.read("/", TOKEN)).headers["location"] == "/documents/a-accepter"
    assert (await door.read("/chez-soi", TOKEN, **HTMX)).status == 200
    assert (await door.read("/ouvert", TOKEN)).status == 200
    assert (await door.read("/")).status == 200


def test_a_route_that_forgets_its_guard_is_told(door: Door) -> None:
    class Connection:
        scope = {"user": None}

    with pytest.raises(RuntimeError, match="guard"):
        me(Connection())  # type: ignore[arg-type]
