"""Words can be read in both themes: the contrasts of WCAG 2.2 AA, computed from the colours of the style sheets."""

from __future__ import annotations

import re

import pytest

from app import config

CSS = config.ROOT / "static/css"
TEXT, SHAPE = 4.5, 3.0
"""Least contrast of text, and of what only has a shape (borders of fields, focus, icons)."""

PAIRS = [
    *[
        (ink, ground, TEXT)
        for ground in (
            "paper",
            "surface",
            "sunken",
            "sand-tint",
            "clay-tint",
            "pine-tint",
            "mist-tint",
        )
        for ink in ("ink", "ink-soft", "pine-strong")
    ],
    *[(ink, ground, TEXT) for ground in ("paper", "surface", "sunken") for ink in ("pine", "clay")],
    ("pine", "clay-tint", TEXT),
    ("pine", "sand-tint", TEXT),
    ("clay", "clay-tint", TEXT),
    ("alert", "alert-tint", TEXT),
    ("ink", "alert-tint", TEXT),
    ("ink", "mark", TEXT),
    ("pine-strong", "mark", TEXT),
    ("ink-soft", "mark", TEXT),
    ("on-pine", "pine", TEXT),
    ("on-pine", "pine-strong", TEXT),
    ("paper", "ink", TEXT),
    ("on-forest", "forest", TEXT),
    ("on-forest-soft", "forest", TEXT),
    ("line-strong", "surface", SHAPE),
    ("line-strong", "paper", SHAPE),
    ("line-strong", "sunken", SHAPE),
    ("focus", "paper", SHAPE),
    ("focus", "surface", SHAPE),
    ("focus", "sunken", SHAPE),
]


def colours() -> dict[str, tuple[str, str]]:
    """Each custom property that is a colour, in the light theme and in the dark one."""
    found: dict[str, tuple[str, str]] = {}
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    for name, value in re.findall(r"--([\w-]+): ([^;]+);", text):
        hexes = re.findall(r"#[0-9a-f]{6}\b", value)
        if hexes and (value.startswith(("light-dark(", "#"))):
            found[name] = (hexes[0], hexes[-1])
    return found


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS, ids=str)
def test_it_can_be_read(ink: str, ground: str, least: float, theme: str) -> None:
    side = 0 if theme == "light" else 1
    known = colours()
    assert contrast(known[ink][side], known[ground][side]) >= least


@pytest.mark.parametrize("initials_on", range(7))
def test_initials_can_be_read_on_every_ground(initials_on: int) -> None:
    text = (CSS / "components/portrait.css").read_text(encoding="utf-8")
    ground = re.search(rf"\.p-c{initials_on} {{ --ground: (#[0-9a-f]{{6}})", text)
    ink = re.search(r"\n    color: (#[0-9a-f]{6});", text)
    assert ground
    assert ink
    assert contrast(ink[1], ground[1]) >= TEXT
