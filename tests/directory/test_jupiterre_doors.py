"""The doors of the operator's list: signed by its software, pasted or sent as a file by an administrator."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest

from app import config
from app.directory import jupiterre
from app.listing import customers
from tests import factories
from tests.accounts import cast
from tests.backoffice.conftest import signed
from tests.directory.test_jupiterre import SIRETS, known
from tests.visitors import Seen, Visitor

pytestmark = pytest.mark.anyio

SECRET = "un-secret-de-plus-de-trente-deux-caracteres"
ADDRESS = "/api/jupiterre"


@pytest.fixture(autouse=True)
async def nobody(pool: None, index_gateway: Any) -> AsyncIterator[None]:
    await cast.empty()
    await factories.empty_directory(index_gateway)
    yield
    await factories.empty_directory(index_gateway)


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("JUPITERRE_SECRET", SECRET)
    config.forget()
    yield
    monkeypatch.undo()
    config.forget()


@pytest.fixture
async def desk(site: Any) -> AsyncIterator[Visitor]:
    async with Visitor(site) as visitor:
        await signed(visitor, await cast.admin(), is_admin=True)
        yield visitor


def body(*told: tuple[str, str]) -> bytes:
    return msgspec.json.encode({"customers": [{"siret": s, "email": e} for s, e in told]})


async def call(
    visitor: Visitor,
    content: bytes,
    *,
    at: float | None = None,
    key: str = SECRET,
    sent: dict[str, str] | None = None,
) -> Seen:
    moment = str(int(at if at is not None else time.time()))
    code = hmac.new(key.encode(), moment.encode() + b"." + content, hashlib.sha256).hexdigest()
    headers = {"X-Jupiterre-Date": moment, "X-Jupiterre-Signature": code}
    return await visitor.request("POST", ADDRESS, content=content, headers=headers | (sent or {}))


async def test_without_a_secret_there_is_no_such_door(guest: Visitor) -> None:
    assert (await call(guest, body((SIRETS[0], "")))).status == 404


def test_a_short_secret_is_refused_at_the_start() -> None:
    with pytest.raises(config.UnsafeSetup, match="JUPITERRE_SECRET"):
        config.read({"JUPITERRE_SECRET": "court"})


async def test_a_signed_list_is_taken_once_and_answered_in_json(
    guest: Visitor, secret: None
) -> None:
    who = await known("Une", SIRETS[0], "une@exemple.fr")
    content = body((SIRETS[0], "une@exemple.fr"), ("", "x@exemple.fr"), ("123", ""))
    moment = time.time()
    done = await call(guest, content, at=moment)
    assert done.status == 200
    told = done.response.json()
    assert (told["marked"], told["unmarked"], told["unknown"]) == (1, 0, 1)
    assert told["refused"][0]["line"] == 3
    assert await jupiterre.users() == [who]
    replayed = await call(guest, content, at=moment)
    assert replayed.status == 409
    evidence = (await cast.evidence(jupiterre.EVIDENCE))[-1]
    assert (evidence["auteur"], evidence["par"]) == ("logiciel", None)


@pytest.mark.race
async def test_the_same_call_several_times_at_once_is_taken_once(
    guest: Visitor, secret: None
) -> None:
    await known("Une", SIRETS[0], "une@exemple.fr")
    moment = time.time()
    answers = await asyncio.gather(
        *(call(guest, body((SIRETS[0], "")), at=moment) for _ in range(5))
    )
    assert sorted(one.status for one in answers) == [200, 409, 409, 409, 409]


@pytest.mark.parametrize("late", [-301, 301, -86_400])
async def test_an_old_call_is_refused(guest: Visitor, secret: None, late: int) -> None:
    assert (await call(guest, body((SIRETS[0], "")), at=time.time() + late)).status == 401


async def test_what_is_not_signed_whole_with_the_secret_is_refused(
    guest: Visitor, secret: None
) -> None:
    content = body((SIRETS[0], ""))
    assert (await call(guest, content, key="x" * 40)).status == 401
    for header in ({"X-Jupiterre-Signature": ""}, {"X-Jupiterre-Signature": "é".encode().hex()}):
        assert (await call(guest, content, sent=header)).status == 401
    for moment in ("", "demain", "-1", "1e9", "9" * 40):
        assert (await call(guest, content, sent={"X-Jupiterre-Date": moment})).status == 401
    assert (await guest.request("POST", ADDRESS, content=content)).status == 401
    assert await jupiterre.users() == []


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"customers": 3}', b'{"customers": [{"siret": 1}]}', b"\xff", b"siret"],
)
async def test_what_is_no_list_is_answered_with_what_was_expected(
    guest: Visitor, secret: None, content: bytes
) -> None:
    answer = await call(guest, content)
    assert answer.status == 400
    assert "customers" in answer.response.json()["error"]


async def test_a_list_cut_short_unmarks_nobody(guest: Visitor, secret: None) -> None:
    """Empty, or without most of those marked: somebody should look."""
    for number in range(12):
        await known(f"N{number}", SIRETS[0], f"n{number}@exemple.fr", is_jupiterre_user=True)
    assert (await call(guest, body())).status == 422
    refused = await call(guest, body((SIRETS[0], "n1@exemple.fr")))
    assert refused.status == 422
    assert "moitié" in refused.response.json()["error"]
    assert len(await jupiterre.users()) == 12
    assert await customers.doubts() == []


# ---- the desk -------------------------------------------------------------------------------------


async def test_a_pasted_list_is_shown_then_taken(desk: Visitor) -> None:
    one = await known("Une", SIRETS[0], "une@exemple.fr")
    two = await known("Deux", SIRETS[1], "deux@exemple.fr", is_jupiterre_user=True)
    await desk.get("/admin/jupiterre")
    text = f"siret;email\n{SIRETS[0]};une@exemple.fr\nx;\n;ailleurs@exemple.fr\n"
    page = await desk.submit("/admin/jupiterre/apercu", {"liste": text})
    assert page.status == 200
    assert "Anne Une" in page.text("main")
    assert "Anne Deux" in page.text("main")
    assert "ligne 3" in page.text("main")
    assert "Inconnus de l’annuaire : 1 Leurs lignes ailleurs@exemple.fr" in page.text("main")
    assert await jupiterre.users() == [two]
    fields = {
        "liste": page.text("textarea").replace(" ", "\n"),
        "empreinte": page.attribute("input[name=empreinte]", "value"),
    }
    done = await desk.submit("/admin/jupiterre", fields)
    assert done.status == 303
    assert await jupiterre.users() == [one]
    stale = await desk.submit("/admin/jupiterre", fields)
    assert stale.status == 422
    assert SIRETS[0] in stale.text("textarea"), "nothing given is lost"
    empty = await desk.submit("/admin/jupiterre/apercu", {"liste": "n’importe quoi"})
    assert empty.status == 422


async def test_a_list_sent_as_a_file_is_shown_too_and_only_from_the_form(desk: Visitor) -> None:
    await known("Une", SIRETS[0], "une@exemple.fr")
    page = await desk.get("/admin/jupiterre")
    address = page.attribute("form[enctype]", "action")
    content = f"nom;siret\nÉlodie;{SIRETS[0]}\n".encode("cp1252")
    for files, status in (
        ({"fichier": ("liste.csv", content, "text/csv")}, 200),
        ({"fichier": ("liste.csv", b"", "text/csv")}, 422),
        ({"fichier": ("liste.csv", b"\x00" * 6_000_000, "text/csv")}, 422),
    ):
        answer = await desk.request("POST", address, files=files)
        assert answer.status == status
    seen = await desk.request("POST", address, files={"fichier": ("l.csv", content, "text/csv")})
    assert "Anne Une" in seen.text("main")
    assert "Windows-1252" in seen.text("main")
    bare = re.sub(r"\?.*", "", address)
    stolen = await desk.request("POST", bare, files={"fichier": ("l.csv", content, "text/csv")})
    assert stolen.status == 403


async def test_a_line_in_doubt_is_settled_from_the_desk(desk: Visitor) -> None:
    one = await known("Une", SIRETS[0], "une@exemple.fr")
    await known("Deux", SIRETS[0], "deux@exemple.fr")
    listed = customers.listed([(2, SIRETS[0], "")])
    await customers.replace(listed, by=jupiterre.SOFTWARE, now=factories.NOW)
    page = await desk.get("/admin/jupiterre")
    assert len(page.all("button[name=praticien]")) == 3
    fields = {"siret": SIRETS[0], "email": "", "praticien": str(one)}
    assert (await desk.submit("/admin/jupiterre/doutes", fields)).status == 303
    assert await jupiterre.users() == [one]
    assert (await desk.submit("/admin/jupiterre/doutes", fields)).status == 404


async def test_an_administrator_marks_one_practitioner_by_hand(desk: Visitor) -> None:
    who = await known("Une", SIRETS[0], "une@exemple.fr")
    address = f"/admin/praticiens/{who}"
    await desk.get(address)
    assert (await desk.submit(f"{address}/jupiterre", {"client": "1"})).status == 303
    assert await jupiterre.users() == [who]
    assert "Ada Byron" in (await desk.get(address)).text("main")
    await desk.submit(f"{address}/jupiterre", {"client": "0"})
    assert await jupiterre.users() == []
