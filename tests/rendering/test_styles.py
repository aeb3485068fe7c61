"""The style sheets and the templates speak of the same things, and weigh little."""

from __future__ import annotations

import re

import brotli
import pytest

from app import config
from app.rendering import portraits

STATIC = config.ROOT / "static"
CSS = STATIC / "css"
LISTED = (CSS / "bundle.txt").read_text(encoding="utf-8").split()
FOR_ACCOUNTS = (CSS / "bundle-account.txt").read_text(encoding="utf-8").split()
"""What only people with an account see, kept apart so that a first visit stays light."""
NOT_YET = {"card__slots"}
"""Their place is kept: the rooms that will fill them are not built."""


def style_sheet(names: list[str] = LISTED) -> str:
    return "".join((CSS / name).read_text(encoding="utf-8") for name in names)


def weight(content: str) -> int:
    """Bytes once compressed with brotli, as served."""
    return len(brotli.compress(content.encode(), quality=11))


def test_every_style_sheet_is_in_one_bundle_once() -> None:
    assert sorted(LISTED + FOR_ACCOUNTS) == sorted(
        p.relative_to(CSS).as_posix() for p in CSS.rglob("*.css")
    )


def test_the_layers_are_declared_first() -> None:
    assert style_sheet().startswith(
        "@layer reset, base, layout, components, rooms, utilities, print;"
    )


@pytest.mark.parametrize("name", LISTED + FOR_ACCOUNTS)
def test_every_rule_is_in_a_layer(name: str) -> None:
    text = (CSS / name).read_text(encoding="utf-8")
    outside = re.sub(r"/\*.*?\*/", "", re.sub(r"^@layer [\w, ]+;", "", text), flags=re.DOTALL)
    assert re.fullmatch(r"\s*@layer \w+ {.*}\s*", outside, flags=re.DOTALL)
    assert outside.count("{") == outside.count("}")


def test_every_styled_class_is_used_somewhere() -> None:
    scripts = [STATIC / "js/app.js", STATIC / "js/account.js"]
    sources = [*config.ROOT.joinpath("templates").rglob("*.html"), *scripts]
    written = "".join(p.read_text(encoding="utf-8") for p in sources)
    styled = set(
        re.findall(
            r"\.([a-z][a-z0-9_-]*)",
            re.sub(r"/\*.*?\*/|url\([^)]*\)", "", style_sheet(LISTED + FOR_ACCOUNTS)),
        )
    )
    drawn = {
        f"p-{kind}{n}"
        for kind, many in (
            ("s", portraits.SKINS),
            ("h", portraits.HAIR_COLOURS),
            ("c", portraits.GROUNDS),
        )
        for n in range(many)
    }
    assert drawn <= styled
    levels = {"help--emergency", "tag--wait", "tag--alert"}
    unused = {name for name in styled - drawn - levels if name not in written}
    assert unused <= NOT_YET | {"htmx-request"}


def test_nothing_is_fetched_by_a_style_sheet() -> None:
    assert "url(" not in style_sheet(LISTED + FOR_ACCOUNTS)
    assert "@import" not in style_sheet(LISTED + FOR_ACCOUNTS)


def test_the_first_visit_is_light() -> None:
    assert weight(style_sheet()) < 8_300
    assert weight((STATIC / "js/app.js").read_text(encoding="utf-8")) < 3_600
    assert weight((STATIC / "img/sprite.svg").read_text(encoding="utf-8")) < 2_500
    assert (STATIC / "img/partage.png").stat().st_size < 40_000


@pytest.mark.parametrize("name", ["img/sprite.svg", "img/themes.svg"])
def test_a_drawing_has_one_name(name: str) -> None:
    names = re.findall(r'id="([^"]+)"', (STATIC / name).read_text(encoding="utf-8"))
    assert len(names) == len(set(names))


def test_every_head_and_every_garment_is_drawn() -> None:
    drawn = (STATIC / "img/sprite.svg").read_text(encoding="utf-8")
    for symbol in (
        *(f"h{n}" for n in range(portraits.HEADS)),
        *(f"c{n}" for n in range(portraits.CLOTHES)),
    ):
        assert f'id="{symbol}"' in drawn
