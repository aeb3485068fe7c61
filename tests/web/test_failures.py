"""Errors as people meet them: a French page or a fragment, ways out, a reference, and nothing of the inside."""

from __future__ import annotations

import re
import socket
from typing import Any

import asyncpg
import jinja2
import pytest
import structlog
from structlog.testing import capture_logs
from structlog.typing import EventDict, Processor

from app.errors import Unavailable
from app.web import failures
from app.web.failures import WORDS
from app.web.headers import Surroundings
from tests.visitors import HTMX, folded
from tests.web import conftest
from tests.web.asking import Answer, ask

pytestmark = pytest.mark.anyio

NEVER_SHOWN = re.compile(
    r"traceback|secret|litestar|asyncpg|\.py\b|/srv/|/app/|exception|error:|detail", re.IGNORECASE
)
"""What an answer that leaks would hold: a path, a class, the words of the exception."""
every_status = pytest.mark.parametrize("status", sorted(WORDS))


def text(answer: Answer) -> str:
    return folded(re.sub(r"<[^>]+>", " ", answer.html.split("<body>")[-1]))


def title(answer: Answer) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.html, re.DOTALL)
    assert found
    return folded(found[1])


# ---- as a page, as a part of one -----------------------------------------------------------------


@every_status
async def test_an_error_is_a_french_page_with_its_number(
    failing: Surroundings, status: int
) -> None:
    answer = await ask(failing, f"/essai/statut/{status}")
    assert answer.status == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="fr">' in answer.html
    assert (title(answer), WORDS[status][1] in text(answer)) == (WORDS[status][0], True)
    assert f"Erreur {status}" in text(answer)


@every_status
async def test_an_error_leads_somewhere_and_is_not_indexed(
    failing: Surroundings, status: int
) -> None:
    answer = await ask(failing, f"/essai/statut/{status}")
    for address in ("/praticiens", "/thematiques", "/"):
        assert f'<a class="onward" href="{address}">' in answer.html
    assert '<meta name="robots" content="noindex">' in answer.html
    assert "canonical" not in answer.html


@every_status
async def test_an_error_of_ours_bears_the_reference_of_the_request_and_no_other_does(
    failing: Surroundings, status: int
) -> None:
    for headers in ({}, HTMX):
        answer = await ask(failing, f"/essai/statut/{status}", headers=headers)
        number = answer.headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{16}", number)
        assert (f"<code>{number}</code>" in answer.html) == (status >= 500)
        assert ("éférence :" in text(answer)) == (status >= 500)


@every_status
async def test_an_error_asked_by_htmx_is_one_short_message(
    failing: Surroundings, status: int
) -> None:
    answer = await ask(failing, f"/essai/statut/{status}", headers=HTMX)
    assert answer.status == status
    assert answer.html.lstrip().startswith('<div class="toast__box" id="erreur">')
    assert answer.html.rstrip().endswith("</div>")
    assert "<html" not in answer.html
    assert WORDS[status][0] in text(answer)
    assert WORDS[status][1] in text(answer)


async def test_back_after_an_error_gets_a_whole_page(failing: Surroundings) -> None:
    headers = HTMX | {"HX-History-Restore-Request": "true"}
    assert "<html" in (await ask(failing, "/essai/statut/404", headers=headers)).html


@every_status
async def test_an_error_says_nothing_of_the_inside(failing: Surroundings, status: int) -> None:
    for headers in ({}, HTMX):
        answer = await ask(failing, f"/essai/statut/{status}?a=1", headers=headers)
        assert not NEVER_SHOWN.search(text(answer))
        assert not NEVER_SHOWN.search(str([pair for pair in answer.sent if pair[0] != "vary"]))


@pytest.mark.parametrize(("status", "seconds"), [(429, "30"), (503, "30"), (404, None)])
async def test_what_will_pass_says_when_to_come_back(
    failing: Surroundings, status: int, seconds: str | None
) -> None:
    answer = await ask(failing, f"/essai/statut/{status}")
    assert answer.headers.get("retry-after") == seconds


@pytest.mark.parametrize(("raised", "told"), [(401, 400), (418, 400), (422, 400), (502, 500)])
async def test_a_status_without_words_takes_those_of_its_family(
    failing: Surroundings, raised: int, told: int
) -> None:
    answer = await ask(failing, f"/essai/statut/{raised}")
    assert (answer.status, title(answer)) == (told, WORDS[told][0])


# ---- what a rule answers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("refus", 409, conftest.PlaceTaken.message),
        ("personne", 404, conftest.NobodyHere.message),
        ("ferme", 410, conftest.Closed.message),
        ("repos", 503, conftest.Resting.message),
        ("adresse", 400, WORDS[400][1]),
    ],
)
async def test_a_refusal_is_told_in_its_own_words(
    failing: Surroundings, name: str, status: int, sentence: str
) -> None:
    for headers in ({}, HTMX):
        answer = await ask(failing, f"/essai/echec/{name}", headers=headers)
        assert answer.status == status
        assert sentence in text(answer)


async def test_what_was_asked_is_not_repeated_in_the_answer(failing: Surroundings) -> None:
    for path in ("/<script>alert(1)</script>", "/praticiens/x/<b>gras</b>"):
        answer = await ask(failing, path, query=b"q=%3Cscript%3Ealert(2)%3C/script%3E")
        assert answer.status == 404
        assert "alert(" not in answer.html
        assert "gras" not in answer.html


# ---- outages and bugs -----------------------------------------------------------------------------

OUTAGES = [
    ConnectionRefusedError(111, "Connect call failed"),
    OSError("Multiple exceptions: [Errno 111] ('::1'), [Errno 111] ('127.0.0.1')"),
    OSError(113, "No route to host"),
    socket.gaierror(-2, "Name or service not known"),
    FileNotFoundError(2, "No such file or directory"),
    TimeoutError(),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.AdminShutdownError("terminating connection due to administrator command"),
    asyncpg.CrashShutdownError("terminating connection because of crash"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    asyncpg.InterfaceError("pool is closed"),
    Unavailable(),
]
BUGS = [
    KeyError("x"),
    ValueError("x"),
    PermissionError(13, "x"),
    jinja2.TemplateNotFound("x.html"),
    jinja2.UndefinedError("x"),
    asyncpg.UndefinedColumnError("x"),
    asyncpg.UniqueViolationError("x"),
]


async def _raised(
    failing: Surroundings, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> tuple[Answer, list[EventDict]]:
    monkeypatch.setitem(conftest.FAILURES, "autre", failure)
    with capture_logs() as lines:
        answer = await ask(failing, "/essai/echec/autre", query=b"q=mal+de+dos")
    return answer, [dict(line) for line in lines]


@pytest.mark.parametrize("failure", OUTAGES, ids=lambda failure: repr(failure)[:40])
async def test_a_part_that_does_not_answer_is_an_outage_of_a_moment(
    failing: Surroundings, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, lines = await _raised(failing, failure, monkeypatch)
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert [line["log_level"] for line in lines] == ["warning"]
    assert lines[0]["cause"] == type(failure).__name__


@pytest.mark.parametrize("failure", BUGS, ids=repr)
async def test_a_bug_is_not_taken_for_an_outage(
    failing: Surroundings, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, lines = await _raised(failing, failure, monkeypatch)
    assert answer.status == 500
    assert [(line["event"], line["log_level"]) for line in lines] == [("failure", "error")]


async def test_a_bug_is_logged_once_with_the_reference_and_nothing_of_the_person(
    failing: Surroundings,
) -> None:
    headers = {"User-Agent": "Essai/1.0", "Cookie": "a=b", "X-Forwarded-For": "198.51.100.7"}
    with capture_logs() as lines:
        answer = await ask(
            failing, "/essai/echec/defaut", query=b"q=mal+de+dos&lieu=Lyon", headers=headers
        )
    assert answer.status == 500
    assert len(lines) == 1
    assert lines[0]["id"] == answer.headers["x-request-id"]
    assert isinstance(lines[0]["exc_info"], RuntimeError)
    assert set(lines[0]) == {"event", "id", "exc_info", "log_level"}


async def test_the_written_line_of_a_bug_holds_no_query_no_address_no_cookie(
    failing: Surroundings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shape: list[Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
    monkeypatch.setattr(
        failures, "_log", structlog.wrap_logger(structlog.PrintLogger(), processors=shape)
    )
    headers = {"User-Agent": "Essai/1.0", "Cookie": "jeton=abc", "X-Forwarded-For": "198.51.100.7"}
    await ask(failing, "/essai/echec/defaut", query=b"q=mal+de+dos&lieu=Lyon", headers=headers)
    written = capsys.readouterr().out
    assert written.count("\n") == 1
    assert "RuntimeError" in written
    for private in ("mal+de+dos", "mal de dos", "Lyon", "203.0.113.9", "198.51", "jeton", "Essai/"):
        assert private not in written


@pytest.mark.parametrize("status", [404, 429, 500, 503])
async def test_a_page_of_errors_that_fails_still_answers(
    failing: Surroundings, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(conftest.SECRET)

    monkeypatch.setattr(failures, "page", broken)
    with capture_logs() as lines:
        answer = await ask(failing, f"/essai/statut/{status}")
    assert answer.status == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert title(answer) == WORDS[status][0]
    assert WORDS[status][1] in text(answer)
    assert not NEVER_SHOWN.search(answer.html)
    assert "content-security-policy" in answer.headers
    assert any(isinstance(line.get("exc_info"), RuntimeError) for line in lines)


async def test_every_status_has_its_words() -> None:
    """The issue names them; 409, 413 and 414 come on top."""
    assert {400, 403, 404, 405, 410, 413, 429, 500, 503} <= set(WORDS)
    for name, sentence in WORDS.values():
        assert sentence.endswith((".", "!"))
        assert name != sentence
