"""Stopping comfort mails from the link at their foot, and, in development only, reading what was sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import msgspec
import pytest

from app import config
from app import mail as door
from app.database import connection
from app.post import choices, delivery, outbox
from app.post.kinds import KINDS
from tests.post.conftest import left
from tests.post.samples import NOW, VALUES
from tests.visitors import Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_mail")]


@pytest.fixture
def comfort(monkeypatch: pytest.MonkeyPatch) -> str:
    kind = msgspec.structs.replace(KINDS["welcome"], is_comfort=True)
    monkeypatch.setitem(KINDS, kind.name, kind)
    return kind.name


@pytest.fixture
async def developer(settings: pytest.MonkeyPatch, site: object) -> AsyncIterator[Visitor]:
    """Somebody at `make run`, without a mail server."""
    from app import main

    settings.setenv("ENVIRONMENT", "development")
    settings.delenv("SMTP_HOST", raising=False)
    config.forget()
    async with Visitor(main.create_app()) as somebody:
        yield somebody


async def test_looking_at_the_link_of_unsubscription_changes_nothing(
    guest: Visitor, comfort: str
) -> None:
    """Programs that look for dangerous mails open every link."""
    account = uuid4()
    url = choices.unsubscribe_url(account, KINDS[comfort]).removeprefix(config.current().public_url)
    seen = await guest.get(url)
    assert KINDS[comfort].label in seen.text("main")
    assert await choices.refused_by(account) == set()
    done = await guest.request("POST", url)
    assert done.status == 200
    assert "Vous ne recevrez plus" in done.text("main")
    assert await choices.refused_by(account) == {comfort}


async def test_one_click_from_the_reader_of_mail_is_enough(guest: Visitor, comfort: str) -> None:
    """RFC 8058: a POST from elsewhere, without a cookie nor a page seen before, twice if it likes."""
    account = uuid4()
    async with connection.transaction():
        mail = await outbox.send(
            comfort, to="anne@exemple.fr", account=account, now=NOW, **VALUES[comfort]
        )
    assert mail is not None
    row = await connection.row("SELECT content_sealed FROM mail WHERE id = $1", mail)
    assert row is not None
    url = outbox.opened(mail, row["content_sealed"]).unsubscribe_url
    for _ in range(2):
        done = await guest.request(
            "POST",
            url.removeprefix(config.current().public_url),
            data={"List-Unsubscribe": "One-Click"},
            headers={"origin": "https://courriel.example", "sec-fetch-site": "cross-site"},
        )
        assert done.status == 200
    assert await choices.refused_by(account) == {comfort}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_link_of_unsubscription_that_is_not_ours_leads_nowhere(
    guest: Visitor, comfort: str, method: str
) -> None:
    good = choices.unsubscribe_url(uuid4(), KINDS[comfort]).rpartition("/")[2]
    for token in ("x", good[:-3], good + "A", good.replace(".", "", 1)):
        seen = await guest.request(method, f"/desabonnement/{token}")
        assert seen.status == 404
    assert await connection.rows("SELECT id FROM mail_refused") == []


@pytest.mark.parametrize(
    "path", ["/dev/courriels", "/dev/courriels/abc", "/dev/courriels/abc/html"]
)
async def test_the_local_mailbox_does_not_exist_on_a_real_site(guest: Visitor, path: str) -> None:
    """In production it is not even routed."""
    seen = await guest.request("GET", path)
    assert seen.status == 404
    assert "Page introuvable" in seen.text("h1")


@pytest.mark.parametrize("environment", ["production", "test"])
async def test_only_development_routes_the_local_mailbox(
    monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    from app import main

    settings = msgspec.structs.replace(config.current(), environment=environment)
    monkeypatch.setattr(config, "_settings", settings)
    assert [route.path for route in main.create_app().routes if "/dev/" in route.path] == []


async def test_a_developer_reads_the_mails_sent(developer: Visitor) -> None:
    assert "Aucun courriel" in (await developer.get("/dev/courriels")).text("main")
    mail = await left("reset_password", to="anne@exemple.fr")
    await delivery.deliver(mail)
    seen = await developer.get("/dev/courriels")
    assert "anne@exemple.fr" in seen.text("main")
    (address,) = [node.attributes["href"] for node in seen.all("main a")]
    one = await developer.get(address or "")
    assert one.has(
        f'main a[href="{config.current().public_url}{VALUES["reset_password"]["path"]}"]'
    )
    assert "ne sert qu’une fois" in one.text("pre")
    frame = one.attribute("iframe", "src")
    assert one.attribute("iframe", "sandbox") == ""
    assert "frame-src 'self'" in one.headers["content-security-policy"]
    html = await developer.request("GET", frame)
    assert html.headers["x-frame-options"] == "SAMEORIGIN"
    policy = html.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "Choisir un mot de passe" in html.text("a.act__link")


@pytest.mark.parametrize("name", ["..", "%2e%2e", "..%2f..%2fkeys", "abc", "a.eml", "é", "%00"])
async def test_the_local_mailbox_opens_nothing_but_its_mails(developer: Visitor, name: str) -> None:
    door.folder().mkdir(parents=True, exist_ok=True)
    (door.folder().parent / "secret.eml").write_text("To: x\n\nsecret")
    for path in (f"/dev/courriels/{name}", f"/dev/courriels/{name}/html"):
        seen = await developer.request("GET", path)
        assert seen.status in (404, 200)
        assert "secret" not in seen.html
        assert seen.status == 404 or seen.response.url.path.rstrip("/") == "/dev/courriels"
