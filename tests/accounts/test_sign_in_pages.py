"""Entering through the form: the same words for everybody, a new token each time, nowhere but here afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest

from app import config
from app.accounts import throttling
from app.accounts.second_factor import put
from tests.accounts import cast
from tests.visitors import Seen, Visitor

pytestmark = pytest.mark.anyio

EMAIL = "anne@exemple.fr"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
async def visitor(site: Any, nobody: None) -> AsyncIterator[Visitor]:
    await cast.client(EMAIL, now=datetime.now(UTC))
    async with Visitor(site) as somebody:
        yield somebody


async def enter(
    visitor: Visitor, email: str = EMAIL, password: str = cast.PASSWORD, suite: str = ""
) -> Seen:
    await visitor.get("/connexion")
    fields = {"courriel": email, "mot_de_passe": password}
    return await visitor.submit("/connexion", fields | ({"suite": suite} if suite else {}))


async def test_one_signs_in_and_out(visitor: Visitor) -> None:
    sent = await enter(visitor)
    assert (sent.status, sent.headers["location"]) == (303, "/mon-compte")
    assert "Mon compte" in (await visitor.get("/cookies")).text("header")
    former = visitor.cookies["session"]
    await visitor.get("/mon-compte")
    out = await visitor.submit("/deconnexion")
    assert (out.status, out.headers["location"]) == (303, "/")
    assert out.headers["clear-site-data"] == '"cache"'
    assert "session" not in visitor.cookies
    assert "votre session est fermée" in (await visitor.follow(out)).text("main > [role=status]")
    visitor.carry("session", former)
    assert (await visitor.get("/mon-compte")).status == 303, (
        "the token is dead, wherever it was copied"
    )


async def test_each_sign_in_gives_another_token_and_kills_the_one_it_came_with(
    visitor: Visitor,
) -> None:
    """Session fixation: a cookie chosen by somebody is never adopted."""
    chosen = "f" * 43
    visitor.carry("session", chosen)
    await enter(visitor)
    first = visitor.cookies["session"]
    assert first != chosen
    visitor.cookies.delete("session")
    visitor.carry("session", chosen)
    assert (await visitor.get("/mon-compte")).status == 303
    await enter(visitor)
    assert visitor.cookies["session"] not in (chosen, first)


async def test_a_wrong_password_and_an_unknown_address_get_the_same_page(visitor: Visitor) -> None:
    wrong = await enter(visitor, EMAIL, "autre mot de passe")
    unknown = await enter(visitor, "personne@exemple.fr", "autre mot de passe")
    assert (wrong.status, unknown.status) == (422, 422)
    assert wrong.texts(".refusals li") == unknown.texts(".refusals li")
    assert wrong.text("main") == unknown.text("main")
    assert sorted(wrong.headers) == sorted(unknown.headers)
    assert wrong.attribute("#champ-courriel", "value") == EMAIL
    assert "autre mot de passe" not in wrong.html
    assert "session" not in visitor.cookies


async def test_a_link_asked_for_gets_the_same_answer_whoever_is_asked_about(
    visitor: Visitor,
) -> None:
    for path in ("/connexion/lien", "/mot-de-passe/oublie"):
        answers = []
        for email in (EMAIL, "personne@exemple.fr"):
            await visitor.get(path)
            answers.append(await visitor.submit(path, {"courriel": email}))
        known, unknown = answers
        assert (known.status, known.html) == (unknown.status, unknown.html) == (303, "")
        assert known.headers["location"] == unknown.headers["location"]


async def test_too_many_tries_are_told_with_the_time_to_wait(visitor: Visitor) -> None:
    for _ in range(throttling.FREE_TRIES):
        page = await enter(visitor, EMAIL, "autre mot de passe")
    page = await enter(visitor, EMAIL, cast.PASSWORD)
    assert page.status == 429
    assert 0 < int(page.headers["retry-after"]) <= 60
    assert "Réessayez dans une minute" in page.text(".refusals")
    assert page.attribute("#champ-courriel", "value") == EMAIL
    unknown = [await enter(visitor, "personne@exemple.fr", "x") for _ in range(6)][-1]
    assert unknown.status == 429
    assert unknown.texts(".refusals li") == page.texts(".refusals li")


async def test_one_comes_back_where_one_was(visitor: Visitor) -> None:
    asked = await visitor.get("/mon-compte/securite?x=1")
    assert asked.headers["location"] == "/connexion?suite=/mon-compte/securite%3Fx%3D1"
    page = await visitor.follow(asked)
    back = page.attribute("input[name=suite]", "value")
    assert back == "/mon-compte/securite?x=1"
    assert (await enter(visitor, suite=back)).headers["location"] == back


@pytest.mark.parametrize(
    "suite", ["//evil.example", "https://evil.example", "/\\evil.example", "/%2f%2fevil.example"]
)
async def test_one_is_never_sent_to_another_site(visitor: Visitor, suite: str) -> None:
    page = await visitor.get(f"/connexion?suite={suite}")
    assert not page.has("input[name=suite]")
    assert (await enter(visitor, suite=suite)).headers["location"] == "/mon-compte"
    again = await visitor.get(f"/connexion?suite={suite}")
    assert (again.status, again.headers["location"]) == (303, "/mon-compte")


async def test_the_second_step_asks_for_the_code_before_anything_opens(visitor: Visitor) -> None:
    account = await cast.client("bea@exemple.fr", now=datetime.now(UTC))
    await put(account, SECRET, now=datetime.now(UTC))
    sent = await enter(visitor, "bea@exemple.fr", suite="/mon-compte/securite")
    assert sent.headers["location"] == "/connexion/code?suite=/mon-compte/securite"
    assert "session" not in visitor.cookies
    page = await visitor.follow(sent)
    assert page.attribute("#champ-code", "autocomplete") == "one-time-code"
    assert (await visitor.get("/mon-compte")).status == 303
    await visitor.follow(sent)
    wrong = await visitor.submit("/connexion/code", {"code": "000000", "suite": "/x"})
    assert wrong.status == 422
    code = pyotp.TOTP(SECRET).at(int(datetime.now(UTC).timestamp()))
    entered = await visitor.submit(
        "/connexion/code", {"code": f"{code[:3]} {code[3:]}", "suite": "/mon-compte/securite"}
    )
    assert entered.headers["location"] == "/mon-compte/securite"
    assert len(visitor.cookies["session"]) == 43
    assert "etape" not in visitor.cookies


async def test_the_second_step_without_the_first_leads_to_the_beginning(visitor: Visitor) -> None:
    assert (await visitor.get("/connexion/code")).headers["location"] == "/connexion"
    await visitor.get("/connexion")
    visitor.carry("etape", "forged.1.2")
    over = await visitor.submit("/connexion/code", {"code": "123456"})
    assert over.status == 422
    assert "recommencez la connexion" in over.text(".refusals")


async def test_a_link_made_in_a_mail_never_follows_the_host_asked_for(visitor: Visitor) -> None:
    """Host and X-Forwarded-Host are written by whoever asks."""
    await visitor.get("/mot-de-passe/oublie")
    await visitor.submit(
        "/mot-de-passe/oublie",
        {"courriel": EMAIL},
        host="evil.example",
        x_forwarded_host="evil.example",
        x_forwarded_proto="gopher",
    )
    await cast.answer_notes(datetime.now(UTC))
    text = (await cast.mail("reset_password", EMAIL)).text
    assert f"{config.current().public_url}/liens/" in text
    assert "evil.example" not in text


async def test_a_password_is_chosen_again_by_the_mailed_link(visitor: Visitor) -> None:
    """EX-4-6: every sign-in session ends, and the link works once."""
    await enter(visitor)
    await visitor.get("/mot-de-passe/oublie")
    await visitor.submit("/mot-de-passe/oublie", {"courriel": EMAIL})
    await cast.answer_notes(datetime.now(UTC))
    link = f"/liens/{(await cast.mail('reset_password', EMAIL)).token}"
    page = await visitor.get(link)
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.attribute("#champ-mot_de_passe", "autocomplete") == "new-password"
    weak = await visitor.submit(link, {"mot_de_passe": "123456"})
    assert weak.status == 422
    done = await visitor.submit(link, {"mot_de_passe": cast.OTHER_PASSWORD})
    assert (done.status, done.headers["location"]) == (303, "/connexion")
    page = await visitor.follow(done)
    assert "nouveau mot de passe" in page.text("main > [role=status]")
    assert (await visitor.get("/mon-compte")).status == 303, "the session opened before is over"
    dead = await visitor.get(link)
    assert dead.status == 410
    assert (await enter(visitor, EMAIL, cast.OTHER_PASSWORD)).status == 303


async def test_a_dead_or_forged_link_says_so(visitor: Visitor) -> None:
    for token in ("a" * 43, "x", "é" * 10, "a" * 300):
        page = await visitor.get(f"/liens/{token}")
        assert page.status == 410
        assert "Ce lien ne fonctionne pas" in page.text("h1")
    await visitor.get("/connexion")
    assert (await visitor.submit(f"/liens/{'a' * 43}")).status == 410
