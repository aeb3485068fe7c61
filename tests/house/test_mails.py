"""The mails: every kind has its three templates, every template a kind, and what law or contract owes stays owed."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from app import config
from app.post import writing
from app.post.kinds import KINDS
from tests.post.samples import VALUES
from tests.visitors import BANNED, folded

FOLDER = config.ROOT / "templates" / "mails"
LEGAL = {"E1", "E2", "E3", "E4", "E25", "E30", "E31", "E32", "E34", "E35", "E36", "E39"}
"""Marked L in the specification of the mails."""
HEALTH = re.compile(r"santé|maladie|soin|symptôme|douleur|stress|anxiété|séance", re.IGNORECASE)


def test_every_kind_has_its_three_templates_and_every_template_a_kind() -> None:
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert found == {f"{kind}/{file}" for kind in KINDS for file in writing.FILES}


def test_a_kind_is_known_by_its_own_name() -> None:
    assert all(name == kind.name for name, kind in KINDS.items())


def test_every_mail_of_the_specification_exists() -> None:
    assert {kind.code for kind in KINDS.values()} >= LEGAL


def test_a_mail_owed_by_law_cannot_be_switched_off() -> None:
    assert [kind.name for kind in KINDS.values() if kind.code in LEGAL and kind.is_comfort] == []


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_names_what_its_templates_show_and_nothing_else(name: str) -> None:
    source = "".join((FOLDER / name / file).read_text(encoding="utf-8") for file in writing.FILES)
    shown = " ".join(re.findall(r"{[{%](.*?)[}%]}", source))
    assert [need for need in KINDS[name].needs if not re.search(rf"\b{need}\b", shown)] == []
    assert KINDS[name].needs == VALUES[name].keys()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_plain_text_says_all_that_the_html_says(name: str) -> None:
    """The text can be read alone: every address and every value of the HTML stands in it."""
    written = writing.write(KINDS[name], VALUES[name])
    tree = LexborHTMLParser(written.html)
    addresses = {
        (link.attributes["href"] or "").removeprefix("mailto:") for link in tree.css("a[href]")
    }
    assert [address for address in sorted(addresses) if address not in written.text] == []
    text = folded(written.text)
    for node in tree.css("dd"):
        said = folded(node.text()).casefold()
        assert said.split(",")[0] in text.casefold(), said
    assert not re.search(r"<\w+|&\w+;|{[{%]", written.text)
    assert re.search(r"^-- ?$", written.text, re.MULTILINE), "the foot is set apart"


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_mail_says_who_writes_and_why(name: str) -> None:
    """Mails § 7: identity of the operator, contact, why one receives it, privacy policy."""
    written = writing.write(KINDS[name], VALUES[name])
    operator = config.current().operator
    tree = LexborHTMLParser(written.html)
    assert tree.body is not None
    for words in (written.text, folded(tree.body.text())):
        for wanted in (operator.name, operator.registration, operator.report_email):
            assert wanted in words
        assert KINDS[name].why in folded(words)
    for whole in (written.text, written.html):
        assert "/politique-de-protection-des-donnees" in whole


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_mail_asks_nothing_of_anybody_else(name: str) -> None:
    """No tracking: no image, no script, no outside file; links lead to the site, or to an authority named here."""
    written = writing.write(KINDS[name], VALUES[name])
    tree = LexborHTMLParser(written.html)
    assert tree.css("img, script, link, iframe, form, object, embed, video, [background]") == []
    assert not re.search(r"url\(|@import", written.html)
    allowed = (f"{config.current().public_url}/", "mailto:", "https://www.cnil.fr/")
    for link in tree.css("a[href]"):
        assert (link.attributes["href"] or "").startswith(allowed)
        assert "?utm" not in (link.attributes["href"] or "")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_mail_uses_the_agreed_words_and_a_discreet_subject(name: str) -> None:
    """No word about health in a subject: it shows on locked screens."""
    written = writing.write(KINDS[name], VALUES[name])
    tree = LexborHTMLParser(written.html)
    assert not HEALTH.search(written.subject.replace("Bien-Être", ""))
    assert len(written.subject) <= 78
    body = tree.body
    assert body is not None
    for words in (written.subject, written.text, body.text()):
        assert not BANNED.search(words)
        assert "vérifi" not in words.lower()
    assert tree.css_first("html").attributes["lang"] == "fr"  # type: ignore[union-attr]
    assert [folded(node.text()) for node in tree.css("h1")] != [""]
