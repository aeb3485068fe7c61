"""Whatever a text holds, its page runs nothing and fetches nothing; titles keep their anchors."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from app.legal import rendering_text

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](//ailleurs.example)",
    "[x](/\\ailleurs.example)",
    "[x](http://ailleurs.example)",
    "![x](https://ailleurs.example/x.png)",
    "<javascript:alert(1)>",
    '[x](/page "\\" onmouseover=alert(1) x=\\"")',
    '## Titre {#a" onclick=alert(1)}',
    "| <b>x</b> | `<script>` |\n|---|---|\n| </td><script> | x |",
    "```html\n<script>alert(1)</script>\n```",
    "[a]: javascript:alert(1)\n\n[a]",
]
ALLOWED = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"href", "rel", "title", "id", "scope", "start", "class"}


def check(text: str) -> None:
    tree = LexborHTMLParser(f"<main>{rendering_text.rendered(text).html}</main>")
    main = tree.css_first("main")
    assert main is not None
    for node in main.css("*"):
        if node.tag == "main":
            continue
        assert node.tag in ALLOWED, node.html
        assert set(node.attributes) <= ATTRIBUTES, node.html
        address = node.attributes.get("href")
        if address is not None:
            assert address.startswith(("/", "#", "https://", "mailto:", "tel:")), address
            assert not address.startswith(("//", "/\\")), address
            assert address.startswith("https") == ("external" in (node.attributes.get("rel") or ""))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_only_words(text: str) -> None:
    check(text)
    check(f"- {text}\n\n> {text}\n")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(HOSTILE), st.sampled_from(["\n\n", "# ", "- ", "|", "<", "](", "`"])
        ),
        max_size=12,
    ).map("".join)
)
def test_hostile_texts_together_are_only_words(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "text", ["x" * 200_000, "> " * 2_000, "*" * 20_000, "[" * 5_000, "| a " * 9_000]
)
def test_a_text_made_to_be_slow_is_set_out_in_a_moment(text: str) -> None:
    started = time.perf_counter()
    rendering_text.rendered(text)
    assert time.perf_counter() - started < 10


def test_titles_keep_the_anchor_they_spell_and_never_share_one() -> None:
    drawn = rendering_text.rendered(
        "# Le titre\n\n## 1. Objet {#objet}\n\n### Détail\n\n## Objet\n\n## Contenu\n\n# Encore un\n"
    )
    assert drawn.toc == [
        ("objet", "1. Objet"),
        ("objet-2", "Objet"),
        ("contenu-2", "Contenu"),
        ("encore-un", "Encore un"),
    ]
    assert "Le titre" not in drawn.html
    assert 'id="detail"' in drawn.html


def test_the_cells_of_a_table_know_their_titles() -> None:
    tree = LexborHTMLParser(rendering_text.rendered("| a | b |\n|---|---|\n| c | d |\n").html)
    assert [(cell.text(), cell.attributes.get("scope")) for cell in tree.css("th, td")] == [
        ("a", "col"),
        ("b", "col"),
        ("c", "row"),
        ("d", None),
    ]


def test_double_punctuation_is_tied_to_its_word() -> None:
    assert "mot\u202f?" in rendering_text.rendered("Un mot ?\n").html
