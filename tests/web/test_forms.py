"""What a form sends: read strictly, cleaned of what nobody types, and never kept."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest
from litestar.exceptions import HTTPException

from app.web import forms
from app.web.forms import Sent

TYPE = "application/x-www-form-urlencoded"


def sent(**fields: str) -> Sent:
    return forms.parsed(urlencode(fields).encode(), TYPE)


def test_a_line_is_one_line_without_what_nobody_types() -> None:
    typed = "  Camille\x00\u202e\r\n  Bcc: tous@exemple.example\t \u200bMartin  "
    assert sent(nom=typed).text("nom") == "Camille Bcc: tous@exemple.example Martin"


def test_letters_are_composed_whatever_the_keyboard() -> None:
    assert sent(nom="Rene\u0301e").text("nom") == "Renée"


def test_a_name_of_ten_thousand_letters_comes_whole_to_the_rule_that_refuses_it() -> None:
    assert len(sent(nom="a" * 10_000).text("nom", max=20_000)) == 10_000
    assert len(sent(nom="a" * 10_000).text("nom", max=80)) == 80


@pytest.mark.parametrize("marks", ["\u0300\u0316", "\u0f73\u0316"])
def test_a_letter_under_thousands_of_marks_costs_no_more_than_another(marks: str) -> None:
    """Putting the marks of one letter in order takes the square of their number (UAX #15, stream-safe text)."""
    typed = "e" + "".join(mark * 10_000 for mark in marks) + " fin"
    begun = time.perf_counter()
    found = sent(nom=typed).text("nom", max=20_000), sent(nom=typed).prose("nom")
    assert time.perf_counter() - begun < 0.1
    assert all(each.endswith("fin") and len(each) < 100 for each in found)
    assert sent(nom="Te\u0302\u0301").text("nom") == "T\u1ebf"


def test_lines_are_kept_where_they_are_wanted() -> None:
    assert sent(faits="Un\r\ndeux\rtrois\x07 ").prose("faits") == "Un\ndeux\ntrois"


def test_a_password_is_taken_as_typed() -> None:
    typed = "  e\u0301t\u00e9 \u200bvert \t"
    assert sent(mot_de_passe=typed).secret("mot_de_passe") == typed


def test_what_may_be_shown_again_holds_no_secret() -> None:
    fields = {
        "nom": "Martin",
        "mot_de_passe": "a",
        "mot_de_passe_nouveau": "b",
        "code": "123456",
        "jeton": "c",
    }
    assert sent(**fields).kept == (("nom", "Martin"),)


def test_boxes_lists_and_numbers() -> None:
    found = forms.parsed(b"cgu=1&majeur=&mail=a&mail=b&n=12&big=99999999999&neg=-1&ar=%D9%A3", TYPE)
    assert [found.flag(name) for name in ("cgu", "majeur", "absent")] == [True, False, False]
    assert found.many("mail") == ["a", "b"]
    assert [found.number(name) for name in ("n", "big", "neg", "ar", "absent")] == [
        12,
        None,
        None,
        None,
        None,
    ]


def test_the_first_of_two_fields_of_the_same_name_counts() -> None:
    assert forms.parsed(b"nom=a&nom=b", TYPE).text("nom") == "a"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"nom=%FF%FE", TYPE),
        (b"nom=\xff", TYPE),
        (b"nom=%ED%A0%80", TYPE),
        (b"&".join(b"p%d=1" % number for number in range(forms.MAX_FIELDS + 1)), TYPE),
        (b'{"nom": "a"}', "application/json"),
        (b"nom=a", "text/plain"),
        (b"nom=a", ""),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
    ],
    ids=["not UTF-8", "raw", "surrogate", "many", "json", "text", "none", "multipart"],
)
def test_what_is_not_a_form_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(HTTPException) as refusal:
        forms.parsed(body, kind)
    assert refusal.value.status_code == 400
