"""A legal text as HTML: Markdown without raw HTML, its titles with stable anchors, its table of contents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.rendering import filters

TAKEN = frozenset(
    {"contenu", "avis", "avis-modele", "sommaire", "pied-annuaire", "pied-informations"}
)
"""Ids of the frame of the page, that a title may not take."""


class Rendered(msgspec.Struct, frozen=True):
    """`html` holds no element the text did not spell in Markdown; `toc` is (anchor, label) of each title of level 2."""

    html: Markup
    toc: list[tuple[str, str]]


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name the library calls
        """A page of this site, a part of this page, a mail, a telephone, or a page elsewhere over https."""
        if url.startswith("/"):
            return not url.startswith(("//", "/\\"))
        return url.startswith(("#", "https://", "mailto:", "tel:"))


_READER = _Reader("commonmark", {"html": False}).enable("table").disable("image")


@lru_cache(maxsize=64)
def rendered(body: str) -> Rendered:
    """The HTML of `body`. Nothing in it runs, and nothing is fetched from elsewhere, whatever the text."""
    tokens = _without_title(_READER.parse(body))
    toc = _titled(tokens)
    _set_out_tables(tokens)
    for token in tokens:
        for child in token.children or []:
            _finish(child)
    return Rendered(Markup(_READER.renderer.render(tokens, _READER.options, {})), toc)  # noqa: S704


def _without_title(tokens: list[Token]) -> list[Token]:
    """The page already bears the title of the text; another title of that level goes down by one."""
    if tokens and tokens[0].tag == "h1":
        tokens = tokens[3:]
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    return tokens


def _finish(token: Token) -> None:
    if token.type == "text":
        token.content = filters.tied(token.content)
    if token.type == "link_open" and str(token.attrGet("href")).startswith("https:"):
        token.attrSet("rel", "external noopener")


def _titled(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """Give each title its anchor: the one it spells (`## Titre {#ancre}`), else its words, never one twice."""
    used: set[str] = set(TAKEN)
    toc: list[tuple[str, str]] = []
    for opening, inside in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        anchor = _own_anchor(inside) or filters.anchor(_words(inside)) or "titre"
        number, wanted = 1, anchor
        while anchor in used:
            number += 1
            anchor = f"{wanted}-{number}"
        used.add(anchor)
        opening.attrSet("id", anchor)
        if opening.tag == "h2":
            toc.append((anchor, filters.tied(_words(inside))))
    return toc


def _own_anchor(inside: Token) -> str:
    """The anchor a title spells at its end, taken out of its words."""
    last = inside.children[-1] if inside.children else None
    if last is None or last.type != "text" or not last.content.endswith("}"):
        return ""
    words, mark, anchor = last.content[:-1].rpartition("{#")
    if not mark or filters.anchor(anchor) != anchor:
        return ""
    last.content = words.rstrip()
    return anchor


def _words(inside: Token) -> str:
    return "".join(child.content for child in inside.children or []).strip()


def _set_out_tables(tokens: Sequence[Token]) -> None:
    """Say which cells are titles: those of the first row, and the first of each other row."""
    for place, token in enumerate(tokens):
        if token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.type == "td_open" and tokens[place - 1].type == "tr_open":
            closing = tokens[place + 2]  # a cell is three tokens: it opens, its words, it closes
            token.tag = closing.tag = "th"
            token.attrSet("scope", "row")
