"""A file sent by a form: its token first, then its bytes as they come, and a clear answer to whatever is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app import config
from app.sealing import keys, signing
from app.storage import files
from app.web import uploads
from app.web.headers import Surroundings
from app.web.people import SignedIn
from tests.storage import made
from tests.web.receiving import (
    DOOR,
    LIMIT,
    PERSON,
    SESSION,
    door,
    its_form,
    left,
    post,
    wired,
)
from tests.web.sending import CONTENT_TYPE, Wire, cut, file_part, form, text_part

pytestmark = pytest.mark.anyio


@pytest.fixture
def own_folder(pool: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    ring = keys.keyring()
    secret = keys.secret()
    settings = msgspec.structs.replace(config.current(), data_dir=tmp_path)
    monkeypatch.setattr(config, "_settings", settings)
    monkeypatch.setitem(keys._rings, (settings.sealing_keys, tmp_path), ring)
    monkeypatch.setitem(keys._secrets, (settings.secret_key, tmp_path), secret)
    return tmp_path / "fichiers"


@pytest.fixture(scope="module")
def program(own_database: str) -> Iterator[Surroundings]:
    """The program with the two doors of this file, where one cookie signs somebody in."""
    from app import main

    async def opened(token: str, now: datetime) -> SignedIn | None:
        return PERSON if token == SESSION else None

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("app.main.sessions.opened", opened)
        app = main.create_app()
        app.register(door)
        app.register(its_form)
        yield Surroundings(app, is_production=False)


@pytest.fixture
def served(program: Surroundings, own_folder: Path) -> Surroundings:
    return program


# ---- what is sent well ------------------------------------------------------------------------------


@pytest.mark.parametrize("piece_bytes", [1, 7, 1_000, 1_000_000])
async def test_a_file_and_the_fields_before_it_are_read_whatever_the_cut(
    served: Surroundings, piece_bytes: int
) -> None:
    content = made.pdf()
    wire = wired(
        text_part("note", "à l’été"),
        file_part("fichier", "Attestation été.pdf", content),
        piece_bytes=piece_bytes,
    )
    answer = await post(served, wire)
    assert answer.status == 200, answer.html
    told = json.loads(answer.body)
    assert (told["name"], told["note"]) == ("Attestation été.pdf", "à l’été")
    read = b"".join([piece async for piece in await files.open(UUID(told["id"]))])
    assert read == content


async def test_the_boundary_inside_a_file_is_only_content(served: Surroundings) -> None:
    content = made.pdf() + b"\r\n------essai47\r\n--\r\n\r\n--\r"
    answer = await post(served, wired(file_part("fichier", "a.pdf", content), piece_bytes=3))
    read = await files.open(UUID(json.loads(answer.body)["id"]))
    assert b"".join([piece async for piece in read]) == content


async def test_the_address_of_the_form_opens_the_door(served: Surroundings) -> None:
    from tests.web.asking import ask

    shown = await ask(served, "/essai/formulaire", headers={"cookie": f"session={SESSION}"})
    path, _, token = shown.html.partition("?jeton=")
    assert path == DOOR
    answer = await post(served, wired(file_part("fichier", "a.pdf", made.pdf())), token=token)
    assert answer.status == 200


async def test_fields_after_the_file_are_read_too(served: Surroundings) -> None:
    answer = await post(
        served, wired(file_part("fichier", "a.pdf", made.pdf()), text_part("note", "après"))
    )
    assert json.loads(answer.body)["note"] == "après"


# ---- the token, before the body --------------------------------------------------------------------


def _signed(value: str, **options: Any) -> str:
    return signing.sign("upload", value, **options)


@pytest.mark.parametrize(
    "token",
    [
        lambda: "",
        lambda: "n’importe",
        lambda: _signed(f"{UUID(int=9)} {DOOR}"),
        lambda: _signed(f"{PERSON.session_id} /essai/autre"),
        lambda: signing.sign("form", f"{PERSON.session_id} {DOOR}"),
        lambda: _signed(
            f"{PERSON.session_id} {DOOR}", now=datetime.now(UTC) - timedelta(hours=12, minutes=1)
        ),
    ],
    ids=["none", "noise", "another session", "another door", "another purpose", "too old"],
)
async def test_without_the_token_of_this_form_nothing_is_received(
    served: Surroundings, own_folder: Path, token: Any
) -> None:
    wire = wired(file_part("fichier", "a.pdf", made.pdf()))
    answer = await post(served, wire, token=token())
    assert answer.status == 403
    assert "Ce formulaire a expiré" in answer.html
    assert wire.taken_bytes == 0
    assert left(own_folder) == []


async def test_another_site_cannot_have_a_file_sent(served: Surroundings) -> None:
    wire = wired(file_part("fichier", "a.pdf", made.pdf()))
    answer = await post(served, wire, sec_fetch_site="cross-site")
    assert (answer.status, wire.taken_bytes) == (403, 0)


async def test_somebody_not_signed_in_sends_nothing(served: Surroundings) -> None:
    wire = wired(file_part("fichier", "a.pdf", made.pdf()))
    answer = await post(served, wire, cookie="")
    assert (answer.status, wire.taken_bytes) == (403, 0)
    assert "Votre session est terminée" in answer.html


# ---- what is refused, with all that was typed -------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Ce fichier est vide"),
        (b"%PDF-1.7\nrien", "Ce fichier ne s’ouvre pas"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "n’est pas accepté",
        ),
        (b"PK\x03\x04" + b"\0" * 200, "n’est pas accepté"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "n’est pas accepté"),
        (b"GIF89a" + b"\0" * 200, "n’est pas accepté"),
        (b"MZ" + b"\0" * 200, "n’est pas accepté"),
        (b" %PDF-1.7", "n’est pas accepté"),
        (b"\xff", "n’est pas accepté"),
    ],
)
async def test_what_is_not_accepted_is_said_and_what_was_typed_is_kept(
    served: Surroundings, own_folder: Path, content: bytes, words: str
) -> None:
    wire = wired(
        text_part("note", "ma note"), file_part("fichier", "a.pdf", content, kind="application/pdf")
    )
    answer = await post(served, wire)
    told = json.loads(answer.body)
    assert answer.status == 422
    assert words in told["refused"]
    assert told["note"] == "ma note"
    assert left(own_folder) == []


async def test_a_form_without_a_file_asks_for_one(served: Surroundings) -> None:
    for parts in ([text_part("note", "x")], [file_part("fichier", "", b"")]):
        answer = await post(served, wired(*parts))
        assert json.loads(answer.body)["refused"] == "Choisissez d’abord un fichier."


async def test_a_file_too_heavy_is_received_to_its_end_and_nothing_of_it_is_kept(
    served: Surroundings, own_folder: Path
) -> None:
    """A browser hears an answer only once it has sent everything."""
    body = form(
        text_part("note", "n"),
        file_part("fichier", "a.pdf", made.pdf(weight=LIMIT * 4)),
    )
    wire = Wire(cut(body, 60_000))
    answer = await post(served, wire)
    assert "trop lourd" in json.loads(answer.body)["refused"]
    assert wire.taken_bytes == len(body)
    assert left(own_folder) == []


async def test_a_hundred_megabytes_take_no_room(served: Surroundings, own_folder: Path) -> None:
    """Sent in full or announced: past the limit, nothing is written down."""
    piece = b"\0" * 1_000_000
    seen: list[int] = []

    def pieces() -> Iterable[bytes]:
        yield file_part("fichier", "a.pdf", made.pdf())[:-2]
        for _ in range(100):
            seen.append(sum(path.stat().st_size for path in left(own_folder)))
            yield piece
        yield b"\r\n" + form()

    answer = await post(served, Wire(pieces()))
    assert "trop lourd" in json.loads(answer.body)["refused"]
    assert max(seen) <= LIMIT + 1_000
    assert left(own_folder) == []


async def test_what_is_out_of_all_proportion_is_not_listened_to(
    served: Surroundings, own_folder: Path
) -> None:
    wire = wired(file_part("fichier", "a.pdf", made.pdf()))
    answer = await post(served, wire, content_length="900000000")
    assert (answer.status, wire.taken_bytes) == (413, 0)
    assert "Envoi trop lourd" in answer.html
    assert answer.headers["connection"] == "close"
    assert left(own_folder) == []


async def test_an_endless_body_is_cut(
    served: Surroundings, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "DISCARDED_BYTES", 1_000_000)

    def endless() -> Iterable[bytes]:
        yield file_part("fichier", "a.pdf", made.pdf())[:-2]
        while True:
            yield b"\0" * 100_000

    wire = Wire(endless())
    answer = await post(served, wire)
    assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert wire.taken_bytes < 1_600_000
    assert left(own_folder) == []


# ---- senders who stop, and bodies that are not forms ------------------------------------------------


async def test_a_sender_cut_on_the_way_leaves_nothing(
    served: Surroundings, own_folder: Path
) -> None:
    body = form(file_part("fichier", "a.pdf", made.pdf(weight=200_000)))
    answer = await post(served, Wire(cut(body[:100_000], 10_000), is_cut=True))
    assert answer.status == 408
    assert "Envoi interrompu" in answer.html
    assert left(own_folder) == []


async def test_a_sender_who_says_nothing_is_not_waited_for(
    served: Surroundings, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    monkeypatch.setattr(uploads, "STALL_SECONDS", 0.05)

    class Silent(Wire):
        async def receive(self) -> dict[str, object]:
            if self.taken_bytes:
                await asyncio.sleep(5)
            return await super().receive()

    answer = await post(served, Silent(cut(form(file_part("fichier", "a.pdf", made.pdf())), 300)))
    assert answer.status == 408
    assert left(own_folder) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"rien d'un formulaire",
        form(file_part("autre", "a.pdf", b"%PDF-1.7")),
        form(file_part("fichier", "a.pdf", made.pdf()), file_part("fichier", "b.pdf", made.pdf())),
        form(text_part("note", "x"))[:-6],
        form(b"------essai4711\r\nX-Rien: x\r\n\r\nx\r\n"),
        form(b'------essai4711\r\nContent-Disposition: form-data; name="n"\r\n\r\n\xff\xfe\r\n'),
        form(*[text_part("n", "x")] * 301),
        form(b"------essai4711\r\n" + b"X: " + b"a" * 10_000 + b"\r\n\r\n\r\n"),
    ],
    ids=[
        "nothing", "noise", "another field", "two files", "unended", "no disposition", "not UTF-8",
        "too many", "long header",
    ],
)  # fmt: skip
async def test_what_is_not_such_a_form_is_refused(
    served: Surroundings, own_folder: Path, body: bytes
) -> None:
    answer = await post(served, Wire(cut(body, 50_000)))
    assert answer.status == 400
    assert left(own_folder) == []


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=" + "x" * 71,
        "multipart/mixed; boundary=x",
    ],
)
async def test_another_type_of_body_is_refused(served: Surroundings, content_type: str) -> None:
    assert (await post(served, wired(), content_type=content_type)).status == 400


async def test_texts_beside_the_file_have_a_limit(served: Surroundings, own_folder: Path) -> None:
    answer = await post(served, wired(text_part("note", "x" * 100_001)))
    assert answer.status == 413


async def test_a_form_in_parts_sent_to_another_door_is_not_read(site: Any) -> None:
    """Only the doors made for files read such bodies; elsewhere the token of the form is missing."""
    from tests.visitors import Visitor

    async with Visitor(site) as visitor:
        seen = await visitor.request(
            "POST",
            "/connexion",
            content=form(text_part("courriel", "x")),
            headers={"content-type": CONTENT_TYPE},
        )
    assert seen.status == 403


# ---- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\\\Users\\\\moi\\\\Diplôme.PDF", "Diplôme.pdf"),
        ("facture\u202efdp.exe", "facturefdp.pdf"),
        ("photo.pdf.exe", "photo.pdf"),
        ("a\u200b\u2066b\u2069.pdf", "ab.pdf"),
        (".htaccess", "document.pdf"),
        ("....", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 156 + ".pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "img src=x onerror=alert(1).pdf"),
        ("éte\u0301.pdf", "été.pdf"),
        ("CV; filename=x.html", "CV filename=x.pdf"),
    ],
)
async def test_a_name_is_only_a_name(served: Surroundings, name: str, kept: str) -> None:
    answer = await post(served, wired(file_part("fichier", name, made.pdf())))
    assert json.loads(answer.body)["name"] == kept
